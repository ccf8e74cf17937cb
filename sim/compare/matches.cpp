#include "sim/compare/matches.h"

#include <algorithm>
#include <map>

#include "sim/compare/pairing.h"
#include "sim/compare/told.h"

namespace sim {
namespace {

// By place of the packet in `side`: identity of the packet that left the same port before it, and whether one did.
struct Before { uint64_t identity = 0; bool any = false; friend bool operator==(const Before&, const Before&) = default; };

std::vector<Before> left_before(const Trace& trace, const Decisions& side) {
    std::vector<Before> out(side.packets.size());
    std::map<uint16_t, Before> last;
    for (const Assignment& one : side.assignments) {
        Before& before = last[trace.records[one.record].port];
        if (one.packet != kNoPlace) out[one.packet] = before;
        before = {one.identity, true};
    }
    return out;
}

const Assignment* left(const Decisions& side, uint32_t packet) {
    const uint32_t at = side.packets[packet].assignment;
    return at == kNoPlace ? nullptr : &side.assignments[at];
}

void put_a(MatchedDecision& out, const Trace& trace, const Assignment& one) { out.a_ns = trace.records[one.record].time_ns, out.a_record = one.record, out.a_thread = one.thread; }
void put_b(MatchedDecision& out, const Trace& trace, const Assignment& one) { out.b_ns = trace.records[one.record].time_ns, out.b_record = one.record, out.b_thread = one.thread; }

}  // namespace

std::vector<MatchedDecision> match_decisions(const Trace& a, const Trace& b, const Stop& stop) {
    Decisions of_a = decisions_of(a, stop), of_b = decisions_of(b, stop);
    const Pairing pairing = pair_packets(of_a, of_b, stop);
    if (stop.asked()) return {};
    const std::vector<Before> before_a = left_before(a, of_a), before_b = left_before(b, of_b);
    std::vector<bool> paired_a(of_a.packets.size()), paired_b(of_b.packets.size());
    std::vector<MatchedDecision> out;
    const auto add = [&](const Assignment* on_a, const Assignment* on_b, bool same_order) {
        if (on_a == nullptr && on_b == nullptr) return;
        MatchedDecision one;
        if (on_a != nullptr) put_a(one, a, *on_a);
        if (on_b != nullptr) put_b(one, b, *on_b);
        if (!one.both()) one.differs = on_a != nullptr ? MatchedDecision::Differs::only_a : MatchedDecision::Differs::only_b;
        else if (one.a_thread != one.b_thread) one.differs = MatchedDecision::Differs::thread;
        else if (!same_order) one.differs = MatchedDecision::Differs::order;
        out.push_back(one);
    };
    for (const PacketPair& pair : pairing.pairs) {
        paired_a[pair.a] = paired_b[pair.b] = true;
        add(left(of_a, pair.a), left(of_b, pair.b), before_a[pair.a] == before_b[pair.b]);
    }
    for (uint32_t i = 0; i < of_a.packets.size(); ++i)
        if (!paired_a[i]) add(left(of_a, i), nullptr, true);
    for (uint32_t i = 0; i < of_b.packets.size(); ++i)
        if (!paired_b[i]) add(nullptr, left(of_b, i), true);
    std::stable_sort(out.begin(), out.end(), [](const MatchedDecision& x, const MatchedDecision& y) { return x.at_ns() < y.at_ns(); });
    return out;
}

std::vector<ToldDivergence> tell_divergences(const Trace& a, const Trace& b, const std::vector<MatchedDecision>& matches, size_t most, const Stop& stop) {
    std::vector<ToldDivergence> out;
    std::vector<size_t> on_a, on_b;                        // records, and where their sentences go
    std::vector<size_t> place_a, place_b;
    for (size_t i = 0; i < matches.size() && out.size() < most; ++i) {
        const MatchedDecision& match = matches[i];
        if (match.differs == MatchedDecision::Differs::no) continue;
        if (match.a_ns >= 0) on_a.push_back(match.a_record), place_a.push_back(out.size());
        if (match.b_ns >= 0) on_b.push_back(match.b_record), place_b.push_back(out.size());
        const Record& decision = match.a_ns >= 0 ? a.records[match.a_record] : b.records[match.b_record];
        out.push_back({.match = i, .a_record = match.a_record, .b_record = match.b_record, .packet = {}, .rule = std::string(rule_label(decision.rule)), .a = "It never leaves the port on this side.", .b = "It never leaves the port on this side."});
    }
    const auto fill = [&out](std::vector<Told> told, const std::vector<size_t>& places, uint64_t ToldDivergence::*record, std::string ToldDivergence::*sentence) {
        for (size_t i = 0; i < told.size(); ++i) {
            ToldDivergence& one = out[places[i]];
            one.*record = told[i].record;
            one.*sentence = told[i].sentence.empty() ? "No record says more of it." : std::move(told[i].sentence);
            if (one.packet.empty()) one.packet = std::move(told[i].packet);
        }
    };
    fill(tell_decisions(a, on_a, stop), place_a, &ToldDivergence::a_record, &ToldDivergence::a);
    fill(tell_decisions(b, on_b, stop), place_b, &ToldDivergence::b_record, &ToldDivergence::b);
    return out;
}

}  // namespace sim
