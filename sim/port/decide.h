// The decisions that nearly every step of a run asks for, told to a Sink (steps.h) as they are made; port.h's functions of these
// names are the same with Effects. What is said there of states and preconditions holds here.
//
// A Sink beside Effects has `kept()`, where policies other than nt put their effects, `tell_kept()`, which tells it of those, and
// `room()` for the packets of a batch.
#pragma once
#include "sim/base/check.h"
#include "sim/port/nt.h"
#include "sim/port/policy.h"
#include "sim/port/port.h"
#include "sim/port/steps.h"

namespace sim {

[[gnu::always_inline]] inline Port& live_port(PortState& state, PortId id) {
    SIM_CHECK(id.value < state.ports.size() && state.ports[id.value].alive(), "the port is gone, or never was");
    return state.ports[id.value];
}

[[gnu::always_inline]] inline Port& open_port(PortState& state, PortId id) {
    SIM_CHECK(id.value < state.ports.size() && state.ports[id.value].open, "the port is closed, or never was");
    return state.ports[id.value];
}

inline const PolicyOperations& operations(const PortState& state, PortId port) { return *policy_of(state.ports[port.value]).operations; }

[[gnu::always_inline]] inline PortThread& thread_in(PortState& state, ThreadId id, PortThreadState wanted, const char* what) {
    SIM_CHECK(id.value < state.threads.size(), "no such thread");
    SIM_CHECK(state.threads[id.value].state == wanted, what);
    return state.threads[id.value];
}

[[gnu::always_inline]] inline PortThread& caller(PortState& state, ThreadId id, const char* what) {
    SIM_CHECK(id.value < state.threads.size(), "no such thread");
    PortThread& t = state.threads[id.value];
    SIM_CHECK(t.state == PortThreadState::unknown || t.state == PortThreadState::running, what);
    return t;
}

/// An associated thread stops counting (K17): what that does is up to the port's policy.
template <class Sink>
[[gnu::always_inline]] inline void free_slot(PortState& state, PortId port, Rule rule, Sink& sink) {
    if (!port.valid()) return;
    if (state.ports[port.value].policy == Policy::nt) [[likely]] return nt_free_slot(state, port, rule, sink);
    operations(state, port).free_slot(state, port, rule, sink.kept());
    sink.tell_kept();
}

/// An associated thread counts again (K19): the limit is not asked.
[[gnu::always_inline]] inline void count_again(PortState& state, PortId port) {
    if (port.valid()) state.ports[port.value].active += 1;
}

/// K33, K35: all who wait on the handle go together.
void signal_watchers(PortState& state, PortId port, Rule rule, Effects& effects);

/// K33: after anything that may have queued a packet. K34: one that was handed over is not seen here.
template <class Sink>
[[gnu::always_inline]] inline void signal_if_queued(PortState& state, PortId id, Sink& sink) {
    if (state.ports[id.value].watchers.empty() || state.ports[id.value].queue.empty()) [[likely]] return;
    signal_watchers(state, id, Rule::K33, sink.kept());
    sink.tell_kept();
}

template <class Sink>
[[gnu::always_inline]] inline uint32_t decide_post(PortState& state, PortId port, PacketId packet, Sink& sink) {
    Port& at = live_port(state, port);
    const auto queued_before = static_cast<uint32_t>(at.queue.size());   // K4
    // K6: who posts makes no difference here; a poster that is associated is in `active` already.
    if (at.policy == Policy::nt) [[likely]] {
        nt_post(state, port, packet, QueueEnd::tail, sink);
    } else {
        operations(state, port).post(state, port, packet, sink.kept());
        sink.tell_kept();
    }
    signal_if_queued(state, port, sink);
    return queued_before;
}

/// What a get asks that only some policies know.
inline void check_get(const PolicyDefinition& policy, const GetCall& call) {
    SIM_CHECK(call.batch_min >= 1 && call.batch_min <= call.batch_max, "a get takes at least one packet, and its minimum is no more than its maximum");
    SIM_CHECK(call.batch_min == 1 || policy.row.delivery == Delivery::min_to_max, "the policy knows no minimum");
    SIM_CHECK(!call.alertable || policy.runs_apcs, "the policy has no alertable get");
}

template <class Sink>
[[gnu::always_inline]] inline void decide_get(PortState& state, ThreadId thread, PortId port, GetCall call, Sink& sink) {
    PortThread& t = caller(state, thread, "get of a thread that does not run");
    const Port& at = open_port(state, port);
    const bool nt = at.policy == Policy::nt;
    if (nt) SIM_CHECK(call.batch_min == 1 && call.batch_max >= 1, "a get of nt takes at least one packet, and knows no minimum");
    else check_get(policy_of(at), call);
    const bool again = t.association == port;
    if (call.alertable && t.apcs > 0 && !again && !at.options.apc_classic) {   // K26: nothing else changes
        t.apcs = 0;
        t.state = PortThreadState::running;
        return tell(sink, EffectKind::apc, rule_at(state, port, Rule::K26), port, thread);
    }
    if (!again) free_slot(state, t.association, Rule::K10, sink);      // K10; of no port: K9
    t.association = port;                                              // K29: until it exits, asks elsewhere or the port goes
    t.batch_max = nt || policy_of(at).row.delivery != Delivery::one ? call.batch_max : 1;
    t.batch_min = call.batch_min;
    t.alertable = call.alertable;
    const Ask ask{.again = again, .poll = call.poll};
    if (nt) [[likely]] return nt_get(state, thread, port, ask, sink);
    operations(state, port).get(state, thread, port, ask, sink.kept());
    sink.tell_kept();
}

template <class Sink>
[[gnu::always_inline]] inline void decide_block(PortState& state, ThreadId thread, Sink& sink) {
    PortThread& t = thread_in(state, thread, PortThreadState::running, "block of a thread that does not run");
    t.state = PortThreadState::blocked;
    tell(sink, EffectKind::blocked, rule_at(state, t.association, Rule::K17), t.association, thread);
    free_slot(state, t.association, Rule::K17, sink);
}

template <class Sink>
[[gnu::always_inline]] inline void decide_wake(PortState& state, ThreadId thread, Sink& sink) {
    PortThread& t = thread_in(state, thread, PortThreadState::blocked, "wake of a thread that is not blocked");
    t.state = PortThreadState::running;
    if (!t.keeps_slot) count_again(state, t.association);              // K19: over the limit if need be
    t.keeps_slot = false;
    tell(sink, EffectKind::woke, rule_at(state, t.association, Rule::K19), t.association, thread);
}

}  // namespace sim
