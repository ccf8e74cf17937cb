// The compare panel: the decisions of two sides matched, those in which they differ to walk through, each decision's verdict, and
// what a recording predicts of another setting. Computed beside the window from sim/compare, sim/identify and sim/predict.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gui/app/beside.h"
#include "sim/compare/matches.h"
#include "sim/compare/verdicts.h"
#include "sim/predict/predict.h"

namespace gui {

struct AppState;

/// The first side and another one, looked at closely.
struct CloseLook {
    static constexpr size_t told_max = 1000;
    std::vector<sim::MatchedDecision> matches;
    std::vector<sim::ToldDivergence> divergences;   ///< the first told_max
    uint64_t differ = 0;                  ///< of `matches`, all in which they differ
    std::optional<sim::Verdicts> verdicts;
    std::string no_verdicts;
};

/// What a recording predicts, and a recording of that setting where one is shown.
struct Foretold {
    std::string of, set;                  ///< the recording's name; what was changed: "port.port.concurrency=2"
    std::string error;                    ///< why there is no prediction; "" where there is one
    sim::Prediction prediction;
    std::string measured_name;            ///< "": no such recording is shown
    std::optional<sim::Summary> measured;
};

struct Comparing {
    bool shown = false;
    bool stale = true;                    ///< the sides are others than those that were looked at
    size_t side = 0;                      ///< that the first is held against
    size_t selected = SIZE_MAX;           ///< of `divergences`
    bool go = false;                      ///< to the one after the cursor as soon as they are known
    std::unique_ptr<Beside<CloseLook>> look;
    std::unique_ptr<Beside<Foretold>> foretold;
};

/// Shows the panel, or hides it.
void app_compare_panel(AppState& state);
/// Before each frame: begins to look where the sides are others than before. Never waits.
void app_compare_settle(AppState& state);
/// There is more to come.
bool app_compare_busy(const AppState& state);
/// Null while it is not known.
const CloseLook* app_close_look(const AppState& state);
/// To the next or former divergence from the cursor on, around the ends; shows the panel where it is hidden.
void app_divergence_step(AppState& state, int direction);
/// To this one, by its place in CloseLook::divergences.
void app_divergence_select(AppState& state, size_t number);
/// Predicts from the recording that is compared (else the first one) the setting of another recording that is shown, where it has one
/// of its own, else what was changed in the window.
void app_predict(AppState& state);

}  // namespace gui
