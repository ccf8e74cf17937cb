// Exponential random values by the ziggurat method (Marsaglia and Tsang, 2000): most draws are one table look-up and one
// multiplication, and every platform gives the same bits.
#pragma once
#include <array>

#include "sim/base/exact_math.h"
#include "sim/base/prng.h"

namespace sim {

/// The area under e^-x in 256 layers of equal area: layer i is as wide as edge[i], above it edge[i + 1]; height[i] = e^-edge[i].
struct Ziggurat { std::array<double, 257> edge{}, height{}; };
inline constexpr double kZigguratTail = 7.69711747013104972;       ///< where the lowest layer turns into the tail
inline constexpr Ziggurat kZiggurat = [] {
    constexpr double kArea = 0.0039496598225815571993;              // of each layer
    Ziggurat z;
    z.edge[0] = kArea * exact_exp(kZigguratTail);                   // wide enough to hold the tail's share
    z.edge[1] = kZigguratTail;
    for (size_t i = 2; i < 256; ++i) z.edge[i] = -exact_log(kArea / z.edge[i - 1] + exact_exp(-z.edge[i - 1]));
    z.edge[256] = 0;
    for (size_t i = 0; i < 257; ++i) z.height[i] = exact_exp(-z.edge[i]);
    return z;
}();

/// A draw with mean 1. Takes one number of the stream, seldom more.
inline double draw_exponential(Stream& stream) {
    double before = 0;
    while (true) {
        const uint64_t bits = stream.next_u64();
        const size_t layer = bits & 255;
        const double x = static_cast<double>(bits >> 11) * 0x1p-53 * kZiggurat.edge[layer];
        if (x < kZiggurat.edge[layer + 1]) return before + x;       // inside the layer above as well: certainly under the curve
        if (layer == 0) {
            before += kZigguratTail;                                // the tail looks like the whole
            continue;
        }
        const double y = kZiggurat.height[layer] + stream.next_unit() * (kZiggurat.height[layer + 1] - kZiggurat.height[layer]);
        if (y < exact_exp(-x)) return before + x;
    }
}

}  // namespace sim
