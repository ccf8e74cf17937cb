// What a command is given to lay side by side: traces, and scenarios that are simulated to match them.
#pragma once
#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/trace/file.h"

namespace sim {

struct Sides {
    std::vector<Trace> traces;             ///< one for each thing named, in order
    std::vector<std::string> notes;        ///< "simulated with 2 processors, as recorded (the scenario asks for 4)"
};

/// Each of `names` is a trace file, or a scenario (path or name). A scenario beside a measured trace is simulated with what that
/// trace is stamped with: its --set values and the processors that it really used.
Result<Sides> load_sides(const std::vector<std::string>& names);

/// True where the file begins like a trace or a recorder's ring file.
bool is_trace_file(const std::string& path);

}  // namespace sim
