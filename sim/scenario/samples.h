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

}  // namespace sim
