#include "gui/model/columns.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace gui {
namespace {

bool is_wait(BoxKind kind) { return kind == BoxKind::ready || kind == BoxKind::blocked; }

size_t first_box(const Lane& lane, int64_t from_ns) {
    return static_cast<size_t>(std::lower_bound(lane.boxes.begin(), lane.boxes.end(), from_ns, [](const Box& box, int64_t t) { return box.end_ns <= t; }) - lane.boxes.begin());
}

size_t box_after(const Lane& lane, int64_t to_ns) {
    return static_cast<size_t>(std::lower_bound(lane.boxes.begin(), lane.boxes.end(), to_ns, [](const Box& box, int64_t t) { return box.begin_ns < t; }) - lane.boxes.begin());
}

size_t step_after(const Steps& steps, int64_t at_ns) {
    return static_cast<size_t>(std::upper_bound(steps.steps.begin(), steps.steps.end(), at_ns, [](int64_t t, const Step& step) { return t < step.at_ns; }) - steps.steps.begin());
}

}  // namespace

ColumnGrid column_grid(int64_t from_ns, int64_t to_ns, int64_t pixel_ns) {
    ColumnGrid grid;
    grid.shift = std::bit_width(static_cast<uint64_t>(std::max<int64_t>(pixel_ns, 1))) - 1;
    grid.first = from_ns >> grid.shift;
    grid.count = to_ns > from_ns ? static_cast<size_t>(((to_ns - 1) >> grid.shift) - grid.first + 1) : 0;
    return grid;
}

void lane_columns(const Lane& lane, const ColumnGrid& grid, std::vector<Column>& out, size_t boxes_max) {
    out.assign(grid.count, {});
    const bool fine = lane.levels.empty() || grid.shift < lane.levels.lowest();
    const int64_t from_ns = grid.begin_ns(0), to_ns = grid.begin_ns(grid.count);
    if (fine && boxes_in(lane, from_ns, to_ns) <= boxes_max) {
        for (size_t i = first_box(lane, from_ns); i < lane.boxes.size() && lane.boxes[i].begin_ns < to_ns; ++i) {
            const Box& box = lane.boxes[i];
            const int64_t wait_ns = is_wait(box.kind) ? std::min<int64_t>(box.end_ns - box.begin_ns, UINT32_MAX) : 0;
            each_column(grid, box.begin_ns, box.end_ns, [&](size_t column, int64_t ns) {
                out[column].ns[static_cast<size_t>(box.kind)] += ns;
                out[column].worst_wait_ns = std::max(out[column].worst_wait_ns, wait_ns);
            });
        }
        return;
    }
    each_piece(lane.levels, grid, [&out, unit = std::max(lane.levels.lowest() - Levels<LaneNode>::kShiftMax, 0)](size_t column, const LaneNode& node, int divide) {
        for (size_t kind = 0; kind < kBoxKinds; ++kind) out[column].ns[kind] += (int64_t{node.ns[kind]} << unit) >> divide;
        out[column].worst_wait_ns = std::max<int64_t>(out[column].worst_wait_ns, node.worst_wait_ns);
    });
}

void step_columns(const Steps& steps, const ColumnGrid& grid, int64_t end_ns, std::vector<StepColumn>& out, size_t steps_max) {
    out.assign(grid.count, {});
    const bool fine = steps.levels.empty() || grid.shift < steps.levels.lowest();
    const int64_t from_ns = grid.begin_ns(0), to_ns = std::min(grid.begin_ns(grid.count), end_ns);
    const double width = static_cast<double>(grid.width_ns());
    const bool listed = !steps.steps.empty() || steps.levels.empty();
    if (fine && listed && steps_in(steps, from_ns, to_ns) <= steps_max) {
        const size_t after = step_after(steps, from_ns);
        for (size_t i = after == 0 ? 0 : after - 1; i < steps.steps.size() && steps.steps[i].at_ns < to_ns; ++i) {
            const uint32_t value = steps.steps[i].value;
            each_column(grid, std::max(steps.steps[i].at_ns, from_ns), i + 1 < steps.steps.size() ? std::min(steps.steps[i + 1].at_ns, to_ns) : to_ns, [&](size_t column, int64_t ns) {
                out[column].mean += static_cast<double>(value) * static_cast<double>(ns) / width;
                out[column].most = std::max(out[column].most, value);
            });
        }
        return;
    }
    each_piece(steps.levels, grid, [&out, width](size_t column, const StepNode& node, int divide) {   // none: only instants, nothing has a length
        out[column].mean += static_cast<double>(node.area) / std::ldexp(width, divide);
        out[column].most = std::max(out[column].most, node.most);
    });
}

size_t boxes_in(const Lane& lane, int64_t from_ns, int64_t to_ns) { return std::max(box_after(lane, to_ns), first_box(lane, from_ns)) - first_box(lane, from_ns); }

void wide_boxes(const Lane& lane, int64_t from_ns, int64_t to_ns, int64_t min_width_ns, std::vector<Box>& out) {
    for (size_t i = first_box(lane, from_ns); i < lane.boxes.size() && lane.boxes[i].begin_ns < to_ns; ++i)
        if (lane.boxes[i].end_ns - lane.boxes[i].begin_ns >= min_width_ns) out.push_back(lane.boxes[i]);
}

size_t steps_in(const Steps& steps, int64_t from_ns, int64_t to_ns) {
    const size_t first = step_after(steps, from_ns - 1);
    return std::max(step_after(steps, to_ns - 1), first) - first;
}

void visible_steps(const Steps& steps, int64_t from_ns, int64_t to_ns, std::vector<Step>& out) {
    const size_t after = step_after(steps, from_ns);
    for (size_t i = after == 0 ? 0 : after - 1; i < steps.steps.size() && steps.steps[i].at_ns < to_ns; ++i) out.push_back(steps.steps[i]);
}

uint32_t value_at(const Steps& steps, int64_t time_ns) {
    const size_t after = step_after(steps, time_ns);
    return after == 0 ? 0 : steps.steps[after - 1].value;
}

}  // namespace gui
