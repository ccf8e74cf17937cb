// A lane, or a value over time, as columns: what is drawn where boxes are narrower than pixels. No ImGui.
#pragma once
#include <algorithm>
#include <vector>

#include "gui/model/side.h"

namespace gui {

/// `count` columns of 2^shift ns; the first begins at first * 2^shift. They stay where they are when the view moves, so that
/// nothing shimmers.
struct ColumnGrid {
    int shift = 0;
    int64_t first = 0;
    size_t count = 0;
    int64_t begin_ns(size_t column) const { return (first + static_cast<int64_t>(column)) << shift; }
    int64_t width_ns() const { return int64_t{1} << shift; }
};
/// Columns that cover [from_ns, to_ns), none of them wider than pixel_ns (at least 1).
ColumnGrid column_grid(int64_t from_ns, int64_t to_ns, int64_t pixel_ns);

/// For every column that [begin_ns, end_ns) touches: use(column, ns of it).
template <class Use>
void each_column(const ColumnGrid& grid, int64_t begin_ns, int64_t end_ns, const Use& use) {
    const int64_t last = std::min<int64_t>((end_ns - 1) >> grid.shift, grid.first + static_cast<int64_t>(grid.count) - 1);
    for (int64_t at = std::max<int64_t>(begin_ns >> grid.shift, grid.first); at <= last; ++at)
        use(static_cast<size_t>(at - grid.first), std::min(end_ns, (at + 1) << grid.shift) - std::max(begin_ns, at << grid.shift));
}

/// For every column and each piece of the levels that lies in it, or that it is a part of: use(column, node, divide), where the
/// column has 1 / 2^divide of the piece.
template <class Node, class Use>
void each_piece(const Levels<Node>& levels, const ColumnGrid& grid, const Use& use) {
    if (levels.empty()) return;
    const int shift = std::clamp(grid.shift, levels.lowest(), levels.highest()), divide = std::max(shift - grid.shift, 0);
    const std::vector<Node>& level = levels.level(shift);
    const int64_t times = int64_t{1} << std::max(grid.shift - shift, 0), count = static_cast<int64_t>(level.size());
    for (size_t i = 0; i < grid.count; ++i) {
        const int64_t first = divide > 0 ? (grid.first + static_cast<int64_t>(i)) >> divide : (grid.first + static_cast<int64_t>(i)) * times;
        for (int64_t piece = first; piece < std::min(first + times, count); ++piece) use(i, level[static_cast<size_t>(piece)], divide);
    }
}

/// What happens in one: ns by kind, the longest wait that touches it.
struct Column {
    std::array<int64_t, kBoxKinds> ns{};
    int64_t worst_wait_ns = 0;
    bool operator==(const Column&) const = default;
};
/// One for each column of the grid, exact; where more than `boxes_max` boxes would have to be looked at, as even as the lane's
/// smallest level knows it.
void lane_columns(const Lane& lane, const ColumnGrid& grid, std::vector<Column>& out, size_t boxes_max = SIZE_MAX);

struct StepColumn {
    double mean = 0;                      ///< over the column's time
    uint32_t most = 0;
};
void step_columns(const Steps& steps, const ColumnGrid& grid, int64_t end_ns, std::vector<StepColumn>& out, size_t steps_max = SIZE_MAX);

/// How many boxes touch [from_ns, to_ns).
size_t boxes_in(const Lane& lane, int64_t from_ns, int64_t to_ns);
/// Boxes of at least min_width_ns that touch [from_ns, to_ns), appended.
void wide_boxes(const Lane& lane, int64_t from_ns, int64_t to_ns, int64_t min_width_ns, std::vector<Box>& out);
/// How many steps lie in [from_ns, to_ns).
size_t steps_in(const Steps& steps, int64_t from_ns, int64_t to_ns);
/// The step in force at from_ns and those up to to_ns, appended.
void visible_steps(const Steps& steps, int64_t from_ns, int64_t to_ns, std::vector<Step>& out);
uint32_t value_at(const Steps& steps, int64_t time_ns);

}  // namespace gui
