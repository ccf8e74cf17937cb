// One scenario under many settings, on all cores. A result depends on the settings alone, not on who computed it or when.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/cli/axis.h"
#include "sim/engine/run.h"
#include "sim/model/scenario.h"

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

/// The figures of one run, by their paths in the summary. Error: it can't be run, or writes more records than this.
Result<std::vector<std::optional<double>>> run_figures(const Scenario& scenario, const std::vector<std::string>& metrics, const RunOptions& options = {});

/// Points in the order of the axes. `progress` is called by the calling thread a few times a second with how many are done.
/// The error is that of the first point that has one.
Result<std::vector<SweepPoint>> sweep(const SweepRequest& request, const std::function<void(size_t done, size_t of)>& progress);

}  // namespace sim
