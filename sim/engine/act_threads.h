// What a thread does when it runs: the steps of its packets, and its calls.
#pragma once
#include "sim/engine/act.h"
#include "sim/port/port.h"
#include "sim/scenario/arrivals.h"
#include "sim/workload/worker.h"

namespace sim {

inline void Act::proceed(ThreadId id) {
    Thread& t = thread(id);
    while (t.phase == ThreadPhase::running && !instant_is_endless(id)) {
        const Move move = next_move(id);
        switch (move.kind) {
            case Move::Kind::compute: return start_activity(id, Activity::compute, move.duration);
            case Move::Kind::block: return begin_block(id, move.duration);
            case Move::Kind::lock:
                take_lock(id, move.step->lock, move.duration);
                if (t.activity != Activity::none) return;
                break;
            case Move::Kind::read:
            case Move::Kind::start_io: {
                const bool waits = move.kind == Move::Kind::read;
                prepare_io(id, *move.step, move.duration);
                if (scenario_.machine.post_cost > Duration{0}) return start_activity(id, waits ? Activity::read_call : Activity::io_call, scenario_.machine.post_cost);
                do_io(id, waits);
                break;
            }
            case Move::Kind::post:
                start_post(id, *move.step);
                if (scenario_.machine.post_cost > Duration{0}) return start_activity(id, Activity::post_call, scenario_.machine.post_cost);
                do_post(id);
                break;
            case Move::Kind::exit: return exit_thread(id);
            case Move::Kind::stuck: return give_up(id);
            case Move::Kind::complete_packet: complete_packet(id); break;
            case Move::Kind::call_get:
                call_get(id);
                if (scenario_.machine.get_cost > Duration{0}) return start_activity(id, Activity::get_call, scenario_.machine.get_cost);
                do_get(id);
                break;
        }
    }
}

inline void Act::start_post(ThreadId id, const Step& step) {
    Thread& t = thread(id);
    t.post_work = next_packet_of(id);
    t.post_port = step.port;
    t.post_key = step.key;
}

inline void Act::do_post(ThreadId id) {
    const Thread& t = thread(id);
    Packet packet;
    packet.work = t.post_work;
    packet.key = t.post_key;
    post(t.post_port, packet, id);
}

inline void Act::begin_block(ThreadId id, Duration duration) {
    enter_wait(id, kSleep, static_cast<uint64_t>(duration.ns));
    at_end_of(EventKind::block_ends, duration, id);
}

// A wait that is not the port's, whatever for: the port sees a kernel wait (K17).
inline void Act::enter_wait(ThreadId id, Flag reason, uint64_t argument) {
    if (Record* record = note(Kind::block_begin, id, port_rule_for(world_.ports, id, Rule::K17))) {
        record->flags = reason;
        record->argument = argument;
    }
    port_block(world_.ports, id, world_.effects);
    apply_effects(id);
    leave_processor(id, 0);
    thread(id).phase = ThreadPhase::blocked;
}

// K19: it counts from this instant on and is ready wake_latency later (3a.7).
inline void Act::leave_wait(ThreadId id, uint16_t reason, uint64_t argument) {
    port_wake(world_.ports, id, world_.effects);
    if (Record* record = note(Kind::block_end, id, port_rule_for(world_.ports, id, Rule::K19))) {
        record->flags = reason;
        record->argument = argument;
    }
    apply_effects(id);
    thread(id).phase = ThreadPhase::waking;
    at_end_of(EventKind::becomes_ready, scenario_.machine.wake_latency, id);
}

inline void Act::complete_packet(ThreadId id) {
    Thread& t = thread(id);
    const PacketId number = t.packet();
    const Packet& packet = world_.packets[number];
    const std::optional<ClientRound> waits = client_of(scenario_, packet.work.identity);
    if (Record* record = note(Kind::completed, id)) record->argument = packet.compute_ns;
    ++t.batch_at;
    world_.packets.complete(number);
    ++world_.completed;
    if (waits) client_thinks(waits->source, waits->client, waits->round + 1);
}

inline void Act::call_get(ThreadId id) {
    const WorkerParams& params = worker(thread(id));
    Record* record = note(Kind::get_called, id);
    if (record == nullptr) return;
    record->packet = params.batch;
    record->port = static_cast<uint16_t>(params.port.value);
    record->argument = static_cast<uint64_t>(params.timeout.ns);
}

inline void Act::do_get(ThreadId id) {
    Thread& t = thread(id);
    const WorkerParams& params = worker(t);
    t.batch.clear();
    t.batch_at = 0;
    port_get(world_.ports, id, params.port, {.batch_max = params.batch, .poll = params.timeout == Duration{0}}, world_.effects);
    apply_effects(id);
    if (world_.ports.threads[id.value].state != PortThreadState::waiting || params.timeout == kInfinite) return;
    t.deadline = world_.now + params.timeout;
    at_end_of(EventKind::get_times_out, params.timeout, id, ++t.get_generation);
}

inline void Act::get_timed_out(ThreadId id, uint32_t generation) {
    Thread& t = thread(id);
    // Released or already in another get: this timer is stale. Woken and on its way to look: it is told after the look.
    if (generation != t.get_generation || t.phase != ThreadPhase::parked) return;
    port_timeout(world_.ports, id, world_.effects);
    apply_effects(id);
    t.phase = ThreadPhase::waking;
    at_end_of(EventKind::becomes_ready, scenario_.machine.wake_latency, id);
}

}  // namespace sim
