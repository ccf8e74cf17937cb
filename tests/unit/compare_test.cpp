// Two traces side by side: what agrees, where they first part, and the replay of a recording through the second port. Small traces
// made by hand, so that every share can be counted on fingers.
#include <doctest/doctest.h>

#include <algorithm>

#include "sim/compare/compare.h"
#include "sim/compare/decisions.h"
#include "sim/compare/replay.h"
#include "tests/counts.h"
#include "tests/unit/trace_build.h"

using namespace sim;
using test::append;
using test::at;
using test::posted;

namespace {

// A limit of one and two workers, as the `port` backend records it: packet 0 goes to the newest, worker.1; 1 waits for it in the
// queue; 2 finds both waiting again and goes to `third`, which the rules say is worker.1.
Trace recording(uint32_t third = 1) {
    Trace trace;
    trace.header = test::header(2, 1, true, false);
    trace.header.made_by = "by hand";
    std::vector<Record>& r = trace.records = test::opening(trace.header);
    append(r, {posted(10, 0), at(10, Kind::handed_over, 1).packet(0).rule(Rule::K1), at(10, Kind::released, 1).packet(0).rule(Rule::K1), at(12, Kind::get_returned, 1).packet(0).with(1)});
    append(r, {posted(15, 1), at(15, Kind::queued).packet(1).with(1).rule(Rule::K2)});
    append(r, {at(20, Kind::completed, 1).packet(0), at(20, Kind::get_called, 1).packet(1).with(INT64_MAX), at(20, Kind::taken, 1).packet(1).rule(Rule::K12), at(20, Kind::get_returned, 1).packet(1).with(1)});
    append(r, {at(30, Kind::completed, 1).packet(1), at(30, Kind::get_called, 1).packet(1).with(INT64_MAX), at(30, Kind::parked, 1).with(2).rule(Rule::K13)});
    append(r, {posted(40, 2), at(40, Kind::handed_over, third).packet(2).rule(Rule::K1), at(40, Kind::released, third).packet(2).rule(Rule::K1), at(42, Kind::get_returned, third).packet(2).with(1)});
    append(r, {at(50, Kind::completed, third).packet(2), at(50, Kind::get_called, third).packet(1).with(INT64_MAX), at(50, Kind::parked, third).with(2).rule(Rule::K13)});
    return trace;
}

// The same seen from outside: calls only.
Trace calls_only(Trace trace) {
    trace.header.backend = "iocp";
    trace.header.has_decisions = false;
    std::erase_if(trace.records, [](const Record& r) { return r.kind == Kind::associated || r.kind == Kind::parked || r.kind == Kind::handed_over || r.kind == Kind::released || r.kind == Kind::queued || r.kind == Kind::taken; });
    return trace;
}

size_t place_of(const Trace& trace, Kind kind, uint32_t packet) {
    const auto found = std::find_if(trace.records.begin(), trace.records.end(), [&](const Record& r) { return r.kind == kind && r.packet == packet; });
    REQUIRE(found != trace.records.end());
    return static_cast<size_t>(found - trace.records.begin());
}

const Difference& difference(const Comparison& c, const std::string& metric) {
    const auto found = std::find_if(c.differences.begin(), c.differences.end(), [&](const Difference& d) { return d.metric == metric; });
    REQUIRE_MESSAGE(found != c.differences.end(), metric);
    return *found;
}

}  // namespace

TEST_CASE("compare: a trace beside itself agrees in everything") {
    const Comparison c = compare_traces(recording(), recording());
    CHECK(c.agreement.packet_order == 1.0);
    CHECK(c.agreement.wake_order == 1.0);
    CHECK(c.agreement.thread_share == 1.0);
    CHECK(c.agreement.replay == 1.0);
    CHECK(c.agreement.packet_decisions == 3);
    CHECK(c.agreement.wake_decisions == 2);
    CHECK_FALSE(c.first_divergence);
    CHECK(c.notes.empty());
    for (const Difference& d : c.differences) CHECK(d.a == d.b);
}

TEST_CASE("compare: one packet to another thread lowers the wakes and the shares, not the packets' order") {
    const Comparison c = compare_traces(recording(1), recording(0));
    CHECK(c.agreement.packet_order == 1.0);
    CHECK(c.agreement.wake_order == 0.5);                                        // worker.1 both times; worker.1, then worker.0
    CHECK(*c.agreement.thread_share == doctest::Approx(2.0 / 3));                // (0, 3/3) against (1/3, 2/3): 1 - (1/3 + 1/3) / 2
    CHECK(difference(c, "packets.completed").ratio == 1.0);
    CHECK(difference(c, "latency_ns.mean").a == doctest::Approx(35.0 / 3));     // 10, 15 and 10 ns
    CHECK(difference(c, "latency_ns.max").b == 15);
    CHECK(difference(c, "threads.worker.0.packets").a == 0);
    CHECK(difference(c, "threads.worker.0.packets").b == 1);
    CHECK_FALSE(difference(c, "threads.worker.0.packets").ratio);                // of nothing
    CHECK(*difference(c, "threads.worker.1.packets").ratio == doctest::Approx(2.0 / 3));
    CHECK(c.differences.front().metric == "duration_ns");
    CHECK(c.differences.front().a == 50);
}

TEST_CASE("compare: the first divergence is the first packet that leaves the port otherwise") {
    const Trace a = recording(1), b = recording(0);
    const Comparison c = compare_traces(a, b);
    REQUIRE(c.first_divergence);
    CHECK(c.first_divergence->time_ns == 40);
    CHECK(c.first_divergence->packet == "2");
    CHECK(c.first_divergence->rule == "K1");
    CHECK(c.first_divergence->a_record == place_of(a, Kind::handed_over, 2) + 1);     // `released` tells
    CHECK(c.first_divergence->b_record == place_of(b, Kind::handed_over, 2) + 1);
    CHECK(c.first_divergence->a == "Packet 2 arrives and goes to worker.1, not worker.0: it parked last, at 30 ns (K1); 1 of 1 slot is in use.");
    CHECK(c.first_divergence->b == "Packet 2 arrives and goes to worker.0, not worker.1: it parked first, at the start (K1); 1 of 1 slot is in use.");
}

TEST_CASE("compare: both sentences of the first divergence are about the packet that goes elsewhere, also where another one returned before it") {
    const auto returns = [](uint32_t first, uint32_t thread_of_0) {
        Trace trace = calls_only(recording());
        trace.records.resize(place_of(trace, Kind::posted, 0));
        append(trace.records, {posted(10, 0), posted(11, 1)});
        const auto returned = [thread_of_0](int64_t ns, uint32_t packet) { return at(ns, Kind::get_returned, packet == 0 ? thread_of_0 : 1 - thread_of_0).packet(packet).with(1); };
        append(trace.records, {returned(12, first), returned(13, 1 - first)});
        return trace;
    };
    const Trace a = returns(0, 1), elsewhere = returns(1, 0), later = returns(1, 1);
    const Comparison other = compare_traces(a, elsewhere);
    REQUIRE(other.first_divergence);
    CHECK(other.first_divergence->packet == "0");
    CHECK(other.first_divergence->a_record == place_of(a, Kind::get_returned, 0));
    CHECK(other.first_divergence->b_record == place_of(elsewhere, Kind::get_returned, 0));
    const Comparison order = compare_traces(a, later);      // the same threads: what comes in its place is what differs
    REQUIRE(order.first_divergence);
    CHECK(order.first_divergence->a_record == place_of(a, Kind::get_returned, 0));
    CHECK(order.first_divergence->b_record == place_of(later, Kind::get_returned, 1));
}

TEST_CASE("compare: packets are the same by identity, and a side that ends early parts there") {
    const Trace a = recording();
    Trace b = a;
    b.records[place_of(b, Kind::posted, 1)].argument = packet_identity(0, 7);    // the second that comes is another
    const Comparison other = compare_traces(a, b);
    CHECK(*other.agreement.packet_order == doctest::Approx(2.0 / 3));
    CHECK(other.agreement.wake_order == 1.0);
    REQUIRE(other.first_divergence);
    CHECK(other.first_divergence->time_ns == 20);
    CHECK(other.first_divergence->rule == "K12");
    Trace early = a;
    early.records.resize(place_of(a, Kind::posted, 2));
    const Comparison ends = compare_traces(early, a);
    CHECK(*ends.agreement.packet_order == doctest::Approx(2.0 / 3));             // of the longer side's three
    CHECK(ends.agreement.wake_order == 0.5);
    REQUIRE(ends.first_divergence);
    CHECK(ends.first_divergence->packet == "2");
    CHECK(ends.first_divergence->a == "no more packets leave the port on this side");
    CHECK(ends.first_divergence->b_record == place_of(a, Kind::released, 2));
}

TEST_CASE("compare: without decisions the order of the calls tells who was woken") {
    const Decisions decisions = decisions_of(calls_only(recording()));
    REQUIRE(decisions.assignments.size() == 3);
    CHECK(decisions.assignments[1].identity == packet_identity(0, 1));
    REQUIRE(decisions.wakes.size() == 2);                                        // packet 1 was there before it was asked for
    CHECK(decisions.completed == std::vector<uint64_t>{0, 3});
    const Comparison c = compare_traces(recording(), calls_only(recording(0)));
    CHECK(c.agreement.packet_order == 1.0);
    CHECK(c.agreement.wake_order == 0.5);
    CHECK(c.agreement.replay == 1.0);                                            // of A alone
    CHECK(c.notes == std::vector<std::string>{"B holds only what its own calls show: the port's queue and stack are not in it"});
}

TEST_CASE("compare: nothing to compare is no agreement, not a whole one") {
    Trace empty;
    empty.header = test::header(2, 1);
    const Comparison c = compare_traces(empty, empty);
    CHECK_FALSE(c.agreement.packet_order);
    CHECK_FALSE(c.agreement.wake_order);
    CHECK_FALSE(c.agreement.thread_share);
    CHECK_FALSE(c.agreement.replay);
    CHECK_FALSE(c.first_divergence);
    const Comparison beside = compare_traces(empty, recording());
    CHECK(beside.agreement.packet_order == 0.0);
    CHECK_FALSE(beside.agreement.thread_share);
}

TEST_CASE("compare: the notes say what each side lacks") {
    Trace b = recording();
    b.header.processors_asked = 8;
    b.losses = {{.what = "the ring of worker.1 was full", .records = 12}, {.what = "the ring of worker.0 was full", .records = 3}};
    b.damage = {"the trace was not closed: it ends without an index"};
    CHECK(compare_traces(recording(), b).notes == std::vector<std::string>{"B asked for 8 processors and ran on 2", "B lost 15 records", "B is damaged: the trace was not closed: it ends without an index"});
}

TEST_CASE("compare: the last thread that a trace can name counts") {
    Trace trace = recording();
    append(trace.records, {posted(60, 3), at(60, Kind::handed_over, 65'535).packet(3), at(70, Kind::completed, 65'535).packet(3)});
    const Decisions decisions = decisions_of(trace);
    CHECK(decisions.assignments.back().thread == 65'535);
    REQUIRE(decisions.completed.size() == 65'536);
    CHECK(decisions.completed.back() == 1);
}

TEST_CASE("replay: two waits, a release, a queued packet, a take, a wait, a release and a wait are eight decisions") {
    const Replay right = replay_through_second_port(recording(1));
    CHECK(right.decisions == 8);
    CHECK(right.agree == 8);
    CHECK(right.first_difference.empty());
    const Replay wrong = replay_through_second_port(recording(0));
    CHECK(wrong.decisions == 8);
    CHECK(wrong.agree == 7);
    CHECK(wrong.first_difference == "before 50 ns: recorded 'released worker.0 2', second port 'released worker.1 2'");
}

TEST_CASE("replay: a thread of a recording that exits frees its slot") {
    Trace trace;
    trace.header = test::header(2, 1, true, false);
    std::vector<Record>& r = trace.records = test::opening(trace.header);
    append(r, {posted(10, 0), at(10, Kind::handed_over, 1).packet(0).rule(Rule::K1), at(10, Kind::released, 1).packet(0).rule(Rule::K1), at(12, Kind::get_returned, 1).packet(0).with(1)});
    append(r, {posted(15, 1), at(15, Kind::queued).packet(1).with(1).rule(Rule::K2)});
    append(r, {at(20, Kind::completed, 1).packet(0), at(20, Kind::thread_exit, 1).rule(Rule::K27)});
    append(r, {at(20, Kind::taken, 0).packet(1).rule(Rule::K27), at(20, Kind::released, 0).packet(1).with(2).flags(kFromQueue).rule(Rule::K27), at(22, Kind::get_returned, 0).packet(1).with(1)});
    const Replay replay = replay_through_second_port(trace);
    CHECK(replay.first_difference == "");
    CHECK(replay.decisions == 5);                                                // two waits, a release, a queued packet, a release
    CHECK(replay.agree == 5);
}

TEST_CASE("replay: only of recordings that hold decisions, under the rules that the second port decides in one step") {
    CHECK(replay_through_second_port(calls_only(recording())).decisions == 0);
    Trace wine = recording();
    wine.header.ports[0].policy = "wine8";
    CHECK(replay_through_second_port(wine).decisions == 0);
    Trace model = recording(0);
    model.header.backend = "model";
    CHECK_FALSE(compare_traces(model, model).agreement.replay);                  // the model judged by its own rules
}

TEST_CASE("replay: of two recordings the worse one speaks, and the note names its side") {
    const Comparison first = compare_traces(recording(0), recording(1)), second = compare_traces(recording(1), recording(0));
    CHECK(first.agreement.replay == 7.0 / 8);
    CHECK(second.agreement.replay == 7.0 / 8);
    CHECK(first.agreement.replay_decisions == 8);
    REQUIRE(first.notes.size() == 1);
    REQUIRE(second.notes.size() == 1);
    CHECK(first.notes[0] == "the replay of A through the second port agrees in 7 of 8 decisions and differs first before 50 ns: recorded 'released worker.0 2', second port 'released worker.1 2'");
    CHECK(second.notes[0].find("the replay of B through") == 0);
    CHECK(compare_traces(recording(0), recording(0)).notes.size() == 2);
}

TEST_CASE("compare: Kendall's tau of the wakes is 1 in the same order, -1 in the opposite one, and of one swap in three a third") {
    CHECK(kendall_tau({0, 1, 2, 3}) == 1.0);
    CHECK(kendall_tau({3, 2, 1, 0}) == -1.0);
    CHECK(*kendall_tau({1, 0, 2}) == doctest::Approx(1.0 / 3));                  // 3 pairs, one the other way round: (2 - 1) / 3
    CHECK_FALSE(kendall_tau({0}));
    CHECK_FALSE(kendall_tau({}));
    const auto waking = [](const std::vector<uint32_t>& threads) {
        Decisions side;
        for (const uint32_t thread : threads) side.wakes.push_back({.thread = thread});
        return side;
    };
    CHECK(wake_tau(waking({0, 1, 2}), waking({2, 1, 0})).tau == -1.0);
    // Each thread's n-th wake with its n-th: 0' 1' 0" against 0' 0" 1'; 1' and 0" are the other way round.
    CHECK(*wake_tau(waking({0, 1, 0}), waking({0, 0, 1})).tau == doctest::Approx(1.0 / 3));
    const WakeTau some = wake_tau(waking({5, 5, 5}), waking({5, 4, 3}));
    CHECK_FALSE(some.tau);                                                       // one wake is on both sides
    CHECK(some.wakes == 1);
}

TEST_CASE("compare: tau agrees with the count of all pairs on random orders") {
    const uint64_t seed = test::seed_or(20'261'122);
    for (uint64_t round = 0; round < 200; ++round) {
        Stream stream{mix64(seed) + round, 0};
        std::vector<uint32_t> order(2 + stream.next_u64() % 40);
        for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
        for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[stream.next_u64() % i]);
        int64_t concordant = 0, pairs = 0;
        for (size_t i = 0; i < order.size(); ++i)
            for (size_t j = i + 1; j < order.size(); ++j, ++pairs) concordant += order[i] < order[j] ? 1 : -1;
        CAPTURE(seed);
        CHECK(*kendall_tau(order) == doctest::Approx(static_cast<double>(concordant) / static_cast<double>(pairs)));
    }
}

TEST_CASE("compare: Cliff's delta counts pairs, and its words are those of the usual thresholds") {
    const auto waited = [](const std::vector<int64_t>& waits) {
        Decisions side;
        for (const int64_t ns : waits) side.packets.push_back({.posted_ns = 100, .got_ns = 100 + ns});
        return side;
    };
    const WaitsCompared some = compare_waits(waited({10, 20, 30}), waited({20, 40}));
    CHECK(*some.b_longer == doctest::Approx(4.0 / 6));                           // 20 > 10; 40 > all three
    CHECK(*some.b_shorter == doctest::Approx(1.0 / 6));                          // 20 < 30
    CHECK(*some.delta() == doctest::Approx(0.5));
    CHECK(some.a.quantiles_ns == std::array<int64_t, 7>{10, 10, 20, 30, 30, 30, 30});
    CHECK(waits_text(some, "B") == "A packet of B waits longer than one of A in 67 % of the pairs, shorter in 17 % (Cliff's delta +0.50, a large effect); the medians are the same.");
    CHECK(*compare_waits(waited({1, 2}), waited({3, 4})).delta() == 1.0);
    CHECK(*compare_waits(waited({3, 4}), waited({1, 2})).delta() == -1.0);
    CHECK_FALSE(compare_waits(waited({}), waited({1})).delta());
    Decisions hidden = waited({5});
    hidden.packets[0].within = true;                                             // queued at some unseen moment
    CHECK(compare_waits(hidden, waited({1})).a.count == 0);
    CHECK(std::string(effect_size(0.146)) == "negligible");
    CHECK(std::string(effect_size(-0.147)) == "small");
    CHECK(std::string(effect_size(0.33)) == "medium");
    CHECK(std::string(effect_size(-0.474)) == "large");
}

TEST_CASE("compare: packets are paired by identity, or in order where the sides share few") {
    const Comparison same = compare_traces(recording(), recording(0));
    CHECK(same.paired_by == PairedBy::identity);
    CHECK(same.paired == 3);
    CHECK(same.wakes.both == 2);
    CHECK(same.wakes.same_thread == 1);
    CHECK(*same.agreement.same_thread == doctest::Approx(2.0 / 3));
    Trace other = recording();
    for (Record& r : other.records)
        if (r.kind == Kind::posted) r.argument += packet_identity(9, 0);
    const Comparison by_order = compare_traces(recording(), other);
    CHECK(by_order.paired_by == PairedBy::order);
    CHECK(by_order.paired == 3);
    CHECK(by_order.agreement.packet_order == 1.0);
    CHECK_FALSE(by_order.first_divergence);
    CHECK(by_order.notes == std::vector<std::string>{"few packets have the same identity in A and B: the first posted is paired with the first, and so on"});
}

TEST_CASE("compare: a packet that two sides hand to another thread is ranked, with both sentences and the rule") {
    const Comparison same = compare_closely(recording(), recording());
    CHECK(same.ranked.empty());
    Trace late = recording(0);
    const size_t returns = place_of(late, Kind::get_returned, 1);
    for (size_t i = returns; i < late.records.size() && late.records[i].time_ns < 30; ++i) late.records[i].time_ns = 25;
    const Comparison c = compare_closely(recording(1), late);
    REQUIRE(c.ranked.size() == 2);
    CHECK(c.ranked[0].packet == "1");                                            // 20 - 15 ns against 25 - 15 ns
    CHECK(c.ranked[0].apart_ns() == 5);
    CHECK(c.ranked[0].rule == "K12");
    CHECK(c.ranked[0].same_thread());
    CHECK(c.ranked[1].packet == "2");                                            // as long, for another thread
    CHECK(c.ranked[1].apart_ns() == 0);
    CHECK_FALSE(c.ranked[1].same_thread());
    CHECK(c.ranked[1].rule == "K1");
    CHECK(c.ranked[1].a.sentence == "Packet 2 arrives and goes to worker.1, not worker.0: it parked last, at 30 ns (K1); 1 of 1 slot is in use.");
    CHECK(c.ranked[1].b.sentence == "Packet 2 arrives and goes to worker.0, not worker.1: it parked first, at the start (K1); 1 of 1 slot is in use.");
}

TEST_CASE("compare: the measured side's decisions are judged by the simulated side's policy, whichever is which") {
    Trace model = recording(1);
    model.header.source = "simulated";
    const Comparison good = compare_closely(model, recording(1));
    REQUIRE(good.verdicts);
    CHECK_FALSE(good.verdicts->of_a);
    CHECK(good.verdicts->policy == "nt");
    CHECK(good.verdicts->explained.contradict == 0);
    CHECK(good.verdicts->explained.agree == 8);                                  // those of the replay: "eight decisions"
    const Comparison wrong = compare_closely(recording(0), model);
    REQUIRE(wrong.verdicts);
    CHECK(wrong.verdicts->of_a);
    CHECK(wrong.verdicts->explained.contradict == 1);
    REQUIRE(wrong.verdicts->explained.contradictions.size() == 1);
    CHECK(wrong.verdicts->explained.contradictions[0].time_ns == 40);
    CHECK(wrong.verdicts->explained.contradictions[0].text.find("packet 2 is handed to worker.0, where by nt packet 2 is handed to worker.1") != std::string::npos);
    const Comparison neither = compare_closely(recording(), recording());
    CHECK_FALSE(neither.verdicts);
    CHECK(neither.no_verdicts == "neither side is simulated: portside identify holds a recording against every policy");
    Trace lossy = recording(0);
    lossy.losses = {{.what = "the ring of worker.1 was full", .records = 1}};
    const Comparison spared = compare_closely(model, lossy);
    CHECK(spared.verdicts->explained.contradict == 0);                           // what is missing may explain it
    CHECK(spared.verdicts->explained.contradictions.empty());
    CHECK(spared.verdicts->explained.undecided > 0);
}
