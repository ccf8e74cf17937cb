// A figure over two values: in which order its cells are computed, what stands in for one that is not known yet, and how strong
// each is drawn. No ImGui.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace gui {

/// Columns and rows; cell x, y has the number y * columns + x.
struct MapGrid {
    size_t columns = 0, rows = 0;
    size_t cells() const { return columns * rows; }
};

/// All cells, each once, coarse to fine: those that lie a power of two apart first, halved until none is missing.
std::vector<uint32_t> coarse_to_fine(MapGrid grid);

/// For each cell the known one that stands in for it: itself, or the nearest known one that is above and left of it by less than
/// the distance at which it would have been computed. none: nothing is known yet.
std::vector<std::optional<uint32_t>> stand_ins(MapGrid grid, const std::vector<bool>& known);

struct Shades {
    double low = 0, high = 0;             ///< of the known values
    bool logarithmic = false;             ///< they differ by more than 5 times, and none is 0
    /// 0 at `low`, 1 at `high`.
    double share(double value) const;
};
Shades shades_of(const std::vector<std::optional<double>>& values);

/// The cell with the highest value, or the lowest; the first of several, none where no value is known.
std::optional<uint32_t> best_cell(const std::vector<std::optional<double>>& values, bool highest);

}  // namespace gui
