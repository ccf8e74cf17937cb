#include "sim/port/nt.h"

#include <algorithm>

#include "sim/base/check.h"
#include "sim/port/effects.h"

namespace sim {
namespace {

/// The newest waiter stops waiting and counts (S4: the tail of the list; K1, K15).
ThreadId unpark_newest(PortState& state, Port& port) {
    const ThreadId thread = port.waiters.back();
    port.waiters.pop_back();
    state.threads[thread.value].state = PortThreadState::running;
    port.active += 1;
    return thread;
}

void unpark(Port& port, ThreadId thread) {
    const auto at = std::find(port.waiters.begin(), port.waiters.end(), thread);
    SIM_CHECK(at != port.waiters.end(), "a waiting thread is not among the waiters of its port");
    port.waiters.erase(at);
}

/// K11: up to the call's MAX, oldest first (K36, K37, K39), for one count.
void take(PortState& state, ThreadId thread, PortId id, Rule rule, bool associated, Effects& effects) {
    Port& port = state.ports[id.value];
    PortThread& t = state.threads[thread.value];
    Effect& took = add_effect(effects, EffectKind::took, rule, id, thread);
    took.from_queue = true;
    took.associated = associated;
    for (uint32_t n = 0; n < t.batch_max && !port.queue.empty(); ++n) add_packet(effects, port.queue.pop_front());
    port.active += 1;
    t.state = PortThreadState::running;
}

/// K13 (d): to the tail of the waiters, uncounted (K15).
void park(PortState& state, ThreadId thread, PortId id, Rule rule, bool associated, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    t.state = PortThreadState::waiting;
    t.waits_on = id;
    state.ports[id.value].waiters.push_back(thread);
    add_effect(effects, EffectKind::waits, rule, id, thread).associated = associated;
}

}  // namespace

void nt_post(PortState& state, PortId id, PacketId packet, QueueEnd end, Effects& effects) {
    Port& port = state.ports[id.value];
    if (port.active < port.limit && !port.waiters.empty()) {          // K1: the entry is never queued
        const ThreadId thread = unpark_newest(state, port);
        add_effect(effects, EffectKind::released, Rule::K1, id, thread);
        add_packet(effects, packet);
        return;
    }
    if (end == QueueEnd::tail) {
        nt_queue(state, id, packet, Rule::K2, effects);
        return;
    }
    port.queue.push_front(packet);                                     // K3: only the place in the queue differs
    add_effect(effects, EffectKind::queued, Rule::K3, id, ThreadId{});
    add_packet(effects, packet);
}

void nt_queue(PortState& state, PortId id, PacketId packet, Rule rule, Effects& effects) {
    state.ports[id.value].queue.push_back(packet);                     // K2: nobody is woken
    add_effect(effects, EffectKind::queued, rule, id, ThreadId{});
    add_packet(effects, packet);
}

void nt_get(PortState& state, ThreadId thread, PortId id, bool again, bool poll, Effects& effects) {
    Port& port = state.ports[id.value];
    const bool at_limit = again && port.active == port.limit;
    if (again) port.active -= 1;                                       // K8, before K11; a first get has no count yet (K9)
    if (port.active < port.limit && !port.queue.empty()) {             // K11; at the limit K8 let it through: K12
        take(state, thread, id, at_limit ? Rule::K12 : Rule::K11, !again, effects);
        return;
    }
    if (poll) {                                                        // K13 (c); with packets queued it is K14
        port.active += 1;
        state.threads[thread.value].state = PortThreadState::running;
        add_effect(effects, EffectKind::timed_out, port.queue.empty() ? Rule::K13 : Rule::K14, id, thread).associated = !again;
        return;
    }
    const bool drained = again && !port.queue.empty();                 // K16: over the limit, and it is this thread that stops
    park(state, thread, id, drained ? Rule::K16 : Rule::K13, !again, effects);
}

void nt_free_slot(PortState& state, PortId id, Rule rule, Effects& effects) {
    Port& port = state.ports[id.value];
    port.active -= 1;
    if (port.active >= port.limit || port.queue.empty() || port.waiters.empty()) return;
    const PacketId packet = port.queue.pop_front();                    // K17: head packet, newest waiter, one wake
    const ThreadId thread = unpark_newest(state, port);
    add_effect(effects, EffectKind::released, rule, id, thread).from_queue = true;
    add_packet(effects, packet);
}

void nt_timeout(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    Port& port = state.ports[t.waits_on.value];
    unpark(port, thread);
    port.active += 1;                                                  // K22: it holds a slot until it asks, blocks or leaves
    t.state = PortThreadState::running;
    add_effect(effects, EffectKind::timed_out, Rule::K22, t.waits_on, thread);
}

void nt_suspend_waiter(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    unpark(state.ports[t.waits_on.value], thread);                     // K28: K25 counts it, K17 uncounts it again
    t.state = PortThreadState::suspended_waiting;
    add_effect(effects, EffectKind::suspended, Rule::K28, t.waits_on, thread);
}

void nt_resume_waiter(PortState& state, ThreadId thread, Effects& effects) {
    const PortId id = state.threads[thread.value].waits_on;
    const Port& port = state.ports[id.value];
    if (!port.open) {                                                  // K30: closed while it was suspended
        state.threads[thread.value].state = PortThreadState::running;
        add_effect(effects, EffectKind::abandoned, Rule::K30, id, thread);
    } else if (port.active < port.limit && !port.queue.empty()) {      // K28: +1, -1, then as any get
        take(state, thread, id, Rule::K11, false, effects);
    } else {
        park(state, thread, id, Rule::K28, false, effects);            // the newest waiter now
    }
}

void nt_close(PortState& state, PortId id, Effects& effects) {
    Port& port = state.ports[id.value];
    while (!port.waiters.empty()) {
        const ThreadId thread = port.waiters.back();
        port.waiters.pop_back();
        state.threads[thread.value].state = PortThreadState::running;
        add_effect(effects, EffectKind::abandoned, Rule::K30, id, thread);
    }
}

}  // namespace sim
