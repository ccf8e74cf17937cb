#include <array>
#include <cstdio>

#include "sim/trace/print.h"
#include "sim/trace/summary.h"

namespace sim {
namespace {

std::string text_of(const char* format, double value) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

// Three significant digits are enough for a table; exact figures are in the JSON.
std::string about(double ns) {
    if (ns < 1e3) return text_of("%.0f ns", ns);
    if (ns < 1e6) return text_of("%.2f us", ns / 1e3);
    if (ns < 1e9) return text_of("%.2f ms", ns / 1e6);
    return text_of("%.3f s", ns / 1e9);
}

std::string row(const char* name, const std::string& value) {
    std::string out = name;
    out.resize(22, ' ');
    return out + value + '\n';
}

std::string spread_row(const char* name, const Spread& s) {
    return row(name, "mean " + about(s.mean) + "   p50 " + about(static_cast<double>(s.p50)) + "   p90 " + about(static_cast<double>(s.p90)) + "   p99 " + about(static_cast<double>(s.p99)) + "   max " + about(static_cast<double>(s.max)));
}

std::string thread_row(const ThreadFigures& t) {
    std::array<char, 160> text{};
    std::snprintf(text.data(), text.size(), "  %-18s %8llu %11s %11s %11s %11s\n", t.name.c_str(), static_cast<unsigned long long>(t.packets), about(static_cast<double>(t.running_ns)).c_str(), about(static_cast<double>(t.ready_ns)).c_str(), about(static_cast<double>(t.waiting_ns)).c_str(), about(static_cast<double>(t.blocked_ns)).c_str());
    return text.data();
}

}  // namespace

std::string summary_text(const Summary& s) {
    std::string out = row("scenario", s.scenario + ", seed " + std::to_string(s.seed));
    out += row("made by", s.made_by);
    if (!s.fingerprint.empty()) out += row("fingerprint", s.fingerprint);
    out += row("duration", about(static_cast<double>(s.duration_ns)) + ", " + std::to_string(s.events) + " records" + (s.losses > 0 ? ", " + std::to_string(s.losses) + " LOST" : ""));
    out += row("packets", std::to_string(s.posted) + " posted, " + std::to_string(s.completed) + " completed, " + std::to_string(s.left) + " left" + text_of(", %.1f a second", s.throughput_per_s));
    out += spread_row("latency", s.latency);
    out += spread_row("wait in queue", s.queue_wait);
    for (const PortFigures& port : s.ports)
        out += row(("port " + port.name).c_str(), "queued: mean " + text_of("%.2f", port.depth_mean) + ", most " + std::to_string(port.depth_max) + "   active: mean " + text_of("%.2f", port.active_mean) + ", most " + std::to_string(port.active_max) + "   over the limit for " + about(static_cast<double>(port.over_limit_ns)));
    out += "threads               packets     running       ready     waiting     blocked\n";
    for (const ThreadFigures& thread : s.threads) out += thread_row(thread);
    return out;
}

}  // namespace sim
