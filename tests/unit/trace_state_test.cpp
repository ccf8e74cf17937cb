#include <doctest/doctest.h>

#include <cstdio>

#include "sim/base/prng.h"
#include "sim/trace/port_records.h"
#include "sim/trace/print.h"
#include "sim/trace/state.h"
#include "sim/trace/summary.h"
#include "tests/counts.h"
#include "tests/unit/trace_build.h"

using namespace sim;
using test::at;
using test::posted;

namespace {

TraceState after(const TraceHeader& header, const std::vector<Record>& records) {
    TraceState state = trace_state_begin(header);
    for (const Record& record : records) trace_state_apply(state, header, record);
    return state;
}

std::vector<Record> opening_and(const TraceHeader& header, std::initializer_list<Record> more) {
    std::vector<Record> records = test::opening(header);
    test::append(records, more);
    return records;
}

}  // namespace

TEST_CASE("state: the opening leaves every thread parked, in order, and counts nobody") {
    const TraceHeader h = test::header(3, 2);
    const TraceState s = after(h, test::opening(h));
    CHECK(s.ports[0].open);
    CHECK(s.ports[0].limit == 2);
    CHECK(s.ports[0].active == 0);
    CHECK(s.ports[0].waiters == std::vector<uint32_t>{0, 1, 2});
    for (const ThreadTraceState& t : s.threads) CHECK(t.view == ThreadView::waiting);
}

TEST_CASE("state K1: a released thread counts at once and is called waiting until it is ready") {
    const TraceHeader h = test::header(2, 1);
    std::vector<Record> r = opening_and(h, {posted(10, 0), at(10, Kind::handed_over, 1).packet(0), at(10, Kind::released, 1).packet(0)});
    TraceState s = after(h, r);
    CHECK(s.ports[0].active == 1);
    CHECK(s.ports[0].waiters == std::vector<uint32_t>{0});
    CHECK(s.threads[1].view == ThreadView::waiting);
    CHECK(s.threads[1].released);
    CHECK(s.threads[1].packets == std::vector<uint32_t>{0});
    trace_state_apply(s, h, at(15, Kind::ready, 1));
    CHECK(s.threads[1].view == ThreadView::ready);
    trace_state_apply(s, h, at(16, Kind::on_processor, 1).on(1).packet(0));
    trace_state_apply(s, h, at(16, Kind::get_returned, 1).packet(0).with(1));
    CHECK(s.threads[1].view == ThreadView::running);
    CHECK(s.threads[1].processor == 1);
    CHECK(s.ports[0].active == 1);
    CHECK(s.packets.find(0)->got_ns == 16);
}

TEST_CASE("state K17, K19: who blocks counts no longer, who comes back counts, over the limit if need be") {
    const TraceHeader h = test::header(2, 1);
    TraceState s = after(h, opening_and(h, {posted(10, 0), at(10, Kind::handed_over, 1).packet(0), at(10, Kind::released, 1).packet(0), at(10, Kind::get_returned, 1).packet(0).with(1),
                                            at(20, Kind::block_begin, 1).packet(0).with(5)}));
    CHECK(s.ports[0].active == 0);
    CHECK(s.threads[1].view == ThreadView::blocked);
    trace_state_apply(s, h, posted(21, 1));
    trace_state_apply(s, h, at(21, Kind::released, 0).packet(1));
    trace_state_apply(s, h, at(25, Kind::block_end, 1).packet(0));
    CHECK(s.ports[0].active == 2);
    CHECK(s.threads[1].view == ThreadView::blocked);            // until it is ready
}

TEST_CASE("state: the queue is first in first out, whoever takes") {
    const TraceHeader h = test::header(1, 1);
    TraceState s = after(h, opening_and(h, {posted(1, 0), at(1, Kind::queued).packet(0), posted(2, 1), at(2, Kind::queued).packet(1), posted(3, 2), at(3, Kind::queued).packet(2)}));
    CHECK(s.ports[0].queue == std::deque<uint32_t>{0, 1, 2});
    trace_state_apply(s, h, at(4, Kind::taken, 0).packet(0));
    CHECK(s.ports[0].queue == std::deque<uint32_t>{1, 2});
}

TEST_CASE("state: without decisions threads wait in the order of their calls") {
    const TraceHeader h = test::header(2, 1, false, false);
    TraceState s = after(h, opening_and(h, {posted(10, 0), at(20, Kind::get_returned, 0).packet(0).with(1)}));
    CHECK(s.ports[0].waiters == std::vector<uint32_t>{1});
    CHECK(s.ports[0].active == 1);
    CHECK(s.threads[0].view == ThreadView::running);
    trace_state_apply(s, h, at(30, Kind::completed, 0).packet(0));
    trace_state_apply(s, h, at(31, Kind::get_called, 0).packet(1));
    CHECK(s.ports[0].waiters == std::vector<uint32_t>{1, 0});
    CHECK(s.ports[0].active == 0);
}

TEST_CASE("state: a return whose post carries a later time leaves nothing in the queue") {
    const TraceHeader h = test::header(1, 1, false, false);
    const TraceState s = after(h, opening_and(h, {at(20, Kind::get_returned, 0).packet(0).with(1), posted(21, 0)}));
    CHECK(s.ports[0].queue.empty());
    CHECK(s.packets.find(0)->posted_ns == 21);
}

TEST_CASE("state K29: nobody counts on a closed port") {
    const TraceHeader h = test::header(2, 2);
    const TraceState s = after(h, opening_and(h, {posted(10, 0), at(10, Kind::handed_over, 1).packet(0), at(10, Kind::released, 1).packet(0), at(20, Kind::port_closed),
                                                  at(20, Kind::get_returned, 0).flags(kAbandoned)}));
    CHECK_FALSE(s.ports[0].open);
    CHECK(s.ports[0].active == 0);
    CHECK(s.ports[0].waiters.empty());
    CHECK(s.threads[1].association == kNoPort);
}

TEST_CASE("state: a packet that a handler posts is named after its parent") {
    const TraceHeader h = test::header(1, 1);
    const uint64_t first = child_identity(packet_identity(0, 17), 0), second = child_identity(packet_identity(0, 17), 1), grandchild = child_identity(first, 0);
    TraceState s = after(h, opening_and(h, {test::posted(1, 0).with(packet_identity(0, 17)), at(1, Kind::handed_over, 0).packet(0), at(1, Kind::released, 0).packet(0),
                                            at(2, Kind::posted, 0).packet(1).with(first), at(3, Kind::posted, 0).packet(2).with(second)}));
    CHECK(packet_label(h, s, 0) == "17");
    CHECK(packet_label(h, s, 1) == "17.0");
    CHECK(packet_label(h, s, 2) == "17.1");
    for (const Record& record : {at(4, Kind::completed, 0).packet(0).record, at(4, Kind::taken, 0).packet(1).record, at(5, Kind::posted, 0).packet(3).with(grandchild).record}) trace_state_apply(s, h, record);
    CHECK(packet_label(h, s, 3) == "17.0.0");
    CHECK(packet_label(h, s, 99) == "#99");
}

TEST_CASE("state: completed packets are forgotten, so that memory follows what is live") {
    const TraceHeader h = test::header(1, 1);
    TraceState s = after(h, test::opening(h));
    for (uint32_t n = 0; n < 100'000; ++n) {
        trace_state_apply(s, h, posted(n, n));
        trace_state_apply(s, h, at(n, Kind::handed_over, 0).packet(n));
        trace_state_apply(s, h, at(n, Kind::completed, 0).packet(n));
    }
    CHECK(s.packets.find(0) == nullptr);
    CHECK(s.packets.find(100'001) == nullptr);
    CHECK(s.threads[0].packets.empty());
}

TEST_CASE("state, figures and sentences take any records without a crash") {
    const uint64_t seed = test::seed_or(30), count = test::count_or(10'000);
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
    Stream random{.key = seed, .counter = 0};
    for (int kind = 0; kind < 3; ++kind) {
        const TraceHeader h = test::header(3, 2, kind < 2, kind == 0);
        TraceState s = trace_state_begin(h);
        Summarizer summarizer(h);
        int64_t now = 0;
        for (uint64_t i = 0; i < count * 4; ++i) {
            const auto small = [&](uint64_t n) { const uint64_t x = random.next_u64(); return x % 50 == 0 ? x >> 8 : x % n; };
            Record r;
            r.time_ns = now += static_cast<int64_t>(random.next_u64() % 3) - (random.next_u64() % 200 == 0 ? 5 : 0);
            r.kind = static_cast<Kind>(random.next_u64() % (static_cast<uint64_t>(Kind::kind_count) + 2));
            r.rule = static_cast<Rule>(small(60));
            r.thread = static_cast<uint32_t>(small(4));
            r.packet = static_cast<uint32_t>(small(40) + i / 8);
            r.port = static_cast<uint16_t>(small(2));
            r.processor = static_cast<uint16_t>(random.next_u64() % 5 == 0 ? kNoProcessor : small(4) % 64);
            r.flags = static_cast<uint16_t>(random.next_u64() % 4 == 0 ? random.next_u64() : 0);
            r.argument = small(6);
            if (i % 4 == 0) {
                (void)narrate(h, s, r);
                (void)record_line(h, s, r);
            }
            trace_state_apply(s, h, r);
            summarizer.add(r);
        }
        (void)summary_text(summarizer.finish(now));
    }
}

TEST_CASE("port records: a hand-over is told as handed over and released, with who caused it") {
    PortState ports;
    ports.ports.emplace_back();
    ports.threads.resize(2);
    Effects effects;
    effects.packets = {{7}};
    effects.items.push_back({.kind = EffectKind::released, .rule = Rule::K1, .port = {0}, .thread = {1}, .first = 0, .count = 1});
    std::vector<Record> out;
    append_port_records(out, ports, effects, {.time_ns = 40, .caller = 0, .processor = 3});
    REQUIRE(out.size() == 2);
    CHECK(out[0] == at(40, Kind::handed_over, 1).packet(7).rule(Rule::K1));
    CHECK(out[1] == at(40, Kind::released, 1).packet(7).with(1).rule(Rule::K1));
}

TEST_CASE("port records: a batch is taken packet by packet, with the depth after each") {
    PortState ports;
    ports.ports.emplace_back().queue.push_back({9});            // one stays
    ports.threads.resize(1);
    Effects effects;
    effects.packets = {{4}, {5}};
    effects.items.push_back({.kind = EffectKind::took, .rule = Rule::K11, .from_queue = true, .associated = true, .port = {0}, .thread = {0}, .first = 0, .count = 2});
    std::vector<Record> out;
    append_port_records(out, ports, effects, {.time_ns = 40, .caller = 0, .processor = 3});
    REQUIRE(out.size() == 4);
    CHECK(out[0] == at(40, Kind::associated, 0).on(3).rule(Rule::K9));
    CHECK(out[1] == at(40, Kind::taken, 0).on(3).packet(4).with(2).rule(Rule::K11));
    CHECK(out[2] == at(40, Kind::taken, 0).on(3).packet(5).with(1).rule(Rule::K11));
    CHECK(out[3] == at(40, Kind::get_returned, 0).on(3).packet(4).with(2).rule(Rule::K11));
}
