#include "sim/workload/sources.h"

#include "sim/scenario/arrivals.h"

namespace sim {

Instant client_arrival(const Scenario& scenario, SourceId source, uint32_t client, uint64_t round, Instant before) {
    return before + think_time(scenario, source, client, round);
}

}  // namespace sim
