#include <algorithm>

#include "sim/compare/compare.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

constexpr size_t kNameWidth = 34, kFigureWidth = 15;

std::string padded(std::string text, size_t width) {
    if (text.size() < width) text.resize(width, ' ');
    return text;
}

std::string right(const std::string& text, size_t width) { return std::string(text.size() < width ? width - text.size() : 0, ' ') + text; }

// "latency_ns.p99" -> "latency p99": the unit stands with the figure.
std::string metric_text(std::string metric) {
    if (const size_t at = metric.find("_ns"); at != std::string::npos) metric.erase(at, 3);
    std::replace(metric.begin(), metric.end(), '_', ' ');
    return metric;
}

std::string share_row(const char* name, const std::optional<double>& share, uint64_t decisions, const char* what) {
    std::string out = padded(std::string("  ") + name, kNameWidth);
    if (!share) return out + "does not apply\n";
    out += formatted("%.1f %%", *share * 100);
    if (decisions > 0) out += " of " + std::to_string(decisions) + ' ' + what;
    return out + '\n';
}

std::string side_text(const Summary& s) { return s.made_by.empty() ? s.source : s.made_by; }

}  // namespace

std::string comparison_text(const Comparison& c) {
    std::string out = "A  " + side_text(c.a) + "  (" + c.a.scenario + ", seed " + std::to_string(c.a.seed) + ")\n";
    out += "B  " + side_text(c.b) + "  (" + c.b.scenario + ", seed " + std::to_string(c.b.seed) + ")\n";
    for (const std::string& note : c.notes) out += "   " + note + '\n';
    out += '\n' + padded("", kNameWidth) + right("A", kFigureWidth) + right("B", kFigureWidth) + right("B / A", 9) + '\n';
    for (const Difference& d : c.differences)
        out += padded("  " + metric_text(d.metric), kNameWidth) + right(figure_text(d.metric, d.a), kFigureWidth) + right(figure_text(d.metric, d.b), kFigureWidth) + right(d.ratio ? formatted("%.2f", *d.ratio) : "-", 9) + '\n';
    out += "\nagreement\n";
    out += share_row("packet order", c.agreement.packet_order, c.agreement.packet_decisions, "packets");
    out += share_row("wake order", c.agreement.wake_order, c.agreement.wake_decisions, "wakes");
    out += share_row("threads' share of the packets", c.agreement.thread_share, 0, "");
    if (c.agreement.replay) out += share_row("replay through the second port", c.agreement.replay, c.agreement.replay_decisions, "decisions");
    out += '\n';
    if (!c.first_divergence) return out + "Both sides give the same packets to the same threads in the same order.\n";
    const Divergence& d = *c.first_divergence;
    out += "first divergence: packet " + d.packet + " at " + time_text(d.time_ns) + (d.rule.empty() ? "" : " (" + d.rule + ")") + '\n';
    return out + "  A: " + d.a + "\n  B: " + d.b + '\n';
}

}  // namespace sim
