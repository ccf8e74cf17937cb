// The `port` backend on small scenarios: real threads, so nothing here depends on how long anything takes.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "recorder/common/program.h"
#include "sim/compare/compare.h"
#include "sim/scenario/load.h"
#include "tests/folder.h"
#include "tests/recorder/lanes.h"
#include "tests/recorder/replay.h"

namespace {

using sim::Kind;
using sim::Record;

sim::Scenario scenario_of(const std::string& text) {
    const sim::Result<sim::Scenario> scenario = sim::scenario_parse(text, "small.toml");
    REQUIRE_MESSAGE(scenario.ok(), scenario.error().text());
    return scenario.value();
}

sim::Trace record(const std::string& text) {
    const test::Folder folder;
    const recorder::BackendInfo info = recorder::program_backend("port")->info(scenario_of(text)).value();
    const sim::Result<sim::Trace> trace = recorder::record_scenario(scenario_of(text), info, (folder / "a.ptrace").string());
    REQUIRE_MESSAGE(trace.ok(), trace.error().text());
    CHECK_FALSE(std::filesystem::exists(folder / "a.ptrace.part"));
    const sim::Result<sim::Trace> again = sim::trace_read((folder / "a.ptrace").string());
    REQUIRE(again.ok());
    CHECK(again->whole);
    CHECK(again->records == trace->records);
    CHECK(sim::lost_records(again.value()) == 0);
    CHECK(test::illegal_decision(again.value()) == "");
    test::check_lanes(again.value());
    return again.value();
}

std::vector<Record> of_kind(const sim::Trace& trace, Kind kind) {
    std::vector<Record> found;
    std::copy_if(trace.records.begin(), trace.records.end(), std::back_inserter(found), [kind](const Record& r) { return r.kind == kind; });
    return found;
}

void check_each_packet_once(const sim::Trace& trace, size_t packets) {
    std::map<uint32_t, size_t> completed;
    for (const Record& r : of_kind(trace, Kind::completed)) ++completed[r.packet];
    CHECK(of_kind(trace, Kind::posted).size() == packets);
    CHECK(completed.size() == packets);
    for (const auto& entry : completed) CHECK_MESSAGE(entry.second == 1, "packet " << entry.first);
}

std::set<uint32_t> threads_that_completed(const sim::Trace& trace) {
    std::set<uint32_t> threads;
    for (const Record& r : of_kind(trace, Kind::completed)) threads.insert(r.thread);
    return threads;
}

std::string with(const std::string& port, const std::string& worker, const std::string& source, const std::string& top = "") {
    return top + "\n[machine]\nprocessors = 2\n[[port]]\nname = \"port\"\n" + port + "\n[[worker]]\nname = \"worker\"\nport = \"port\"\n" + worker +
           "\n[[source]]\nname = \"clients\"\nport = \"port\"\n" + source + "\n";
}

const std::string kBurst = "arrivals = { at = [\"0ms\", \"0ms\", \"0ms\", \"0ms\", \"0ms\", \"0ms\"] }";

}  // namespace

TEST_CASE("port: K12 a burst at limit 1 is handled by the thread that parked last, in posting order") {
    const sim::Trace trace = record(with("concurrency = 1", "count = 6\non_packet = [ { compute = \"50us\" } ]", kBurst));
    check_each_packet_once(trace, 6);
    CHECK(threads_that_completed(trace) == std::set<uint32_t>{5});
    const auto completed = of_kind(trace, Kind::completed);
    for (size_t i = 0; i < completed.size(); ++i) {
        CHECK(completed[i].packet == i);
        CHECK(completed[i].argument == 50'000);
    }
    // all parked in table order before time 0
    const auto parked = of_kind(trace, Kind::parked);
    for (uint32_t t = 0; t < 6; ++t) {
        CHECK(parked[t].thread == t);
        CHECK(parked[t].time_ns == 0);
    }
}

TEST_CASE("port: decisions have times of their own, each later than the one before") {
    const sim::Trace trace = record(with("concurrency = 2", "count = 4\non_packet = [ { compute = \"10us\" } ]", "arrivals = { every = \"20us\", count = 200 }"));
    check_each_packet_once(trace, 200);
    int64_t last = 0;
    for (const Record& r : of_kind(trace, Kind::posted)) {
        CHECK(r.time_ns > last);
        last = r.time_ns;
    }
}

TEST_CASE("port: K17 a block frees its slot, and K19 its end may exceed the limit") {
    const sim::Trace trace = record(with("concurrency = 1", "count = 3\non_packet = [ { compute = \"20us\" }, { block = \"3ms\" }, { compute = \"20us\" } ]", kBurst));
    check_each_packet_once(trace, 6);
    const auto begun = of_kind(trace, Kind::block_begin);
    CHECK(begun.size() == 6);
    CHECK(of_kind(trace, Kind::block_end).size() == 6);
    for (const Record& r : begun) CHECK(r.argument == 3'000'000);
    CHECK(threads_that_completed(trace).size() > 1);
    bool released_by_block = false;
    for (const Record& r : of_kind(trace, Kind::released)) released_by_block = released_by_block || (r.rule == sim::Rule::K17 && (r.flags & sim::kFromQueue) != 0);
    CHECK(released_by_block);
}

TEST_CASE("port: K36 a batch takes several packets in one call") {
    const sim::Trace trace = record(with("concurrency = 1", "count = 2\nbatch = 4\non_packet = [ { compute = \"50us\" } ]", kBurst));
    check_each_packet_once(trace, 6);
    uint64_t most = 0;
    for (const Record& r : of_kind(trace, Kind::get_returned)) most = std::max(most, r.argument);
    CHECK(most == 4);
}

TEST_CASE("port: K22 a get times out and the thread comes back") {
    const sim::Trace trace = record(with("concurrency = 1", "count = 2\ntimeout = \"1ms\"\non_packet = [ { compute = \"20us\" } ]", "arrivals = { at = [\"8ms\"] }", "until = \"100ms\""));
    check_each_packet_once(trace, 1);
    size_t timed_out = 0;
    for (const Record& r : of_kind(trace, Kind::get_returned)) {
        if ((r.flags & sim::kTimedOut) == 0) continue;
        ++timed_out;
        CHECK(r.time_ns >= 1'000'000);    // a first timeout counts from time 0, however long the start took
    }
    CHECK(timed_out > 0);             // how many: the host's business
}

TEST_CASE("port: workers that poll do not keep the recording from starting") {
    const sim::Trace trace = record(with("concurrency = 2", "count = 2\ntimeout = \"0ns\"\non_packet = [ { compute = \"20us\" } ]", "arrivals = { at = [\"1ms\"] }", "until = \"30ms\""));
    check_each_packet_once(trace, 1);
    CHECK(of_kind(trace, Kind::parked).empty());
}

TEST_CASE("port: clients of a closed source come again after their answer, until the end") {
    const sim::Trace trace = record(with("concurrency = 2", "count = 4\non_packet = [ { compute = \"50us\" } ]", "arrivals = { closed = 3, think = \"200us\" }", "until = \"30ms\""));
    std::map<uint32_t, size_t> open;       // packets at work, by client
    std::map<uint32_t, uint32_t> client;
    for (const Record& r : trace.records) {
        CHECK(r.time_ns <= 30'000'000);
        if (r.kind == Kind::posted) {
            client[r.packet] = static_cast<uint32_t>(r.argument % 3);
            CHECK(++open[client[r.packet]] == 1);
        }
        if (r.kind == Kind::completed) --open[client[r.packet]];
    }
    CHECK(client.size() > 6);
}

TEST_CASE("port: what handlers post is waited for, and served by the workers of its port") {
    const std::string text = R"(
[machine]
processors = 2
[[port]]
name = "front"
concurrency = 1
[[port]]
name = "back"
concurrency = 2
[[worker]]
name = "asks"
port = "front"
count = 2
on_packet = [ { compute = "10us" }, { post = "back", key = 2 }, { post = "back", key = 3 } ]
[[worker]]
name = "answers"
port = "back"
count = 3
on_packet_2 = [ { compute = "30us" } ]
on_packet = [ { block = "200us" } ]
[[source]]
name = "clients"
port = "front"
arrivals = { every = "100us", count = 10 }
)";
    const sim::Trace trace = record(text);
    check_each_packet_once(trace, 30);
    std::set<uint64_t> identities;
    for (const Record& r : of_kind(trace, Kind::posted)) identities.insert(r.argument);
    CHECK(identities.size() == 30);
    for (const Record& r : of_kind(trace, Kind::posted)) CHECK((r.thread == sim::kNoThread) == (r.port == 0));
}

TEST_CASE("port: wine8 wakes the oldest, never hands over, and knows no limit") {
    const sim::Trace trace = record(with("concurrency = 1\npolicy = \"wine8\"", "count = 4\non_packet = [ { block = \"2ms\" } ]", kBurst));
    check_each_packet_once(trace, 6);
    CHECK(of_kind(trace, Kind::handed_over).empty());
    const auto released = of_kind(trace, Kind::released);
    REQUIRE(released.size() >= 4);
    for (uint32_t i = 0; i < 4; ++i) CHECK(released[i].thread == i);
    CHECK(threads_that_completed(trace).size() > 1);          // how many: the host's business
}

TEST_CASE("port: the draws of a packet are the same in every recording") {
    const std::string text = with("concurrency = 2", "count = 3\non_packet = [ { compute = { exponential = \"40us\" } }, { block = \"100us\", chance = 0.3 } ]", "arrivals = { poisson = \"60us\", count = 60 }", "seed = 9");
    std::map<uint64_t, uint64_t> compute[2];
    for (auto& by_identity : compute) {
        const sim::Trace trace = record(text);
        check_each_packet_once(trace, 60);
        std::map<uint32_t, uint64_t> identity;
        for (const Record& r : of_kind(trace, Kind::posted)) identity[r.packet] = r.argument;
        for (const Record& r : of_kind(trace, Kind::completed)) by_identity[identity[r.packet]] = r.argument;
    }
    CHECK(compute[0] == compute[1]);
}

TEST_CASE("port: packets of a port that nobody serves are left and the recording ends") {
    const std::string text = with("concurrency = 1", "count = 1\non_packet = [ { compute = \"10us\" }, { post = \"other\" } ]", kBurst) + "[[port]]\nname = \"other\"\nconcurrency = 1\n";
    const sim::Trace trace = record(text);
    CHECK(of_kind(trace, Kind::completed).size() == 6);
    CHECK(of_kind(trace, Kind::posted).size() == 12);
}

TEST_CASE("port: the second port decides as a recording says, and sees one decision that was falsified") {
    const sim::Trace trace = record(with("concurrency = 2", "count = 4\non_packet = [ { compute = \"50us\" }, { block = \"300us\", chance = 0.3 } ]", "arrivals = { poisson = \"60us\", count = 80 }"));
    const sim::Comparison whole = sim::compare_traces(trace, trace);
    CHECK(whole.agreement.replay == 1.0);
    CHECK(whole.agreement.replay_decisions > 80);
    CHECK(whole.notes.size() == (trace.header.processors_used == trace.header.processors_asked ? 0 : 2));
    sim::Trace falsified = trace;
    const auto released = std::find_if(falsified.records.begin(), falsified.records.end(), [](const Record& r) { return r.kind == Kind::released && r.rule == sim::Rule::K1; });
    REQUIRE(released != falsified.records.end());
    CHECK(released->thread == 3);          // the newest
    released->thread = 0;
    const sim::Comparison changed = sim::compare_traces(trace, falsified);
    REQUIRE(changed.agreement.replay);
    CHECK(*changed.agreement.replay < 1);
    CHECK(changed.agreement.wake_order < whole.agreement.wake_order);
    CHECK(changed.notes.front().find("the replay of B through the second port") == 0);
}

TEST_CASE("port: the header says what was asked for, what was used and what a record costs") {
    std::string text = with("concurrency = 0", "count = 2\non_packet = [ { compute = \"10us\" } ]", kBurst);
    text.replace(text.find("processors = 2"), 14, "processors = 4096");
    const sim::Trace trace = record(text);
    CHECK(trace.header.processors_asked == 4096);
    CHECK(trace.header.processors_used >= 1);
    CHECK(trace.header.processors_used <= std::thread::hardware_concurrency());
    CHECK(trace.header.ports[0].limit == trace.header.processors_used);   // concurrency 0: the number in force (S2)
    CHECK(trace.header.record_cost_ns > 0);
    CHECK(trace.header.source == "measured");
}

TEST_CASE("port: a recording that is told to stop ends early and keeps what it has") {
    const std::string text = with("concurrency = 1", "count = 2\non_packet = [ { compute = \"10us\" } ]", "arrivals = { every = \"1ms\" }", "until = \"3600s\"");
    std::thread stopper([] { std::this_thread::sleep_for(std::chrono::milliseconds(300)); recorder::request_stop(); });
    const sim::Trace trace = record(text);
    stopper.join();
    CHECK(trace.whole);
    CHECK(trace.header.until_ns < 3'600'000'000'000);          // the figures are those of what was recorded
    CHECK(trace.header.sets == std::vector<std::string>{"until=" + std::to_string(trace.header.until_ns) + "ns"});
}
