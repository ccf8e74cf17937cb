#include "sim/compare/compare.h"

#include <algorithm>
#include <cmath>

#include "sim/compare/comparable.h"
#include "sim/compare/decisions.h"
#include "sim/compare/replay.h"
#include "sim/compare/told.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

// Share of places at which both sequences hold the same; none where there is nothing to compare.
template <class T, class Same>
std::optional<double> share_of_places(const std::vector<T>& a, const std::vector<T>& b, Same same) {
    const size_t longer = std::max(a.size(), b.size());
    if (longer == 0) return std::nullopt;
    size_t agree = 0;
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) agree += same(a[i], b[i]) ? 1 : 0;
    return static_cast<double>(agree) / static_cast<double>(longer);
}

std::optional<double> thread_share(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b) {
    double sum_a = 0, sum_b = 0;
    for (uint64_t n : a) sum_a += static_cast<double>(n);
    for (uint64_t n : b) sum_b += static_cast<double>(n);
    if (sum_a == 0 || sum_b == 0) return std::nullopt;
    double difference = 0;
    for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
        const double share_a = i < a.size() ? static_cast<double>(a[i]) / sum_a : 0;
        const double share_b = i < b.size() ? static_cast<double>(b[i]) / sum_b : 0;
        difference += std::abs(share_a - share_b);
    }
    return 1 - difference / 2;
}

// Where both sides part: the place of b's decision to tell beside a's. That of the same packet if it goes to another thread there; else the two differ in the order alone, and it is the same place.
size_t place_beside(const Decisions& a, const Decisions& b, size_t place) {
    const Assignment& of_a = a.assignments[place];
    const auto same = std::find_if(b.assignments.begin() + static_cast<std::ptrdiff_t>(place), b.assignments.end(), [&of_a](const Assignment& one) { return one.identity == of_a.identity; });
    return same != b.assignments.end() && same->thread != of_a.thread ? static_cast<size_t>(same - b.assignments.begin()) : place;
}

std::optional<Divergence> first_divergence(const Trace& a, const Decisions& of_a, const Trace& b, const Decisions& of_b) {
    const size_t both = std::min(of_a.assignments.size(), of_b.assignments.size());
    size_t i = 0;
    while (i < both && of_a.assignments[i].identity == of_b.assignments[i].identity && of_a.assignments[i].thread == of_b.assignments[i].thread) ++i;
    if (i == of_a.assignments.size() && i == of_b.assignments.size()) return std::nullopt;
    const auto tell = [](const Trace& trace, const Decisions& decisions, size_t place) {
        if (place < decisions.assignments.size()) return tell_decisions(trace, {decisions.assignments[place].record}).front();
        return Told{.record = trace.records.empty() ? 0 : trace.records.size() - 1, .sentence = "no more packets leave the port on this side", .packet = {}};
    };
    Told of_side_a = tell(a, of_a, i), of_side_b = tell(b, of_b, i < both ? place_beside(of_a, of_b, i) : i);
    const bool in_a = i < of_a.assignments.size();
    const Record& decision = in_a ? a.records[of_a.assignments[i].record] : b.records[of_b.assignments[i].record];
    return Divergence{.time_ns = decision.time_ns, .a_record = of_side_a.record, .b_record = of_side_b.record, .packet = std::move((in_a ? of_side_a : of_side_b).packet), .a = std::move(of_side_a.sentence), .b = std::move(of_side_b.sentence), .rule = std::string(rule_label(decision.rule))};
}

void add_difference(std::vector<Difference>& out, std::string metric, double a, double b) {
    Difference difference{.metric = std::move(metric), .a = a, .b = b, .ratio = {}};
    if (a != 0) difference.ratio = b / a;
    out.push_back(std::move(difference));
}

void add_spread(std::vector<Difference>& out, const std::string& name, const Spread& a, const Spread& b) {
    add_difference(out, name + ".mean", a.mean, b.mean);
    add_difference(out, name + ".p50", static_cast<double>(a.p50), static_cast<double>(b.p50));
    add_difference(out, name + ".p90", static_cast<double>(a.p90), static_cast<double>(b.p90));
    add_difference(out, name + ".p99", static_cast<double>(a.p99), static_cast<double>(b.p99));
    add_difference(out, name + ".max", static_cast<double>(a.max), static_cast<double>(b.max));
}

std::vector<Difference> differences_of(const Summary& a, const Summary& b) {
    std::vector<Difference> out;
    const auto add = [&out](const char* metric, auto x, auto y) { add_difference(out, metric, static_cast<double>(x), static_cast<double>(y)); };
    add("duration_ns", a.duration_ns, b.duration_ns);
    add("packets.posted", a.posted, b.posted);
    add("packets.completed", a.completed, b.completed);
    add("packets.left", a.left, b.left);
    add("throughput_per_s", a.throughput_per_s, b.throughput_per_s);
    add_spread(out, "latency_ns", a.latency, b.latency);
    add_spread(out, "queue_wait_ns", a.queue_wait, b.queue_wait);
    for (size_t p = 0; p < std::min(a.ports.size(), b.ports.size()); ++p) {
        const std::string name = "ports." + a.ports[p].name;
        add_difference(out, name + ".depth.mean", a.ports[p].depth_mean, b.ports[p].depth_mean);
        add_difference(out, name + ".depth.max", static_cast<double>(a.ports[p].depth_max), static_cast<double>(b.ports[p].depth_max));
        add_difference(out, name + ".active.mean", a.ports[p].active_mean, b.ports[p].active_mean);
        add_difference(out, name + ".active.max", static_cast<double>(a.ports[p].active_max), static_cast<double>(b.ports[p].active_max));
        add_difference(out, name + ".over_limit_ns", static_cast<double>(a.ports[p].over_limit_ns), static_cast<double>(b.ports[p].over_limit_ns));
    }
    for (size_t t = 0; t < std::min(a.threads.size(), b.threads.size()); ++t)
        add_difference(out, "threads." + a.threads[t].name + ".packets", static_cast<double>(a.threads[t].packets), static_cast<double>(b.threads[t].packets));
    add("context_switches", a.context_switches, b.context_switches);
    return out;
}

// Two recordings: the lower share speaks for both, and each that differs has its note.
void add_replay(Comparison& comparison, const std::string& side, const Trace& trace) {
    if (trace.header.backend != "port") return;
    const Replay replay = replay_through_second_port(trace);
    if (replay.decisions == 0) return;
    const double share = static_cast<double>(replay.agree) / static_cast<double>(replay.decisions);
    Agreement& agreement = comparison.agreement;
    if (!agreement.replay || share < *agreement.replay) {
        agreement.replay = share;
        agreement.replay_decisions = replay.decisions;
    }
    if (replay.first_difference.empty()) return;
    comparison.notes.push_back("the replay of " + side + " through the second port agrees in " + std::to_string(replay.agree) + " of " + std::to_string(replay.decisions) +
                               " decisions and differs first " + replay.first_difference);
}

void agree(Agreement& agreement, const Decisions& a, const Decisions& b, const Pairing& pairing) {
    agreement.packet_order = share_of_places(a.assignments, b.assignments, [](const Assignment& x, const Assignment& y) { return x.identity == y.identity; });
    agreement.wake_order = share_of_places(a.wakes, b.wakes, [](const Wake& x, const Wake& y) { return x.thread == y.thread; });
    agreement.thread_share = thread_share(a.completed, b.completed);
    agreement.packet_decisions = std::max(a.assignments.size(), b.assignments.size());
    agreement.wake_decisions = std::max(a.wakes.size(), b.wakes.size());
    const WakeTau tau = wake_tau(a, b);
    agreement.wake_tau = tau.tau;
    agreement.tau_wakes = tau.wakes;
    uint64_t same = 0;
    for (const PacketPair& pair : pairing.pairs) {
        const uint32_t x = a.packets[pair.a].assignment, y = b.packets[pair.b].assignment;
        if (x == kNoPlace || y == kNoPlace) continue;
        ++agreement.same_thread_decisions;
        same += a.assignments[x].thread == b.assignments[y].thread ? 1 : 0;
    }
    if (agreement.same_thread_decisions > 0) agreement.same_thread = static_cast<double>(same) / static_cast<double>(agreement.same_thread_decisions);
}

Comparison compare(const Trace& a, const Decisions& of_a, const Trace& b, const Decisions& of_b, const Pairing& pairing, const std::string& b_name) {
    Comparison comparison;
    comparison.a = summarize(a.header, a.records, lost_records(a));
    comparison.b = summarize(b.header, b.records, lost_records(b));
    comparison.b_name = b_name;
    comparison.paired_by = pairing.by;
    comparison.paired = pairing.pairs.size();
    comparison.only_a = pairing.only_a;
    comparison.only_b = pairing.only_b;
    agree(comparison.agreement, of_a, of_b, pairing);
    comparison.wakes = pair_wakes(of_a, of_b, pairing);
    comparison.waits = compare_waits(of_a, of_b);
    add_replay(comparison, "A", a);
    add_replay(comparison, b_name, b);
    comparison.first_divergence = first_divergence(a, of_a, b, of_b);
    comparison.differences = differences_of(comparison.a, comparison.b);
    note_what_differs(comparison.notes, a, b, b_name, pairing);
    note_what_it_lacks(comparison.notes, "A", a);
    note_what_it_lacks(comparison.notes, b_name, b);
    return comparison;
}

}  // namespace

Comparison compare_traces(const Trace& a, const Trace& b, const std::string& b_name) {
    Decisions of_a = decisions_of(a), of_b = decisions_of(b);
    const Pairing pairing = pair_packets(of_a, of_b);
    return compare(a, of_a, b, of_b, pairing, b_name);
}

Comparison compare_closely(const Trace& a, const Trace& b, const std::string& b_name) {
    Decisions of_a = decisions_of(a), of_b = decisions_of(b);
    const Pairing pairing = pair_packets(of_a, of_b);
    Comparison comparison = compare(a, of_a, b, of_b, pairing, b_name);
    comparison.ranked = rank_packets(a, of_a, b, of_b, pairing);
    comparison.verdicts = judge_sides(a, b, comparison.no_verdicts);
    if (comparison.verdicts) {
        const Trace& judged = comparison.verdicts->of_a ? a : b;
        if (!judged.whole || lost_records(judged) > 0) comparison.notes.push_back((comparison.verdicts->of_a ? "A" : b_name) + " is not whole: what is missing may explain any decision, so none is said to contradict");
    }
    return comparison;
}

}  // namespace sim
