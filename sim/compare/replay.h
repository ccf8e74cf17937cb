// The recorded calls of a `port` recording, in recorded order, through the second port: do two ports that share no code
// decide the same?
#pragma once
#include <cstdint>
#include <string>

#include "sim/trace/file.h"

namespace sim {

struct Replay {
    uint64_t decisions = 0;           ///< of either side
    uint64_t agree = 0;
    std::string first_difference;     ///< "at 1.2 ms: recorded 'released worker.3 7', second port 'queued 7'"; empty: none
};

/// For traces with decision records. Others give no decisions.
Replay replay_through_second_port(const Trace& trace);

}  // namespace sim
