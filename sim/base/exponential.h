// Exponential random values by the ziggurat method (Marsaglia and Tsang, 2000): most draws are one table look-up and one
// multiplication, and every platform gives the same bits.
#pragma once
#include <array>
#include <cstddef>

#include "sim/base/prng.h"

namespace sim {

/// The area under e^-x in 256 layers of equal area: layer i is as wide as edge[i], above it edge[i + 1]; height[i] = e^-edge[i].
/// step[i]: edge[i] / 2^53, exactly.
struct Ziggurat { std::array<double, 257> edge{}, height{}, step{}; };
inline constexpr double kZigguratTail = 7.69711747013104972;       ///< where the lowest layer turns into the tail
extern const Ziggurat kZiggurat;

/// The rest of a draw that the first number of the stream, `bits`, did not decide.
double draw_exponential_on(uint64_t bits, Stream& stream);

/// A draw with mean 1. Takes one number of the stream, seldom more.
inline double draw_exponential(Stream& stream) {
    const uint64_t bits = stream.next_u64();
    const size_t layer = bits & 255;
    const double x = static_cast<double>(static_cast<int64_t>(bits >> 11)) * kZiggurat.step[layer];
    if (x < kZiggurat.edge[layer + 1]) [[likely]] return x;         // inside the layer above as well: certainly under the curve
    return draw_exponential_on(bits, stream);
}

}  // namespace sim
