// Runs beside the model's: one that is kept, the one that it branched from, one in which a decision went another way.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/engine/branch.h"

namespace gui {

struct AppState;

/// Where the model's run leaves the scenario that it began as. None: the text that is edited holds from the beginning.
struct Branched {
    struct At {
        int64_t at_ns = 0;
        uint64_t records = UINT64_MAX;    ///< sim::Branch
        std::string before;               ///< the text that holds up to here; after the last the one that is edited does
        bool operator==(const At&) const = default;
    };
    std::vector<At> at;
    bool any() const { return !at.empty(); }
    bool operator==(const Branched&) const = default;
};

/// What the last side is, where it is none of those that were opened.
enum class Kept : uint8_t {
    nothing,
    run,          ///< one that was shown and kept
    base,         ///< the present one without its last branch
    decision,     ///< the present one with one decision that went another way
};

/// The model's run as it is: the scenario of the beginning, and its course with the edited scenario as the last branch.
struct RunPlan { sim::Scenario scenario; sim::Course course; };
sim::Result<RunPlan> app_plan(const AppState& state, sim::Scenario edited);

/// Keeps the present run as the last side, so that what is changed from now on is seen beside it and compared with it. One that
/// was kept before goes.
void app_keep_run(AppState& state);
/// Lets the kept run go, below a branch shows the run without it again; else lets the branch go, so that the run is as it was.
void app_let_go(AppState& state);
/// The side of the kept run, 0: none is kept.
size_t app_kept(const AppState& state);

/// The run branches at the cursor: what is changed from now on holds from there; as it was it stays below.
void app_branch(AppState& state);
/// The same at a moment (sim::Branch), with values that hold from there on, each as for --set. Error: all is as before.
sim::Status app_branch_with(AppState& state, int64_t at_ns, uint64_t records, const std::vector<std::string>& sets);
/// After a change of where it branches: the run without the last branch is the last side, or none is.
void app_settle_base(AppState& state);

/// The run in which this decision went another way, as the last side. False: `error` says why there is none.
bool app_show_instead(AppState& state, const sim::Instead& instead);
/// The same with the answer of the quiz that was wrong.
void app_run_anyway(AppState& state);

}  // namespace gui
