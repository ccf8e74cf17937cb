// How long a trace will be, before it is written.
#pragma once
#include <cstdint>
#include <optional>

#include "sim/model/scenario.h"

namespace sim {

/// About how many records a run will write, by the first million of them; exact for shorter runs. None: the run has no end in
/// sight (neither `until` nor a finite number of packets and of rounds of its [[thread]] programs), or can't be made.
std::optional<uint64_t> estimated_records(const Scenario& scenario);

}  // namespace sim
