// Policy `nt`: the port of Windows by rules K1-K31, the default and the reference. Its post, its get and what happens when a slot
// is free stand here, for nearly every step of a run asks for one of them; the rest in nt.cpp.
#pragma once
#include "sim/port/policy.h"
#include "sim/port/steps.h"

namespace sim {

extern const PolicyDefinition kNt;

enum class QueueEnd : uint8_t { tail, head };

/// K1, K2; `end` is where a packet goes that is queued (head: K3).
template <class Sink>
[[gnu::always_inline]] inline void nt_post(PortState& state, PortId id, PacketId packet, QueueEnd end, Sink& sink) {
    Port& port = state.ports[id.value];
    if (port.active < port.limit && !port.waiters.empty())             // K1: the entry is never queued
        return hand_over(state, port.waiters.back(), packet, Rule::K1, sink);
    if (end == QueueEnd::tail) return queue(state, id, packet, Rule::K2, sink);   // K2: nobody is woken
    port.queue.push_front(packet);                                     // K3: only the place in the queue differs
    sink(Effect{.kind = EffectKind::queued, .rule = Rule::K3, .port = id, .thread = {}, .count = 1}, &packet);
}

template <class Sink>
[[gnu::always_inline]] inline void nt_get(PortState& state, ThreadId thread, PortId id, Ask ask, Sink& sink) {
    Port& port = state.ports[id.value];
    const bool at_limit = ask.again && port.active == port.limit, associated = !ask.again;
    if (ask.again) port.active -= 1;                                   // K8, before K11; a first get has no count yet (K9)
    if (port.active < port.limit && !port.queue.empty())               // K11; at the limit K8 let it through: K12
        return take(state, thread, id, {at_limit ? Rule::K12 : Rule::K11, associated}, sink);
    if (ask.poll && port.options.poll_takes && !port.queue.empty()) return take(state, thread, id, {Rule::K14, associated}, sink);   // O2
    if (apc_waits(state, thread)) [[unlikely]] return run_apcs(state, thread, id, {ask.again ? Rule::K26 : Rule::K13, associated}, sink);   // K13 (b), before (c)
    if (ask.poll) return poll_ends(state, thread, id, {port.queue.empty() ? Rule::K13 : Rule::K14, associated}, sink);   // K13 (c)
    const bool drained = ask.again && !port.queue.empty();             // K16: over the limit, and it is this thread that stops
    park(state, thread, id, {drained ? Rule::K16 : Rule::K13, associated}, sink);   // K13 (d)
}

/// K17: head packet, newest waiter, one wake.
template <class Sink>
[[gnu::always_inline]] inline void nt_free_slot(PortState& state, PortId id, Rule rule, Sink& sink) {
    Port& port = state.ports[id.value];
    port.active -= 1;
    if (port.active >= port.limit || port.queue.empty() || port.waiters.empty()) return;
    const ThreadId thread = port.waiters.back();
    const uint32_t most = port.options.drains_on_wake ? state.threads[thread.value].batch_max : 1;   // O1 (K38)
    release_with_queued(state, thread, most, rule, sink);
}

/// K25: a thread that a kernel APC took out of its wait, and that does not count now, looks again.
void nt_look_again(PortState& state, ThreadId thread, Rule rule, Effects& effects);

}  // namespace sim
