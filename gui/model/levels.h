// What happened in each piece of time, for pieces of every power of two from a smallest one on: a lane that is looked at from afar
// is drawn from these, at a cost of what is visible. No ImGui.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

namespace gui {

/// The smallest pieces: 2^shift ns each, `count` of them from 0 on.
struct Grid { int shift = 0; uint64_t count = 1; };
/// Of a run that ends at end_ns, at most about `count_max` pieces.
inline Grid grid_for(int64_t end_ns, uint64_t count_max) {
    Grid grid;
    while ((static_cast<uint64_t>(end_ns) >> grid.shift) >= count_max) ++grid.shift;
    grid.count = (static_cast<uint64_t>(end_ns) >> grid.shift) + 1;
    return grid;
}

/// Node has add(const Node&). Spans are added in order of time and don't overlap; a piece of a level above is made of two whole
/// ones below as soon as time has passed them.
template <class Node>
class Levels {
public:
    static constexpr int kShiftMax = 31;      ///< 2.1 s: sums of ns fit into 32 bits; larger pieces are summed up when they are asked for

    void begin(Grid grid) { grid_ = grid; }
    int lowest() const { return grid_.shift; }
    int highest() const { return grid_.shift + static_cast<int>(levels_.size()) - 1; }
    /// Nothing was added.
    bool empty() const { return levels_.empty(); }
    const std::vector<Node>& level(int shift) const { return levels_[static_cast<size_t>(shift - grid_.shift)]; }

    /// For every smallest piece that [begin_ns, end_ns) touches: change(node, ns of it in this piece).
    template <class Change>
    void add(int64_t begin_ns, int64_t end_ns, const Change& change) {
        if (end_ns <= begin_ns || begin_ns < 0) return;
        if (levels_.empty()) allocate();
        const uint64_t first = static_cast<uint64_t>(begin_ns) >> grid_.shift, last = std::min(static_cast<uint64_t>(end_ns - 1) >> grid_.shift, grid_.count - 1);
        for (uint64_t piece = first; piece <= last; ++piece) {
            raise_before(piece);
            const int64_t from = std::max(begin_ns, static_cast<int64_t>(piece << grid_.shift)), to = std::min(end_ns, static_cast<int64_t>((piece + 1) << grid_.shift));
            change(levels_[0][piece], to - from);
        }
    }
    /// Nothing more will be added.
    void finish() {
        if (levels_.empty()) return;
        raise_before(grid_.count);
        for (size_t level = 1; level < levels_.size(); ++level) {    // the last piece of a level may have one half only
            const std::vector<Node>& below = levels_[level - 1];
            Node& last = levels_[level].back() = below[2 * (levels_[level].size() - 1)];
            if (below.size() % 2 == 0) last.add(below.back());
        }
    }
    size_t bytes() const {
        size_t bytes = 0;
        for (const std::vector<Node>& level : levels_) bytes += level.capacity() * sizeof(Node);
        return bytes;
    }

private:
    Grid grid_;
    std::vector<std::vector<Node>> levels_;
    uint64_t raised_ = 0;                     // pieces of the lowest level that those above know of

    void allocate() {
        for (uint64_t count = grid_.count; levels_.empty() || (count > 32 && highest() < kShiftMax); count = (count + 1) / 2) levels_.emplace_back(levels_.empty() ? count : (levels_.back().size() + 1) / 2);
    }
    void raise_before(uint64_t piece) {
        for (; raised_ < piece; ++raised_)
            for (size_t level = 1, at = raised_; level < levels_.size() && at % 2 == 1; ++level, at /= 2) {
                levels_[level][at / 2].add(levels_[level - 1][at - 1]);
                levels_[level][at / 2].add(levels_[level - 1][at]);
            }
    }
};

}  // namespace gui
