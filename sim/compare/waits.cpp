#include "sim/compare/waits.h"

#include <algorithm>
#include <cmath>

#include "sim/trace/print.h"

namespace sim {
namespace {

std::vector<int64_t> sorted_waits(const Decisions& side) {
    std::vector<int64_t> out;
    for (const SeenPacket& packet : side.packets)
        if (packet.got_ns >= 0 && !packet.within) out.push_back(packet.got_ns - packet.posted_ns);
    std::sort(out.begin(), out.end());
    return out;
}

int64_t percentile(const std::vector<int64_t>& sorted, size_t percent) { return sorted[std::max<size_t>((sorted.size() * percent + 99) / 100, 1) - 1]; }

WaitSpread spread_of(const std::vector<int64_t>& sorted) {
    WaitSpread out;
    out.count = sorted.size();
    if (sorted.empty()) return out;
    for (size_t i = 0; i < kWaitPercents.size(); ++i) out.quantiles_ns[i] = percentile(sorted, static_cast<size_t>(kWaitPercents[i]));
    for (size_t percent = 0; percent <= 100; ++percent) out.percentiles_ns.push_back(percentile(sorted, percent));
    return out;
}

}  // namespace

WaitsCompared compare_waits(const Decisions& a, const Decisions& b) {
    const std::vector<int64_t> of_a = sorted_waits(a), of_b = sorted_waits(b);
    WaitsCompared out{.a = spread_of(of_a), .b = spread_of(of_b), .b_longer = {}, .b_shorter = {}};
    if (of_a.empty() || of_b.empty()) return out;
    double longer = 0, shorter = 0;                       // exact up to 2^53 pairs
    size_t below = 0, not_above = 0;
    for (const int64_t wait : of_b) {
        while (below < of_a.size() && of_a[below] < wait) ++below;
        while (not_above < of_a.size() && of_a[not_above] <= wait) ++not_above;
        longer += static_cast<double>(below);
        shorter += static_cast<double>(of_a.size() - not_above);
    }
    const double pairs = static_cast<double>(of_a.size()) * static_cast<double>(of_b.size());
    out.b_longer = longer / pairs;
    out.b_shorter = shorter / pairs;
    return out;
}

const char* effect_size(double delta) {
    const double size = std::abs(delta);
    return size < 0.147 ? "negligible" : size < 0.33 ? "small" : size < 0.474 ? "medium" : "large";
}

std::string waits_text(const WaitsCompared& waits, const std::string& b_name) {
    const std::optional<double> delta = waits.delta();
    if (!delta) return "Waits can't be compared: " + std::string(waits.a.count == 0 ? (waits.b.count == 0 ? "neither side tells any." : "A tells none.") : b_name + " tells none.");
    const std::string measure = " (Cliff's delta " + formatted("%+.2f", *delta) + ", a " + effect_size(*delta) + " effect)";
    if (waits.a.percentiles_ns == waits.b.percentiles_ns) return "Packets wait as long on both sides" + measure + ".";
    const int64_t by_ns = waits.b.quantiles_ns[2] - waits.a.quantiles_ns[2];
    const std::string median = by_ns == 0 ? "the medians are the same" : "at the median " + span_text(static_cast<double>(std::abs(by_ns))) + (by_ns > 0 ? " longer" : " shorter");
    return "A packet of " + b_name + " waits longer than one of A in " + formatted("%.0f %%", *waits.b_longer * 100) + " of the pairs, shorter in " + formatted("%.0f %%", *waits.b_shorter * 100) + measure + "; " + median + ".";
}

}  // namespace sim
