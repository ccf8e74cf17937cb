// Changes one value in a scenario's text and leaves the rest, comments too, as it is written.
#pragma once
#include <string>

#include "sim/base/result.h"

namespace sim {

/// The text with PATH=VALUE in it, which means the same as the old text with this --set. A value that is not written yet gets a
/// line in its table, or the table a place at the end. `file` is for messages. Error: the text is no TOML, the path leads
/// nowhere, or the place can't be written to by itself.
Result<std::string> scenario_put(const std::string& text, const std::string& file, const std::string& set);

}  // namespace sim
