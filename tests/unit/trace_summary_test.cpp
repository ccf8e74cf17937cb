#include <doctest/doctest.h>

#include <algorithm>

#include "sim/trace/histogram.h"
#include "sim/trace/summary.h"
#include "tests/unit/trace_build.h"

using namespace sim;
using test::at;
using test::posted;

namespace {

int64_t total(const ThreadFigures& t) { return t.running_ns + t.ready_ns + t.waiting_ns + t.blocked_ns + t.suspended_ns; }

// limit 1, ns:  0     100 110   150   200 210   300       500 510   600          1000 (until)
//   packet 0          post                                          done
//   packet 1                    post  taken     done
//   worker.1    wait        run         block---------------------| run   wait-------
//   worker.0    wait----------------------|run    wait-------------------------------
//   queued                      1-----
//   active            1-----------------1----------         1---------
std::vector<Record> two_packets(const TraceHeader& h) {
    std::vector<Record> r = test::opening(h);
    test::append(r, {posted(100, 0), at(100, Kind::handed_over, 1).packet(0).rule(Rule::K1), at(100, Kind::released, 1).packet(0).rule(Rule::K1),
                     at(110, Kind::ready, 1), at(110, Kind::on_processor, 1).on(0).packet(0), at(110, Kind::get_returned, 1).packet(0).with(1),
                     posted(150, 1), at(150, Kind::queued).packet(1).with(1).rule(Rule::K2),
                     at(200, Kind::block_begin, 1).packet(0).with(300).flags(kSleep).rule(Rule::K17),
                     at(200, Kind::taken, 0).packet(1).rule(Rule::K17), at(200, Kind::released, 0).packet(1).with(2).flags(kFromQueue).rule(Rule::K17),
                     at(200, Kind::off_processor, 1).on(0),
                     at(210, Kind::ready, 0), at(210, Kind::on_processor, 0).on(0).packet(1), at(210, Kind::get_returned, 0).packet(1).with(1),
                     at(300, Kind::completed, 0).packet(1).with(90), at(300, Kind::get_called, 0).packet(1).with(INT64_MAX),
                     at(300, Kind::parked, 0).with(1).rule(Rule::K13), at(300, Kind::off_processor, 0).on(0),
                     at(500, Kind::block_end, 1).packet(0).rule(Rule::K19),
                     at(510, Kind::ready, 1), at(510, Kind::on_processor, 1).on(0).packet(0),
                     at(600, Kind::completed, 1).packet(0).with(180), at(600, Kind::get_called, 1).packet(1).with(INT64_MAX),
                     at(600, Kind::parked, 1).with(2).rule(Rule::K13), at(600, Kind::off_processor, 1).on(0)});
    return r;
}

/// As a backend writes them that doesn't see processors.
std::vector<Record> without(std::vector<Record> records, std::initializer_list<Kind> kinds) {
    std::erase_if(records, [&](const Record& r) { return std::find(kinds.begin(), kinds.end(), r.kind) != kinds.end(); });
    return records;
}

}  // namespace

TEST_CASE("summary: two packets, one of them blocks, by hand") {
    // latency 600-100 and 300-150; queue_wait 110-100 and 210-150; queued 50 of 1000 ns; active 100..300 and 500..600.
    // worker.1: waits 0..110 and 600..1000, runs 110..200 and 510..600, blocked 200..510: until it is ready (3a.7).
    // Processor 0 runs 1, 0, 1: two switches.
    TraceHeader h = test::header(2, 1);
    h.until_ns = 1'000;
    const std::vector<Record> records = two_packets(h);
    const Summary s = summarize(h, records);
    CHECK(s.duration_ns == 1'000);
    CHECK(s.events == records.size());
    CHECK(s.posted == 2);
    CHECK(s.completed == 2);
    CHECK(s.left == 0);
    CHECK(s.throughput_per_s == doctest::Approx(2e6));
    CHECK(s.latency.mean == 325);
    CHECK(s.latency.p50 == 150);
    CHECK(s.latency.p90 == doctest::Approx(500).epsilon(0.01));
    CHECK(s.latency.max == 500);
    CHECK(s.queue_wait.mean == 35);
    CHECK(s.queue_wait.max == 60);
    REQUIRE(s.ports.size() == 1);
    CHECK(s.ports[0].depth_mean == doctest::Approx(0.05));
    CHECK(s.ports[0].depth_max == 1);
    CHECK(s.ports[0].active_mean == doctest::Approx(0.3));
    CHECK(s.ports[0].active_max == 1);
    CHECK(s.ports[0].over_limit_ns == 0);
    REQUIRE(s.threads.size() == 2);
    CHECK(s.threads[1].running_ns == 180);
    CHECK(s.threads[1].waiting_ns == 510);
    CHECK(s.threads[1].blocked_ns == 310);
    CHECK(s.threads[1].ready_ns == 0);
    CHECK(s.threads[1].packets == 1);
    CHECK(s.threads[0].running_ns == 90);
    CHECK(s.threads[0].waiting_ns == 910);
    CHECK(s.context_switches == 2);
    CHECK(s.compute_ns == 270);
    CHECK(s.block_ns == 300);
    for (const ThreadFigures& t : s.threads) CHECK(total(t) == s.duration_ns);
}

TEST_CASE("summary: without until a run ends at its last event") {
    const TraceHeader h = test::header(2, 1);
    const Summary s = summarize(h, two_packets(h));
    CHECK(s.duration_ns == 600);
    CHECK(s.ports[0].active_mean == doctest::Approx(0.5));     // 300 of 600 ns
    for (const ThreadFigures& t : s.threads) CHECK(total(t) == 600);
}

TEST_CASE("summary: streaming and whole traces give the same figures") {
    TraceHeader h = test::header(2, 1);
    h.until_ns = 1'000;
    Summarizer streaming(h);
    for (const Record& record : two_packets(h)) streaming.add(record);
    const Summary a = streaming.finish(1'000), b = summarize(h, two_packets(h));
    CHECK(a.latency.mean == b.latency.mean);
    CHECK(a.threads[1].blocked_ns == b.threads[1].blocked_ns);
    CHECK(a.ports[0].active_mean == b.ports[0].active_mean);
    CHECK(a.events == b.events);
}

TEST_CASE("summary: what lies beyond until counts as records only") {
    TraceHeader h = test::header(2, 1);
    h.until_ns = 400;                                           // packet 0 is left, worker.1 still blocked
    const Summary s = summarize(h, two_packets(h));
    CHECK(s.duration_ns == 400);
    CHECK(s.completed == 1);
    CHECK(s.left == 1);
    CHECK(s.threads[1].blocked_ns == 200);
    CHECK(s.latency.max == 150);
    for (const ThreadFigures& t : s.threads) CHECK(total(t) == 400);
}

TEST_CASE("summary: without processor records a thread runs from its return and from the end of its block") {
    // worker.1: runs 110..200 and 500..600, blocked 200..500.
    TraceHeader h = test::header(2, 1, true, false);
    h.until_ns = 1'000;
    const Summary s = summarize(h, without(two_packets(h), {Kind::ready, Kind::on_processor, Kind::off_processor}));
    CHECK(s.threads[1].running_ns == 190);
    CHECK(s.threads[1].blocked_ns == 300);
    CHECK(s.threads[1].waiting_ns == 510);
    CHECK(s.context_switches == 0);
    CHECK(s.queue_wait.max == 60);
    CHECK(s.fingerprint.empty());
    for (const ThreadFigures& t : s.threads) CHECK(total(t) == s.duration_ns);
}

TEST_CASE("summary: without decisions a thread waits from its call, and what is posted and not returned is queued") {
    // queued: packet 0 100..110, packet 1 150..210: 70 of 1000 ns. active: worker.1 110..200 and 500..600, worker.0 210..300.
    TraceHeader h = test::header(2, 1, false, false);
    h.until_ns = 1'000;
    const Summary s = summarize(h, without(two_packets(h), {Kind::ready, Kind::on_processor, Kind::off_processor, Kind::associated, Kind::parked, Kind::released, Kind::handed_over, Kind::queued, Kind::taken}));
    CHECK(s.posted == 2);
    CHECK(s.latency.mean == 325);
    CHECK(s.queue_wait.mean == 35);
    CHECK(s.ports[0].depth_mean == doctest::Approx(0.07));
    CHECK(s.ports[0].active_mean == doctest::Approx(0.28));
    CHECK(s.threads[1].waiting_ns == 510);
    for (const ThreadFigures& t : s.threads) CHECK(total(t) == s.duration_ns);
}

TEST_CASE("summary: a batch without decisions is one return and its other packets") {
    TraceHeader h = test::header(1, 1, false, false);
    std::vector<Record> r = test::opening(h);
    test::append(r, {posted(10, 0), posted(20, 1), at(30, Kind::get_returned, 0).packet(0).with(2), at(30, Kind::get_returned, 0).packet(1).with(0),
                     at(40, Kind::completed, 0).packet(0).with(10), at(50, Kind::completed, 0).packet(1).with(10)});
    const Summary s = summarize(h, r);
    CHECK(s.completed == 2);
    CHECK(s.queue_wait.count == 2);
    CHECK(s.queue_wait.mean == 15);                             // 20 and 10
}

TEST_CASE("summary K19: the time over the limit") {
    // limit 1: worker.1 comes back at 500 while worker.0 runs until 700: over the limit for 200 ns, most 2 active.
    TraceHeader h = test::header(2, 1, true, false);
    std::vector<Record> r = test::opening(h);
    test::append(r, {posted(100, 0), at(100, Kind::handed_over, 1).packet(0), at(100, Kind::released, 1).packet(0), at(100, Kind::get_returned, 1).packet(0).with(1),
                     at(200, Kind::block_begin, 1).packet(0).with(300), posted(250, 1), at(250, Kind::handed_over, 0).packet(1), at(250, Kind::released, 0).packet(1),
                     at(250, Kind::get_returned, 0).packet(1).with(1), at(500, Kind::block_end, 1).packet(0),
                     at(700, Kind::completed, 0).packet(1), at(700, Kind::parked, 0), at(800, Kind::completed, 1).packet(0), at(800, Kind::parked, 1)});
    const Summary s = summarize(h, r);
    CHECK(s.ports[0].over_limit_ns == 200);
    CHECK(s.ports[0].active_max == 2);
    CHECK(s.ports[0].active_mean == doctest::Approx((100 + 450 + 300) / 800.0));
}

TEST_CASE("summary: ready without a processor is told apart from running") {
    TraceHeader h = test::header(1, 1);
    std::vector<Record> r = test::opening(h);
    test::append(r, {posted(0, 0), at(0, Kind::handed_over, 0).packet(0), at(0, Kind::released, 0).packet(0), at(5, Kind::ready, 0), at(25, Kind::on_processor, 0).on(1).packet(0),
                     at(25, Kind::get_returned, 0).packet(0).with(1), at(55, Kind::off_processor, 0).on(1).flags(kPreempted), at(75, Kind::on_processor, 0).on(0).packet(0),
                     at(105, Kind::completed, 0).packet(0).with(60)});
    const Summary s = summarize(h, r);
    CHECK(s.threads[0].waiting_ns == 5);
    CHECK(s.threads[0].ready_ns == 40);
    CHECK(s.threads[0].running_ns == 60);
}

TEST_CASE("summary: packets that only stop a worker count nowhere") {
    TraceHeader h = test::header(2, 1, true, false);
    std::vector<Record> r = without(two_packets(h), {Kind::ready, Kind::on_processor, Kind::off_processor});
    const Summary before = summarize(h, r);
    test::append(r, {posted(900, 2).flags(kStop), at(900, Kind::handed_over, 1).packet(2), at(900, Kind::released, 1).packet(2), posted(901, 3).flags(kStop), at(901, Kind::queued).packet(3).with(1),
                     at(950, Kind::get_returned, 1).packet(2).with(1).flags(kStop), at(960, Kind::thread_exit, 1), at(960, Kind::taken, 0).packet(3), at(960, Kind::released, 0).packet(3),
                     at(970, Kind::get_returned, 0).packet(3).with(1).flags(kStop), at(980, Kind::thread_exit, 0)});
    const Summary s = summarize(h, r);
    CHECK(s.posted == 2);
    CHECK(s.left == 0);
    CHECK(s.duration_ns == before.duration_ns);
    CHECK(s.ports[0].depth_max == before.ports[0].depth_max);
    CHECK(s.ports[0].depth_mean == before.ports[0].depth_mean);
    CHECK(s.ports[0].active_mean == before.ports[0].active_mean);
    CHECK(s.threads[1].running_ns == before.threads[1].running_ns);
    for (const ThreadFigures& t : s.threads) CHECK(total(t) == s.duration_ns);
}

TEST_CASE("summary: a trace of nothing is all zeros") {
    const Summary s = summarize(test::header(1, 1), {});
    CHECK(s.duration_ns == 0);
    CHECK(s.throughput_per_s == 0);
    CHECK(s.latency.max == 0);
    CHECK(s.fingerprint.size() == 16);
}

TEST_CASE("percentiles: nearest rank, at most 1 % off; mean and max exact") {
    Histogram h;
    for (int64_t i = 1; i <= 1'000; ++i) h.add(i * 1'000);
    CHECK(h.mean() == 500'500);
    CHECK(h.max() == 1'000'000);
    CHECK(static_cast<double>(h.percentile(50)) == doctest::Approx(500'000).epsilon(0.01));
    CHECK(static_cast<double>(h.percentile(90)) == doctest::Approx(900'000).epsilon(0.01));
    CHECK(static_cast<double>(h.percentile(99)) == doctest::Approx(990'000).epsilon(0.01));
    CHECK(h.percentile(100) == 1'000'000);
    Histogram one;
    one.add(123'456'789);
    CHECK(static_cast<double>(one.percentile(50)) == doctest::Approx(123'456'789).epsilon(0.01));
    Histogram large;
    for (const int64_t value : {int64_t{1} << 62, int64_t{0}, INT64_MAX}) large.add(value);
    CHECK(large.percentile(50) == doctest::Approx(static_cast<double>(int64_t{1} << 62)).epsilon(0.01));
    CHECK(large.max() == INT64_MAX);
}

TEST_CASE("the fingerprint covers every field of every record, in order") {
    const TraceHeader h = test::header(2, 1);
    const std::vector<Record> records = two_packets(h);
    const std::string fingerprint = summarize(h, records).fingerprint;
    CHECK(fingerprint.size() == 16);
    CHECK(summarize(h, records).fingerprint == fingerprint);
    std::vector<Record> other = records;
    std::swap(other[3], other[4]);
    CHECK(summarize(h, other).fingerprint != fingerprint);
    other = records;
    other.back().flags ^= 1;
    CHECK(summarize(h, other).fingerprint != fingerprint);
}

TEST_CASE("summary_text: people's units and every thread") {
    const TraceHeader h = test::header(2, 1);
    const std::string text = summary_text(summarize(h, two_packets(h)));
    CHECK(text.find("worker.1") != std::string::npos);
    CHECK(text.find("2 posted, 2 completed, 0 left") != std::string::npos);
    CHECK(text.find("310 ns") != std::string::npos);
}
