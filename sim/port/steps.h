// The single steps that every policy's decisions are made of: they keep state, count and effects together. For the files of
// sim/port; not for callers of port.h.
#pragma once
#include "sim/model/port.h"

namespace sim {

inline Effect& add_effect(Effects& effects, EffectKind kind, Rule rule, PortId port, ThreadId thread) {
    Effect& effect = effects.items.emplace_back();
    effect.kind = kind;
    effect.rule = rule;
    effect.port = port;
    effect.thread = thread;
    effect.first = static_cast<uint32_t>(effects.packets.size());
    return effect;
}
/// Gives `packet` to the last effect.
inline void add_packet(Effects& effects, PacketId packet) {
    effects.packets.push_back(packet);
    effects.items.back().count += 1;
}

/// Takes the thread out of the waiters of the port that it waits on, if it stands there.
void unlist(PortState& state, ThreadId thread);

/// What a get that has decided makes happen. The thread does not count before, and counts after all but `park`.
struct Decided {
    Rule rule = Rule::none;
    bool associated = false;      ///< this get made the association
};
/// Up to the call's MAX, oldest first (K36, K37, K39), for one count.
void take(PortState& state, ThreadId thread, PortId port, Decided decided, Effects& effects);
/// To the tail of the waiters (K13, K15).
void park(PortState& state, ThreadId thread, PortId port, Decided decided, Effects& effects);
/// A poll that finds nothing that it may take.
void poll_ends(PortState& state, ThreadId thread, PortId port, Decided decided, Effects& effects);

/// Whether the thread's alertable get would end for a user APC now (K13 (b), K23).
bool apc_waits(const PortState& state, ThreadId thread);
/// If so all its user APCs run and its get returns.
bool runs_apcs(PortState& state, ThreadId thread, PortId port, Decided decided, Effects& effects);

/// A waiter is let go with one packet, which was queued before or was not.
void release(PortState& state, ThreadId thread, PacketId packet, bool from_queue, Rule rule, Effects& effects);
void queue(PortState& state, PortId port, PacketId packet, Rule rule, Effects& effects);
/// A waiting thread of a closed port is told so; it counts as long as it is associated (K32).
void abandon(PortState& state, ThreadId thread, Rule rule, Effects& effects);

}  // namespace sim
