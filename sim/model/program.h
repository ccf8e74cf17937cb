// Where a thread is that runs a program of its own. Copyable.
#pragma once
#include <cstdint>

#include "sim/model/packet.h"

namespace sim {

struct ProgramState {
    uint32_t table = 0;           ///< in Scenario::programs
    uint32_t index = 0;           ///< in the table
    PacketWork work;              ///< of the round: its place in the steps and its draws
    uint64_t round = 0;
    uint64_t packets = 0;         ///< posted so far, and operations started whose answers are packets
};

}  // namespace sim
