#include "sim/scenario/arrivals.h"

#include "sim/model/identity.h"

namespace sim {

Duration think_time(const Scenario& scenario, SourceId source, uint32_t client, uint64_t round) {
    const SourceParams& params = scenario.sources[source.value];
    // A draw may take several numbers of a stream, so each round of each client has its own.
    const uint64_t client_key = child_stream_key(params.stream_key, client);
    Stream stream{mix64(client_key ^ mix64(round + 1)), 0};
    return draw(params.think, stream);
}

std::optional<ClientRound> client_of(const Scenario& scenario, uint64_t identity) {
    if (identity_is_child(identity)) return std::nullopt;
    const auto source = static_cast<uint32_t>(identity >> 48);
    if (source >= scenario.sources.size()) return std::nullopt;   // of a thread with a program
    const SourceParams& params = scenario.sources[source];
    if (params.kind != SourceParams::Kind::closed) return std::nullopt;
    const uint64_t index = identity_index(identity);
    return ClientRound{.source = {source}, .client = static_cast<uint32_t>(index % params.clients), .round = index / params.clients};
}

std::optional<uint64_t> packets_in_all(const SourceParams& source) {
    switch (source.kind) {
        case SourceParams::Kind::at: return source.at.size();
        case SourceParams::Kind::every:
        case SourceParams::Kind::poisson: return source.count;
        case SourceParams::Kind::closed: return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace sim
