#include "sim/sched/locks.h"

#include "sim/base/check.h"

namespace sim {

bool lock_take(Lock& lock, ThreadId thread) {
    SIM_CHECK(lock.holder != thread, "a thread asks for a lock that it holds");
    if (!lock.holder.valid()) {
        lock.holder = thread;
        return true;
    }
    lock.waiters.push_back(thread);
    return false;
}

ThreadId lock_hand_over(Lock& lock) {
    SIM_CHECK(lock.holder.valid(), "a lock is given back that nobody holds");
    lock.holder = {};
    if (lock.waiters.empty()) return {};
    lock.holder = lock.waiters.front();
    lock.waiters.pop_front();
    return lock.holder;
}

}  // namespace sim
