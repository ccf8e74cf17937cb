#include "gui/model/heatmap.h"

#include <algorithm>
#include <cmath>

namespace gui {
namespace {

size_t coarsest(MapGrid grid) {
    size_t stride = 1;
    while (stride * 4 < std::max(grid.columns, grid.rows)) stride *= 2;   // at least four across at first
    return stride;
}

}  // namespace

std::vector<uint32_t> coarse_to_fine(MapGrid grid) {
    std::vector<uint32_t> order;
    if (grid.cells() == 0) return order;
    const size_t first = coarsest(grid);
    for (size_t stride = first; stride > 0; stride /= 2)
        for (size_t y = 0; y < grid.rows; y += stride)
            for (size_t x = 0; x < grid.columns; x += stride) {
                const bool before = stride < first && x % (stride * 2) == 0 && y % (stride * 2) == 0;
                if (!before) order.push_back(static_cast<uint32_t>(y * grid.columns + x));
            }
    return order;
}

std::vector<std::optional<uint32_t>> stand_ins(MapGrid grid, const std::vector<bool>& known) {
    std::vector<std::optional<uint32_t>> out(grid.cells());
    if (grid.cells() == 0) return out;
    const size_t first = coarsest(grid);
    for (size_t y = 0; y < grid.rows; ++y)
        for (size_t x = 0; x < grid.columns; ++x)
            for (size_t stride = 1; stride <= first; stride *= 2) {
                const auto cell = static_cast<uint32_t>((y - y % stride) * grid.columns + (x - x % stride));
                if (!known[cell]) continue;
                out[y * grid.columns + x] = cell;
                break;
            }
    return out;
}

double Shades::share(double value) const {
    if (!(high > low)) return 0.5;
    const double share = logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
    return std::clamp(share, 0.0, 1.0);
}

Shades shades_of(const std::vector<std::optional<double>>& values) {
    Shades shades;
    bool any = false;
    for (const std::optional<double>& value : values) {
        if (!value) continue;
        shades.low = any ? std::min(shades.low, *value) : *value;
        shades.high = any ? std::max(shades.high, *value) : *value;
        any = true;
    }
    shades.logarithmic = shades.low > 0 && shades.high > 5 * shades.low;
    return shades;
}

std::optional<uint32_t> best_cell(const std::vector<std::optional<double>>& values, bool highest) {
    std::optional<uint32_t> best;
    for (uint32_t i = 0; i < values.size(); ++i)
        if (values[i] && (!best || (highest ? *values[i] > *values[*best] : *values[i] < *values[*best]))) best = i;
    return best;
}

}  // namespace gui
