#include "sim/base/exponential.h"

#include "sim/base/exact_math.h"

namespace sim {

constexpr Ziggurat kZiggurat = [] {
    constexpr double kArea = 0.0039496598225815571993;              // of each layer
    Ziggurat z;
    z.edge[0] = kArea * exact_exp(kZigguratTail);                   // wide enough to hold the tail's share
    z.edge[1] = kZigguratTail;
    for (size_t i = 2; i < 256; ++i) z.edge[i] = -exact_log(kArea / z.edge[i - 1] + exact_exp(-z.edge[i - 1]));
    z.edge[256] = 0;
    for (size_t i = 0; i < 257; ++i) z.height[i] = exact_exp(-z.edge[i]), z.step[i] = z.edge[i] * 0x1p-53;
    return z;
}();

namespace {

// e^-x from the layer's inner edge on: 1 - d <= e^-d <= 1 - d + d^2/2 decides nearly always. The margin is far above what rounding
// can do, so that the answer is that of the exact function.
bool is_under_curve(double x, double y, size_t layer) {
    constexpr double kMargin = 0x1p-48;
    const double top = kZiggurat.height[layer + 1], d = x - kZiggurat.edge[layer + 1], tangent = top * (1 - d);
    if (y < tangent - kMargin) return true;
    if (y > tangent + top * (d * d * 0.5) + kMargin) return false;
    return y < exact_exp(-x);
}

}  // namespace

double draw_exponential_on(uint64_t bits, Stream& stream) {
    double before = 0;
    while (true) {
        const size_t layer = bits & 255;
        const double x = static_cast<double>(bits >> 11) * kZiggurat.step[layer];
        if (x < kZiggurat.edge[layer + 1]) return before + x;
        if (layer == 0) {
            before += kZigguratTail;                                // the tail looks like the whole
        } else {
            const double y = kZiggurat.height[layer] + stream.next_unit() * (kZiggurat.height[layer + 1] - kZiggurat.height[layer]);
            if (is_under_curve(x, y, layer)) return before + x;
        }
        bits = stream.next_u64();
    }
}

}  // namespace sim
