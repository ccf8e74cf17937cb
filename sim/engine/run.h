// Runs a scenario in the model. The same calls serve the command line, the tests and the window.
#pragma once
#include <functional>
#include <span>

#include "sim/base/result.h"
#include "sim/base/stop.h"
#include "sim/engine/branch.h"
#include "sim/trace/file.h"

namespace sim {

struct RunOptions {
    bool check = false;                   ///< look at the whole world after each step (checker.h)
    uint64_t records_max = UINT64_MAX;    ///< stop with an error beyond (a window keeps its memory in bounds)
    uint64_t tie_shuffle = 0;             ///< world_begin
    const Course* course = nullptr;       ///< where the run leaves the scenario; null: nowhere
    Stop stop{};                          ///< asked, of a run that is heard: it ends with an error
};

inline constexpr size_t kRecordsHeardAtOnce = 4096;
/// Called with the records of many steps at a time, in order: a multiple of kRecordsHeardAtOnce, the last ones as they are.
/// Their memory is reused.
using RecordSink = std::function<void(std::span<const Record>)>;

/// Runs to the end (`until`, or nothing left to happen). The error names worker and step (3a.12) or the invariant broken; the
/// records up to it have been heard. Returns the world at the end.
Result<World> run(const Scenario& scenario, const RecordSink& sink, RunOptions options = {});

/// The header of a simulated trace of this scenario, and of such a course.
TraceHeader simulated_header(const Scenario& scenario, const Course* course = nullptr);

/// Runs and keeps every record.
Result<Trace> run_to_trace(const Scenario& scenario, RunOptions options = {});

}  // namespace sim
