// A file of measured durations: one a line, with a unit; blank lines and # comments are passed over.
#pragma once
#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/time.h"

namespace sim {

/// `name` is relative to the folder of `scenario_path`. An error without a file says that the file can't be read.
Result<std::vector<Duration>> read_samples_file(const std::string& scenario_path, const std::string& name);

/// The whole file as it is; the error names it.
Result<std::string> read_text_file(const std::string& path);

/// The durations as a TOML list: what stands in a scenario's text in place of a file's name, so that a trace holds them.
std::string samples_list(const std::vector<Duration>& values);

/// Puts `list` where `name` stands in quotes, at this line and column (from 1, in characters) of a TOML text. False: it is not
/// written in plain quotes there.
bool put_samples(std::string& text, int line, int column, const std::string& name, const std::string& list);
/// The same in a --set, wherever it stands there.
bool put_samples(std::string& set, const std::string& name, const std::string& list);

}  // namespace sim
