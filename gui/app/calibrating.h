// A recording of a program comes without a scenario. One is calibrated from it beside the window, simulated, and held against the recording:
// where it fits the two stand beside each other, else the recording stands alone and it is said why.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gui/app/beside.h"
#include "gui/app/session.h"
#include "sim/base/result.h"
#include "sim/trace/header.h"

namespace gui {

struct AppState;

/// What came of it.
struct Calibrated {
    std::string scenario;                 ///< TOML; "": none
    std::string fit;                      ///< "throughput 2 % off, ..."; where it does not fit only what is too far off; "": not held against the recording
    std::string why;                      ///< it does not stand beside the recording; "": it does
};

struct Calibrating {
    std::string program;                  ///< that was recorded: "load-echo.exe"; "": what is shown has a scenario of its own
    std::string why;                      ///< the recording is alone, without a full stop; "": it is not, or not yet known
    bool wanted = false;                  ///< to begin as soon as the recording is read
    std::optional<std::vector<Session::Branch>> restored;   ///< a session's changes, these branches among them, wait for the model
    std::unique_ptr<Beside<Calibrated>> work;
};

/// What stands for the scenario of a recorded program until there is one: its ports. Error: it has none.
sim::Result<sim::Scenario> program_scenario(const sim::TraceHeader& header);
/// Before each frame: begins, and shows what came of it. Never waits.
void app_calibrate_settle(AppState& state);
/// There is more to come.
bool app_calibrating(const AppState& state);
/// Nothing can be simulated, changed or recorded: `error` says so, and why.
bool app_without_model(AppState& state);
/// Why the recording stands alone, for the status line; brief: in few words.
std::string app_alone_text(const AppState& state, bool brief);

}  // namespace gui
