// Appends effects to a reused buffer: what nt.cpp, wine8.cpp and port.cpp share. Not for callers of port.h.
#pragma once
#include "sim/model/port.h"

namespace sim {

inline Effect& add_effect(Effects& effects, EffectKind kind, Rule rule, PortId port, ThreadId thread) {
    Effect effect;
    effect.kind = kind;
    effect.rule = rule;
    effect.port = port;
    effect.thread = thread;
    effect.first = static_cast<uint32_t>(effects.packets.size());
    effects.items.push_back(effect);
    return effects.items.back();
}

/// Gives `packet` to the last effect.
inline void add_packet(Effects& effects, PacketId packet) {
    effects.packets.push_back(packet);
    effects.items.back().count += 1;
}

}  // namespace sim
