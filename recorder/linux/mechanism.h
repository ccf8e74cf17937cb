// One of Linux's own ways to hand events to threads, as a port: packets go in, threads wait in the kernel for them. A backend is a
// file that does these verbs and a line in the list of linux/program.cpp; observed_backend writes what a program sees of its calls.
#pragma once
#include <memory>
#include <vector>

#include "recorder/common/session.h"

namespace recorder {

/// One port. All but open() may be called by any thread.
class Mechanism {
public:
    virtual ~Mechanism() = default;
    virtual sim::Status open() = 0;
    /// Never blocks.
    virtual void post(uint32_t packet) = 0;
    /// Appends 1 to `most` packets, waiting in the kernel where there are none; nothing when the time is over. kInfinite waits for
    /// ever, 0 only looks.
    virtual void take(uint32_t most, sim::Duration timeout, std::vector<uint32_t>& packets) = 0;
};

using MakeMechanism = std::unique_ptr<Mechanism> (*)();

std::unique_ptr<Mechanism> make_epoll();
std::unique_ptr<Mechanism> make_io_uring();

/// Whether this kernel gives such a mechanism to this process; else the error says what would let it.
sim::Status mechanism_works(MakeMechanism make);

/// Each port of the scenario is a mechanism of its own. sees_processors: the system tells of context switches (switches.h); then
/// the recording needs a ring for each processor beside those of the threads.
std::unique_ptr<Backend> make_observed_backend(Session& session, MakeMechanism make, bool sees_processors);

}  // namespace recorder
