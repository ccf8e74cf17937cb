#include <doctest/doctest.h>

#include "sim/trace/print.h"
#include "tests/unit/trace_build.h"

using namespace sim;
using test::at;
using test::posted;

namespace {

/// What is said of the last record, after all that come before it.
std::string said(const TraceHeader& header, const std::vector<Record>& records) {
    TraceState state = trace_state_begin(header);
    for (size_t i = 0; i + 1 < records.size(); ++i) trace_state_apply(state, header, records[i]);
    return narrate(header, state, records.back());
}

std::vector<Record> opening_and(const TraceHeader& header, std::initializer_list<Record> more) {
    std::vector<Record> records = test::opening(header);
    test::append(records, more);
    return records;
}

std::vector<Record> joined(std::vector<Record> records, std::initializer_list<Record> more) {
    test::append(records, more);
    return records;
}

Record released(int64_t ns, uint32_t thread, uint32_t packet) { return at(ns, Kind::released, thread).packet(packet).rule(Rule::K1); }
Record queued(int64_t ns, uint32_t packet) { return at(ns, Kind::queued).packet(packet).rule(Rule::K2); }

}  // namespace

TEST_CASE("narration K1: who wakes, who does not and since when, how many slots are in use then") {
    TraceHeader h = test::header(3, 1);
    CHECK(said(h, opening_and(h, {posted(10, 0), released(10, 2, 0)})) ==
          "Packet 0 arrives and goes to worker.2, not worker.0: it parked last, at the start (K1); 1 of 1 slot is in use.");
    // The same record in another state: fewer waiters, another limit, another moment.
    h = test::header(1, 1);
    CHECK(said(h, opening_and(h, {posted(10, 0), released(10, 0, 0)})) == "Packet 0 arrives and goes to worker.0, the only one that waits (K1); 1 of 1 slot is in use.");
    h = test::header(3, 2);
    const std::vector<Record> one_runs = opening_and(h, {posted(5, 0), released(5, 2, 0), posted(10, 1), released(10, 1, 1)});
    CHECK(said(h, one_runs) == "Packet 1 arrives and goes to worker.1, not worker.0: it parked last, at the start (K1); 2 of 2 slots are in use.");
    const std::vector<Record> back = opening_and(h, {posted(5, 0), released(5, 2, 0), at(1'500'000, Kind::parked, 2), posted(2'000'000, 1), released(2'000'000, 2, 1)});
    CHECK(said(h, back) == "Packet 1 arrives and goes to worker.2, not worker.0: it parked last, at 1.5 ms (K1); 1 of 2 slots is in use.");
}

TEST_CASE("narration K2: a queued packet is told with the count against the limit, what is before it and who waits") {
    TraceHeader h = test::header(2, 1);
    std::vector<Record> r = opening_and(h, {posted(1, 0), released(1, 1, 0), posted(2, 1), queued(2, 1)});
    CHECK(said(h, r) == "Packet 1 arrives: 1 of 1 slot is in use, so it is queued, although worker.0 waits (K2).");
    test::append(r, {posted(3, 2), queued(3, 2)});
    CHECK(said(h, r) == "Packet 2 arrives: 1 of 1 slot is in use, so it joins the queue behind 1, although worker.0 waits (K2).");
    test::append(r, {posted(4, 3), queued(4, 3)});
    CHECK(said(h, r) == "Packet 3 arrives: 1 of 1 slot is in use, so it joins the queue behind 1 and 2, although worker.0 waits (K2).");
    h = test::header(1, 1);
    CHECK(said(h, opening_and(h, {posted(1, 0), released(1, 0, 0), posted(2, 1), queued(2, 1)})) == "Packet 1 arrives and no thread waits: it is queued (K2).");
}

TEST_CASE("narration: a packet that a thread posts is told with its poster") {
    const TraceHeader h = test::header(1, 1);
    CHECK(said(h, opening_and(h, {posted(1, 0), at(1, Kind::handed_over, 0).packet(0), released(1, 0, 0), at(2, Kind::posted, 0).packet(1).with(child_identity(0, 0)), queued(2, 1)})) ==
          "Packet 0.0, posted by worker.0, arrives and no thread waits: it is queued (K2).");
}

TEST_CASE("narration K12, K16: who asks again in its own slot, and who parks because others hold the slots") {
    const TraceHeader h = test::header(2, 1);
    const std::vector<Record> r = opening_and(h, {posted(1, 0), at(1, Kind::handed_over, 1).packet(0), released(1, 1, 0), at(1, Kind::get_returned, 1).packet(0).with(1), posted(2, 1), queued(2, 1), at(9, Kind::completed, 1).packet(0)});
    CHECK(said(h, joined(r, {at(9, Kind::taken, 1).packet(1).rule(Rule::K12)})) == "worker.1 asks again in its own slot and takes packet 1, while worker.0 waits on (K12).");
    const std::vector<Record> over = opening_and(h, {posted(1, 0), released(1, 1, 0), at(2, Kind::block_begin, 1).packet(0), posted(3, 1), released(3, 0, 1), at(4, Kind::block_end, 1).packet(0), posted(5, 2), queued(5, 2)});
    CHECK(said(h, joined(over, {at(6, Kind::parked, 1).rule(Rule::K16)})) == "worker.1 asks, but 1 other thread is active and the limit is 1: it parks although 1 packet is queued, and it is the only one that waits (K16).");
    CHECK(said(h, joined(r, {at(9, Kind::taken, 1).packet(1).rule(Rule::K12), at(10, Kind::completed, 1).packet(1), at(10, Kind::parked, 1).rule(Rule::K13)})) ==
          "worker.1 asks, finds nothing queued and parks: it waits as the newest of 2 (K13).");
}

TEST_CASE("narration K17, K19: a block frees a slot or does not, and who comes back is never stopped") {
    const TraceHeader h = test::header(2, 1);
    const std::vector<Record> runs = opening_and(h, {posted(1, 0), released(1, 1, 0)});
    const Record block = at(2'000, Kind::block_begin, 1).packet(0).with(5'000'000).rule(Rule::K17);
    CHECK(said(h, joined(runs, {block})) == "worker.1 blocks for 5 ms in packet 0 and counts no longer (K17): the only slot is free, and nothing is queued.");
    CHECK(said(h, joined(runs, {posted(2, 1), queued(2, 1), block})) == "worker.1 blocks for 5 ms in packet 0 and counts no longer (K17): the only slot is free.");
    CHECK(said(h, joined(runs, {posted(2, 1), queued(2, 1), block, at(2'000, Kind::taken, 0).packet(1).rule(Rule::K17)})).empty());
    CHECK(said(h, joined(runs, {posted(2, 1), queued(2, 1), block, at(2'000, Kind::released, 0).packet(1).flags(kFromQueue).rule(Rule::K17)})) ==
          "The freed slot lets packet 1 go to worker.0, the only one that waits (K17); 1 of 1 slot is in use.");
    const Record back = at(9'000, Kind::block_end, 1).packet(0).rule(Rule::K19);
    CHECK(said(h, joined(runs, {block, back})) == "worker.1 comes back from its wait: 1 of 1 slot is in use (K19).");
    CHECK(said(h, joined(runs, {block, posted(3'000, 1), released(3'000, 0, 1), back})) == "worker.1 comes back from its wait; nobody is stopped, so 2 threads are active over a limit of 1 (K19).");
}

TEST_CASE("narration: a block with a flag of a later writer has no time, for its argument may mean something else") {
    Record record{.time_ns = 5, .argument = 3'000'000, .thread = 0, .packet = kNoPacket, .port = 0, .processor = kNoProcessor, .flags = kSleep, .rule = Rule::K17, .kind = Kind::block_begin};
    const TraceHeader header = test::header(1, 1);
    const TraceState state = trace_state_begin(header);
    CHECK(narrate(header, state, record).find("blocks for 3 ms") != std::string::npos);
    record.flags = kSleep | 32768;
    CHECK(narrate(header, state, record).find("blocks for") == std::string::npos);
    CHECK(record_line(header, state, record).find("3000000") != std::string::npos);
}

TEST_CASE("narration K13, K14, K22: a timeout is told by whether it waited and what was queued") {
    const TraceHeader h = test::header(2, 1);
    const Record timed_out = at(9'000, Kind::get_returned, 1).flags(kTimedOut).rule(Rule::K22);
    CHECK(said(h, opening_and(h, {timed_out})) == "The get of worker.1 times out: it runs without a packet and holds a slot until it asks again, blocks or leaves (K22); 1 of 1 slot is in use.");
    const std::vector<Record> running = opening_and(h, {at(1, Kind::get_returned, 1).flags(kTimedOut)});
    CHECK(said(h, joined(running, {at(9, Kind::get_returned, 1).flags(kTimedOut).rule(Rule::K13)})) == "worker.1 polls, and nothing is queued (K13); 1 of 1 slot is in use.");
    CHECK(said(h, joined(running, {posted(2, 0), queued(2, 0), at(9, Kind::get_returned, 1).flags(kTimedOut).rule(Rule::K14)})) ==
          "worker.1 polls and is told that nothing came, although 1 packet is queued: others have reached the limit (K14); 1 of 1 slot is in use.");
}

TEST_CASE("narration K36: the second packet of a batch is told as one") {
    const TraceHeader h = test::header(1, 1);
    const std::vector<Record> r = opening_and(h, {at(1, Kind::get_returned, 0).flags(kTimedOut), posted(2, 0), queued(2, 0), posted(2, 1), queued(2, 1), at(3, Kind::taken, 0).packet(0).rule(Rule::K12)});
    CHECK(said(h, r) == "worker.0 asks again in its own slot and takes packet 0, the oldest of 2 queued (K12).");
    CHECK(said(h, joined(r, {at(3, Kind::taken, 0).packet(1).rule(Rule::K12)})) == "The same get brings worker.0 packet 1 too: 2 packets for one slot (K36).");
}

TEST_CASE("narration: a port of another policy is told without limit and without the rules of nt") {
    TraceHeader h = test::header(2, 1);
    h.ports[0].policy = "wine8";
    CHECK(said(h, {at(0, Kind::port_opened).with(1)}) == "port opens with a concurrency of 1, which policy wine8 does not look at.");
    CHECK(said(h, opening_and(h, {posted(1, 0), at(1, Kind::queued).packet(0)})) == "Packet 0 arrives and is queued.");
    CHECK(said(h, opening_and(h, {posted(1, 0), at(1, Kind::queued).packet(0), at(1, Kind::released, 0)})) ==
          "The port wakes worker.0, not worker.1: it parked first, at the start; it will look at the queue when it runs.");
    const std::vector<Record> woken = opening_and(h, {posted(1, 0), at(1, Kind::queued).packet(0), at(1, Kind::released, 0), at(6, Kind::ready, 0), at(6, Kind::on_processor, 0).on(1)});
    CHECK(said(h, woken).empty());                              // the look tells
    CHECK(said(h, joined(woken, {at(6, Kind::taken, 0).on(1).packet(0)})) == "worker.0 runs on processor 1, looks and takes packet 0.");
    CHECK(said(h, joined(woken, {at(6, Kind::parked, 0).on(1)})) == "worker.0 runs on processor 1, looks, finds the queue empty because another thread was faster, and waits again as the newest.");
    CHECK(said(h, joined(woken, {at(6, Kind::taken, 0).packet(0), at(7, Kind::block_begin, 0).packet(0).rule(Rule::K17)})) == "worker.0 blocks in packet 0: 0 threads are active.");
}

TEST_CASE("narration: without decisions a return says how long who had waited, and no more than was seen") {
    const TraceHeader h = test::header(3, 1, false, false);
    CHECK(said(h, opening_and(h, {posted(1, 0)})) == "Packet 0 is posted; worker.0, worker.1 and worker.2 wait, 0 are active.");
    CHECK(said(h, opening_and(h, {posted(1, 0), at(2, Kind::get_returned, 0).packet(0).with(1)})) ==
          "Packet 0 goes to worker.0, which had waited longest of 3, since the start. 1 thread is active now; the limit is 1.");
    CHECK(said(h, opening_and(h, {posted(1, 0), posted(1, 1), at(2, Kind::get_returned, 0).packet(0).with(1), at(3, Kind::get_returned, 2).packet(1).with(1)})) ==
          "Packet 1 goes to worker.2, the newest of 2 that waited, since the start. 2 threads are active now, over a limit of 1.");
    CHECK(said(h, opening_and(h, {posted(1, 0), at(2, Kind::get_returned, 0).packet(0).with(1), posted(3, 1), at(9, Kind::completed, 0).packet(0), at(9, Kind::get_called, 0), at(9, Kind::get_returned, 0).packet(1).with(1)})) ==
          "worker.0 asks and gets packet 1, which was there already. 1 thread is active now; the limit is 1.");
}

TEST_CASE("narration S2: what a concurrency of 0 means, and one that is out of reach") {
    TraceHeader h = test::header(1, 4);
    h.ports[0].concurrency = 0;
    CHECK(said(h, {at(0, Kind::port_opened).with(4).rule(Rule::S2)}) == "port opens with a concurrency of 0, which means the number of processors: 4 threads may be active at a time (S2).");
    h = test::header(1, UINT32_MAX);
    CHECK(said(h, opening_and(h, {posted(10, 0), released(10, 0, 0)})) == "Packet 0 arrives and goes to worker.0, the only one that waits (K1); 1 thread is active and the limit is out of reach.");
}

TEST_CASE("narration K40, K20: no processor is free, and a quantum ends") {
    const TraceHeader h = test::header(3, 3);
    const std::vector<Record> busy = opening_and(h, {at(1, Kind::on_processor, 0).on(0), at(1, Kind::on_processor, 1).on(1)});
    CHECK(said(h, joined(busy, {at(2, Kind::ready, 2).rule(Rule::K40)})) == "worker.2 is ready, but both processors are busy: it waits for one (K40).");
    CHECK(said(h, opening_and(h, {at(1, Kind::on_processor, 0).on(0), at(2, Kind::ready, 2).rule(Rule::K40)})).empty());
    CHECK(said(h, joined(busy, {at(2, Kind::off_processor, 0).on(0).flags(kPreempted)})) == "The quantum of worker.0 is over and another thread is ready: it goes to the end of the ready queue; it still counts (K20).");
}

TEST_CASE("narration: what only accompanies a decision, and the stopping of workers, says nothing") {
    const TraceHeader h = test::header(1, 1);
    for (const Kind kind : {Kind::associated, Kind::get_called, Kind::detail, Kind::thread_start, Kind::handed_over, Kind::posted}) CHECK(said(h, opening_and(h, {at(1, kind, 0).packet(0)})).empty());
    CHECK(said(h, opening_and(h, {posted(1, 0).flags(kStop), queued(1, 0)})).empty());
}

TEST_CASE("narrate_trace: a line per sentence, times below each other") {
    const TraceHeader h = test::header(1, 1);
    Trace trace;
    trace.header = h;
    trace.records = opening_and(h, {posted(2'000'000, 0), released(2'000'000, 0, 0), at(2'000'123, Kind::ready, 0)});
    CHECK(narrate_trace(trace) ==
          "       0.000 ms     port opens with a concurrency of 1: 1 thread may be active at a time.\n"
          "       0.000 ms     worker.0 asks, finds nothing queued and parks: it is the only one that waits (K13).\n"
          "       2.000 ms     Packet 0 arrives and goes to worker.0, the only one that waits (K1); 1 of 1 slot is in use.\n");
    CHECK(narration_line(2'000'123, "x") == "       2.000123 ms  x");
}

TEST_CASE("print: a record is one line with its names") {
    const TraceHeader h = test::header(2, 1);
    const TraceState s = trace_state_begin(h);
    CHECK(record_line(h, s, at(2'600'000, Kind::block_begin, 1).on(0).with(5'000'000).flags(kSleep).rule(Rule::K17)) == "          2.6 ms    0  worker.1       block_begin   -          K17  for 5 ms sleep");
    CHECK(record_line(h, s, posted(0, 3)) == "            0 ns    -  -              posted        3");
    CHECK(kind_name(Kind::off_processor) == "off_processor");
    CHECK(kind_name(static_cast<Kind>(200)) == "unknown");
    CHECK(rule_label(Rule::K17) == "K17");
    CHECK(rule_label(Rule::S2) == "S2");
    CHECK(rule_label(Rule::none).empty());
}

TEST_CASE("figures for tables: spans to about three digits, numbers as they are") {
    CHECK(span_text(310) == "310 ns");
    CHECK(span_text(999.7) == "1.00 us");
    CHECK(span_text(7'200'000) == "7.20 ms");
    CHECK(span_text(2.5e9) == "2.500 s");
    CHECK(figure_text("latency_ns.p99", 7'234'567) == "7.23 ms");
    CHECK(figure_text("ports.port.over_limit_ns", 0) == "0 ns");
    CHECK(figure_text("packets.posted", 1'000'000) == "1000000");
    CHECK(figure_text("ports.port.depth.mean", 2.5) == "2.500");
}

TEST_CASE("time_text: people's units, all that tells neighbours apart") {
    CHECK(time_text(0) == "0 ns");
    CHECK(time_text(999) == "999 ns");
    CHECK(time_text(1'500) == "1.5 us");
    CHECK(time_text(2'600'000) == "2.6 ms");
    CHECK(time_text(2'600'001) == "2.600001 ms");
    CHECK(time_text(3'000'000'000) == "3 s");
}

TEST_CASE("narration of blocking that was seen: who counts on because it was over too soon, whom the system's scheduler takes a processor from") {
    TraceHeader h = test::header(2, 1);
    h.source = "measured";
    h.backend = "port";
    h.blocking.how = "seen";
    const std::vector<Record> runs = opening_and(h, {posted(10, 0), at(10, Kind::handed_over, 1).packet(0), released(10, 1, 0), at(20, Kind::on_processor, 1).packet(0).on(3)});
    CHECK(said(h, joined(runs, {at(30, Kind::off_processor, 1).on(3).flags(kPreempted)})) == "The system takes processor 3 from worker.1, which is ready; it still counts (K20).");
    const std::vector<Record> shortly = joined(runs, {at(30, Kind::block_begin, 1).packet(0).on(3).flags(kKeepsSlot)});
    CHECK(said(h, shortly) == "worker.1 blocks in packet 0 for so short that the port hears of it only when it is over: no slot is freed.");
    CHECK(said(h, joined(shortly, {at(40, Kind::block_end, 1).packet(0).on(3).flags(kKeepsSlot)})) == "worker.1 comes back from its wait; it has kept its slot.");
}

TEST_CASE("state of a measured trace with processors: a block that was seen too late is running, and who is let go before it leaves its processor runs on") {
    TraceHeader h = test::header(2, 1);
    h.source = "measured";
    const auto view_after = [&h](const std::vector<Record>& records) {
        TraceState state = trace_state_begin(h);
        for (const Record& record : records) trace_state_apply(state, h, record);
        return state.threads[1];
    };
    const std::vector<Record> runs = opening_and(h, {at(5, Kind::on_processor, 1).on(0), posted(10, 0), at(10, Kind::handed_over, 1).packet(0), released(10, 1, 0), at(20, Kind::get_returned, 1).packet(0).with(1)});
    CHECK(view_after(runs).view == ThreadView::running);
    const std::vector<Record> shortly = joined(runs, {at(30, Kind::block_begin, 1).packet(0).flags(kKeepsSlot), at(30, Kind::off_processor, 1).on(0)});
    CHECK(view_after(shortly).view == ThreadView::running);
    CHECK(view_after(shortly).counted);
    // Woken for nothing and asleep again, as under epoll: it waits.
    h.has_decisions = false;
    const std::vector<Record> asks{at(0, Kind::get_called, 1), at(5, Kind::on_processor, 1).on(0)};
    CHECK(view_after(asks).view == ThreadView::running);
    CHECK(view_after(joined(asks, {at(6, Kind::off_processor, 1).on(0)})).view == ThreadView::waiting);
}
