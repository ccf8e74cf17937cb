// The scenario that a trace was made from, as it was run: for laying a recording beside the model.
#pragma once
#include <string>
#include <vector>

#include "sim/trace/header.h"

namespace sim {

/// The --set values with which a scenario means what the trace did: its own, and the processors that were really used (a
/// recorder may get fewer than the scenario asks for; concurrency 0 then means that number, as it did in the recording).
std::vector<std::string> sets_as_run(const TraceHeader& header);

}  // namespace sim
