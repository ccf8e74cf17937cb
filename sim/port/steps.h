// The single steps that every policy's decisions are made of: they keep state, count and effects together. For the files of
// sim/port; not for callers of port.h.
#pragma once
#include <algorithm>

#include "sim/model/port.h"

namespace sim {

[[gnu::always_inline]] inline Effect& add_effect(Effects& effects, EffectKind kind, Rule rule, PortId port, ThreadId thread) {
    return effects.items.push_back({.kind = kind, .rule = rule, .port = port, .thread = thread, .first = static_cast<uint32_t>(effects.packets.size())});
}
/// Gives `packet` to the last effect.
[[gnu::always_inline]] inline void add_packet(Effects& effects, PacketId packet) {
    effects.packets.push_back(packet);
    effects.items.back().count += 1;
}

/// Takes the thread out of the waiters of the port that it waits on, if it stands there.
[[gnu::always_inline]] inline void unlist(PortState& state, ThreadId thread) {
    std::vector<ThreadId>& waiters = state.ports[state.threads[thread.value].waits_on.value].waiters;
    if (!waiters.empty() && waiters.back() == thread) return waiters.pop_back();      // most leave from the tail
    const auto at = std::find(waiters.begin(), waiters.end(), thread);
    if (at != waiters.end()) waiters.erase(at);
}

/// The thread runs, and counts at the port.
[[gnu::always_inline]] inline void runs(PortState& state, ThreadId thread, PortId port) {
    state.threads[thread.value].state = PortThreadState::running;
    state.ports[port.value].active += 1;
}

/// What a get that has decided makes happen. The thread does not count before, and counts after all but `park`.
struct Decided {
    Rule rule = Rule::none;
    bool associated = false;      ///< this get made the association
};
/// Up to the call's MAX, oldest first (K36, K37, K39), for one count.
[[gnu::always_inline]] inline void take(PortState& state, ThreadId thread, PortId id, Decided decided, Effects& effects) {
    Port& port = state.ports[id.value];
    Effect& took = add_effect(effects, EffectKind::took, decided.rule, id, thread);
    took.from_queue = true;
    took.associated = decided.associated;
    for (uint32_t n = 0; n < state.threads[thread.value].batch_max && !port.queue.empty(); ++n) add_packet(effects, port.queue.pop_front());
    runs(state, thread, id);
}
/// To the tail of the waiters (K13, K15).
[[gnu::always_inline]] inline void park(PortState& state, ThreadId thread, PortId id, Decided decided, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    t.state = PortThreadState::waiting;
    t.waits_on = id;
    state.ports[id.value].waiters.push_back(thread);
    add_effect(effects, EffectKind::waits, decided.rule, id, thread).associated = decided.associated;
}
/// A poll that finds nothing that it may take.
inline void poll_ends(PortState& state, ThreadId thread, PortId id, Decided decided, Effects& effects) {
    add_effect(effects, EffectKind::timed_out, decided.rule, id, thread).associated = decided.associated;
    runs(state, thread, id);
}

/// Whether the thread's alertable get would end for a user APC now (K13 (b), K23).
inline bool apc_waits(const PortState& state, ThreadId thread) {
    const PortThread& t = state.threads[thread.value];
    return t.alertable && t.apcs > 0;
}
/// If so all its user APCs run and its get returns.
inline bool runs_apcs(PortState& state, ThreadId thread, PortId id, Decided decided, Effects& effects) {
    if (!apc_waits(state, thread)) return false;
    state.threads[thread.value].apcs = 0;
    add_effect(effects, EffectKind::apc, decided.rule, id, thread).associated = decided.associated;
    runs(state, thread, id);
    return true;
}

/// A waiter is let go with one packet, which was queued before or was not.
[[gnu::always_inline]] inline void release(PortState& state, ThreadId thread, PacketId packet, bool from_queue, Rule rule, Effects& effects) {
    const PortId id = state.threads[thread.value].waits_on;
    unlist(state, thread);
    add_effect(effects, EffectKind::released, rule, id, thread).from_queue = from_queue;
    add_packet(effects, packet);
    runs(state, thread, id);
}
inline void queue(PortState& state, PortId id, PacketId packet, Rule rule, Effects& effects) {
    state.ports[id.value].queue.push_back(packet);
    add_effect(effects, EffectKind::queued, rule, id, ThreadId{});
    add_packet(effects, packet);
}
/// A waiting thread of a closed port is told so; it counts as long as it is associated (K32).
inline void abandon(PortState& state, ThreadId thread, Rule rule, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    t.state = PortThreadState::running;
    if (t.association.valid()) state.ports[t.association.value].active += 1;
    add_effect(effects, EffectKind::abandoned, rule, t.waits_on, thread);
}

}  // namespace sim
