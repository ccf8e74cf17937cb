// What a thread of a scenario has that does more than handle packets: it is suspended, waits on a port's handle, is given APCs,
// changes its port, or does something after a get that brought no packet. Worlds whose scenario has nothing of that have none
// (sim/model/scenario.h uses_verbs). Copyable.
#pragma once
#include <cstdint>

#include "sim/base/ids.h"
#include "sim/base/time.h"
#include "sim/model/packet.h"
#include "sim/model/thread.h"

namespace sim {

/// Where a suspended thread was when it stopped: from there it goes on.
enum class StoppedIn : uint8_t {
    nothing,              ///< it is not suspended
    its_way,              ///< O5: let go and not run yet; it stops when it has a processor
    work,                 ///< it ran, was ready or on its way
    get,                  ///< it waited on its port (K28)
    wait,                 ///< a wait that is not the port's
    watch,                ///< a wait on a port's handle
};

/// Steps that a worker thread does after a get without packets.
enum class SideProgram : uint8_t { none, timeout, abandoned, apc };

struct ThreadVerbs {
    PortId port;                          ///< that its next get asks: its worker's, until a `serve`; none: it runs a program of its own
    uint32_t suspends = 0;                ///< in force: SuspendThread counts
    StoppedIn stopped = StoppedIn::nothing;
    PendingReturn pending = PendingReturn::none;   ///< stopped on its way: what its get will give
    bool sleeps = false;                  ///< stopped in a wait: one that ends by time, at `wait_until`
    bool wait_over = false;               ///< stopped in a wait that has ended meanwhile, with `reason` and `argument`
    uint16_t reason = 0;
    uint64_t argument = 0;
    Instant wait_until{INT64_MAX};        ///< also of a wait on a handle
    PortId watches;
    uint32_t apcs = 0;                    ///< user APCs that have not run
    uint32_t apcs_to_run = 0;             ///< those that its get returned for
    SideProgram side = SideProgram::none;
    PacketWork side_work;                 ///< its place in the steps and its draws
    uint64_t side_runs = 0, side_packets = 0;
};

}  // namespace sim
