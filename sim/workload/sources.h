// When the packets of sources arrive. Decides only.
#pragma once
#include <optional>

#include "sim/model/packet.h"
#include "sim/model/scenario.h"

namespace sim {

/// Arrival of the next packet of an `at`, `every` or `poisson` source, the one before having come at `before` (0 for the
/// first); none when it has sent all.
std::optional<Instant> source_next_arrival(const Scenario& scenario, SourceId source, const SourceState& state, Instant before);

/// Arrival of a closed source's client for `round`, whose last answer came at `before`.
Instant client_arrival(const Scenario& scenario, SourceId source, uint32_t client, uint64_t round, Instant before);

}  // namespace sim
