// What a worker thread does next when it runs: the next step of its packet, or its next get. Decides only.
#pragma once
#include <optional>
#include <string>

#include "sim/model/scenario.h"
#include "sim/model/thread.h"
#include "sim/scenario/handler.h"

namespace sim {

struct Move {
    enum class Kind : uint8_t { compute, block, lock, read, start_io, post, complete_packet, call_get, exit, stuck };
    Kind kind = Kind::call_get;
    Duration duration;            ///< compute, block, lock (how long it is held), read and start_io (latency)
    const Step* step = nullptr;   ///< of the packet or program; null where there is none
};

/// The move that an action is; none: it takes no time and does nothing (compute 0, block 0: K18, no wait), or is `done`.
std::optional<Move> move_of(const Action& action);

/// Moves the packet in work on by one step (its draws are taken from its own stream). Steps that take no time and do nothing
/// (compute 0, block 0: K18, no wait) are passed over.
Move worker_next_move(const Scenario& scenario, const Thread& thread, PacketTable& packets);

/// "worker 'clients', step 'post' in line 12": what the thread is at, for messages.
std::string worker_place(const Scenario& scenario, const Thread& thread, const PacketTable& packets);

/// ", step 'post' in line 12"
std::string step_place(const Handler& handler, uint32_t next_step);

}  // namespace sim
