// `sim --tie-shuffle`: which figures depend on the order of what happens at one instant, an order that 3a.5 defines and a real
// machine does not promise.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/model/scenario.h"
#include "sim/trace/summary.h"

namespace sim {

struct TieFigure { std::string metric; double defined = 0, lowest = 0, highest = 0; };   ///< lowest, highest: over the reruns

struct TieReport {
    Summary defined;                      ///< with ties in the order of 3a.5
    uint32_t reruns = 0;
    uint32_t other_traces = 0;            ///< reruns that came out with another trace
    std::vector<TieFigure> figures;       ///< those that differ in some rerun, in the order of the summary
};

/// Runs the scenario once as defined and `reruns` times with other orders, drawn from its seed; packets' draws stay. `check` as in
/// RunOptions; `progress` hears how many runs are done.
Result<TieReport> shuffle_ties(const Scenario& scenario, uint32_t reruns, bool check, const std::function<void(size_t done, size_t of)>& progress);

std::string tie_text(const TieReport& report);

}  // namespace sim
