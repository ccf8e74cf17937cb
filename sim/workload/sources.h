// When the packets of sources arrive. Decides only.
#pragma once
#include "sim/model/packet.h"
#include "sim/model/scenario.h"
#include "sim/scenario/arrivals.h"

namespace sim {

/// Arrival of the next packet of an `at`, `every` or `poisson` source, the one before having come at `before` (0 for the
/// first); kNever when it has sent all.
[[gnu::always_inline]] inline Instant source_next_arrival(const Scenario& scenario, SourceId source, const SourceState& state, Instant before) {
    const SourceParams& params = scenario.sources[source.value];
    switch (params.kind) {
        case SourceParams::Kind::at:
            if (state.next >= params.at.size()) return kNever;
            return params.at[state.next];
        case SourceParams::Kind::every:
        case SourceParams::Kind::poisson:
            if (params.count && state.next >= *params.count) return kNever;
            return before + arrival_gap(scenario, source, state.next);
        case SourceParams::Kind::closed: return kNever;   // its clients arrive one by one
    }
    return kNever;
}

/// Arrival of a closed source's client for `round`, whose last answer came at `before`.
Instant client_arrival(const Scenario& scenario, SourceId source, uint32_t client, uint64_t round, Instant before);

}  // namespace sim
