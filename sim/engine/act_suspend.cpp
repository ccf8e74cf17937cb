// K28, O5: threads that others suspend, wherever they are, and resume.
#include <algorithm>

#include "sim/engine/act.h"
#include "sim/trace/arguments.h"

namespace sim {

void Act::suspend_thread(ThreadId caller, ThreadId id) {
    Thread& t = thread(id);
    if (t.phase == ThreadPhase::exited) return call_fails(caller, FailedCall::suspend, WhyFailed::thread_exited, id, {});
    ThreadVerbs& v = world_.verbs[id.value];
    const size_t from = records_so_far();
    const uint32_t before = v.suspends++;
    uint16_t flags = 0;
    if (before > 0) {
        note(Kind::suspended, id);
    } else {
        switch (t.phase) {
            case ThreadPhase::parked:
                port_suspend(world_.ports, id, world_.effects);
                apply_effects(caller);
                stop(id, StoppedIn::get);
                break;
            case ThreadPhase::blocked: stop_in_wait(id, caller); break;
            case ThreadPhase::waking:
            case ThreadPhase::ready: flags = stop_on_its_way(id, caller); break;
            case ThreadPhase::running: stop_running(id, caller); break;
            case ThreadPhase::suspended:
            case ThreadPhase::exited: break;
        }
    }
    complete_record(from, Kind::suspended, flags, suspend_argument(before, caller.value));
}

void Act::stop(ThreadId id, StoppedIn in) {
    thread(id).phase = ThreadPhase::suspended;
    world_.verbs[id.value].stopped = in;
}

// What it does stops; its remaining time is kept. A thread that suspends itself is between two steps.
void Act::stop_running(ThreadId id, ThreadId caller) {
    Thread& t = thread(id);
    ++t.turn;                                               // the end of its slice that is foreseen is none
    if (t.activity != Activity::none) t.remaining = t.remaining - (world_.now - t.slice_began);
    port_suspend(world_.ports, id, world_.effects);
    apply_effects(caller);
    leave_processor(id, 0);
    stop(id, StoppedIn::work);
}

// A wait goes on without it; a wait on a handle begins anew when it is resumed, for the kernel asks again.
void Act::stop_in_wait(ThreadId id, ThreadId caller) {
    ThreadVerbs& v = world_.verbs[id.value];
    if (world_.ports.threads[id.value].state == PortThreadState::watching) {
        port_timeout(world_.ports, id, world_.effects);
        world_.effects.clear();
        port_suspend(world_.ports, id, world_.effects);
        apply_effects(caller);
        return stop(id, StoppedIn::watch);
    }
    note_ruled(Kind::suspended, id, port_rule_for(world_.ports, id, Rule::K28));
    const std::optional<Event> end = world_.events.remove(EventKind::block_ends, id.value);
    v.sleeps = end.has_value();
    v.wait_over = false;
    if (end) v.wait_until = end->at;
    stop(id, StoppedIn::wait);
}

// Not on a processor. Who was let go with packets, or to look, counts by default until it runs (O5) and stops there. Returns flags.
uint16_t Act::stop_on_its_way(ThreadId id, ThreadId caller) {
    Thread& t = thread(id);
    ThreadVerbs& v = world_.verbs[id.value];
    const PendingReturn pending = t.pending;
    if (pending == PendingReturn::look) note_ruled(Kind::suspended, id, port_rule_for(world_.ports, id, Rule::K28));
    else if (pending == PendingReturn::packets) port_suspend_unrun(world_.ports, id, world_.effects);
    else port_suspend(world_.ports, id, world_.effects);
    apply_effects(caller);
    if (pending == PendingReturn::look || world_.ports.threads[id.value].keeps_slot) {
        v.pending = pending;
        v.stopped = StoppedIn::its_way;
        t.pending = PendingReturn::stops;
        return kKeepsSlot;
    }
    if (t.phase == ThreadPhase::waking) stays_asleep(id);
    else if (t.processor.valid()) leave_switch(id);
    else world_.machine.ready.remove(id, t.priority);
    stop(id, StoppedIn::work);
    return 0;
}

// It was to be ready after wake_latency, or later in this step.
void Act::stays_asleep(ThreadId id) {
    if (world_.events.remove(EventKind::becomes_ready, id.value)) return;
    auto& awake = world_.awake;
    size_t at = awake.size();
    while (at > 0 && awake[at - 1] != id) --at;              // from the back: those in front have been made ready
    if (at == 0) return;
    for (; at < awake.size(); ++at) awake[at - 1] = awake[at];
    awake.pop_back();
}

// The processor was changing to it.
void Act::leave_switch(ThreadId id) {
    Processor& processor = world_.machine.processors[thread(id).processor.value];
    ++thread(id).turn;
    processor.switching = false;
    processor.thread = {};
    thread(id).processor = {};
}

// It has a processor now, and waits to be resumed (O5). Always false: it does not go on.
bool Act::stop_at_last(ThreadId id) {
    Thread& t = thread(id);
    ThreadVerbs& v = world_.verbs[id.value];
    const size_t from = records_so_far();
    if (v.pending == PendingReturn::look) {
        v.pending = PendingReturn::none;
        port_look(world_.ports, id, world_.effects);
        apply_effects(id);
        const bool found = t.phase == ThreadPhase::running;
        port_suspend(world_.ports, id, world_.effects);
        apply_effects(id);
        if (found) leave_processor(id, 0);
        stop(id, found ? StoppedIn::work : StoppedIn::get);
    } else {
        t.pending = v.pending;
        note_ruled(Kind::suspended, id, port_rule_for(world_.ports, id, Rule::K17));
        port_suspend_wait(world_.ports, id, world_.effects);
        apply_effects(id);
        leave_processor(id, 0);
        stop(id, StoppedIn::work);
    }
    complete_record(from, Kind::suspended, 0, suspend_argument(0, kNoThread));
    return false;
}

void Act::resume_thread(ThreadId caller, ThreadId id) {
    Thread& t = thread(id);
    ThreadVerbs& v = world_.verbs[id.value];
    if (t.phase == ThreadPhase::exited) return call_fails(caller, FailedCall::resume, WhyFailed::thread_exited, id, {});
    if (v.suspends == 0) return call_fails(caller, FailedCall::resume, WhyFailed::not_suspended, id, {});
    const size_t from = records_so_far();
    --v.suspends;
    const StoppedIn stopped = v.suspends > 0 ? StoppedIn::nothing : std::exchange(v.stopped, StoppedIn::nothing);
    switch (stopped) {
        case StoppedIn::nothing: note(Kind::resumed, id); break;
        case StoppedIn::its_way:
            t.pending = v.pending;
            if (world_.ports.threads[id.value].state == PortThreadState::suspended) port_resume(world_.ports, id, world_.effects);
            else note_ruled(Kind::resumed, id, port_rule_for(world_.ports, id, Rule::K28));
            apply_effects(caller);
            break;
        case StoppedIn::work:
            port_resume(world_.ports, id, world_.effects);
            apply_effects(caller);
            wake(id);
            break;
        case StoppedIn::get:
            t.phase = ThreadPhase::parked;
            port_resume(world_.ports, id, world_.effects);
            looked_again(id, Rule::K28);
            apply_effects(caller);
            if (t.phase == ThreadPhase::parked && t.deadline <= world_.now) get_timed_out(id, t.get_generation);   // it passed meanwhile
            break;
        case StoppedIn::wait: resume_in_wait(id); break;
        case StoppedIn::watch: resume_watch(id, caller); break;
    }
    complete_record(from, Kind::resumed, 0, suspend_argument(v.suspends, caller.value));
}

void Act::resume_in_wait(ThreadId id) {
    ThreadVerbs& v = world_.verbs[id.value];
    note_ruled(Kind::resumed, id, port_rule_for(world_.ports, id, Rule::K28));
    thread(id).phase = ThreadPhase::blocked;
    if (v.wait_over) return leave_wait(id, v.reason, v.argument);
    if (!v.sleeps) return;
    if (v.wait_until <= world_.now) return leave_wait(id, 0, 0);
    at_end_of(EventKind::block_ends, v.wait_until - world_.now, id);
}

// Its wait on the handle begins anew, and may find that it is over.
void Act::resume_watch(ThreadId id, ThreadId caller) {
    ThreadVerbs& v = world_.verbs[id.value];
    port_resume(world_.ports, id, world_.effects);
    apply_effects(caller);
    thread(id).phase = ThreadPhase::blocked;
    if (!world_.ports.ports[v.watches.value].open) return watch_ended(id, kAbandoned, Rule::K35);
    // The kernel looks at the handle before it looks at the time.
    if (v.wait_until <= world_.now && world_.ports.ports[v.watches.value].queue.empty()) return watch_ended(id, kTimedOut, Rule::K19);
    port_watch(world_.ports, id, v.watches, world_.effects);
    apply_effects(caller);
}

// What a suspended thread waits for has come: it will hear of it when it is resumed.
void Act::wait_is_over(ThreadId id, uint16_t reason, uint64_t argument) {
    ThreadVerbs& v = world_.verbs[id.value];
    v.wait_over = true;
    v.reason = reason;
    v.argument = argument;
}

}  // namespace sim
