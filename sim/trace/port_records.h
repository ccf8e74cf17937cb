// Decisions of the port as trace records: the same for the model and for the recorder's `port` backend.
#pragma once
#include <vector>

#include "sim/model/port.h"
#include "sim/trace/record.h"

namespace sim {

struct DecisionContext {
    int64_t time_ns = 0;
    uint32_t caller = kNoThread;          ///< thread whose call this was; kNoThread for sources
    uint16_t processor = kNoProcessor;    ///< of the caller
};

/// Appends the records of `effects`, `state` being the state after them: associated, taken, get_returned, parked, queued,
/// handed_over, released, suspended ... Left to the caller, who knows more: get_called, posted, block_begin (before the call
/// whose effects these are), block_end, completed, ready, processors, and get_returned of threads that were released (they
/// return when they run).
void append_port_records(std::vector<Record>& out, const PortState& state, const Effects& effects, const DecisionContext& context);
/// Those of one effect; packets: its own.
void append_port_records(std::vector<Record>& out, const PortState& state, const Effect& effect, const PacketId* packets, const DecisionContext& context);
/// How many records of one effect that would be.
[[gnu::always_inline]] inline uint64_t port_record_count(const Effect& effect) {
    switch (effect.kind) {
        case EffectKind::took:
        case EffectKind::released:
        case EffectKind::woken: return uint64_t{effect.count} + 1 + (effect.associated ? 1 : 0);
        case EffectKind::waits:
        case EffectKind::timed_out:
        case EffectKind::apc:
        case EffectKind::abandoned: return effect.associated ? 2 : 1;
        case EffectKind::blocked:         // the caller tells of it
        case EffectKind::woke:
        case EffectKind::watching:
        case EffectKind::signalled: return 0;
        case EffectKind::opened:
        case EffectKind::queued:
        case EffectKind::suspended:
        case EffectKind::resumed:
        case EffectKind::exited:
        case EffectKind::closed: return 1;
    }
    return 0;
}

}  // namespace sim
