// What recording costs here, measured by the agent's own code.
#pragma once
#include "recorder/windows/agent/agent.h"
#include "recorder/windows/agent/hooks.h"

namespace recorder::agent {

/// Into the head of the session that is on: of a record without the clock and of the clock, in the ring that this thread has, which is as new afterwards; the median of nine runs.
void measure_record(sim::RawHead& head);
/// A post and its get, on a port of the agent's own, as the system does it and through the handlers; the median of rounds that take turns. The stubs are prepared.
void measure_round_trip(sim::RawHead& head);
/// For the benchmark, in memory of its own while nothing is recorded: cost.records records in batches, the median batch. False: no memory, or records were lost.
bool measure_rings(uint64_t counter_frequency, AgentCost& cost);

}  // namespace recorder::agent
