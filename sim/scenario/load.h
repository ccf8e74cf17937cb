// Reads scenario files (TOML) and says exactly what is wrong with a bad one. Used by every command and every recorder.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/model/scenario.h"

namespace sim {

/// Parses and checks `text`. `path` is used in messages and to find `samples` files next to it.
/// `sets` are --set values ("port.port.concurrency=4", "seed=3"), applied in order before the checks.
Result<Scenario> scenario_parse(std::string text, std::string path, std::vector<std::string> sets = {});

/// `path_or_name`: a path, or a name of scenario_list.
Result<Scenario> scenario_load(const std::string& path_or_name, std::vector<std::string> sets = {});

struct ScenarioEntry { uint32_t number; std::string name, title, about, path; };
/// The scenarios that come with the program, in teaching order. Looked for in $PORTSIDE_SCENARIOS, beside the program
/// (../share/portside/scenarios, ../../scenarios), then where it was built from.
Result<std::vector<ScenarioEntry>> scenario_list();
/// The path of a file that comes with them: "bench/reference.toml".
Result<std::string> scenario_path(const std::string& relative);

/// "1428.571429us" to nanoseconds (3a.1); the error says what a duration looks like. `allow_infinite`: "infinite".
Result<Duration> parse_duration(std::string_view text, bool allow_infinite = false);
/// Text that parse_duration gives back exactly, in the largest unit without a leading zero: "1.5ms", "20us", "infinite".
std::string duration_text(Duration duration);

}  // namespace sim
