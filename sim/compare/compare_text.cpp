#include <algorithm>

#include "sim/compare/compare.h"
#include "sim/compare/words.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

constexpr size_t kNameWidth = 34, kFigureWidth = 15, kLineWidth = 80;

// Of lines no longer than a terminal's where words allow it; all but the first are indented.
std::string wrapped(const std::string& first, const std::string& text, size_t indent) {
    std::string out = first;
    size_t used = first.size();
    bool begins = true;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find(' ', at), text.size());
        const size_t word = end - at;
        if (!begins && used + 1 + word > kLineWidth) {
            out += '\n' + std::string(indent, ' ');
            used = indent;
        } else if (!begins) {
            out += ' ';
            ++used;
        }
        out.append(text, at, word);
        used += word;
        begins = false;
        at = end + 1;
    }
    return out + '\n';
}

std::string padded(std::string text, size_t width) {
    if (text.size() < width) text.resize(width, ' ');
    return text;
}

std::string right(const std::string& text, size_t width) { return std::string(text.size() < width ? width - text.size() : 0, ' ') + text; }

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

std::string taus_row(const std::vector<Comparison>& all) {
    std::string out = padded("  wake order, Kendall's tau", kNameWidth) + right("", kFigureWidth);
    for (const Comparison& c : all) out += right(c.agreement.wake_tau ? formatted("%+.2f", *c.agreement.wake_tau) : "-", kFigureWidth);
    return out + '\n';
}

// How many of each side's decisions agree with, contradict and can't be told by the policy that A was simulated with.
std::string verdicts_rows(const std::vector<Comparison>& all) {
    std::string out;
    const auto row = [&](const char* name, uint64_t Explained::*count) {
        out += padded(std::string("  ") + name, kNameWidth) + right("", kFigureWidth);
        for (const Comparison& c : all) out += right(c.verdicts && !c.verdicts->of_a ? std::to_string(c.verdicts->explained.*count) : "-", kFigureWidth);
        out += '\n';
    };
    const auto judged = std::find_if(all.begin(), all.end(), [](const Comparison& c) { return c.verdicts && !c.verdicts->of_a; });
    if (judged == all.end()) return out;
    out = "\ndecisions by A's policy, " + judged->verdicts->policy + '\n';
    row("agrees", &Explained::agree);
    row("contradicts", &Explained::contradict);
    row("can't be told", &Explained::undecided);
    return out;
}

std::string side_text(const Summary& s) { return s.made_by.empty() ? s.source : s.made_by; }

std::string agreement_text(const Comparison& c) {
    const Agreement& g = c.agreement;
    std::string out = "\nagreement\n";
    out += padded("  packets paired", kNameWidth) + std::to_string(c.paired) + (c.paired_by == PairedBy::identity ? " by identity" : " by order") + ", on A alone " + std::to_string(c.only_a) + ", on B alone " + std::to_string(c.only_b) + '\n';
    out += share_row("packet order", g.packet_order, g.packet_decisions, "packets");
    out += share_row("thread that gets the packet", g.same_thread, g.same_thread_decisions, "packets");
    out += share_row("wake order", g.wake_order, g.wake_decisions, "wakes");
    out += padded("  wake order, Kendall's tau", kNameWidth) + (g.wake_tau ? formatted("%+.2f", *g.wake_tau) + " over " + std::to_string(g.tau_wakes) + " wakes that both have" : "does not apply") + '\n';
    const PairedWakes& w = c.wakes;
    out += padded("  a packet wakes a thread", kNameWidth) + "on both " + std::to_string(w.both) + " (the same " + std::to_string(w.same_thread) + "), on A alone " + std::to_string(w.only_a) + ", B " + std::to_string(w.only_b) + '\n';
    out += share_row("threads' share of the packets", g.thread_share, 0, "");
    if (g.replay) out += share_row("replay through the second port", g.replay, g.replay_decisions, "decisions");
    return out;
}

std::string waits_row(const char* side, const WaitSpread& spread) {
    std::string out = padded(std::string("  ") + side, 8) + right(std::to_string(spread.count), 9);
    for (size_t i = 1; i < spread.quantiles_ns.size(); ++i) out += right(spread.count == 0 ? "-" : span_text(static_cast<double>(spread.quantiles_ns[i])), 10);   // without the shortest: 80 columns
    return out + '\n';
}

std::string waits_table(const Comparison& c) {
    std::string out = "\nwaits, from a packet's post to the return of the get that brings it\n" + padded("", 8) + right("packets", 9);
    for (size_t i = 1; i < kWaitPercents.size(); ++i) out += right(kWaitPercents[i] == 100 ? "longest" : kWaitPercents[i] == 50 ? "median" : std::to_string(kWaitPercents[i]) + " %", 10);
    return out + '\n' + waits_row("A", c.waits.a) + waits_row("B", c.waits.b) + wrapped("  ", waits_text(c.waits, c.b_name), 2);
}

std::string verdicts_text(const Comparison& c) {
    if (!c.verdicts) return "\nverdicts\n" + wrapped("  ", "No decision is judged: " + c.no_verdicts + '.', 2);
    const Verdicts& v = *c.verdicts;
    std::string out = "\n" + std::string(v.of_a ? "A" : c.b_name) + "'s decisions by the policy of " + (v.of_a ? c.b_name : "A") + ", " + v.policy + '\n';
    const auto row = [](const char* name, uint64_t count) { return padded(std::string("  ") + name, kNameWidth) + right(std::to_string(count), kFigureWidth) + '\n'; };
    out += row("agrees", v.explained.agree) + row("contradicts", v.explained.contradict) + row("can't be told", v.explained.undecided);
    if (v.by_calls) out += wrapped("  ", "They are told by calls: one contradicts if no order of the calls that overlap explains it.", 2);
    for (size_t i = 0; i < std::min<size_t>(v.explained.contradictions.size(), 3); ++i) out += wrapped("  - ", v.explained.contradictions[i].text, 4);
    if (v.explained.contradict > 3) out += "  and " + std::to_string(v.explained.contradict - 3) + " more\n";
    return out;
}

std::string wait_text(const PacketOnSide& side) { return (side.left ? "" : "at least ") + span_text(static_cast<double>(side.wait_ns)); }

std::string ranked_text(const Comparison& c) {
    if (c.ranked.empty()) return {};
    std::string out = "\nlargest differences: packets by how much longer they wait on one side\n";
    for (size_t i = 0; i < c.ranked.size(); ++i) {
        const RankedPacket& one = c.ranked[i];
        out += wrapped(right(std::to_string(i + 1), 4) + ". ", "packet " + one.packet + " waits " + wait_text(one.a) + " on A and " + wait_text(one.b) + " on " + c.b_name + (one.same_thread() ? ", for the same thread" : "") + (one.rule.empty() ? "" : " (" + one.rule + ")"), 6);
        out += wrapped("      A: ", one.a.sentence, 9) + wrapped("      " + c.b_name + ": ", one.b.sentence, 9);
    }
    return out;
}

}  // namespace

std::string metric_text(std::string metric) {
    if (const size_t at = metric.find("_ns"); at != std::string::npos) metric.erase(at, 3);
    std::replace(metric.begin(), metric.end(), '_', ' ');
    return metric;
}

std::string comparison_text(const Comparison& c) {
    std::string out = "A  " + side_text(c.a) + "  (" + c.a.scenario + ", seed " + std::to_string(c.a.seed) + ")\n";
    out += "B  " + side_text(c.b) + "  (" + c.b.scenario + ", seed " + std::to_string(c.b.seed) + ")\n";
    for (const std::string& note : c.notes) out += wrapped("   ", note, 5);
    out += '\n' + padded("", kNameWidth) + right("A", kFigureWidth) + right("B", kFigureWidth) + right("B / A", 9) + '\n';
    for (const Difference& d : c.differences)
        out += padded("  " + metric_text(d.metric), kNameWidth) + right(figure_text(d.metric, d.a), kFigureWidth) + right(figure_text(d.metric, d.b), kFigureWidth) + right(d.ratio ? formatted("%.2f", *d.ratio) : "-", 9) + '\n';
    out += agreement_text(c) + waits_table(c);
    if (c.verdicts || !c.no_verdicts.empty()) out += verdicts_text(c);
    out += '\n';
    if (!c.first_divergence) return out + "Both sides give the same packets to the same threads in the same order.\n" + ranked_text(c);
    const Divergence& d = *c.first_divergence;
    out += "first divergence: packet " + d.packet + " at " + time_text(d.time_ns) + (d.rule.empty() ? "" : " (" + d.rule + ")") + '\n';
    return out + wrapped("  A: ", d.a, 5) + wrapped("  B: ", d.b, 5) + ranked_text(c);
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
    out += agreement_row("thread that gets the packet", all, &Agreement::same_thread);
    out += agreement_row("wake order", all, &Agreement::wake_order);
    out += taus_row(all);
    out += agreement_row("threads' share of the packets", all, &Agreement::thread_share);
    out += agreement_row("replay through the second port", all, &Agreement::replay);
    out += verdicts_rows(all) + '\n';
    for (const Comparison& c : all) out += wrapped("", waits_text(c.waits, c.b_name), 2);
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
