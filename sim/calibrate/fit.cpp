#include "sim/calibrate/fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>

#include "sim/scenario/load.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

Duration duration(double ns) { return rounded(ns); }

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

// Of sorted values.
double distance(const std::vector<int64_t>& values, const std::function<double(double)>& cdf) {
    const auto n = static_cast<double>(values.size());
    double largest = 0;
    for (size_t i = 0; i < values.size(); ++i) {
        const double at = cdf(static_cast<double>(values[i]));
        largest = std::max({largest, at - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - at});
    }
    return largest;
}

// Stephens 1974: the distance made independent of the number of values, and its 95 % point.
bool fits_exponential(double d, double n) { return (d - 0.2 / n) * (std::sqrt(n) + 0.26 + 0.5 / std::sqrt(n)) < 1.094; }
bool fits_normal(double d, double n) { return d * (std::sqrt(n) - 0.01 + 0.85 / std::sqrt(n)) < 0.895; }

// Each the mean of as many neighbours.
std::vector<Duration> kept(const std::vector<int64_t>& sorted) {
    const size_t count = std::min(sorted.size(), kSamplesKept);
    std::vector<Duration> out;
    for (size_t i = 0; i < count; ++i) {
        const size_t from = i * sorted.size() / count, to = (i + 1) * sorted.size() / count;
        double sum = 0;
        for (size_t k = from; k < to; ++k) sum += static_cast<double>(sorted[k]);
        out.push_back(duration(sum / static_cast<double>(to - from)));
    }
    return out;
}

}  // namespace

const char* Fit::name() const {
    if (count == 0) return "none";
    switch (distribution.kind) {
        case Distribution::Kind::exponential: return "exponential";
        case Distribution::Kind::lognormal: return "lognormal";
        case Distribution::Kind::samples: return "as measured";
        default: return "constant";
    }
}

Fit fit(std::vector<int64_t> values_ns) {
    Fit out;
    if (values_ns.empty()) return out;
    std::sort(values_ns.begin(), values_ns.end());
    const auto n = static_cast<double>(values_ns.size());
    out.count = values_ns.size();
    double sum = 0, squares = 0, logs = 0, log_squares = 0;
    for (const int64_t v : values_ns) sum += static_cast<double>(v);
    out.mean_ns = sum / n;
    for (const int64_t v : values_ns) squares += (static_cast<double>(v) - out.mean_ns) * (static_cast<double>(v) - out.mean_ns);
    out.deviation_ns = n > 1 ? std::sqrt(squares / (n - 1)) : 0;
    out.distribution.a = duration(out.mean_ns);
    if (static_cast<double>(values_ns.back() - values_ns.front()) <= 0.04 * out.mean_ns) return out;
    const double exponential = distance(values_ns, [&](double v) { return 1 - std::exp(-v / out.mean_ns); });
    out.distance = exponential;
    if (n >= 8 && fits_exponential(exponential, n)) {
        out.distribution.kind = Distribution::Kind::exponential;
        return out;
    }
    if (n >= 8 && values_ns.front() > 0) {
        for (const int64_t v : values_ns) logs += std::log(static_cast<double>(v));
        const double middle = logs / n;
        for (const int64_t v : values_ns) log_squares += (std::log(static_cast<double>(v)) - middle) * (std::log(static_cast<double>(v)) - middle);
        const double sigma = std::sqrt(log_squares / (n - 1));
        const double lognormal = distance(values_ns, [&](double v) { return normal_cdf((std::log(v) - middle) / sigma); });
        if (fits_normal(lognormal, n)) {
            out.distance = lognormal;
            out.distribution = {.kind = Distribution::Kind::lognormal, .a = duration(std::exp(middle)), .b = {}, .sigma = sigma, .weights = {}, .values = {}};
            return out;
        }
    }
    out.distribution = {.kind = Distribution::Kind::samples, .a = {}, .b = {}, .sigma = 0, .weights = {}, .values = kept(values_ns)};
    return out;
}

std::string distribution_toml(const Distribution& distribution) {
    const auto quoted = [](Duration d) { return '"' + duration_text(d) + '"'; };
    if (distribution.kind == Distribution::Kind::exponential) return "{ exponential = " + quoted(distribution.a) + " }";
    if (distribution.kind == Distribution::Kind::lognormal) {
        std::array<char, 32> sigma{};
        std::snprintf(sigma.data(), sigma.size(), "%.4f", distribution.sigma);
        return "{ lognormal = { median = " + quoted(distribution.a) + ", sigma = " + sigma.data() + " } }";
    }
    if (distribution.kind != Distribution::Kind::samples) return quoted(distribution.a);
    std::string out = "{ samples = [";
    for (size_t i = 0; i < distribution.values.size(); ++i) out += (i == 0 ? "" : ", ") + quoted(distribution.values[i]);
    return out + "] }";
}

std::string fit_text(const Fit& fit) {
    if (fit.count == 0) return "none was seen";
    std::array<char, 64> distance{};
    if (fit.distance > 0) std::snprintf(distance.data(), distance.size(), fit.distribution.kind == Distribution::Kind::samples ? ", distance from an exponential %.3f" : ", distance %.3f", fit.distance);
    return std::string(fit.name()) + ", mean " + span_text(fit.mean_ns) + ", standard deviation " + span_text(fit.deviation_ns) + ", " + std::to_string(fit.count) + " values" + distance.data();
}

}  // namespace sim
