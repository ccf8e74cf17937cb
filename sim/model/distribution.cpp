#include "sim/model/distribution.h"

#include "sim/base/exact_math.h"

namespace sim {
namespace {

// One normal value by Marsaglia's polar method: only log, sqrt and arithmetic, all exact across platforms.
double draw_normal(Stream& stream) {
    while (true) {
        const double u = 2 * stream.next_unit() - 1;
        const double v = 2 * stream.next_unit() - 1;
        const double s = u * u + v * v;
        if (s < 1 && s > 0) return u * exact_sqrt(-2 * exact_log(s) / s);
    }
}

}  // namespace

Duration draw_other(const Distribution& d, Stream& stream) {
    switch (d.kind) {
        case Distribution::Kind::fixed: return d.a;
        case Distribution::Kind::uniform: {
            const double span = static_cast<double>(d.b.ns - d.a.ns);
            return d.a + rounded(stream.next_unit() * span);
        }
        case Distribution::Kind::exponential:
            return draw_exponential(d.a, stream);
        case Distribution::Kind::lognormal:
            return rounded(static_cast<double>(d.a.ns) * exact_exp(d.sigma * draw_normal(stream)));
        case Distribution::Kind::choice: {
            double u = stream.next_unit();
            for (size_t i = 0; i + 1 < d.values.size(); ++i) {
                if (u < d.weights[i]) return d.values[i];
                u -= d.weights[i];
            }
            return d.values.back();
        }
        case Distribution::Kind::samples:
            return d.values[static_cast<size_t>(stream.next_unit() * static_cast<double>(d.values.size()))];
    }
    return {};
}

double mean_ns(const Distribution& d) {
    switch (d.kind) {
        case Distribution::Kind::fixed:
        case Distribution::Kind::exponential: return static_cast<double>(d.a.ns);
        case Distribution::Kind::uniform: return (static_cast<double>(d.a.ns) + static_cast<double>(d.b.ns)) / 2;
        case Distribution::Kind::lognormal: return static_cast<double>(d.a.ns) * exact_exp(d.sigma * d.sigma / 2);
        case Distribution::Kind::choice: {
            double sum = 0;
            for (size_t i = 0; i < d.values.size(); ++i) sum += d.weights[i] * static_cast<double>(d.values[i].ns);
            return sum;
        }
        case Distribution::Kind::samples: {
            double sum = 0;
            for (Duration value : d.values) sum += static_cast<double>(value.ns);
            return d.values.empty() ? 0 : sum / static_cast<double>(d.values.size());
        }
    }
    return 0;
}

}  // namespace sim
