// A duration in a scenario: fixed, or drawn. Drawn values are rounded to the nearest ns, never negative, at most kDurationMax.
#pragma once
#include <cstdint>
#include <vector>

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

/// Draws from `stream`; a fixed duration draws nothing.
Duration draw(const Distribution& distribution, Stream& stream);
/// From an exponential distribution.
Duration draw_exponential(Duration mean, Stream& stream);
/// The mean in ns, for estimates (how long a recording will take) and checks; not on the path from seed to trace.
double mean_ns(const Distribution& distribution);

}  // namespace sim
