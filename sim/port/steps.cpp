#include "sim/port/steps.h"

#include <algorithm>

namespace sim {
namespace {

void runs(PortState& state, ThreadId thread, PortId port) {
    state.threads[thread.value].state = PortThreadState::running;
    state.ports[port.value].active += 1;
}

}  // namespace

void unlist(PortState& state, ThreadId thread) {
    std::vector<ThreadId>& waiters = state.ports[state.threads[thread.value].waits_on.value].waiters;
    const auto at = std::find(waiters.rbegin(), waiters.rend(), thread);      // most leave from the tail
    if (at != waiters.rend()) waiters.erase(std::next(at).base());
}

void take(PortState& state, ThreadId thread, PortId id, Decided decided, Effects& effects) {
    Port& port = state.ports[id.value];
    Effect& took = add_effect(effects, EffectKind::took, decided.rule, id, thread);
    took.from_queue = true;
    took.associated = decided.associated;
    for (uint32_t n = 0; n < state.threads[thread.value].batch_max && !port.queue.empty(); ++n) add_packet(effects, port.queue.pop_front());
    runs(state, thread, id);
}

void park(PortState& state, ThreadId thread, PortId id, Decided decided, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    t.state = PortThreadState::waiting;
    t.waits_on = id;
    state.ports[id.value].waiters.push_back(thread);
    add_effect(effects, EffectKind::waits, decided.rule, id, thread).associated = decided.associated;
}

void poll_ends(PortState& state, ThreadId thread, PortId id, Decided decided, Effects& effects) {
    add_effect(effects, EffectKind::timed_out, decided.rule, id, thread).associated = decided.associated;
    runs(state, thread, id);
}

bool apc_waits(const PortState& state, ThreadId thread) {
    const PortThread& t = state.threads[thread.value];
    return t.alertable && t.apcs > 0;
}

bool runs_apcs(PortState& state, ThreadId thread, PortId id, Decided decided, Effects& effects) {
    if (!apc_waits(state, thread)) return false;
    state.threads[thread.value].apcs = 0;
    add_effect(effects, EffectKind::apc, decided.rule, id, thread).associated = decided.associated;
    runs(state, thread, id);
    return true;
}

void release(PortState& state, ThreadId thread, PacketId packet, bool from_queue, Rule rule, Effects& effects) {
    const PortId id = state.threads[thread.value].waits_on;
    unlist(state, thread);
    add_effect(effects, EffectKind::released, rule, id, thread).from_queue = from_queue;
    add_packet(effects, packet);
    runs(state, thread, id);
}

void queue(PortState& state, PortId id, PacketId packet, Rule rule, Effects& effects) {
    state.ports[id.value].queue.push_back(packet);
    add_effect(effects, EffectKind::queued, rule, id, ThreadId{});
    add_packet(effects, packet);
}

void abandon(PortState& state, ThreadId thread, Rule rule, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    t.state = PortThreadState::running;
    if (t.association.valid()) state.ports[t.association.value].active += 1;
    add_effect(effects, EffectKind::abandoned, rule, t.waits_on, thread);
}

}  // namespace sim
