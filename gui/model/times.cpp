#include "gui/model/times.h"

#include <algorithm>
#include <cmath>

#include "gui/model/text.h"

namespace gui {
namespace {

PacketTimes& at(std::vector<PacketTimes>& list, size_t number) {
    while (list.size() <= number) list.emplace_back();
    return list[number];
}

}  // namespace

void Times::add(const sim::TraceState& before, const sim::Record& completed) {
    const sim::PacketTraceState* packet = before.packets.find(completed.packet);
    if (packet == nullptr || packet->stop || packet->got_ns < 0 || packet->port == sim::kNoPort) return;
    const auto count = [packet, &completed](PacketTimes& times) {
        if (packet->posted_ns >= 0 && !packet->within) times.wait.add(packet->got_ns - packet->posted_ns);
        times.service.add(completed.time_ns - packet->got_ns);
    };
    count(at(ports, packet->port));
    if (completed.thread < threads_max) count(at(threads, completed.thread));
    auto own = std::find_if(keys.begin(), keys.end(), [packet](const Key& each) { return each.port == packet->port && each.key == packet->key; });
    if (own == keys.end() && keys.size() < keys_max) own = keys.insert(own, {.port = packet->port, .key = packet->key, .times = {}});
    if (own != keys.end()) count(own->times);
}

const PacketTimes* Times::of_key(size_t port, uint64_t key) const {
    const auto own = std::find_if(keys.begin(), keys.end(), [port, key](const Key& each) { return each.port == port && each.key == key; });
    return own == keys.end() ? nullptr : &own->times;
}

size_t Times::bytes() const {
    size_t bytes = 0;
    const auto count = [&bytes](const PacketTimes& times) { bytes += times.wait.bytes() + times.service.bytes(); };
    for (const PacketTimes& times : ports) count(times);
    for (const PacketTimes& times : threads) count(times);
    for (const Key& key : keys) count(key.times);
    return bytes;
}

double TimeAxis::at(double ns) const {
    const double before = zero ? 1 : 0;
    if (ns < std::exp2(from)) return zero ? 0.5 : 0;
    return std::min(before + (std::log2(ns) - from) * per_octave, static_cast<double>(bins()));
}

double TimeAxis::low_ns(size_t bin) const {
    if (zero && bin == 0) return 0;
    return std::exp2(from + static_cast<double>(bin - (zero ? 1 : 0)) / per_octave);
}

std::optional<TimeAxis> time_axis(const std::vector<const sim::Histogram*>& all, size_t bins_max) {
    int64_t least = INT64_MAX, most = 0;
    TimeAxis axis;
    bool any = false;
    for (const sim::Histogram* times : all)
        times->each([&](int64_t ns, uint64_t) {
            any = true;
            if (ns == 0) axis.zero = true;
            else least = std::min(least, ns), most = std::max(most, ns);
        });
    if (!any) return std::nullopt;
    if (most == 0) least = 1'000, most = 1'000'000;                // there has to be some axis
    axis.from = static_cast<int>(std::floor(std::log2(static_cast<double>(least))));
    axis.octaves = static_cast<int>(std::floor(std::log2(static_cast<double>(most)))) + 1 - axis.from;
    if (axis.octaves < 3) axis.from -= axis.from > 0 ? 1 : 0, axis.octaves = 4;   // closer than that all differences look large
    for (const int finer : {8, 4, 2})
        if (axis.per_octave == 1 && static_cast<size_t>(axis.octaves * finer) <= bins_max) axis.per_octave = finer;
    return axis;
}

std::vector<double> time_shares(const sim::Histogram& times, const TimeAxis& axis) {
    std::vector<double> shares(axis.bins());
    times.each([&](int64_t ns, uint64_t count) {
        const auto bin = std::min(static_cast<size_t>(axis.at(static_cast<double>(ns))), shares.size() - 1);
        shares[bin] += static_cast<double>(count) / static_cast<double>(times.count());
    });
    return shares;
}

// Powers of ten, as many as have room.
std::vector<TimeTick> time_ticks(const TimeAxis& axis, size_t ticks_max) {
    std::vector<TimeTick> ticks;
    const double low = std::exp2(axis.from), high = std::exp2(axis.from + axis.octaves);
    const double decades = std::log10(high / low);
    const double step = std::max(std::ceil(decades / static_cast<double>(std::max<size_t>(ticks_max, 1))), 1.0);
    for (double power = std::ceil(std::log10(low)); std::pow(10, power) <= high; power += step) {
        const double ns = std::pow(10, power);
        ticks.push_back({.at = axis.at(ns), .label = tick_label(static_cast<int64_t>(std::llround(ns)))});
    }
    return ticks;
}

}  // namespace gui
