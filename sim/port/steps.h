// The single steps that every policy's decisions are made of: they keep state, count and effects together. For the files of
// sim/port; not for callers of port.h.
//
// Sink: who is told of each effect, with its packets, when the state is as it is after it. Effects is one, which keeps them for
// later; sim/engine has one that acts at once (sim/port/decide.h).
#pragma once
#include <algorithm>

#include "sim/model/port.h"

namespace sim {

template <class Sink>
[[gnu::always_inline]] inline void tell(Sink& sink, EffectKind kind, Rule rule, PortId port, ThreadId thread) {
    sink(Effect{.kind = kind, .rule = rule, .port = port, .thread = thread}, nullptr);
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

/// `given`, with `first` and as many of the packets behind it in the port's queue as make `most` in all.
template <class Sink>
[[gnu::always_inline]] inline void tell_given(Port& port, Effect given, PacketId first, uint32_t most, Sink& sink) {
    given.count = 1;
    if (most == 1 || port.queue.empty()) [[likely]] return sink(given, &first);
    Scratch<PacketId>& packets = sink.room();
    packets.clear();
    packets.push_back(first);
    while (packets.size() < most && !port.queue.empty()) packets.push_back(port.queue.pop_front());
    given.count = static_cast<uint32_t>(packets.size());
    sink(given, packets.data());
}

/// What a get that has decided makes happen. The thread does not count before, and counts after all but `park`.
struct Decided {
    Rule rule = Rule::none;
    bool associated = false;      ///< this get made the association
};
/// Up to the call's MAX, oldest first (K36, K37, K39), for one count.
template <class Sink>
[[gnu::always_inline]] inline void take(PortState& state, ThreadId thread, PortId id, Decided decided, Sink& sink) {
    Port& port = state.ports[id.value];
    const PacketId first = port.queue.pop_front();
    runs(state, thread, id);
    const Effect took{.kind = EffectKind::took, .rule = decided.rule, .from_queue = true, .associated = decided.associated, .port = id, .thread = thread};
    tell_given(port, took, first, state.threads[thread.value].batch_max, sink);
}
/// To the tail of the waiters (K13, K15).
template <class Sink>
[[gnu::always_inline]] inline void park(PortState& state, ThreadId thread, PortId id, Decided decided, Sink& sink) {
    PortThread& t = state.threads[thread.value];
    t.state = PortThreadState::waiting;
    t.waits_on = id;
    state.ports[id.value].waiters.push_back(thread);
    sink(Effect{.kind = EffectKind::waits, .rule = decided.rule, .associated = decided.associated, .port = id, .thread = thread}, nullptr);
}
/// A poll that finds nothing that it may take.
template <class Sink>
inline void poll_ends(PortState& state, ThreadId thread, PortId id, Decided decided, Sink& sink) {
    runs(state, thread, id);
    sink(Effect{.kind = EffectKind::timed_out, .rule = decided.rule, .associated = decided.associated, .port = id, .thread = thread}, nullptr);
}

/// Whether the thread's alertable get would end for a user APC now (K13 (b), K23).
inline bool apc_waits(const PortState& state, ThreadId thread) {
    const PortThread& t = state.threads[thread.value];
    return t.alertable && t.apcs > 0;
}
/// If so all of them run and its get returns.
template <class Sink>
inline void run_apcs(PortState& state, ThreadId thread, PortId id, Decided decided, Sink& sink) {
    state.threads[thread.value].apcs = 0;
    runs(state, thread, id);
    sink(Effect{.kind = EffectKind::apc, .rule = decided.rule, .associated = decided.associated, .port = id, .thread = thread}, nullptr);
}

/// A waiter is let go with a packet that was not queued, or with packets that were.
template <class Sink>
[[gnu::always_inline]] inline void hand_over(PortState& state, ThreadId thread, PacketId packet, Rule rule, Sink& sink) {
    const PortId id = state.threads[thread.value].waits_on;
    unlist(state, thread);
    runs(state, thread, id);
    sink(Effect{.kind = EffectKind::released, .rule = rule, .port = id, .thread = thread, .count = 1}, &packet);
}
template <class Sink>
[[gnu::always_inline]] inline void release_with_queued(PortState& state, ThreadId thread, uint32_t most, Rule rule, Sink& sink) {
    const PortId id = state.threads[thread.value].waits_on;
    Port& port = state.ports[id.value];
    unlist(state, thread);
    const PacketId first = port.queue.pop_front();
    runs(state, thread, id);
    tell_given(port, {.kind = EffectKind::released, .rule = rule, .from_queue = true, .port = id, .thread = thread}, first, most, sink);
}
template <class Sink>
[[gnu::always_inline]] inline void queue(PortState& state, PortId id, PacketId packet, Rule rule, Sink& sink) {
    state.ports[id.value].queue.push_back(packet);
    sink(Effect{.kind = EffectKind::queued, .rule = rule, .port = id, .thread = {}, .count = 1}, &packet);
}
/// A waiter is taken off the list, to look when it runs.
inline void wake(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    unlist(state, thread);
    t.state = PortThreadState::looking;
    state.ports[t.waits_on.value].active += 1;
    tell(effects, EffectKind::woken, Rule::none, t.waits_on, thread);
}
/// A waiting thread of a closed port is told so; it counts as long as it is associated (K32).
inline void abandon(PortState& state, ThreadId thread, Rule rule, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    t.state = PortThreadState::running;
    if (t.association.valid()) state.ports[t.association.value].active += 1;
    tell(effects, EffectKind::abandoned, rule, t.waits_on, thread);
}

}  // namespace sim
