// How long packets waited, from their post to the return of the get that brought them, on both sides.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/compare/decisions.h"

namespace sim {

inline constexpr std::array<int, 7> kWaitPercents{10, 25, 50, 75, 90, 99, 100};   ///< 100: the longest

struct WaitSpread {
    uint64_t count = 0;
    std::array<int64_t, kWaitPercents.size()> quantiles_ns{};   ///< nearest rank, exact
    std::vector<int64_t> percentiles_ns;      ///< 0..100, for a drawing; empty where there are no waits
};

struct WaitsCompared {
    WaitSpread a, b;
    /// Of all pairs of one of b's waits and one of a's: those in which b's is longer, shorter; none where a side has no waits.
    std::optional<double> b_longer, b_shorter;
    /// Cliff's delta, b_longer - b_shorter: how often one side waits longer, whatever by how much.
    std::optional<double> delta() const { return b_longer ? std::optional(*b_longer - *b_shorter) : std::nullopt; }
};

/// O(n log n).
WaitsCompared compare_waits(const Decisions& a, const Decisions& b);
/// "negligible" below 0.147, "small" below 0.33, "medium" below 0.474, else "large" (Romano et al. 2006).
const char* effect_size(double delta);
/// One sentence.
std::string waits_text(const WaitsCompared& waits, const std::string& b_name);

}  // namespace sim
