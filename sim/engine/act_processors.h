// Who runs where: ready threads, processors, quanta.
#pragma once
#include "sim/engine/act.h"
#include "sim/port/port.h"
#include "sim/sched/sched.h"

namespace sim {

// Ready wake_latency from now. Where that takes no time and nothing else ends now, the thread need not wait in the event queue to
// be the next: the step goes on with it.
[[gnu::always_inline]] inline void Act::wakes(ThreadId id) {
    if (wakes_at_once_ && !world_.events.ends_at(world_.now)) world_.awake.push_back(id);
    else if (wakes_alike_) [[likely]] at_end_of(EventKind::becomes_ready, scenario_.machine.wake_latency.a, id);
    else at_end_of(EventKind::becomes_ready, drawn_wake(id), id);
}

// From the thread that has it, if there is one (act_preempt.cpp).
[[gnu::always_inline]] inline bool Act::take_processor(ProcessorId number, ThreadId id) {
    if (const ThreadId there = world_.machine.processors[number.value].thread; there.valid()) preempt(there, id);
    return give_processor(number, id);
}

[[gnu::always_inline]] inline bool Act::make_ready(ThreadId id) {
    Thread& t = thread(id);
    t.phase = ThreadPhase::ready;
    t.quantum_left = scenario_.machine.quantum;
    if (Record* record = note(Kind::ready, id)) record->rule = port_rule_for(world_.ports, id, Rule::K40);
    const ProcessorId processor = sched_processor_for(scenario_, world_.machine, world_.threads, t);
    if (processor.valid()) return take_processor(processor, id);
    world_.machine.ready.push_back(id, t.priority);
    return false;
}

[[gnu::always_inline]] inline bool Act::give_processor(ProcessorId number, ThreadId id) {
    Processor& processor = world_.machine.processors[number.value];
    const Duration cost = sched_switch_cost(scenario_.machine, processor, id);
    processor.thread = id;
    thread(id).processor = number;
    if (cost == Duration{0}) return start_running(id);
    processor.switching = true;
    at_end_of(EventKind::switch_ends, cost, id, thread(id).turn);
    return false;
}

[[gnu::always_inline]] inline bool Act::start_running(ThreadId id) {
    Thread& t = thread(id);
    Processor& processor = world_.machine.processors[t.processor.value];
    processor.switching = false;
    processor.last = id;
    t.last_processor = t.processor;
    t.phase = ThreadPhase::running;
    note(Kind::on_processor, id);
    if (!return_from_wait(id)) return false;
    if (t.activity == Activity::none) return true;
    next_slice(id);
    return false;
}

// The rest of the get that ended while the thread was away. False: it looked, found nothing and parked again.
[[gnu::always_inline]] inline bool Act::return_from_wait(ThreadId id) {
    Thread& t = thread(id);
    const PendingReturn pending = t.pending;
    t.pending = PendingReturn::none;
    switch (pending) {
        case PendingReturn::none: return true;
        case PendingReturn::packets:
            if (Record* record = note(Kind::get_returned, id)) {
                record->argument = t.batch.size();
                name_port(*record, id);
            }
            return true;
        case PendingReturn::look:
            port_look(world_.ports, id, world_.effects);
            apply_effects(id);
            if (t.phase == ThreadPhase::running) return true;
            if (t.deadline <= world_.now) get_timed_out(id, t.get_generation);   // it passed while the thread was on its way
            return false;
        case PendingReturn::stops: return stop_at_last(id);
    }
    return true;
}

[[gnu::always_inline]] inline void Act::leave_processor(ThreadId id, uint16_t flags, uint64_t argument) {
    Thread& t = thread(id);
    if (Record* record = note(Kind::off_processor, id)) {
        record->flags = flags;
        record->argument = argument;
    }
    world_.machine.processors[t.processor.value].thread = {};
    t.processor = {};
}

[[gnu::always_inline]] inline void Act::start_activity(ThreadId id, Activity activity, Duration duration) {
    Thread& t = thread(id);
    t.activity = activity;
    t.remaining = duration;
    start_slice(id);
}

[[gnu::always_inline]] inline void Act::start_slice(ThreadId id) {
    Thread& t = thread(id);
    if (t.quantum_left == Duration{0}) {
        t.quantum_left = scenario_.machine.quantum;
        if (!world_.machine.ready.empty() && sched_quantum_preempts(scenario_, world_.machine, world_.threads, t)) {
            leave_processor(id, kPreempted);
            t.phase = ThreadPhase::ready;
            world_.machine.ready.push_back(id, t.priority);
            return;
        }
    }
    t.slice = sched_slice(t);
    t.slice_began = world_.now;
    at_end_of(EventKind::compute_ends, t.slice, id, t.turn);
}

[[gnu::always_inline]] inline bool Act::slice_ended(ThreadId id) {
    Thread& t = thread(id);
    t.remaining = t.remaining - t.slice;
    if (t.quantum_left != kInfinite) t.quantum_left = t.quantum_left - t.slice;
    if (t.remaining > Duration{0}) {
        next_slice(id);
        return false;
    }
    const Activity ended = t.activity;
    t.activity = Activity::none;
    if (ended == Activity::compute) [[likely]] return true;
    switch (ended) {
        case Activity::get_call: do_get(id); break;
        case Activity::own_get: do_own_get(id); break;
        case Activity::post_call: do_post(id); break;
        case Activity::read_call: do_io(id, true); break;
        case Activity::io_call: do_io(id, false); break;
        case Activity::file_call: do_file_call(id); break;
        case Activity::hold: give_lock_back(id); break;
        case Activity::compute:
        case Activity::none: break;
    }
    return goes_on(t);
}

}  // namespace sim
