// The lanes and strips of a side on the clock: boxes where they are wide enough to be seen one by one, else columns.
#pragma once
#include <algorithm>

#include "gui/draw/strips.h"
#include "gui/model/columns.h"
#include "gui/panels/panels.h"

namespace gui {

struct Axis {
    float x0, x1;
    int64_t from_ns, to_ns;
    float x(int64_t ns) const { return x0 + static_cast<float>(static_cast<double>(ns - from_ns) / static_cast<double>(to_ns - from_ns) * (x1 - x0)); }
    double ns_at(float px) const { return static_cast<double>(from_ns) + static_cast<double>(px - x0) / (x1 - x0) * static_cast<double>(to_ns - from_ns); }
    int64_t pixel_ns() const { return std::max<int64_t>(static_cast<int64_t>(static_cast<double>(to_ns - from_ns) / (x1 - x0)), 1); }
};

/// The axis of a side that is shown later than by its own clock (app/align.h), from its beginning on; of a side that has none of it a pixel at the end.
inline Axis axis_of_side(const Axis& axis, int64_t shift_ns) {
    Axis own{.x0 = axis.x0, .x1 = axis.x1, .from_ns = axis.from_ns - shift_ns, .to_ns = axis.to_ns - shift_ns};
    if (own.to_ns <= 0) return {.x0 = axis.x1 - 1, .x1 = axis.x1, .from_ns = 0, .to_ns = 1};
    if (own.from_ns < 0) own.x0 = std::min(axis.x(shift_ns), axis.x1 - 1), own.from_ns = 0;
    return own;
}

/// Where the lanes stand: the first from y on, one every `each` pixels; below `bottom` nothing is seen.
struct LanePlaces { float y, each, height, bottom; };
/// Too many boxes are in sight to look at each: all lanes are columns, which mix what happens and mark the longest waits.
bool lanes_are_columns(const Axis& axis, const Side& side);
void draw_lane_boxes(Paint& paint, const Axis& axis, const Side& side, const LanePlaces& places);
/// The processors, a lane each: who runs where, in the thread's colour (`thread_color`), with a mark where it comes from another
/// processor.
void draw_processor_lanes(Paint& paint, const Axis& axis, const AppState& state, size_t side, const LanePlaces& places, Requests& requests);
ImU32 thread_color(const Theme& theme, uint32_t thread);
/// A column is a pixel or more: the canvas has no room for many thousands.
int64_t column_ns(const Axis& axis);

/// The packets of a port, a row each from when they are posted until they are done, with a line to the lane of the thread that took
/// them; as a strip of how many there are where they are too many.
void draw_packet_bars(Paint& paint, const Axis& axis, const AppState& state, size_t side, const Rect& rect, const LanePlaces& lanes, Requests& requests);
/// They are few enough for a row each.
bool packets_have_rows(const Paint& paint, const Axis& axis, const AppState& state, size_t side, float height);

/// A value over time as bars from the bottom.
void draw_steps(Paint& paint, const Axis& axis, const Side& side, const Steps& steps, float y0, float y1, uint32_t top, const StepStyle& style);
/// The same from columns, however few steps there are.
void draw_step_columns(Paint& paint, const Axis& axis, const Side& side, const Steps& steps, float y0, float y1, uint32_t top, const StepStyle& style);

/// The stack of waiters, a row a place with the thread that stands there, the newest on top; false: too much in sight, or rows too
/// low to be told apart. `lifo`: the topmost goes next.
bool draw_stack_places(Paint& paint, const Axis& axis, const AppState& state, size_t side, size_t port, const Rect& rect, uint32_t top, bool lifo, Requests& requests);
/// The queue, a row a place with the packet that stands there, the head at the bottom.
bool draw_queue_places(Paint& paint, const Axis& axis, const AppState& state, size_t side, size_t port, const Rect& rect, uint32_t top, Requests& requests);

/// From the queue up to the lane of the thread that took a packet out of it, where these are few; the last one before the cursor stands
/// out. `head_y`: top of the queue's lowest row.
void draw_takings(Paint& paint, const Axis& axis, const Side& side, size_t port, int64_t cursor_ns, const LanePlaces& lanes, float head_y);

/// What brought the times over the limit about, where they are few: lines from the threads' lanes to the strip of active threads, whose height is `top`.
void draw_over_causes(Paint& paint, const Axis& axis, const AppState& state, size_t side, size_t port, const Rect& strip, uint32_t top, const LanePlaces& lanes);
/// In words, of the one under the mouse, above the strip; axis: of all sides.
void draw_over_words(Paint& paint, const Axis& axis, const AppState& state, size_t side, size_t port, const Rect& strip);

}  // namespace gui
