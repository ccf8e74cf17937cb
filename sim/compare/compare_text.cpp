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

std::string share_text(const std::optional<double>& share) { return share ? formatted("%.1f %%", *share * 100) : "-"; }

// In a table of several: how each agrees with A.
std::string agreement_row(const char* name, const std::vector<Comparison>& all, std::optional<double> Agreement::*share) {
    std::string out = padded(std::string("  ") + name, kNameWidth) + right("", kFigureWidth);
    for (const Comparison& c : all) out += right(share_text(c.agreement.*share), kFigureWidth);
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

std::string side_name(size_t i) { return i < 26 ? std::string(1, static_cast<char>('A' + i)) : "side " + std::to_string(i + 1); }

std::string comparisons_text(const std::vector<Comparison>& all) {
    const auto about = [](size_t i, const Summary& s) { return side_name(i) + "  " + side_text(s) + "  (" + s.scenario + ", seed " + std::to_string(s.seed) + ")\n"; };
    std::string out = about(0, all.front().a), heads = padded("", kNameWidth) + right("A", kFigureWidth);
    std::vector<std::string> notes;
    for (size_t i = 0; i < all.size(); ++i) {
        out += about(i + 1, all[i].b);
        heads += right(side_name(i + 1), kFigureWidth);
        for (const std::string& note : all[i].notes)                // A's own stand with each
            if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
    }
    for (const std::string& note : notes) out += "   " + note + '\n';
    out += '\n' + heads + '\n';
    for (const Difference& row : all.front().differences) {
        out += padded("  " + metric_text(row.metric), kNameWidth) + right(figure_text(row.metric, row.a), kFigureWidth);
        for (const Comparison& c : all) {
            const auto same = std::find_if(c.differences.begin(), c.differences.end(), [&row](const Difference& d) { return d.metric == row.metric; });
            out += right(same == c.differences.end() ? "-" : figure_text(row.metric, same->b), kFigureWidth);
        }
        out += '\n';
    }
    out += "\nagreement with A\n";
    out += agreement_row("packet order", all, &Agreement::packet_order);
    out += agreement_row("wake order", all, &Agreement::wake_order);
    out += agreement_row("threads' share of the packets", all, &Agreement::thread_share);
    out += agreement_row("replay through the second port", all, &Agreement::replay);
    out += '\n';
    for (size_t i = 0; i < all.size(); ++i) {
        if (!all[i].first_divergence) {
            out += side_name(i + 1) + " gives the same packets to the same threads in the same order as A.\n";
            continue;
        }
        const Divergence& d = *all[i].first_divergence;
        out += side_name(i + 1) + " parts from A at packet " + d.packet + ", " + time_text(d.time_ns) + (d.rule.empty() ? "" : " (" + d.rule + ")") + "\n  A: " + d.a + "\n  " + side_name(i + 1) + ": " + d.b + '\n';
    }
    return out;
}

}  // namespace sim
