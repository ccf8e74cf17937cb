// What a port can do beside packets, as steps: exit, close, APCs, waits on a handle, page-ins; and the gets of threads that
// can meet any of that (K10, K23-K35). Suspension stands in act_suspend.cpp.
#include <algorithm>

#include "sim/engine/act.h"
#include "sim/trace/arguments.h"

namespace sim {

void Act::do_verb(ThreadId id, const Step& step, Duration duration) {
    switch (step.kind) {
        case Step::Kind::exit: return exit_at_once(id);
        case Step::Kind::create_port: return create_port(id, step.port);
        case Step::Kind::close: return close_port(id, step.port);
        case Step::Kind::suspend: return suspend_thread(id, step.thread);
        case Step::Kind::resume: return resume_thread(id, step.thread);
        case Step::Kind::apc: return queue_apc(id, step.thread);
        case Step::Kind::kernel_apc: return kernel_apc(id, step);
        case Step::Kind::watch: return watch(id, step.port, duration);
        case Step::Kind::page_in: return page_in(id, duration);
        case Step::Kind::serve: world_.verbs[id.value].port = step.port; return;
        case Step::Kind::compute: case Step::Kind::block: case Step::Kind::lock: case Step::Kind::read: case Step::Kind::start_io:
        case Step::Kind::post: case Step::Kind::group:
        case Step::Kind::associate: case Step::Kind::bind: case Step::Kind::skip_on_success: case Step::Kind::skip_set_event: case Step::Kind::cancel_io:
        case Step::Kind::cancel_io_ex: case Step::Kind::cancel_synchronous_io: case Step::Kind::wait_io: case Step::Kind::close_file:
        case Step::Kind::duplicate_file: return;             // none of these
    }
}

// A call that changes nothing. `caller` none: a source.
void Act::call_fails(ThreadId caller, FailedCall call, WhyFailed why, ThreadId whom, PortId port) {
    Record* record = note(Kind::call_failed, caller);
    if (record == nullptr) return;
    if (port.valid()) record->port = static_cast<uint16_t>(port.value);
    record->argument = failed_argument(call, why, whom.value);
}

// The effects' records say what the port decided; this adds what only the caller knows.
void Act::complete_record(size_t from, Kind kind, uint16_t flags, uint64_t argument) {
    if (out_ == nullptr) return;
    for (size_t i = from; i < out_->size(); ++i) {
        Record& record = (*out_)[i];
        if (record.kind != kind) continue;
        record.flags = static_cast<uint16_t>(record.flags | flags);
        record.argument = argument;
        return;
    }
}

// It is ready wake_latency later (3a.7).
void Act::wake(ThreadId id) {
    thread(id).phase = ThreadPhase::waking;
    wakes(id);
}

Record* Act::note_ruled(Kind kind, ThreadId id, Rule rule) {
    Record* record = note(kind, id);
    if (record != nullptr) record->rule = rule;
    return record;
}

// A worker that may meet all this.
void Act::worker_goes_on(ThreadId id) {
    Thread& t = thread(id);
    if (t.has_packet()) {
        Packet& packet = t.batch.packet();
        const Action action = next_action(handler_of_packet(worker(t), packet), packet.work);
        if (action.done()) return complete_packet(id);
        if (action.does_nothing()) return;
        if (action.computes()) packet.compute_ns += static_cast<uint64_t>(action.duration.ns);
        return do_step(id, action);
    }
    if (world_.verbs[id.value].side != SideProgram::none) return side_goes_on(id);
    note_own_get_called(id);
    if (scenario_.machine.get_cost > Duration{0}) return start_activity(id, Activity::own_get, scenario_.machine.get_cost);
    do_own_get(id);
}

const Handler& Act::side_handler(ThreadId id) const {
    const WorkerParams& params = scenario_.workers[world_.threads[id.value].worker];
    switch (world_.verbs[id.value].side) {
        case SideProgram::timeout: return params.on_timeout;
        case SideProgram::abandoned: return params.on_abandoned;
        case SideProgram::apc:
        case SideProgram::none: break;
    }
    return params.on_apc;
}

// What follows a get that brought no packet.
void Act::begin_side(ThreadId id, SideProgram side) {
    if (world_.verbs.empty() || thread(id).program != kOwnCalls) return;
    ThreadVerbs& v = world_.verbs[id.value];
    v.side = side;
    v.side_work = {};
    if (!side_handler(id).steps.empty()) v.side_work = side_run(scenario_, id, v.side_runs++);
}

void Act::side_goes_on(ThreadId id) {
    ThreadVerbs& v = world_.verbs[id.value];
    const Action action = next_action(side_handler(id), v.side_work);
    if (!action.done()) {
        if (!action.does_nothing()) do_step(id, action);
        return;
    }
    if (v.side == SideProgram::apc && --v.apcs_to_run > 0) return begin_side(id, SideProgram::apc);   // K23: each runs
    const bool leaves = v.side == SideProgram::abandoned && !world_.ports.ports[v.port.value].open;
    v.side = SideProgram::none;
    if (leaves) exit_thread(id);
}

void Act::note_own_get_called(ThreadId id) {
    const WorkerParams& params = worker(thread(id));
    Record* record = note(Kind::get_called, id);
    if (record == nullptr) return;
    record->packet = params.batch;
    record->port = static_cast<uint16_t>(world_.verbs[id.value].port.value);
    record->argument = static_cast<uint64_t>(params.timeout.ns);
    if (params.alertable) record->flags = kAlerted;
}

void Act::do_own_get(ThreadId id) {
    Thread& t = thread(id);
    const WorkerParams& params = worker(t);
    const PortId port = world_.verbs[id.value].port;
    if (!world_.ports.ports[port.value].open) {              // K30: a call that starts after the close
        if (Record* record = note(Kind::get_returned, id)) {
            record->rule = world_.ports.ports[port.value].policy == Policy::nt ? Rule::K30 : Rule::none;
            record->port = static_cast<uint16_t>(port.value);
            record->flags = kInvalid;
        }
        return begin_side(id, SideProgram::abandoned);
    }
    const GetCall call{.batch_max = params.batch, .batch_min = params.batch_min, .poll = params.timeout == Duration{0}, .alertable = params.alertable};
    port_get(world_.ports, id, port, call, world_.effects);
    apply_effects(id);
    if (world_.ports.threads[id.value].state != PortThreadState::waiting) return;
    if (params.timeout == kInfinite) return static_cast<void>(t.deadline = kNever);   // one of before a branch may have had an end
    t.deadline = world_.now + params.timeout;
    at_end_of(EventKind::get_times_out, params.timeout, id, ++t.get_generation);
}

// A get or a wait on a handle ended otherwise than with packets.
void Act::wait_ended_aside(const Effect& effect) {
    const ThreadId id = effect.thread;
    if (world_.verbs.empty()) return;
    ThreadVerbs& v = world_.verbs[id.value];
    const bool parked = thread(id).phase == ThreadPhase::parked;
    switch (effect.kind) {
        case EffectKind::timed_out: return begin_side(id, SideProgram::timeout);       // the caller wakes it, or it has polled
        case EffectKind::abandoned: begin_side(id, SideProgram::abandoned); break;
        case EffectKind::apc:
            v.apcs_to_run = std::exchange(v.apcs, 0);
            begin_side(id, SideProgram::apc);
            break;
        case EffectKind::signalled: return watch_ended(id, world_.ports.ports[effect.port.value].open ? 0 : kAbandoned, effect.rule);
        case EffectKind::opened: case EffectKind::took: case EffectKind::waits: case EffectKind::released: case EffectKind::queued:
        case EffectKind::blocked: case EffectKind::woke: case EffectKind::suspended: case EffectKind::resumed: case EffectKind::exited:
        case EffectKind::closed: case EffectKind::woken: case EffectKind::watching: return;
    }
    if (parked) wake(id);
}

// K27. In a handler the packet counts as completed; the rest of its batch nobody will ever see: those packets are lost.
void Act::exit_at_once(ThreadId id) {
    Thread& t = thread(id);
    uint64_t lost = 0;
    if (t.has_packet()) complete_packet(id);
    for (; t.has_packet(); t.batch.next()) ++lost;
    world_.lost += lost;
    const size_t from = records_so_far();
    exit_thread(id);
    complete_record(from, Kind::thread_exit, 0, lost);
}

// CreateIoCompletionPort without a file. With a port that is there it is an error; while a closed one is in use its name means that.
void Act::create_port(ThreadId id, PortId number) {
    if (world_.ports.ports[number.value].open) return call_fails(id, FailedCall::create_port, WhyFailed::port_is_there, {}, number);
    if (!port_gone(world_.ports, number)) return call_fails(id, FailedCall::create_port, WhyFailed::closed_port_in_use, {}, number);
    const PortParams& params = scenario_.ports[number.value];
    port_open_reserved(world_.ports, number, params.policy, limit_in_force(params, scenario_.machine.processors), world_.effects, params.options);
    apply_effects(id);
}

// K29-K32.
void Act::close_port(ThreadId id, PortId number) {
    Port& port = world_.ports.ports[number.value];
    if (!port.open) return call_fails(id, FailedCall::close, WhyFailed::port_closed, {}, number);
    port_close(world_.ports, number, world_.effects);
    const size_t from = records_so_far();
    apply_effects(id);
    if (port.alive()) return complete_record(from, Kind::port_closed, kKeepsSlot, 0);
    complete_record(from, Kind::port_closed, 0, lose_queued(number));
}

// K32: the last file of a closed port takes it along.
void Act::file_leaves_port(PortId number) {
    port_close_file(world_.ports, number);
    if (world_.ports.ports[number.value].alive()) return;
    const uint64_t lost = lose_queued(number);
    Record* record = note_ruled(Kind::port_closed, {}, world_.ports.ports[number.value].policy == Policy::nt ? Rule::K32 : Rule::none);
    if (record == nullptr) return;
    record->port = static_cast<uint16_t>(number.value);
    record->argument = lost;
}

// K31: nobody sees these packets. Returns how many.
uint64_t Act::lose_queued(PortId number) {
    const uint64_t lost = world_.queued[number.value].size();
    world_.queued[number.value].clear();
    world_.lost += lost;
    return lost;
}

void Act::queue_apc(ThreadId caller, ThreadId id) {
    if (thread(id).phase == ThreadPhase::exited) return call_fails(caller, FailedCall::apc, WhyFailed::thread_exited, id, {});
    const PortThread& t = world_.ports.threads[id.value];
    const bool ends_wait = t.state == PortThreadState::waiting && t.alertable;
    if (Record* record = note_ruled(Kind::apc, id, port_rule_for(world_.ports, id, ends_wait ? Rule::K23 : Rule::K24))) {
        record->packet = kNoPacket;
        record->argument = apc_argument(caller.value, kNoPacket);
    }
    ++world_.verbs[id.value].apcs;
    port_apc(world_.ports, id, world_.effects);
    apply_effects(caller);
}

// A thread that was interrupted in its get and looks again: what it takes is told, and given to it, as to one that is let go.
void Act::looked_again(ThreadId id, Rule rule) {
    for (size_t i = 0; i < world_.effects.items.size(); ++i) {
        Effect& effect = world_.effects.items[i];
        if (effect.kind != EffectKind::took || effect.thread != id) continue;
        effect.kind = EffectKind::released;
        if (effect.rule != Rule::none) effect.rule = rule;
    }
}

// K25; K5: what it posts to the port on which its thread waits is queued.
void Act::kernel_apc(ThreadId caller, const Step& step) {
    const ThreadId id = step.thread;
    if (thread(id).phase == ThreadPhase::exited) return call_fails(caller, FailedCall::kernel_apc, WhyFailed::thread_exited, id, {});
    const PortThread& t = world_.ports.threads[id.value];
    const bool waits = t.state == PortThreadState::waiting && world_.ports.ports[t.waits_on.value].policy == Policy::nt && world_.ports.ports[t.waits_on.value].alive();
    const bool posts = step.port.valid() && world_.ports.ports[step.port.value].open;
    Packet packet;
    packet.key = step.key;
    if (posts) packet.work = next_packet_of(caller);
    arriving_ = &packet;
    const PacketId number = waits && posts ? PacketId{static_cast<uint32_t>(world_.posted)} : PacketId{};
    if (Record* record = note_ruled(Kind::apc, id, waits ? Rule::K25 : Rule::none)) {
        record->packet = kNoPacket;
        record->flags = kKernelApc;
        if (waits && posts) record->port = static_cast<uint16_t>(step.port.value);
        record->argument = apc_argument(caller.value, number.value);
    }
    if (step.port.valid() && !posts) call_fails(caller, FailedCall::post, WhyFailed::port_closed, {}, step.port);
    if (!waits) {
        if (posts) post(step.port, packet, caller);
        return;
    }
    if (posts) {
        ++world_.posted;
        note_posted(step.port, number, packet, caller);
    }
    const ApcPost apc_post{step.port, number};
    port_kernel_apc(world_.ports, id, posts ? &apc_post : nullptr, world_.effects);
    looked_again(id, Rule::K25);
    apply_effects(caller);
}

// K33: a wait on the port's handle, which takes no packet.
void Act::watch(ThreadId id, PortId port, Duration timeout) {
    if (!world_.ports.ports[port.value].open) return call_fails(id, FailedCall::watch, WhyFailed::port_closed, {}, port);
    const bool signalled = !world_.ports.ports[port.value].queue.empty();
    if (signalled || timeout == Duration{0}) return note_watch_end(id, port, signalled ? 0 : kTimedOut, Rule::K33);   // K18
    if (Record* record = note_ruled(Kind::block_begin, id, port_rule_for(world_.ports, id, Rule::K17))) {
        record->flags = kHandleWait;
        record->argument = port.value;
    }
    port_watch(world_.ports, id, port, world_.effects);
    apply_effects(id);
    leave_processor(id, 0);
    thread(id).phase = ThreadPhase::blocked;
    ThreadVerbs& v = world_.verbs[id.value];
    v.watches = port;
    v.wait_until = timeout == kInfinite ? Instant{INT64_MAX} : world_.now + timeout;
    if (timeout != kInfinite) at_end_of(EventKind::watch_times_out, timeout, id);
}

void Act::note_watch_end(ThreadId id, PortId port, uint16_t flags, Rule rule) {
    Record* record = note_ruled(Kind::block_end, id, world_.ports.ports[port.value].policy == Policy::nt ? rule : Rule::none);
    if (record == nullptr) return;
    record->flags = static_cast<uint16_t>(kHandleWait | flags);
    record->argument = port.value;
}

void Act::watch_ended(ThreadId id, uint16_t flags, Rule rule) {
    ThreadVerbs& v = world_.verbs[id.value];
    note_watch_end(id, v.watches, flags, rule);
    if (v.wait_until.ns != INT64_MAX) world_.events.remove(EventKind::watch_times_out, id.value);   // if it has not come
    v.wait_until = Instant{INT64_MAX};
    wake(id);
}

void Act::watch_timed_out(ThreadId id) {
    if (thread(id).phase == ThreadPhase::suspended) return;  // it looks at the time when it is resumed
    port_timeout(world_.ports, id, world_.effects);
    world_.effects.clear();                                  // no get has timed out
    watch_ended(id, kTimedOut, Rule::K19);
}

// O6: a page-in that the port does not hear of keeps its slot.
void Act::page_in(ThreadId id, Duration duration) {
    const PortId port = world_.ports.threads[id.value].association;
    const bool keeps = port.valid() && world_.ports.ports[port.value].options.page_in_runs;
    if (Record* record = note_ruled(Kind::block_begin, id, port_rule_for(world_.ports, id, keeps ? Rule::K21 : Rule::K17))) {
        record->flags = static_cast<uint16_t>(kPageIn | (keeps ? kKeepsSlot : 0));
        record->argument = static_cast<uint64_t>(duration.ns);
    }
    port_page_in(world_.ports, id, world_.effects);
    apply_effects(id);
    leave_processor(id, 0);
    thread(id).phase = ThreadPhase::blocked;
    at_end_of(EventKind::block_ends, duration, id);
}

// A port that is closed: the caller is told. A source gives up this packet, a client for good.
void Act::post_fails(PortId port, ThreadId poster) { call_fails(poster, FailedCall::post, WhyFailed::port_closed, {}, port); }

}  // namespace sim
