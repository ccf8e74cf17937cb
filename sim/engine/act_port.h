// What a port's decisions make happen to threads and packets.
#pragma once
#include "sim/engine/act.h"
#include "sim/port/port.h"
#include "sim/trace/port_records.h"

namespace sim {

[[gnu::always_inline]] inline void Act::apply_effects_here(ThreadId caller) {
    if (out_ != nullptr) write_effects(caller);
    for (const Effect& effect : world_.effects.items) {
        world_.record_count += port_record_count(effect);
        switch (effect.kind) {
            case EffectKind::released: release(effect.thread, PendingReturn::packets, world_.effects.packets.data() + effect.first, effect.count); break;
            case EffectKind::woken: release(effect.thread, PendingReturn::look, nullptr, 0); break;
            case EffectKind::took:
                thread(effect.thread).batch.assign(world_.effects.packets.data() + effect.first, effect.count);
                thread(effect.thread).batch_at = 0;
                break;
            case EffectKind::waits: park(effect.thread); break;
            case EffectKind::timed_out:             // the caller tells a poll from the end of a wait
            case EffectKind::apc:
            case EffectKind::abandoned:
            case EffectKind::signalled: wait_ended_aside(effect); break;
            case EffectKind::queued:
            case EffectKind::blocked:
            case EffectKind::woke:                  // the caller put the thread where it belongs
            case EffectKind::opened:
            case EffectKind::suspended:
            case EffectKind::resumed:
            case EffectKind::exited:
            case EffectKind::closed:
            case EffectKind::watching: break;
        }
    }
    world_.effects.clear();
}

// K1, K17: the counts changed at this instant; the thread is ready wake_latency later (3a.7).
[[gnu::always_inline]] inline void Act::release(ThreadId id, PendingReturn pending, const PacketId* packets, uint32_t count) {
    Thread& t = thread(id);
    t.batch.assign(packets, count);
    t.batch_at = 0;
    t.pending = pending;
    t.phase = ThreadPhase::waking;
    wakes(id);
}

[[gnu::always_inline]] inline void Act::park(ThreadId id) {
    Thread& t = thread(id);
    t.batch.clear();
    t.batch_at = 0;
    if (t.phase == ThreadPhase::running) leave_processor(id, 0);
    t.phase = ThreadPhase::parked;
}

[[gnu::always_inline]] inline void Act::post(PortId port, const Packet& packet, ThreadId poster) {
    if (!world_.ports.ports[port.value].open) [[unlikely]] return post_fails(port, poster);
    deliver(port, packet, poster);
}

// Also where the port's handle is closed and a file refers to it (K32).
[[gnu::always_inline]] inline void Act::deliver(PortId port, const Packet& packet, ThreadId poster) {
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
    apply_effects_here(poster);
}

}  // namespace sim
