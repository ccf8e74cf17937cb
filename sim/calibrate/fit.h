// A distribution for measured times: the simplest that they don't speak against.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/model/distribution.h"

namespace sim {

/// Times in ns.
struct Fit {
    Distribution distribution;            ///< fixed, exponential, lognormal, or samples
    uint64_t count = 0;
    double mean_ns = 0, deviation_ns = 0; ///< of the sample; deviation: standard, 0 for fewer than 2
    /// The largest distance between the sample's distribution and this one (Kolmogorov-Smirnov), 0..1. Of samples: of the exponential.
    double distance = 0;
    const char* name() const;             ///< "constant", "exponential", "lognormal", "as measured", "none"
};

/// At most so many values stand for a sample; each is the mean of as many neighbours, so that the mean stays.
inline constexpr size_t kSamplesKept = 500;

/// Fixed where all lie within 2 % of their mean. Exponential, lognormal: where the distance stays below what 95 of 100 such samples
/// show when the parameters are estimated from them (Lilliefors; Stephens 1974, table 1). Else the values themselves. Of nothing: fixed 0.
Fit fit(std::vector<int64_t> values_ns);

/// `{ exponential = "1.02ms" }`, "20us".
std::string distribution_toml(const Distribution& distribution);
/// "exponential, mean 1.02 ms, standard deviation 0.99 ms, 915 values, distance 0.02"
std::string fit_text(const Fit& fit);

}  // namespace sim
