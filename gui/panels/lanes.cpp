#include "gui/panels/lanes.h"

#include <span>
#include <string>

namespace gui {
namespace {

// What a frame may cost. A lane has a box of its own from kWideBox units on; a run that is seen from afar has too many to look at.
constexpr size_t kBoxesLookedAt = 30'000, kBoxesDrawn = 6'000, kLettersDrawn = 1'150, kStepsDrawn = 30, kLaneWalk = 60'000, kStepWalk = 200'000;
constexpr float kWideBox = 3;

/// The boxes of one side that are wide enough, by lane, and whether there is room for their labels.
struct Wide {
    std::vector<Box> boxes;
    std::vector<size_t> ends;             ///< by lane: one past its last box
    bool labels = false;
};

Rect box_rect(const Paint& paint, const Axis& axis, const Box& box, float y0, float y1) {
    const float x0 = std::max(axis.x(box.begin_ns), axis.x0), x1 = std::min(std::max(axis.x(box.end_ns), x0 + 1), axis.x1);
    return {x0, y0, x1 - (x1 - x0 > paint.px(4) ? 1.0f : 0.0f), y1};   // neighbours stay apart
}

// None where there are too many: then columns tell.
Wide wide_of(const Paint& paint, const Axis& axis, const Side& side, const LanePlaces& places, size_t shown) {
    Wide wide;
    if (lanes_are_columns(axis, side)) return wide;
    const std::span<const Lane> lanes(side.lanes.data(), shown);
    const auto least = static_cast<int64_t>(static_cast<double>(axis.pixel_ns()) * static_cast<double>(paint.px(kWideBox)));
    for (const Lane& lane : lanes) {
        wide_boxes(lane, axis.from_ns, axis.to_ns, least, wide.boxes);
        wide.ends.push_back(wide.boxes.size());
        if (wide.boxes.size() > kBoxesDrawn) return {};
    }
    size_t letters = 0;
    if (places.height >= paint.fonts.small.size)
        for (const Box& box : wide.boxes) {
            const std::string label = packet_name(side, box.packet);
            if (label_fits(paint, box_rect(paint, axis, box, 0, places.height), box.kind, label)) letters += label.size();
        }
    wide.labels = letters > 0 && letters <= kLettersDrawn;
    return wide;
}

// All lanes from their columns; nothing where the canvas has no room: the next frame has more.
void draw_columns(Paint& paint, const Axis& axis, const Side& side, const LanePlaces& places, size_t shown) {
    const ColumnGrid grid = column_grid(axis.from_ns, axis.to_ns, column_ns(axis));
    const float x0 = axis.x(grid.begin_ns(0)), x1 = axis.x(grid.begin_ns(grid.count));
    static thread_local std::vector<std::vector<Column>> lanes;
    if (lanes.size() < shown) lanes.resize(shown);
    int64_t longest_ns = 0;
    for (size_t i = 0; i < shown; ++i) {
        lanes[i].clear();
        if (boxes_in(side.lanes[i], axis.from_ns, axis.to_ns) == 0) continue;
        lane_columns(side.lanes[i], grid, lanes[i], kLaneWalk);
        for (const Column& column : lanes[i]) longest_ns = std::max(longest_ns, column.worst_wait_ns);
    }
    const WaitMarks marks(longest_ns);
    for (size_t i = 0; i < shown; ++i) {
        const float y = places.y + places.each * static_cast<float>(i);
        lane_strip(paint, {x0, y, x1, y + places.height}, lanes[i], grid, marks);
    }
}

void draw_wide(Paint& paint, const Axis& axis, const Wide& wide, const LanePlaces& places, LanePixels& pixels) {
    size_t at = 0;
    for (size_t i = 0; i < wide.ends.size(); ++i) {
        const float y = places.y + places.each * static_cast<float>(i);
        const bool one_image = at < wide.ends[i] && pixels.begin(y);
        for (; at < wide.ends[i]; ++at) {
            const Rect rect = box_rect(paint, axis, wide.boxes[at], y, y + places.height);
            const bool next = at + 1 < wide.ends[i] && axis.x(wide.boxes[at + 1].begin_ns) - axis.x(wide.boxes[at].end_ns) < 1.5f;
            if (one_image) pixels.box(rect.x0, std::min(std::max(axis.x(wide.boxes[at].end_ns), rect.x0 + 1), axis.x1), wide.boxes[at].kind, next);
            else state_box(paint, rect, wide.boxes[at].kind);
        }
        if (one_image) pixels.end();
    }
}

}  // namespace

int64_t column_ns(const Axis& axis) { return std::max(axis.pixel_ns(), (axis.to_ns - axis.from_ns) / 4000 + 1); }

bool lanes_are_columns(const Axis& axis, const Side& side) {
    size_t seen = 0;
    for (const Lane& lane : side.lanes) seen += boxes_in(lane, axis.from_ns, axis.to_ns);
    return seen > kBoxesLookedAt;
}

void draw_lane_boxes(Paint& paint, const Axis& axis, const Side& side, const LanePlaces& places) {
    const auto room = static_cast<size_t>(std::max((places.bottom - places.y) / std::max(places.each, 0.1f), 0.0f)) + 1;
    const size_t shown = std::min(side.lanes.size(), room);
    LanePixels pixels(paint, axis.x0, axis.x1, places.height);
    for (size_t i = 0; i < shown; ++i) pixels.ground(places.y + places.each * static_cast<float>(i));
    const Wide wide = wide_of(paint, axis, side, places, shown);
    paint.list->PushClipRect({axis.x0, places.y}, {axis.x1, places.bottom}, true);
    draw_columns(paint, axis, side, places, shown);
    paint.list->PopClipRect();
    draw_wide(paint, axis, wide, places, pixels);
    if (!wide.labels) return;
    size_t at = 0;
    for (size_t i = 0; i < wide.ends.size(); ++i)
        for (const float y = places.y + places.each * static_cast<float>(i); at < wide.ends[i]; ++at)
            box_label(paint, box_rect(paint, axis, wide.boxes[at], y, y + places.height), wide.boxes[at].kind, packet_name(side, wide.boxes[at].packet));
}

void draw_step_columns(Paint& paint, const Axis& axis, const Side& side, const Steps& steps, float y0, float y1, uint32_t top, const StepStyle& style) {
    const ColumnGrid grid = column_grid(axis.from_ns, axis.to_ns, column_ns(axis));
    static thread_local std::vector<StepColumn> columns;
    step_columns(steps, grid, side.end_ns, columns, kStepWalk);
    paint.list->PushClipRect({axis.x0, y0}, {axis.x1, y1}, true);
    step_strip(paint, {axis.x(grid.begin_ns(0)), y0, axis.x(grid.begin_ns(grid.count)), y1}, columns, top, style);
    paint.list->PopClipRect();
}

void draw_steps(Paint& paint, const Axis& axis, const Side& side, const Steps& steps, float y0, float y1, uint32_t top, const StepStyle& style) {
    if (steps_in(steps, axis.from_ns, axis.to_ns) > kStepsDrawn && paint.canvas != nullptr) return draw_step_columns(paint, axis, side, steps, y0, y1, top, style);   // without room on the canvas nothing is drawn: the next frame has more
    static thread_local std::vector<Step> visible;
    visible.clear();
    visible_steps(steps, axis.from_ns, axis.to_ns, visible);
    const float unit = (y1 - y0) / static_cast<float>(std::max(top, 1u));
    for (size_t i = 0; i < visible.size(); ++i) {
        const uint32_t value = visible[i].value;
        if (value == 0) continue;
        const float x0 = std::max(axis.x(visible[i].at_ns), axis.x0), x1 = std::max(i + 1 < visible.size() ? std::min(axis.x(visible[i + 1].at_ns), axis.x1) : axis.x1, x0 + 1);
        const uint32_t inside = style.limit > 0 ? std::min(value, style.limit) : value;
        fill(paint, {x0, y1 - unit * static_cast<float>(inside), x1, y1}, style.color);
        if (value > inside) fill(paint, {x0, y1 - unit * static_cast<float>(value), x1, y1 - unit * static_cast<float>(inside)}, paint.theme->warning);
        if (style.crown != 0) fill(paint, {x0, y1 - unit * static_cast<float>(value), x1, y1 - unit * static_cast<float>(value - 1) - (unit > 3 ? 1 : 0)}, style.crown);
    }
}

}  // namespace gui
