// Traces that tell the port's decisions (parked, released, queued ...): each recorded decision is held against what every variant
// would have decided in the recorded state. One pass; where a variant differs, it goes on from what was recorded.
#pragma once
#include <vector>

#include "sim/base/stop.h"
#include "sim/identify/variant.h"
#include "sim/trace/file.h"

namespace sim {

/// By the records alone: do they tell decisions?
bool tells_decisions(const std::vector<Record>& records);
/// Answers in the order of `variants`.
std::vector<Explained> explain_decisions(const Trace& trace, const std::vector<Variant>& variants, const Stop& stop = {});

}  // namespace sim
