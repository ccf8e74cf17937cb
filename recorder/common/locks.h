// The locks of a scenario, for real: a thread that finds one taken waits in the kernel. They are handed over, first come first
// served (docs/design.md 3a.10): SRWLOCK, CRITICAL_SECTION and pthread_mutex give a lock to whoever comes first, so no line would form.
#pragma once
#include <deque>
#include <mutex>

#include "recorder/common/session.h"

namespace recorder {

class Locks {
public:
    Locks(Session& session, Backend& backend) : session_(session), backend_(backend), locks_(session.scenario.locks.size()) {}

    /// The thread owns it when this returns, unless the recording is over. Records: those of Backend::block, where it had to wait.
    void take(uint32_t thread, uint32_t packet, sim::LockId lock);
    void give_back(uint32_t thread, sim::LockId lock);

private:
    struct Lock {
        std::mutex mutex;                 // of the two below; nobody waits for anything while holding it
        uint32_t holder = sim::kNoThread;
        std::deque<uint32_t> waiters;
    };
    Session& session_;
    Backend& backend_;
    std::vector<Lock> locks_;
};

}  // namespace recorder
