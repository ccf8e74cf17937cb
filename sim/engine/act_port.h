// What a port's decisions make happen to threads and packets.
#pragma once
#include "sim/engine/act.h"
#include "sim/port/decide.h"
#include "sim/trace/port_records.h"

namespace sim {

struct Act::Doer {
    Act& act;
    ThreadId caller;
    [[gnu::always_inline]] void operator()(const Effect& effect, const PacketId* packets) const {
        act.tell(effect, packets, caller);
        act.carry_out(effect, packets);
    }
    Scratch<PacketId>& room() const { return act.world_.effects.room(); }
    Effects& kept() const { return act.world_.effects; }
    void tell_kept() const { act.apply_effects(caller); }
};

[[gnu::always_inline]] inline void Act::tell(const Effect& effect, const PacketId* packets, ThreadId caller) {
    world_.record_count += port_record_count(effect);
    if (out_ != nullptr) write_effect(Effect(effect), packets, caller);
}

[[gnu::always_inline]] inline void Act::carry_out(const Effect& effect, const PacketId* packets) {
    switch (effect.kind) {
        case EffectKind::released: return release(effect, PendingReturn::packets, packets);
        case EffectKind::woken: return release(effect, PendingReturn::look, packets);
        case EffectKind::took: return give_packets(thread(effect.thread), effect, packets);
        case EffectKind::waits: return park(effect.thread);
        case EffectKind::queued: world_.queued[effect.port.value].push_back(*arriving_); return;
        case EffectKind::timed_out:             // the caller tells a poll from the end of a wait
        case EffectKind::apc:
        case EffectKind::abandoned:
        case EffectKind::signalled: return wait_ended_aside(Effect(effect));
        case EffectKind::blocked:
        case EffectKind::woke:                  // the caller put the thread where it belongs
        case EffectKind::opened:
        case EffectKind::suspended:
        case EffectKind::resumed:
        case EffectKind::exited:
        case EffectKind::closed:
        case EffectKind::watching: return;
    }
}

// Those of its get: from the port's queue, or the one that is being posted.
[[gnu::always_inline]] inline void Act::give_packets(Thread& t, const Effect& effect, const PacketId* packets) {
    t.batch.clear();
    if (!effect.from_queue) {
        if (effect.count != 0) t.batch.add(packets[0], *arriving_);
        return;
    }
    QueuedPackets& queued = world_.queued[effect.port.value];
    for (uint32_t i = 0; i < effect.count; ++i) {
        t.batch.add(packets[i], queued.front());
        queued.pop_front();
    }
}

// K1, K17: the counts changed at this instant; the thread is ready wake_latency later (3a.7).
[[gnu::always_inline]] inline void Act::release(const Effect& effect, PendingReturn pending, const PacketId* packets) {
    Thread& t = thread(effect.thread);
    give_packets(t, effect, packets);
    t.pending = pending;
    t.phase = ThreadPhase::waking;
    wakes(effect.thread);
}

[[gnu::always_inline]] inline void Act::park(ThreadId id) {
    Thread& t = thread(id);
    if (t.phase == ThreadPhase::running) leave_processor(id, 0);
    t.phase = ThreadPhase::parked;
}

inline void Act::post(PortId port, const Packet& packet, ThreadId poster) {
    if (!world_.ports.ports[port.value].open) [[unlikely]] return post_fails(port, poster);
    deliver(port, packet, poster);
}

[[gnu::always_inline]] inline Record* Act::note_of_packet(Kind kind, PortId port, PacketId number, ThreadId poster, uint64_t argument) {
    Record* record = note(kind, poster);
    if (record == nullptr) return nullptr;
    record->packet = number.value;
    record->port = static_cast<uint16_t>(port.value);
    record->argument = argument;
    return record;
}

[[gnu::always_inline]] inline void Act::note_posted(PortId port, PacketId number, const Packet& packet, ThreadId poster) {
    const uint64_t key = packet.key;
    note_of_packet(Kind::posted, port, number, poster, packet.work.identity);
    if (key != 0) note_of_packet(Kind::detail, port, number, poster, key);
}

// Also where the port's handle is closed and a file refers to it (K32).
[[gnu::always_inline]] inline void Act::deliver_here(PortId port, const Packet& packet, ThreadId poster) {
    if (world_.record_count == world_.instead.record) [[unlikely]] return deliver_instead(port, packet, poster);
    const PacketId number{static_cast<uint32_t>(world_.posted++)};
    note_posted(port, number, packet, poster);
    arriving_ = &packet;
    Doer doer{*this, poster};
    decide_post(world_.ports, port, number, doer);
}

}  // namespace sim
