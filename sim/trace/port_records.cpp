#include "sim/trace/port_records.h"

namespace sim {
namespace {

Record& add(std::vector<Record>& out, Kind kind, Rule rule, PortId port, const DecisionContext& context) {
    Record& record = out.emplace_back();
    record.time_ns = context.time_ns;
    record.port = number_of(port);
    record.rule = rule;
    record.kind = kind;
    return record;
}

// The thread's own records carry the processor that it runs on; those of threads that are let go do not.
Record& add_of_thread(std::vector<Record>& out, Kind kind, const Effect& effect, const DecisionContext& context) {
    Record& record = add(out, kind, effect.rule, effect.port, context);
    record.thread = effect.thread.value;
    if (record.thread == context.caller) record.processor = context.processor;
    return record;
}

void append_association(std::vector<Record>& out, const Effect& effect, const DecisionContext& context) {
    if (!effect.associated) return;
    Record& record = add_of_thread(out, Kind::associated, effect, context);
    if (record.rule != Rule::none) record.rule = Rule::K9;   // rules are nt's; others name none
}

// Depths after each packet left: the state is the one after all of them.
[[gnu::always_inline]] inline void append_taken(std::vector<Record>& out, const PortState& state, const Effect& effect, const PacketId* packets, const DecisionContext& context) {
    const uint64_t depth_after = state.ports[effect.port.value].queue.size();
    for (uint32_t i = 0; i < effect.count; ++i) {
        Record& record = add_of_thread(out, effect.from_queue ? Kind::taken : Kind::handed_over, effect, context);
        record.packet = packets[i].value;
        if (effect.from_queue) record.argument = depth_after + (effect.count - 1 - i);
    }
}

void append_took(std::vector<Record>& out, const PortState& state, const Effect& effect, const PacketId* packets, const DecisionContext& context) {
    append_association(out, effect, context);
    append_taken(out, state, effect, packets, context);
    Record& record = add_of_thread(out, Kind::get_returned, effect, context);
    record.packet = packets[0].value;
    record.argument = effect.count;
}

void append_released(std::vector<Record>& out, const PortState& state, const Effect& effect, const PacketId* packets, const DecisionContext& context) {
    append_taken(out, state, effect, packets, context);
    Record& record = add_of_thread(out, Kind::released, effect, context);
    if (effect.count > 0) record.packet = packets[0].value;
    if (effect.from_queue) record.flags = kFromQueue;
    record.argument = context.caller == kNoThread ? 0 : uint64_t{context.caller} + 1;
}

void append_returned(std::vector<Record>& out, const Effect& effect, const DecisionContext& context, uint16_t flags) {
    append_association(out, effect, context);
    Record& record = add_of_thread(out, Kind::get_returned, effect, context);
    record.flags = flags;
}

void append_parked(std::vector<Record>& out, const PortState& state, const Effect& effect, const DecisionContext& context) {
    append_association(out, effect, context);
    Record& record = add_of_thread(out, Kind::parked, effect, context);
    record.argument = state.ports[effect.port.value].waiters.size();
}

void append_queued(std::vector<Record>& out, const PortState& state, const Effect& effect, const PacketId* packets, const DecisionContext& context) {
    Record& record = add(out, Kind::queued, effect.rule, effect.port, context);
    record.packet = packets[0].value;
    record.argument = state.ports[effect.port.value].queue.size();
}

void append_opened(std::vector<Record>& out, const PortState& state, const Effect& effect, const DecisionContext& context) {
    Record& record = add(out, Kind::port_opened, effect.rule, effect.port, context);
    record.argument = state.ports[effect.port.value].limit;
}

}  // namespace

void append_port_records(std::vector<Record>& out, const PortState& state, const Effect& effect, const PacketId* packets, const DecisionContext& context) {
    switch (effect.kind) {
        case EffectKind::opened: return append_opened(out, state, effect, context);
        case EffectKind::took: return append_took(out, state, effect, packets, context);
        case EffectKind::waits: return append_parked(out, state, effect, context);
        case EffectKind::released:
        case EffectKind::woken: return append_released(out, state, effect, packets, context);
        case EffectKind::queued: return append_queued(out, state, effect, packets, context);
        case EffectKind::timed_out: return append_returned(out, effect, context, kTimedOut);
        case EffectKind::abandoned: return append_returned(out, effect, context, kAbandoned);
        case EffectKind::apc: return append_returned(out, effect, context, kAlerted);
        case EffectKind::suspended: add_of_thread(out, Kind::suspended, effect, context); return;
        case EffectKind::resumed: add_of_thread(out, Kind::resumed, effect, context); return;
        case EffectKind::exited: add_of_thread(out, Kind::thread_exit, effect, context); return;
        case EffectKind::closed: add(out, Kind::port_closed, effect.rule, effect.port, context); return;
        case EffectKind::blocked:               // block_begin and block_end: the caller knows the reason and the packet
        case EffectKind::woke:
        case EffectKind::watching:              // no step of a scenario waits on a port's handle
        case EffectKind::signalled: return;
    }
}

void append_port_records(std::vector<Record>& out, const PortState& state, const Effects& effects, const DecisionContext& context) {
    for (const Effect& effect : effects.items) append_port_records(out, state, effect, effects.packets.data() + effect.first, context);
}

}  // namespace sim
