#include "sim/compare/ranked.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "sim/compare/told.h"
#include "sim/trace/summary.h"

namespace sim {
namespace {

struct Candidate { int64_t apart_ns; bool other_thread; uint32_t place; PacketPair pair; };

bool ranks_before(const Candidate& x, const Candidate& y) {
    if (x.apart_ns != y.apart_ns) return x.apart_ns > y.apart_ns;
    if (x.other_thread != y.other_thread) return x.other_thread;
    return x.place < y.place;
}

const Assignment* assignment_of(const Decisions& side, uint32_t packet) {
    const uint32_t at = side.packets[packet].assignment;
    return at == kNoPlace ? nullptr : &side.assignments[at];
}

// What is told without its sentence; none: the wait can't be known.
std::optional<PacketOnSide> on_side(const Decisions& side, uint32_t number, int64_t end_ns) {
    const SeenPacket& packet = side.packets[number];
    if (packet.within) return std::nullopt;
    PacketOnSide out;
    out.left = packet.got_ns >= 0;
    out.wait_ns = std::max<int64_t>((out.left ? packet.got_ns : end_ns) - packet.posted_ns, 0);
    const Assignment* left = assignment_of(side, number);
    out.thread = left != nullptr ? left->thread : kNoThread;
    return out;
}

void tell_side(const Trace& trace, const Decisions& side, std::vector<RankedPacket>& ranked, const std::vector<uint32_t>& packets, PacketOnSide RankedPacket::*which) {
    std::vector<size_t> records;
    std::vector<size_t> of;
    for (size_t i = 0; i < ranked.size(); ++i) {
        PacketOnSide& one = ranked[i].*which;
        const Assignment* left = assignment_of(side, packets[i]);
        one.decided_ns = left != nullptr ? trace.records[left->record].time_ns : side.packets[packets[i]].posted_ns;
        if (left == nullptr) {
            one.sentence = "It never leaves the port on this side.";
            one.record = trace.records.empty() ? 0 : trace.records.size() - 1;
            continue;
        }
        if (ranked[i].rule.empty()) ranked[i].rule = rule_label(trace.records[left->record].rule);
        records.push_back(left->record);
        of.push_back(i);
    }
    const std::vector<Told> told = tell_decisions(trace, records);
    for (size_t i = 0; i < told.size(); ++i) {
        PacketOnSide& one = ranked[of[i]].*which;
        one.sentence = told[i].sentence.empty() ? "No record says more of it." : told[i].sentence;
        one.record = told[i].record;
        if (ranked[of[i]].packet.empty()) ranked[of[i]].packet = told[i].packet;
    }
}

}  // namespace

std::vector<RankedPacket> rank_packets(const Trace& a, const Decisions& of_a, const Trace& b, const Decisions& of_b, const Pairing& pairing) {
    const int64_t end_a = trace_end_ns(a.header, a.records), end_b = trace_end_ns(b.header, b.records);
    std::vector<Candidate> best;                           // a heap with the last one on top
    for (uint32_t i = 0; i < pairing.pairs.size(); ++i) {
        const PacketPair pair = pairing.pairs[i];
        const auto x = on_side(of_a, pair.a, end_a), y = on_side(of_b, pair.b, end_b);
        if (!x || !y || (!x->left && !y->left)) continue;
        const RankedPacket both{.packet = {}, .a = *x, .b = *y, .rule = {}};
        // One that is left over waits at least so long: less than the other side's wait tells nothing.
        if ((!x->left && x->wait_ns <= y->wait_ns) || (!y->left && y->wait_ns <= x->wait_ns)) continue;
        const Candidate one{.apart_ns = both.apart_ns(), .other_thread = !both.same_thread(), .place = i, .pair = pair};
        if (one.apart_ns == 0 && !one.other_thread) continue;
        best.push_back(one);
        std::push_heap(best.begin(), best.end(), ranks_before);
        if (best.size() <= kRankedMax) continue;
        std::pop_heap(best.begin(), best.end(), ranks_before);
        best.pop_back();
    }
    std::sort(best.begin(), best.end(), ranks_before);
    std::vector<RankedPacket> ranked;
    std::vector<uint32_t> packets_a, packets_b;
    for (const Candidate& one : best) {
        ranked.push_back({.packet = {}, .a = *on_side(of_a, one.pair.a, end_a), .b = *on_side(of_b, one.pair.b, end_b), .rule = {}});
        packets_a.push_back(one.pair.a);
        packets_b.push_back(one.pair.b);
    }
    tell_side(a, of_a, ranked, packets_a, &RankedPacket::a);
    tell_side(b, of_b, ranked, packets_b, &RankedPacket::b);
    return ranked;
}

}  // namespace sim
