// Wakes that do not all take the same time, and a port that hears late of blocks (3a.7), to the nanosecond.
#include <doctest/doctest.h>

#include <set>

#include "sim/engine/checker.h"
#include "sim/trace/arguments.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

// worker.1 has packet 0 at once and blocks at 50 us; packet 1 is queued: the limit is 1.
std::string late(const std::string& machine, const std::string& block = "1ms") {
    return "[machine]\nprocessors = 2\n" + machine + "\n[[port]]\nname = \"port\"\nconcurrency = 1\n[[worker]]\nname = \"w\"\nport = \"port\"\ncount = 2\non_packet = [ { compute = \"50us\" }, { block = \"" + block +
           "\" } ]\n[[source]]\nname = \"s\"\nport = \"port\"\narrivals = { at = [\"0ms\", \"0ms\"] }\n";
}

Trace run_late(const std::string& machine, const std::string& block = "1ms") { return run_checked(scenario_of(late(machine, block))); }

std::vector<int64_t> times(const Trace& trace, Kind kind, uint32_t thread) {
    std::vector<int64_t> out;
    for (const Record& r : trace.records)
        if (r.kind == kind && r.thread == thread) out.push_back(r.time_ns);
    return out;
}

}  // namespace

TEST_CASE("3a.7: a distribution of one value wakes as that value does; a notice of 0 is none") {
    const Trace fixed = run_late("wake_latency = \"5us\"");
    CHECK(run_late("wake_latency = { choice = [[1, \"5us\"]] }").records == fixed.records);
    CHECK(run_late("wake_latency = \"5us\"\nblock_notice = \"0ns\"").records == fixed.records);
}

TEST_CASE("3a.7: each wake draws its latency anew, and the same seed draws the same") {
    const std::string text = "[machine]\nwake_latency = { choice = [[0.5, \"10us\"], [0.5, \"30us\"]] }\n[[port]]\nname = \"port\"\n[[worker]]\nname = \"w\"\nport = \"port\"\n[[source]]\nname = \"s\"\nport = \"port\"\narrivals = { every = \"1ms\", count = 40 }\n";
    const Trace trace = run_checked(scenario_of(text));
    std::set<int64_t> seen;
    int64_t released_ns = -1;
    for (const Record& r : trace.records) {
        if (r.kind == Kind::released) released_ns = r.time_ns;
        if (r.kind == Kind::ready) seen.insert(r.time_ns - released_ns);
    }
    CHECK(seen == std::set<int64_t>{10'000, 30'000});
    CHECK(run_checked(scenario_of(text)).records == trace.records);
}

// Released at 50 us, when the block begins; ready 5 us + 100 us later: 155 us.
TEST_CASE("3a.7: whom a block lets go is ready so much later as the port hears of the block late") {
    const Trace trace = run_late("wake_latency = \"5us\"\nblock_notice = \"100us\"");
    CHECK(times(trace, Kind::released, 0) == std::vector<int64_t>{55'000});
    CHECK(times(trace, Kind::ready, 0).front() == 160'000);
    CHECK(times(trace, Kind::block_end, 1).front() == 1'055'000);
    CHECK(times(trace, Kind::ready, 1).back() == 1'060'000);   // its own wake takes no longer
}

// 80 us of sleep, of which the port hears after 100 us: packet 1 waits for worker.1 to ask again.
TEST_CASE("3a.7: a sleep that is over before the port hears of it frees nothing, and its thread counts on") {
    const Trace trace = run_late("block_notice = \"100us\"", "80us");
    CHECK(times(trace, Kind::released, 0).empty());
    size_t blocks = 0;
    for (const Record& r : trace.records)
        if (r.kind == Kind::block_begin || r.kind == Kind::block_end) {
            ++blocks;
            CHECK(is_unseen_block(r));
            CHECK(r.rule != Rule::K17);
        }
    CHECK(blocks == 4);                                        // worker.1 handles both packets
}

TEST_CASE("block_notice and wake_latency that are no times are refused at their place") {
    const Result<Scenario> wrong = scenario_parse(late("block_notice = \"5\""), "x.toml");
    REQUIRE_FALSE(wrong.ok());
    CHECK(wrong.error().text().find("block_notice") != std::string::npos);
    CHECK_FALSE(scenario_parse(late("wake_latency = { exponential = 5 }"), "x.toml").ok());
}
