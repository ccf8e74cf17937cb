// The scenario that a trace was made from, as it was run: for comparing a recording with the model.
#pragma once
#include "sim/base/result.h"
#include "sim/model/scenario.h"
#include "sim/trace/header.h"

namespace sim {

/// The header's scenario text with its --set values and the processors that were really used (a recorder may get fewer than
/// the scenario asks for; concurrency 0 then means that number, as it did in the recording).
Result<Scenario> scenario_as_run(const TraceHeader& header);

}  // namespace sim
