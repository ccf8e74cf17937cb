#include "recorder/common/locks.h"

#include "sim/trace/arguments.h"

namespace recorder {

void Locks::take(uint32_t thread, uint32_t packet, sim::LockId number) {
    Lock& lock = locks_[number.value];
    Wait wait{.flags = sim::kLockWait};
    {
        const std::lock_guard guard(lock.mutex);
        if (lock.holder == sim::kNoThread) {
            lock.holder = thread;
            return;
        }
        lock.waiters.push_back(thread);
        wait.argument = sim::lock_wait_argument(number, {lock.holder});
        session_.gate_arguments[thread].store(sim::lock_wait_argument(number, {}));
    }
    backend_.block(thread, packet, wait);
}

void Locks::give_back(uint32_t thread, sim::LockId number) {
    Lock& lock = locks_[number.value];
    uint32_t next = sim::kNoThread;
    {
        const std::lock_guard guard(lock.mutex);
        if (lock.holder != thread) return;                   // the recording ended while it waited
        if (!lock.waiters.empty()) {
            next = lock.waiters.front();
            lock.waiters.pop_front();
        }
        lock.holder = next;
    }
    if (next == sim::kNoThread) return;
    session_.gate_arguments[next].store(sim::lock_wait_argument(number, {thread}));
    session_.gates[next].open();
}

}  // namespace recorder
