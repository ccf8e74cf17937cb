#include "sim/report/section.h"

#include <algorithm>

#include "sim/compare/decisions.h"
#include "sim/compare/words.h"
#include "sim/port/rules.h"
#include "sim/report/draw.h"
#include "sim/report/markup.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

std::string figure(const std::string& drawing, const std::string& caption) { return "<figure>" + drawing + (caption.empty() ? "" : "<figcaption>" + escaped(caption) + "</figcaption>") + "</figure>\n"; }

// "K17: its sentence [sources]"
std::string rule_line(const std::string& label) {
    for (const RuleEntry& entry : rule_table())
        if (entry.id == label) return "<p class=\"note\"><b>Rule " + escaped(label) + ".</b> " + escaped(entry.text) + " Evidence: " + escaped(entry.source) + " (docs/port-rules.md).</p>\n";
    return {};
}

std::string both_say(const std::string& a_head, const std::string& a, const std::string& b_name, const std::string& b_head, const std::string& b) {
    return "<div class=\"pair\"><div><b class=\"tag-a\">A " + escaped(a_head) + "</b>" + escaped(a) + "</div><div><b class=\"tag-b\">" + escaped(b_name) + ' ' + escaped(b_head) + "</b>" + escaped(b) + "</div></div>\n";
}

// A part of the run around the divergence: some decisions before it and after it on each side, and no more of a slow side than the
// other's part four times over.
struct Part { int64_t from_ns = 0, to_ns = 1; };
Part part_of(const Trace& trace, const Decisions& side, size_t at) {
    constexpr size_t kBefore = 8, kAfter = 16;
    if (side.assignments.empty()) return {0, trace_end_ns(trace.header, trace.records)};
    const auto time_of = [&](size_t i) { return trace.records[side.assignments[i].record].time_ns; };
    Part part{at > kBefore ? time_of(std::min(at - kBefore, side.assignments.size() - 1)) : 0, trace_end_ns(trace.header, trace.records)};
    if (at + kAfter < side.assignments.size()) part.to_ns = time_of(at + kAfter);
    part.to_ns = std::max(part.to_ns, part.from_ns + 1);
    return part;
}
Part shown_part(const SectionOf& of) {
    const Decisions a = decisions_of(of.a), b = decisions_of(of.b);
    size_t at = 0;
    if (of.comparison.first_divergence) {
        const uint64_t record = of.comparison.first_divergence->a_record;
        while (at < a.assignments.size() && a.assignments[at].record + 4 < record) ++at;
    }
    const Part x = part_of(of.a, a, at), y = part_of(of.b, b, at);
    Part part{std::min(x.from_ns, y.from_ns), std::max(x.to_ns, y.to_ns)};
    const int64_t shorter = std::min(x.to_ns - x.from_ns, y.to_ns - y.from_ns);
    part.to_ns = std::min(part.to_ns, std::max(x.from_ns, y.from_ns) + 4 * shorter);
    part.to_ns += std::max<int64_t>((part.to_ns - part.from_ns) / 50, 1);
    return part;
}

std::string what_is_shown(const Picture& picture, const PictureOptions& o) {
    std::string out = "From " + time_text(o.from_ns) + " to " + time_text(o.to_ns) + '.';
    if (picture.idle > 0) out += ' ' + std::to_string(picture.idle) + (picture.idle == 1 ? " thread that only waits here is left out." : " threads that only wait here are left out.");
    if (picture.threads > picture.lanes.size() + picture.idle) out += ' ' + std::to_string(picture.lanes.size()) + " of " + std::to_string(picture.threads) + " threads are shown, those that change most here.";
    const auto folded = std::count_if(picture.lanes.begin(), picture.lanes.end(), [](const Lane& lane) { return !lane.columns.empty(); });
    if (folded > 0) out += " What is too dense is folded: a column shows the states one above another by their share of its time.";
    return out;
}

uint16_t port_of(const SectionOf& of) {
    const Divergence* d = of.comparison.first_divergence ? &*of.comparison.first_divergence : nullptr;
    if (d == nullptr || d->a_record >= of.a.records.size()) return 0;
    const uint16_t port = of.a.records[d->a_record].port;
    return port == kNoPort ? uint16_t{0} : port;
}

}  // namespace

std::string side_heading(const Summary& s) { return s.made_by.empty() ? s.source : s.made_by; }

std::string verdict_section(const Comparison& c) {
    const Agreement& g = c.agreement;
    std::string out;
    if (c.first_divergence) out += element("p", "", c.b_name + " parts from A at packet " + c.first_divergence->packet + ", " + (c.first_divergence->time_ns == 0 ? "at the very start." : time_text(c.first_divergence->time_ns) + " into the run."));
    else out += element("p", "", "Both sides give the same packets to the same threads in the same order.");
    if (c.verdicts) {
        const Explained& e = c.verdicts->explained;
        out += element("p", "", "Of " + std::to_string(e.decisions()) + " decisions of " + (c.verdicts->of_a ? "A" : c.b_name) + ", " + std::to_string(e.agree) + " agree with policy " + c.verdicts->policy + ", " + std::to_string(e.contradict) + " contradict it, " + std::to_string(e.undecided) + " can't be told.");
    } else if (!c.no_verdicts.empty()) {
        out += element("p", "", "No decision is judged: " + c.no_verdicts + '.');
    }
    if (g.same_thread) out += element("p", "", "The same thread gets the packet in " + formatted("%.1f %%", *g.same_thread * 100) + " of " + std::to_string(g.same_thread_decisions) + " packets; " + formatted("%.1f %%", g.packet_order.value_or(0) * 100) + " leave the port at the same place in the order" + (g.wake_tau ? "; the order of waking has Kendall's tau " + formatted("%+.2f", *g.wake_tau) + " over " + std::to_string(g.tau_wakes) + " wakes" : std::string{}) + '.');
    out += element("p", "", waits_text(c.waits, c.b_name));
    return "<div class=\"answer" + std::string(c.first_divergence ? "" : " same") + "\">" + out + "</div>\n";
}

std::string divergence_section(const SectionOf& of) {
    const Comparison& c = of.comparison;
    std::string out = element("h3", "", c.first_divergence ? "Where they first part" : "Both sides side by side");
    PictureOptions options{.from_ns = 0, .to_ns = 1, .end_ns = 0, .port = 0, .lanes_max = of.lanes_max, .columns = of.columns, .boxes_max = 120, .first = {}};
    const Part part = shown_part(of);
    options.from_ns = part.from_ns;
    options.to_ns = part.to_ns;
    if (c.first_divergence) {
        const Divergence& d = *c.first_divergence;
        out += both_say("", d.a, c.b_name, "", d.b) + rule_line(d.rule);
        for (const auto& [trace, record] : {std::pair(&of.a, d.a_record), std::pair(&of.b, d.b_record)})
            if (record < trace->records.size() && trace->records[record].thread != kNoThread) options.first.push_back(trace->records[record].thread);
    }
    out += figure(draw_legend(), "");
    const auto ask_for_busy = [&options](const Picture& picture) {     // the same threads on both sides
        for (const Lane& lane : picture.lanes)
            if (!lane_is_idle(lane) && std::find(options.first.begin(), options.first.end(), lane.thread) == options.first.end()) options.first.push_back(lane.thread);
    };
    ask_for_busy(picture_of(of.a, options));
    ask_for_busy(picture_of(of.b, options));
    const auto side = [&](const Trace& trace, const std::string& name, uint64_t record, const Summary& summary) {
        const Picture picture = picture_of(trace, options);
        const int64_t mark_ns = c.first_divergence && record < trace.records.size() ? trace.records[record].time_ns : -1;
        return figure(draw_lanes(trace.header, picture, options, mark_ns, "threads of " + name), name + ", " + side_heading(summary) + ". " + what_is_shown(picture, options));
    };
    const Divergence none{};
    const Divergence& d = c.first_divergence ? *c.first_divergence : none;
    return out + side(of.a, "A", d.a_record, c.a) + side(of.b, c.b_name, d.b_record, c.b);
}

std::string port_section(const SectionOf& of) {
    const Comparison& c = of.comparison;
    PictureOptions options{.from_ns = 0, .to_ns = 0, .end_ns = 1, .port = port_of(of), .lanes_max = 0, .columns = of.columns, .boxes_max = 120, .first = {}};
    const auto name = [&](const Trace& trace) { return port_label(trace.header, options.port); };
    const int64_t longer = std::max<int64_t>({c.a.duration_ns, c.b.duration_ns, 1}), shorter = std::max<int64_t>(std::min(c.a.duration_ns, c.b.duration_ns), 1);
    const bool one_clock = longer / shorter < 6;            // else the shorter side would be a line
    const int64_t end_a = one_clock ? longer : std::max<int64_t>(c.a.duration_ns, 1), end_b = one_clock ? longer : std::max<int64_t>(c.b.duration_ns, 1);
    options.end_ns = end_a;
    const Picture a = picture_of(of.a, options);
    options.end_ns = end_b;
    const Picture b = picture_of(of.b, options);
    PortScale scale;
    for (const Picture* picture : {&a, &b}) {
        for (const PortColumn& column : picture->port) {
            scale.depth_max = std::max(scale.depth_max, column.depth_max);
            scale.active_max = std::max(scale.active_max, column.active_max);
        }
        if (picture->limit < 1'000) scale.active_max = std::max(scale.active_max, picture->limit);
    }
    std::string out = element("h3", "", (of.a.header.ports.size() > 1 ? "Port " + name(of.a) : std::string("The port")) + ": queue and active threads, the whole run");
    out += figure(draw_port(a, end_a, scale, "port of A"), "A, " + side_heading(c.a) + ", " + time_text(c.a.duration_ns) + '.');
    out += figure(draw_port(b, end_b, scale, "port of " + c.b_name), c.b_name + ", " + side_heading(c.b) + ", " + time_text(c.b.duration_ns) + ". Each column shows its largest values; dashed: the limit; hatched: active threads over it." + (one_clock ? "" : " Each side has a time axis of its own."));
    if (of.a.header.ports.size() > 1) out += element("p", "note", "The other " + std::to_string(of.a.header.ports.size() - 1) + " of the ports are in the table of figures only.");
    return out;
}

std::string waits_section(const Comparison& c) {
    std::string out = element("h3", "", "Waits, from a packet's post to the return of the get that brings it");
    if (c.waits.a.count > 0 || c.waits.b.count > 0) out += figure(draw_waits(c.waits, c.b_name), waits_text(c.waits, c.b_name));
    else out += element("p", "", waits_text(c.waits, c.b_name));
    return out;
}

std::string ranked_section(const SectionOf& of) {
    const Comparison& c = of.comparison;
    if (c.ranked.empty()) return {};
    std::string out = element("h3", "", "Largest differences") + element("p", "note", "The packets by how much longer they wait on one side; of equal ones those first that another thread gets. At most ten.") + "<ol class=\"ranked\">\n";
    const auto head = [](const PacketOnSide& side) { return std::string(side.left ? "waits " : "waits at least ") + span_text(static_cast<double>(side.wait_ns)) + ", at " + time_text(side.decided_ns); };
    std::vector<std::string> told;
    for (const RankedPacket& one : c.ranked) {
        out += "<li>Packet " + escaped(one.packet) + ": " + escaped(span_text(static_cast<double>(one.apart_ns()))) + " apart" + (one.same_thread() ? ", the same thread" : "") + both_say(head(one.a), one.a.sentence, c.b_name, head(one.b), one.b.sentence);
        if (std::find(told.begin(), told.end(), one.rule) == told.end()) out += rule_line(one.rule);
        told.push_back(one.rule);
        out += "</li>\n";
    }
    return out + "</ol>\n";
}

std::string decisions_section(const Comparison& c) {
    if (!c.verdicts) return {};
    const Verdicts& v = *c.verdicts;
    std::string out = element("h3", "", std::string(v.of_a ? "A" : c.b_name) + "'s decisions by the policy of " + (v.of_a ? c.b_name : "A") + ", " + v.policy) + figure(draw_verdicts(v.explained), v.by_calls ? "Told by calls: a decision contradicts if no order of the calls that overlap explains it." : "Told by decisions: each is held against what the policy decides in the recorded state.");
    if (v.explained.contradict == 0) return out;
    out += "<ul>\n";
    for (const Contradiction& one : v.explained.contradictions) out += element("li", "", one.text);
    out += "</ul>\n";
    if (v.explained.contradict > v.explained.contradictions.size()) out += element("p", "note", "The first " + std::to_string(v.explained.contradictions.size()) + " of " + std::to_string(v.explained.contradict) + " that contradict.");
    return out;
}

std::string figures_section(const std::vector<Comparison>& all) {
    constexpr size_t kRowsMax = 80;
    std::string out = element("h2", "", "Figures") + "<table><thead><tr><th>figure</th><th>A</th>";
    for (const Comparison& c : all) out += "<th>" + escaped(c.b_name) + "</th>" + (all.size() == 1 ? "<th>" + escaped(c.b_name) + " / A</th>" : "");
    out += "</tr></thead><tbody>\n";
    size_t rows = 0;
    for (const Difference& row : all.front().differences) {
        if (++rows > kRowsMax) break;
        out += std::string(all.size() == 1 && row.ratio && (*row.ratio > 1.1 || *row.ratio < 0.9) ? "<tr class=\"differs\">" : "<tr>") + "<td>" + escaped(metric_text(row.metric), 60) + "</td><td>" + escaped(figure_text(row.metric, row.a)) + "</td>";
        for (const Comparison& c : all) {
            const auto same = std::find_if(c.differences.begin(), c.differences.end(), [&row](const Difference& d) { return d.metric == row.metric; });
            out += "<td>" + (same == c.differences.end() ? "-" : escaped(figure_text(row.metric, same->b))) + "</td>";
            if (all.size() == 1) out += "<td>" + (row.ratio ? formatted("%.2f", *row.ratio) : "-") + "</td>";
        }
        out += "</tr>\n";
    }
    out += "</tbody></table>\n";
    if (all.front().differences.size() > kRowsMax) out += element("p", "note", std::to_string(all.front().differences.size() - kRowsMax) + " more figures are left out; portside compare prints them.");
    return out;
}

}  // namespace sim
