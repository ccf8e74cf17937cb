#include <algorithm>
#include <array>
#include <cstdio>

#include "sim/trace/print.h"
#include "sim/trace/summary.h"

namespace sim {
namespace {

std::string row(const char* name, const std::string& value) {
    std::string out = name;
    out.resize(22, ' ');
    return out + value + '\n';
}

std::string spread_row(const char* name, const Spread& s) {
    return row(name, "mean " + span_text(s.mean) + "   p50 " + span_text(static_cast<double>(s.p50)) + "   p90 " + span_text(static_cast<double>(s.p90)) + "   p99 " + span_text(static_cast<double>(s.p99)) + "   max " + span_text(static_cast<double>(s.max)));
}

std::string thread_row(const ThreadFigures& t, bool suspends) {
    std::array<char, 160> text{};
    std::snprintf(text.data(), text.size(), "  %-18s %8llu %11s %11s %11s %11s\n", t.name.c_str(), static_cast<unsigned long long>(t.packets), span_text(static_cast<double>(t.running_ns)).c_str(), span_text(static_cast<double>(t.ready_ns)).c_str(), span_text(static_cast<double>(t.waiting_ns)).c_str(), span_text(static_cast<double>(t.blocked_ns)).c_str());
    std::string out = text.data();
    if (suspends) out.insert(out.size() - 1, ' ' + std::string(11 - std::min<size_t>(11, span_text(static_cast<double>(t.suspended_ns)).size()), ' ') + span_text(static_cast<double>(t.suspended_ns)));
    return out;
}

}  // namespace

std::string summary_text(const Summary& s) {
    std::string out = row("scenario", s.scenario + ", seed " + std::to_string(s.seed));
    out += row("made by", s.made_by);
    if (!s.fingerprint.empty()) out += row("fingerprint", s.fingerprint);
    out += row("duration", span_text(static_cast<double>(s.duration_ns)) + ", " + std::to_string(s.events) + " records" + (s.losses > 0 ? ", " + std::to_string(s.losses) + " LOST" : ""));
    out += row("packets", std::to_string(s.posted) + " posted, " + std::to_string(s.completed) + " completed, " + std::to_string(s.left) + " left" + formatted(", %.1f a second", s.throughput_per_s));
    out += spread_row("latency", s.latency);
    out += spread_row("wait in queue", s.queue_wait);
    for (const PortFigures& port : s.ports)
        out += row(("port " + port.name).c_str(), "queued: mean " + formatted("%.2f", port.depth_mean) + ", most " + std::to_string(port.depth_max) + "   active: mean " + formatted("%.2f", port.active_mean) + ", most " + std::to_string(port.active_max) + "   over the limit for " + span_text(static_cast<double>(port.over_limit_ns)));
    const bool suspends = std::any_of(s.threads.begin(), s.threads.end(), [](const ThreadFigures& t) { return t.suspended_ns > 0; });
    out += std::string("threads               packets     running       ready     waiting     blocked") + (suspends ? "   suspended\n" : "\n");
    for (const ThreadFigures& thread : s.threads) out += thread_row(thread, suspends);
    return out;
}

}  // namespace sim
