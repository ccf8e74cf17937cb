// What shows a run: for those who change which one it is (branch.h, scenario_edit.h).
#pragma once
#include <cstdint>
#include <string>

#include "sim/base/result.h"

namespace gui {

struct AppState;

/// The sides are others than before, or their ends are: what is made of them all. The view stays, unless it was of the whole.
void app_sides_changed(AppState& state, bool whole);
/// The run is as long as the sides are where they are shown now.
void app_length_changed(AppState& state, bool whole);
bool app_sees_whole(const AppState& state);
/// Simulates this text, as app_show_text does. Error: why not, in words for who is not at the window as well.
sim::Status app_simulate_text(AppState& state, std::string text);
/// What is shown now is a version that undo comes back to (scenario_edit.cpp).
void app_take_version(AppState& state, const std::string& name);

}  // namespace gui
