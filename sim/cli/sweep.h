// One scenario under many settings, on all cores. A result depends on the settings alone, not on who computed it or when.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/cli/axis.h"

namespace sim {

struct SweepPoint {
    std::vector<std::string> values;                  ///< one an axis
    std::vector<std::optional<double>> metrics;       ///< one a metric; none: the figure is null in this run
};

struct SweepRequest {
    std::string scenario;                             ///< path or name
    std::vector<std::string> sets;
    std::vector<Axis> axes;                           ///< the last one changes fastest
    std::vector<std::string> metrics;                 ///< paths in the summary
    unsigned jobs = 0;                                ///< threads; 0: one a processor
};

/// Points in the order of the axes. `progress` is called by the calling thread a few times a second with how many are done.
/// The error is that of the first point that has one.
Result<std::vector<SweepPoint>> sweep(const SweepRequest& request, const std::function<void(size_t done, size_t of)>& progress);

}  // namespace sim
