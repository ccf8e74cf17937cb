// What a thread does when it runs: the steps of its packets, and its calls.
#pragma once
#include "sim/engine/act.h"
#include "sim/port/decide.h"
#include "sim/scenario/arrivals.h"
#include "sim/scenario/handler.h"

namespace sim {

[[gnu::always_inline]] inline void Act::proceed_here(ThreadId id) {
    Thread& t = thread(id);
    do {
        if (t.program != kNoProgram) [[unlikely]] {
            program_goes_on(id);
            continue;
        }
        while (t.has_packet()) {
            Packet& packet = t.batch.packet();
            const Action action = next_action(handler_for(t, packet), packet.work);
            if (action.done()) {
                complete_packet(id);
                continue;
            }
            if (action.computes()) packet.compute_ns += static_cast<uint64_t>(action.duration.ns);
            if (action.kind() == Step::Kind::compute) [[likely]] {
                if (action.duration == Duration{0}) continue;
                return start_activity(id, Activity::compute, action.duration);
            }
            if (action.does_nothing()) continue;
            do_step(id, action);
            if (!goes_on(t) || instant_is_endless(id)) return;
        }
        call_get(id);
    } while (goes_on(t) && !instant_is_endless(id));
}

[[gnu::noinline, gnu::hot]] inline void Act::do_step(ThreadId id, Action action) {
    switch (action.kind()) {
        case Step::Kind::compute: return start_activity(id, Activity::compute, action.duration);
        case Step::Kind::block: return begin_block(id, action.duration);
        case Step::Kind::lock: return take_lock(id, action.step->lock, action.duration);
        case Step::Kind::read:
        case Step::Kind::start_io: return call_io(id, *action.step, action.duration);
        case Step::Kind::post: return call_post(id, *action.step);
        case Step::Kind::group: return;       // its steps come one by one
        case Step::Kind::associate:
        case Step::Kind::bind:
        case Step::Kind::skip_on_success:
        case Step::Kind::skip_set_event:
        case Step::Kind::cancel_io:
        case Step::Kind::cancel_io_ex:
        case Step::Kind::cancel_synchronous_io:
        case Step::Kind::wait_io:
        case Step::Kind::close_file:
        case Step::Kind::duplicate_file: return call_file(id, *action.step);
        case Step::Kind::exit: case Step::Kind::create_port: case Step::Kind::close: case Step::Kind::suspend: case Step::Kind::resume: case Step::Kind::apc:
        case Step::Kind::kernel_apc: case Step::Kind::watch: case Step::Kind::page_in: case Step::Kind::serve: return do_verb(id, *action.step, action.duration);
    }
}

inline void Act::call_post(ThreadId id, const Step& step) {
    Thread& t = thread(id);
    t.post_work = next_packet_of(id);
    t.post_port = step.port;
    t.post_key = step.key;
    if (scenario_.machine.post_cost > Duration{0}) return start_activity(id, Activity::post_call, scenario_.machine.post_cost);
    do_post(id);
}

inline void Act::do_post(ThreadId id) {
    const Thread& t = thread(id);
    Packet packet;
    packet.work = t.post_work;
    packet.key = t.post_key;
    post(t.post_port, packet, id);
}

inline void Act::begin_block(ThreadId id, Duration duration) {
    enter_wait(id, kSleep, static_cast<uint64_t>(duration.ns));
    at_end_of(EventKind::block_ends, duration, id);
}

// A wait that is not the port's, whatever for: the port sees a kernel wait (K17).
[[gnu::noinline, gnu::hot]] inline void Act::enter_wait(ThreadId id, Flag reason, uint64_t argument) {
    if (world_.record_count == world_.instead.record) [[unlikely]] return enter_wait_instead(id, reason, argument);
    if (!wakes_alike_) [[unlikely]] return enter_wait_late(id, reason, argument);
    if (Record* record = note(Kind::block_begin, id)) {
        record->rule = port_rule_for(world_.ports, id, Rule::K17);
        record->flags = reason;
        record->argument = argument;
    }
    Doer doer{*this, id};
    decide_block(world_.ports, id, doer);
    leave_processor(id, 0);
    thread(id).phase = ThreadPhase::blocked;
}

// K19: it counts from this instant on and is ready wake_latency later (3a.7).
[[gnu::noinline, gnu::hot]] inline void Act::leave_wait(ThreadId id, uint16_t reason, uint64_t argument) {
    if (thread(id).phase == ThreadPhase::suspended) [[unlikely]] return wait_is_over(id, reason, argument);
    Doer doer{*this, id};
    decide_wake(world_.ports, id, doer);
    if (Record* record = note(Kind::block_end, id)) {
        record->rule = port_rule_for(world_.ports, id, Rule::K19);
        record->flags = reason;
        record->argument = argument;
    }
    thread(id).phase = ThreadPhase::waking;
    wakes(id);
}

[[gnu::always_inline]] inline void Act::complete_packet(ThreadId id) {
    Batch& batch = thread(id).batch;
    const Packet& packet = batch.packet();
    const std::optional<ClientRound> waits = has_clients_ ? client_of(scenario_, packet.work.identity) : std::nullopt;
    if (Record* record = note(Kind::completed, id)) {
        record->argument = packet.compute_ns;
        name_port(*record, id);
    }
    batch.next();
    ++world_.completed;
    if (waits) client_thinks(waits->source, waits->client, waits->round + 1);
}

[[gnu::always_inline]] inline void Act::note_get_called(ThreadId id) {
    const WorkerParams& params = worker(thread(id));
    Record* record = note(Kind::get_called, id);
    if (record == nullptr) return;
    record->packet = params.batch;
    record->port = static_cast<uint16_t>(params.port.value);
    record->argument = static_cast<uint64_t>(params.timeout.ns);
}

[[gnu::always_inline]] inline void Act::call_get(ThreadId id) {
    note_get_called(id);
    if (scenario_.machine.get_cost > Duration{0}) return start_activity(id, Activity::get_call, scenario_.machine.get_cost);
    do_get(id);
}

[[gnu::always_inline]] inline void Act::do_get(ThreadId id) {
    Thread& t = thread(id);
    const WorkerParams& params = worker(t);
    Doer doer{*this, id};
    decide_get(world_.ports, id, params.port, {.batch_max = params.batch, .poll = params.timeout == Duration{0}}, doer);
    if (world_.ports.threads[id.value].state != PortThreadState::waiting) return;
    if (params.timeout == kInfinite) return static_cast<void>(t.deadline = kNever);   // one of before a branch may have had an end
    t.deadline = world_.now + params.timeout;
    at_end_of(EventKind::get_times_out, params.timeout, id, ++t.get_generation);
}

inline void Act::get_timed_out(ThreadId id, uint32_t generation) {
    Thread& t = thread(id);
    // Released or already in another get, which may have no end: this timer is stale. Woken and on its way to look: it is told after the look.
    if (generation != t.get_generation || t.phase != ThreadPhase::parked || t.deadline > world_.now) return;
    port_timeout(world_.ports, id, world_.effects);
    apply_effects(id);
    t.phase = ThreadPhase::waking;
    wakes(id);
}

}  // namespace sim
