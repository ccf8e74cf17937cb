// Decisions of the port as trace records: the same for the model and for the recorder's `port` backend.
#pragma once
#include <vector>

#include "sim/base/scratch.h"
#include "sim/model/port.h"
#include "sim/trace/record.h"

namespace sim {

struct DecisionContext {
    int64_t time_ns = 0;
    uint32_t caller = kNoThread;          ///< thread whose call this was; kNoThread for sources
    uint16_t processor = kNoProcessor;    ///< of the caller
};

inline Record& new_record(std::vector<Record>& out) { return out.emplace_back(); }
[[gnu::always_inline]] inline Record& new_record(Scratch<Record>& out) { return out.add(); }

namespace port_records {

/// What differs from record to record of one effect.
struct Of {
    uint64_t argument = 0;
    uint32_t packet = kNoPacket;
    uint16_t flags = 0;
};

// All of it at once: the model writes millions a second.
template <class Records>
[[gnu::always_inline]] inline void add(Records& out, Kind kind, const Effect& effect, uint32_t thread, uint16_t processor, const DecisionContext& context, Of of) {
    Record& record = new_record(out);
    record.time_ns = context.time_ns;
    record.argument = of.argument;
    record.thread = thread;
    record.packet = of.packet;
    record.port = number_of(effect.port);
    record.processor = processor;
    record.flags = of.flags;
    record.rule = effect.rule;
    record.kind = kind;
}

// The thread's own records carry the processor that it runs on; those of threads that are let go do not.
template <class Records>
[[gnu::always_inline]] inline void add_of_thread(Records& out, Kind kind, const Effect& effect, const DecisionContext& context, Of of = {}) {
    const uint32_t thread = effect.thread.value;
    add(out, kind, effect, thread, thread == context.caller ? context.processor : kNoProcessor, context, of);
}

template <class Records>
void append_association(Records& out, Effect effect, const DecisionContext& context) {
    if (effect.rule != Rule::none) effect.rule = Rule::K9;   // rules are nt's; others name none
    add_of_thread(out, Kind::associated, effect, context);
}

// Depths after each packet left: the state is the one after all of them.
template <class Records>
[[gnu::always_inline]] inline void append_taken(Records& out, const PortState& state, const Effect& effect, const PacketId* packets, const DecisionContext& context) {
    if (!effect.from_queue) {
        for (uint32_t i = 0; i < effect.count; ++i) add_of_thread(out, Kind::handed_over, effect, context, {.packet = packets[i].value});
        return;
    }
    uint64_t depth = state.ports[effect.port.value].queue.size() + effect.count;
    for (uint32_t i = 0; i < effect.count; ++i) add_of_thread(out, Kind::taken, effect, context, {.argument = --depth, .packet = packets[i].value});
}

template <class Records>
[[gnu::always_inline]] inline void append_took(Records& out, const PortState& state, const Effect& effect, const PacketId* packets, const DecisionContext& context) {
    if (effect.associated) [[unlikely]] append_association(out, effect, context);
    append_taken(out, state, effect, packets, context);
    add_of_thread(out, Kind::get_returned, effect, context, {.argument = effect.count, .packet = packets[0].value});
}

template <class Records>
[[gnu::always_inline]] inline void append_released(Records& out, const PortState& state, const Effect& effect, const PacketId* packets, const DecisionContext& context) {
    append_taken(out, state, effect, packets, context);
    add_of_thread(out, Kind::released, effect, context,
                  {.argument = context.caller == kNoThread ? 0 : uint64_t{context.caller} + 1,
                   .packet = effect.count > 0 ? packets[0].value : kNoPacket,
                   .flags = static_cast<uint16_t>(effect.from_queue ? kFromQueue : 0)});
}

template <class Records>
void append_returned(Records& out, const Effect& effect, const DecisionContext& context, uint16_t flags) {
    if (effect.associated) append_association(out, effect, context);
    add_of_thread(out, Kind::get_returned, effect, context, {.flags = flags});
}

template <class Records>
[[gnu::always_inline]] inline void append_parked(Records& out, const PortState& state, const Effect& effect, const DecisionContext& context) {
    if (effect.associated) [[unlikely]] append_association(out, effect, context);
    add_of_thread(out, Kind::parked, effect, context, {.argument = state.ports[effect.port.value].waiters.size()});
}

template <class Records>
void append_queued(Records& out, const PortState& state, const Effect& effect, const PacketId* packets, const DecisionContext& context) {
    add(out, Kind::queued, effect, kNoThread, kNoProcessor, context, {.argument = state.ports[effect.port.value].queue.size(), .packet = packets[0].value});
}

template <class Records>
void append_opened(Records& out, const PortState& state, const Effect& effect, const DecisionContext& context) {
    add(out, Kind::port_opened, effect, context.caller, context.processor, context, {.argument = state.ports[effect.port.value].limit});
}

}  // namespace port_records

/// Those of one effect; packets: its own. Records: a std::vector or Scratch of them.
template <class Records>
[[gnu::always_inline]] inline void append_port_records(Records& out, const PortState& state, const Effect& effect, const PacketId* packets, const DecisionContext& context) {
    switch (effect.kind) {
        case EffectKind::opened: return port_records::append_opened(out, state, effect, context);
        case EffectKind::took: return port_records::append_took(out, state, effect, packets, context);
        case EffectKind::waits: return port_records::append_parked(out, state, effect, context);
        case EffectKind::released:
        case EffectKind::woken: return port_records::append_released(out, state, effect, packets, context);
        case EffectKind::queued: return port_records::append_queued(out, state, effect, packets, context);
        case EffectKind::timed_out: return port_records::append_returned(out, effect, context, kTimedOut);
        case EffectKind::abandoned: return port_records::append_returned(out, effect, context, kAbandoned);
        case EffectKind::apc: return port_records::append_returned(out, effect, context, kAlerted);
        case EffectKind::suspended: port_records::add_of_thread(out, Kind::suspended, effect, context); return;
        case EffectKind::resumed: port_records::add_of_thread(out, Kind::resumed, effect, context); return;
        case EffectKind::exited: port_records::add_of_thread(out, Kind::thread_exit, effect, context); return;
        case EffectKind::closed: port_records::add(out, Kind::port_closed, effect, kNoThread, kNoProcessor, context, {}); return;
        case EffectKind::blocked:               // block_begin and block_end: the caller knows the reason and the packet
        case EffectKind::woke:
        case EffectKind::watching:              // and the ends of waits on a handle: likewise
        case EffectKind::signalled: return;
    }
}

/// Appends the records of `effects`, `state` being the state after them: associated, taken, get_returned, parked, queued,
/// handed_over, released, suspended ... Left to the caller, who knows more: get_called, posted, block_begin (before the call
/// whose effects these are), block_end, completed, ready, processors, and get_returned of threads that were released (they
/// return when they run).
void append_port_records(std::vector<Record>& out, const PortState& state, const Effects& effects, const DecisionContext& context);
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
