// Locks: who waits for whom.
#include "sim/engine/act.h"
#include "sim/sched/locks.h"
#include "sim/trace/arguments.h"

namespace sim {

void Act::take_lock(ThreadId id, LockId number, Duration hold) {
    Thread& t = thread(id);
    Lock& lock = world_.locks[number.value];
    if (!lock.holder.valid() && hold == Duration{0}) return;   // taken and given back at once: nobody can have seen it
    t.lock = number;
    if (lock_take(lock, id)) return start_activity(id, Activity::hold, hold);
    t.activity = Activity::hold;          // what it does when the lock is its own and it runs
    t.remaining = hold;
    enter_wait(id, kLockWait, lock_wait_argument(number, lock.holder));
}

// The lock belongs to the first waiter from this instant on, long before that thread runs: what makes a convoy.
void Act::give_lock_back(ThreadId id) {
    const LockId number = thread(id).lock;
    thread(id).lock = {};
    const ThreadId next = lock_hand_over(world_.locks[number.value]);
    if (next.valid()) leave_wait(next, kLockWait, lock_wait_argument(number, id));
}

}  // namespace sim
