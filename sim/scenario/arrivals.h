// When packets of a source arrive, drawn from the source's own stream. Shared by sim/workload and the recorders.
#pragma once
#include <optional>

#include "sim/base/prng.h"
#include "sim/model/scenario.h"

namespace sim {

/// Gap before packet `index` of an `every` or `poisson` source (before the first: from 0). Pure in (seed, source, index).
Duration arrival_gap(const Scenario& scenario, SourceId source, uint64_t index);

/// Think time before round `round` of a closed source's client. Pure in (seed, source, client, round).
Duration think_time(const Scenario& scenario, SourceId source, uint32_t client, uint64_t round);

/// Whose answer a packet is waited for by: the client of a closed source, and the round that it is in. None: nobody's.
struct ClientRound { SourceId source; uint32_t client = 0; uint64_t round = 0; };
std::optional<ClientRound> client_of(const Scenario& scenario, uint64_t identity);

/// Packets that the source sends in all; none = endless (closed, or every/poisson without count).
std::optional<uint64_t> packets_in_all(const SourceParams& source);

}  // namespace sim
