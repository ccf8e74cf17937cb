// An axis of a sweep: one value of the scenario and what it takes in turn.
#pragma once
#include <string>
#include <vector>

#include "sim/base/result.h"

namespace sim {

struct Axis {
    std::string path;                     ///< as for --set: "port.port.concurrency"
    std::vector<std::string> values;
};

/// PATH=A..B, PATH=A..B..STEP or PATH=A,B,C. A range is of whole numbers, or of durations with a unit ("1ms..5ms..500us"),
/// both ends included; its step is 1 of the unit of A where it is not given. At most 100,000 values.
Result<Axis> axis_parse(const std::string& text);

}  // namespace sim
