// Threads that take a processor from another one, and those that get one that came free.
#include "sim/engine/act.h"
#include "sim/sched/sched.h"

namespace sim {

// It has lost its processor, not its turn: it goes to the head of its queue with the rest of its quantum. A switch to it that is
// under way is given up, and no record tells of it: the thread was still ready.
void Act::preempt(ThreadId id, ThreadId by) {
    Thread& t = thread(id);
    Processor& processor = world_.machine.processors[t.processor.value];
    ++t.turn;
    if (processor.switching) {
        processor.switching = false;
        processor.thread = {};
        t.processor = {};
    } else {
        const Duration ran = world_.now - t.slice_began;
        t.remaining = t.remaining - ran;
        if (t.quantum_left != kInfinite) t.quantum_left = t.quantum_left - ran;
        leave_processor(id, kPreempted, uint64_t{1} + by.value);
        t.phase = ThreadPhase::ready;
    }
    if (t.quantum_left > Duration{0}) return world_.machine.ready.push_front(id, t.priority);
    t.quantum_left = scenario_.machine.quantum;            // it ends at this very instant
    world_.machine.ready.push_back(id, t.priority);
}

// Processors that came free in this step, and threads that were preempted in it and may use another one.
void Act::ready_threads_take_processors() {
    while (!world_.machine.ready.empty()) {
        const Placed next = sched_next(scenario_, world_.machine, world_.threads);
        if (!next.thread.valid()) return;
        world_.machine.ready.remove(next.thread, thread(next.thread).priority);
        const bool goes_on_now = take_processor(next.processor, next.thread);
        if (instant_is_endless(next.thread)) return;
        if (goes_on_now) proceed(next.thread);
    }
}

}  // namespace sim
