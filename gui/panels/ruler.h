// The ruler over the lanes: its marks, the time under the mouse, the cursor's head, the notes.
#pragma once
#include <string>

#include "gui/panels/lanes.h"

namespace gui {

/// The time under the mouse, which stands in the ruler; of no width where the mouse is elsewhere.
struct Readout { std::string text; float x0 = 0, x1 = 0; };

/// Where the ruler begins to count: the event by which the sides are aligned, or the beginning, without a name.
struct RulerZero { int64_t at_ns = 0; std::string name; };

Readout readout_at(const Paint& paint, const Axis& axis, int64_t zero_ns, const Rect& lanes);
void draw_ruler(Paint& paint, const Axis& axis, const Rect& rect, const Readout& readout, const RulerZero& zero);
/// With a line down to y1.
void draw_readout(Paint& paint, const Readout& readout, const Rect& ruler, float y1);
void draw_cursor_head(Paint& paint, const Axis& axis, int64_t cursor_ns, float y);
/// Where notes stand; a click goes there, and under the mouse their text is read.
void draw_notes_on_ruler(Paint& paint, const AppState& state, const Axis& axis, const Rect& ruler, Requests& requests);

}  // namespace gui
