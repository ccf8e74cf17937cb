// The lanes and strips of a side on the clock: boxes where they are wide enough to be seen one by one, else columns.
#pragma once
#include <algorithm>

#include "gui/draw/strips.h"
#include "gui/model/columns.h"

namespace gui {

struct Axis {
    float x0, x1;
    int64_t from_ns, to_ns;
    float x(int64_t ns) const { return x0 + static_cast<float>(static_cast<double>(ns - from_ns) / static_cast<double>(to_ns - from_ns) * (x1 - x0)); }
    double ns_at(float px) const { return static_cast<double>(from_ns) + static_cast<double>(px - x0) / (x1 - x0) * static_cast<double>(to_ns - from_ns); }
    int64_t pixel_ns() const { return std::max<int64_t>(static_cast<int64_t>(static_cast<double>(to_ns - from_ns) / (x1 - x0)), 1); }
};

/// Where the lanes stand: the first from y on, one every `each` pixels; below `bottom` nothing is seen.
struct LanePlaces { float y, each, height, bottom; };
/// Too many boxes are in sight to look at each: all lanes are columns, which mix what happens and mark the longest waits.
bool lanes_are_columns(const Axis& axis, const Side& side);
void draw_lane_boxes(Paint& paint, const Axis& axis, const Side& side, const LanePlaces& places);
/// A value over time as bars from the bottom.
void draw_steps(Paint& paint, const Axis& axis, const Side& side, const Steps& steps, float y0, float y1, uint32_t top, const StepStyle& style);


/// The stack of waiters, a row a place with the thread that stands there, the newest on top; false: too much in sight, or rows too
/// low to be told apart. `lifo`: the topmost goes next.
bool draw_stack_places(Paint& paint, const Axis& axis, const Side& side, size_t port, const Rect& rect, uint32_t top, bool lifo);
/// The queue, a row a place with the packet that stands there, the head at the bottom.
bool draw_queue_places(Paint& paint, const Axis& axis, const Side& side, size_t port, const Rect& rect, uint32_t top);

/// From the queue up to the lane of the thread that took a packet out of it, where these are few; the last one before the cursor stands
/// out. `head_y`: top of the queue's lowest row.
void draw_takings(Paint& paint, const Axis& axis, const Side& side, size_t port, int64_t cursor_ns, const LanePlaces& lanes, float head_y);

}  // namespace gui
