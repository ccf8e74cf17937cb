// What a scenario may say and a recorder can't do yet: refused before a thread starts, by name.
#pragma once
#include <optional>
#include <string_view>

#include "sim/base/result.h"
#include "sim/model/scenario.h"

namespace recorder {

/// Why steps of this kind are not recorded by the backend, as half a sentence ("because ..."); null: they are. The table in
/// recorder/README.md has the same words.
const char* why_not_recorded(sim::Step::Kind kind, std::string_view backend);

/// The first thing in the scenario that is simulated and not recorded by the backend yet, and why; none: it can be recorded.
std::optional<sim::Error> not_recorded(const sim::Scenario& scenario, std::string_view backend);

}  // namespace recorder
