// Packets that come from outside.
#pragma once
#include "sim/engine/act.h"
#include "sim/engine/ties.h"
#include "sim/scenario/handler.h"
#include "sim/workload/sources.h"

namespace sim {

inline void Act::begin_sources() {
    for (uint32_t s = 0; s < scenario_.sources.size(); ++s) {
        arrival(EventKind::source_arrives, source_next_arrival(scenario_, {s}, world_.sources[s], {0}), {s});
        for (uint32_t client = 0; client < scenario_.sources[s].clients; ++client) client_thinks({s}, client, 0);
    }
}

[[gnu::always_inline]] inline void Act::arrival(EventKind kind, Instant at, SourceId source, uint32_t detail) {
    const uint64_t order = kArrival | (uint64_t{source.value} << 44) | (world_.next_order++ & 0xFFF'FFFF'FFFFu);
    if (at.ns >= plain_before_ns_) return push_shuffled({at, order, kind, source.value, detail});
    world_.events.push({at, order, kind, source.value, detail});
}

[[gnu::always_inline]] inline void Act::source_arrived(SourceId source) {
    SourceState& state = world_.sources[source.value];
    const SourceParams& params = scenario_.sources[source.value];
    uint64_t index = state.next++;
    if (world_.tie_shuffle != 0 && params.kind == SourceParams::Kind::at) [[unlikely]] index = shuffled_index(params.at, index, world_.tie_shuffle);
    Packet packet;
    packet.work = source_packet(scenario_, source, index);
    packet.key = params.key;
    arrival(EventKind::source_arrives, source_next_arrival(scenario_, source, state, world_.now), source);
    if (!world_.ports.ports[params.port.value].open) [[unlikely]] return post_fails(params.port, {});
    deliver_here(params.port, packet, {});
}

inline void Act::client_thinks(SourceId source, uint32_t client, uint64_t round) {
    const Instant at = client_arrival(scenario_, source, client, round, world_.now);
    arrival(EventKind::client_arrives, at, source, client);
    world_.sources[source.value].rounds[client] = round;
}

inline void Act::client_arrived(SourceId source, uint32_t client, uint64_t round) {
    const SourceParams& params = scenario_.sources[source.value];
    Packet packet;
    packet.work = source_packet(scenario_, source, round * params.clients + client);
    packet.key = params.key;
    post(params.port, packet, {});
}

}  // namespace sim
