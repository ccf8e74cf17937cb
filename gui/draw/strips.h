// Lanes and values over time from their columns, where boxes are narrower than pixels: one image a lane.
#pragma once
#include <array>
#include <bit>
#include <vector>

#include "gui/draw/paint.h"
#include "gui/model/columns.h"

namespace gui {

/// How bright the mark of a wait is, by its length against the longest one in sight.
class WaitMarks {
public:
    explicit WaitMarks(int64_t longest_ns);
    float strength(int64_t ns) const { return ns <= 0 ? 0 : strengths_[place(ns)]; }

private:
    static size_t place(int64_t ns) {     // sixteen steps from one power of two to the next
        const int width = std::bit_width(static_cast<uint64_t>(ns));
        return static_cast<size_t>(width) * 16 + (static_cast<size_t>(width > 5 ? ns >> (width - 5) : ns << (5 - width)) & 15);
    }
    std::array<float, 64 * 16 + 16> strengths_{};
};

/// The colour of a column is that of what its thread does in it, mixed by its share of the time, over the lane's ground: 40 % busy
/// is 40 % of the way to a busy lane's colour. At the lower edge its longest wait, the brighter the longer.
/// rect: where the grid's columns lie, the first to the last. False: no room on the canvas.
bool lane_strip(Paint& paint, const Rect& rect, const std::vector<Column>& columns, const ColumnGrid& grid, const WaitMarks& marks);

/// Boxes of lanes of one height, by the pixel: one image a lane, however many boxes, patterns and corners it has.
class LanePixels {
public:
    LanePixels(Paint& paint, float x0, float x1, float height);
    /// Of a lane whose top is at y, with the dotted line of a parked thread.
    void ground(float y);
    /// A lane whose top is at y. False: no room on the canvas; its boxes are drawn piece by piece.
    bool begin(float y);
    /// apart: another one begins where it ends, or less than a pixel or two later.
    void box(float x0, float x1, BoxKind kind, bool apart);
    void plain(float x0, float x1, ImU32 color, bool apart);
    void end();

private:
    Paint& paint_;
    int x0_, width_, rows_;
    std::vector<float> hatch_, dot_;      ///< how much a pattern covers, by x + y and by x (y)
    Canvas::Area ground_, area_;
    float y_ = 0;
    bool any_ = false;

    struct Span { int from, to, inset; };
    Span solid(float x0, float x1, ImU32 color, bool apart);
};

/// Rectangles by the pixel: one image, however many.
class PixelField {
public:
    PixelField(Paint& paint, const Rect& rect);
    void fill(const Rect& rect, ImU32 color);
    void end();

private:
    Paint& paint_;
    int x0_, y0_, width_, height_;
    Canvas::Area area_;
};

/// limit: above it in the warning colour, 0: none; crown: colour of the topmost unit, 0: as the rest.
struct StepStyle { ImU32 color; uint32_t limit; ImU32 crown; };
/// Bars from the bottom: solid up to the mean, faint up to the most. `top` fills the height.
bool step_strip(Paint& paint, const Rect& rect, const std::vector<StepColumn>& columns, uint32_t top, const StepStyle& style);

}  // namespace gui
