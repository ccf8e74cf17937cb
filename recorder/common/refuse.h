// What a scenario may say and a recorder can't do yet: refused before a thread starts, by name.
#pragma once
#include <optional>

#include "sim/base/result.h"
#include "sim/model/scenario.h"

namespace recorder {

/// The first thing in the scenario that is simulated and not recorded yet, and why; none: it can be recorded.
std::optional<sim::Error> not_recorded(const sim::Scenario& scenario);

}  // namespace recorder
