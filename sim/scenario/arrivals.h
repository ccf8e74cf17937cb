// When packets of a source arrive, drawn from the source's own stream. Shared by sim/workload and the recorders.
#pragma once
#include <optional>

#include "sim/base/prng.h"
#include "sim/model/scenario.h"

namespace sim {

/// Gap before packet `index` of an `every` or `poisson` source (before the first: from 0). Pure in (seed, source, index).
[[gnu::always_inline]] inline Duration arrival_gap(const Scenario& scenario, SourceId source, uint64_t index) {
    const SourceParams& params = scenario.sources[source.value];
    switch (params.kind) {
        case SourceParams::Kind::at: return params.at[index] - (index == 0 ? Instant{} : params.at[index - 1]);
        case SourceParams::Kind::every: return params.gap;
        case SourceParams::Kind::poisson: {
            Stream stream{packet_stream_key(params.gap_key, index), 0};   // a draw may take several numbers, so each gap has its own
            return draw_exponential(params.gap, stream);
        }
        case SourceParams::Kind::closed: return {};      // a client's own think time sets its pace, see think_time
    }
    return {};
}

/// Think time before round `round` of a closed source's client. Pure in (seed, source, client, round).
Duration think_time(const Scenario& scenario, SourceId source, uint32_t client, uint64_t round);

/// Whose answer a packet is waited for by: the client of a closed source, and the round that it is in. None: nobody's.
struct ClientRound { SourceId source; uint32_t client = 0; uint64_t round = 0; };
std::optional<ClientRound> client_of(const Scenario& scenario, uint64_t identity);

/// Packets that the source sends in all; none = endless (closed, or every/poisson without count).
std::optional<uint64_t> packets_in_all(const SourceParams& source);

}  // namespace sim
