// Lines from each decision of one side to the same one of the other, between their lanes.
#pragma once
#include <vector>

#include "gui/app/state.h"
#include "gui/panels/lanes.h"

namespace gui {

/// axis: its own; title_y: where the row with its name begins, above the lanes; active: the strip of active threads, of no height where there is none.
struct LanesOfSide { size_t side; Axis axis; float title_y; LanePlaces places; Rect active{}; };

/// Nothing where the compare panel is hidden, or one of its sides is not among `shown`. Those in which the sides differ stand out; where
/// too many decisions are in sight only these are drawn, and where they are too many nothing but the selected one.
void draw_matched(Paint& paint, const AppState& state, const Axis& axis, const std::vector<LanesOfSide>& shown);

}  // namespace gui
