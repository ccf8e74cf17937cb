// What a port's decisions make happen to threads and packets.
#pragma once
#include "sim/engine/act.h"
#include "sim/port/port.h"
#include "sim/trace/port_records.h"

namespace sim {

inline void Act::apply_effects(ThreadId caller) {
    const Effects& effects = world_.effects;
    if (out_ != nullptr) {
        DecisionContext context{.time_ns = world_.now.ns, .caller = caller.value};
        if (caller.valid() && thread(caller).processor.valid()) context.processor = static_cast<uint16_t>(thread(caller).processor.value);
        append_port_records(*out_, world_.ports, effects, context);
    }
    world_.record_count += port_record_count(effects);
    for (const Effect& effect : effects.items) {
        const PacketId* packets = effects.packets.data() + effect.first;
        switch (effect.kind) {
            case EffectKind::released: release(effect.thread, PendingReturn::packets, packets, effect.count); break;
            case EffectKind::woken: release(effect.thread, PendingReturn::look, packets, 0); break;
            case EffectKind::took:
                thread(effect.thread).batch.assign(packets, effect.count);
                thread(effect.thread).batch_at = 0;
                break;
            case EffectKind::waits: park(effect.thread); break;
            case EffectKind::timed_out:             // the caller tells a poll from the end of a wait
            case EffectKind::queued:
            case EffectKind::blocked:
            case EffectKind::woke:                  // the caller put the thread where it belongs
            case EffectKind::opened:
            case EffectKind::suspended:
            case EffectKind::resumed:
            case EffectKind::exited:
            case EffectKind::closed:
            case EffectKind::apc:
            case EffectKind::watching:
            case EffectKind::signalled:
            case EffectKind::abandoned: break;      // no step of a scenario does these yet
        }
    }
    world_.effects.clear();
}

// K1, K17: the counts changed at this instant; the thread is ready wake_latency later (3a.7).
inline void Act::release(ThreadId id, PendingReturn pending, const PacketId* packets, uint32_t count) {
    Thread& t = thread(id);
    t.batch.assign(packets, count);
    t.batch_at = 0;
    t.pending = pending;
    t.phase = ThreadPhase::waking;
    at_end_of(EventKind::becomes_ready, scenario_.machine.wake_latency, id);
}

inline void Act::park(ThreadId id) {
    Thread& t = thread(id);
    t.batch.clear();
    t.batch_at = 0;
    if (t.phase == ThreadPhase::running) leave_processor(id, 0);
    t.phase = ThreadPhase::parked;
}

inline void Act::post(PortId port, const Packet& packet, ThreadId poster) {
    const uint64_t identity = packet.work.identity, key = packet.key;
    const PacketId number = world_.packets.add(packet);
    ++world_.posted;
    const auto note_of_packet = [&](Kind kind, uint64_t argument) {
        Record* record = note(kind, poster);
        if (record == nullptr) return;
        record->packet = number.value;
        record->port = static_cast<uint16_t>(port.value);
        record->argument = argument;
    };
    note_of_packet(Kind::posted, identity);
    if (key != 0) note_of_packet(Kind::detail, key);
    port_post(world_.ports, port, number, world_.effects);
    apply_effects(poster);
}

}  // namespace sim
