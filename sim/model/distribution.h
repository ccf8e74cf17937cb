// A duration in a scenario: fixed, or drawn. Drawn values are rounded to the nearest ns, never negative, at most kDurationMax.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/exponential.h"
#include "sim/base/prng.h"
#include "sim/base/time.h"

namespace sim {

struct Distribution {
    enum class Kind : uint8_t { fixed, uniform, exponential, lognormal, choice, samples };

    Kind kind = Kind::fixed;
    Duration a;                           ///< fixed: the value; uniform: low; exponential: mean; lognormal: median
    Duration b;                           ///< uniform: high
    double sigma = 0;                     ///< lognormal: standard deviation of the logarithm
    std::vector<double> weights;          ///< choice: chances, they add up to 1
    std::vector<Duration> values;         ///< choice, samples: the values
    friend bool operator==(const Distribution&, const Distribution&) = default;
};

/// What was drawn, as a duration: rounded to the nearest ns.
inline Duration rounded(double ns) {
    if (!(ns > 0)) return {0};
    if (ns >= static_cast<double>(kDurationMax.ns)) return kDurationMax;
    return {static_cast<int64_t>(ns + 0.5)};
}
/// From an exponential distribution.
inline Duration draw_exponential(Duration mean, Stream& stream) {
    const double ns = static_cast<double>(mean.ns) * draw_exponential(stream);     // at least 0
    return ns < static_cast<double>(kDurationMax.ns) ? Duration{static_cast<int64_t>(ns + 0.5)} : kDurationMax;
}
/// Draws from `stream`; a fixed duration draws nothing.
inline Duration draw(const Distribution& distribution, Stream& stream);
/// From those that are neither fixed nor exponential.
Duration draw_other(const Distribution& distribution, Stream& stream);
/// The mean in ns, for estimates (how long a recording will take) and checks; not on the path from seed to trace.
double mean_ns(const Distribution& distribution);

inline Duration draw(const Distribution& distribution, Stream& stream) {
    if (distribution.kind == Distribution::Kind::exponential) return draw_exponential(distribution.a, stream);
    if (distribution.kind == Distribution::Kind::fixed) return distribution.a;
    return draw_other(distribution, stream);
}

}  // namespace sim
