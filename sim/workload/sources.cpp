#include "sim/workload/sources.h"

#include "sim/scenario/arrivals.h"

namespace sim {

std::optional<Instant> source_next_arrival(const Scenario& scenario, SourceId source, const SourceState& state, Instant before) {
    const SourceParams& params = scenario.sources[source.value];
    switch (params.kind) {
        case SourceParams::Kind::at:
            if (state.next >= params.at.size()) return std::nullopt;
            return params.at[state.next];
        case SourceParams::Kind::every:
        case SourceParams::Kind::poisson:
            if (params.count && state.next >= *params.count) return std::nullopt;
            return before + arrival_gap(scenario, source, state.next);
        case SourceParams::Kind::closed: return std::nullopt;   // its clients arrive one by one
    }
    return std::nullopt;
}

Instant client_arrival(const Scenario& scenario, SourceId source, uint32_t client, uint64_t round, Instant before) {
    return before + think_time(scenario, source, client, round);
}

}  // namespace sim
