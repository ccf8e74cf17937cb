// A simulated trace is calibrated, and the scenario that comes of it has the numbers that the trace was made with.
#include <doctest/doctest.h>

#include <algorithm>

#include "sim/calibrate/calibrate.h"
#include "sim/scenario/load.h"
#include "sim/trace/summary.h"
#include "tests/calibrate/traces.h"
#include "tests/counts.h"

using namespace sim;

namespace {

Calibration calibrated(const Trace& trace, bool moments = false) {
    const Result<Calibration> found = calibrate(trace, {.keep_moments = moments});
    REQUIRE_MESSAGE(found.ok(), (found ? std::string() : found.error().text()));
    return found.value();
}

const Fit& value(const Calibration& calibration, const std::string& what) {
    for (const CalibratedValue& v : calibration.values)
        if (v.what == what) return v.fit;
    FAIL("no value " << what);
    static const Fit none;
    return none;
}

std::string why_not(const std::string& text, const std::string& top = "") {
    const Result<Calibration> found = calibrate(test::run_of(text, top));
    return found ? "" : found.error().what;
}

const std::string kPoisson = "arrivals = { poisson = \"1ms\", count = 4000 }\n";

}  // namespace

TEST_CASE("calibrate: arrivals, work, waits and costs of a simulated run are those of its scenario") {
    const Trace trace = test::run_of(test::handlers(6) + kPoisson);
    const Calibration found = calibrated(trace);
    CHECK(found.handlings == 4000);
    const Scenario scenario = scenario_of(found.scenario);
    CHECK(scenario.machine.processors == 2);
    CHECK(scenario.machine.get_cost.ns == 1'000);
    CHECK(static_cast<double>(scenario.machine.wake_latency.a.ns + scenario.machine.context_switch.ns) == doctest::Approx(13'000).epsilon(0.25));
    CHECK(scenario.ports[0].concurrency == 2);
    CHECK(scenario.workers[0].count == 6);
    const Fit& compute = value(found, "compute 1 of key 1");
    CHECK(compute.distribution.kind == Distribution::Kind::exponential);
    CHECK(compute.mean_ns == doctest::Approx(800'000).epsilon(0.06));
    CHECK(value(found, "block 1 of key 1").mean_ns == doctest::Approx(3'000'000).epsilon(0.1));
    CHECK(value(found, "compute 2 of key 1").mean_ns == doctest::Approx(200'000).epsilon(0.01));
    CHECK(value(found, "gaps, packets of key 1 at port").mean_ns == doctest::Approx(1'000'000).epsilon(0.06));
    CHECK(static_cast<double>(value(found, "block 1 of key 1").count) == doctest::Approx(0.35 * 4000).epsilon(0.1));
    const Result<Trace> again = run_to_trace(scenario);
    REQUIRE(again.ok());
    const Summary a = summarize(trace.header, trace.records), b = summarize(again->header, again->records);
    CHECK(b.throughput_per_s == doctest::Approx(a.throughput_per_s).epsilon(0.05));
    CHECK(static_cast<double>(b.latency.p50) == doctest::Approx(static_cast<double>(a.latency.p50)).epsilon(0.15));
}

TEST_CASE("calibrate: a port that hears of blocks 120 us late, as the trace shows it, is so in the scenario; one that hears at once has no such line") {
    Trace trace = test::run_of(test::handlers(6) + kPoisson);
    CHECK(calibrated(trace).scenario.find("block_notice") == std::string::npos);
    constexpr int64_t kLateNs = 120'000;
    std::vector<int64_t> blocked_ns(6, -1);
    std::vector<bool> late(6, false);                          // on its way, since such a release
    for (Record& r : trace.records) {
        if (r.thread == kNoThread) continue;
        if (r.kind == Kind::block_begin) blocked_ns[r.thread] = r.time_ns;
        if (r.kind == Kind::released && (r.flags & kFromQueue) != 0) late[r.thread] = blocked_ns[r.argument - 1] == r.time_ns;
        const bool arrived = r.kind == Kind::get_returned;
        if (late[r.thread]) r.time_ns += kLateNs;
        if (arrived) late[r.thread] = false;
    }
    std::stable_sort(trace.records.begin(), trace.records.end(), [](const Record& a, const Record& b) { return a.time_ns < b.time_ns; });
    const Calibration found = calibrated(trace);
    CHECK(value(found, "block_notice").count > 100);
    const Scenario scenario = scenario_of(found.scenario);
    REQUIRE(scenario.machine.block_notice);
    CHECK(scenario.machine.block_notice->kind == Distribution::Kind::fixed);
    CHECK(scenario.machine.block_notice->a.ns == kLateNs);
}

TEST_CASE("calibrate: threads that share processors in slices of 1 ms have that quantum in the scenario") {
    const Trace trace = test::run_of(test::handlers(6) + "arrivals = { poisson = \"600us\", count = 3000 }\n", "", {"machine.quantum=1ms", "port.port.concurrency=5"});
    CHECK(scenario_of(calibrated(trace).scenario).machine.quantum.ns == 1'000'000);
}

TEST_CASE("calibrate: a closed loop comes back with its clients and their think time") {
    const Trace trace = test::run_of(test::handlers(4) + "arrivals = { closed = 6, think = { exponential = \"4ms\" } }\n", "until = \"4s\"\n");
    const Calibration found = calibrated(trace);
    const Scenario scenario = scenario_of(found.scenario);
    REQUIRE(scenario.sources.size() == 1);
    CHECK(scenario.sources[0].kind == SourceParams::Kind::closed);
    CHECK(scenario.sources[0].clients == 6);
    CHECK(value(found, "think time, packets of key 1 at port").mean_ns == doctest::Approx(4'000'000).epsilon(0.08));
}

TEST_CASE("calibrate: the header's claims play no part") {
    Trace trace = test::run_of(test::handlers(6) + kPoisson);
    const Calibration with = calibrated(trace);
    trace.header = header_without_claims(trace.header);
    const Calibration without = calibrated(trace);
    CHECK(without.scenario == with.scenario);
    CHECK(calibration_text(without) == calibration_text(with));
}

TEST_CASE("calibrate: a key has a handler of its own; what it posts and which device it asks stands in it") {
    const Trace trace = test::run_of(std::string(test::kOnePort) +
        "[[device]]\nname = \"disk\"\nport = \"port\"\nkey = 3\nlatency = { exponential = \"2ms\" }\nchannels = 50\n"
        "[[worker]]\nname = \"worker\"\nport = \"port\"\ncount = 4\nbatch = 4\non_packet_1 = [ { compute = \"300us\" }, { start_io = \"disk\" }, { post = \"port\", key = 2, chance = 0.25 } ]\n"
        "on_packet_2 = [ { compute = \"50us\" }, { block = \"1ms\" }, { compute = \"20us\" }, { block = \"2ms\" } ]\non_packet_3 = [ { compute = \"100us\" } ]\n"
        "[[source]]\nname = \"clients\"\nport = \"port\"\nkey = 1\n" + kPoisson);
    const Calibration found = calibrated(trace);
    const Scenario scenario = scenario_of(found.scenario);
    CHECK(scenario.workers[0].batch == 4);
    REQUIRE(scenario.devices.size() == 1);
    CHECK(value(found, "latency of device_0").mean_ns == doctest::Approx(2'000'000).epsilon(0.06));
    CHECK(value(found, "compute 1 of key 1").mean_ns == doctest::Approx(300'000).epsilon(0.01));
    CHECK(value(found, "block 2 of key 2").mean_ns == doctest::Approx(2'000'000).epsilon(0.03));
    CHECK(scenario.sources.size() == 1);                       // packets of keys 2 and 3 are brought about by those of key 1
    const Result<Trace> again = run_to_trace(scenario);
    REQUIRE(again.ok());
    const Summary a = summarize(trace.header, trace.records), b = summarize(again->header, again->records);
    CHECK(static_cast<double>(b.completed) == doctest::Approx(static_cast<double>(a.completed)).epsilon(0.05));
    CHECK(b.latency.mean == doctest::Approx(a.latency.mean).epsilon(0.15));
}

TEST_CASE("calibrate: moments are kept where that is asked for, and where gaps fit nothing") {
    const Trace trace = test::run_of(test::handlers(6) + "arrivals = { at = [\"0ms\", \"0ms\", \"7ms\", \"9ms\", \"9ms\"] }\n");
    const Scenario scenario = scenario_of(calibrated(trace).scenario);
    REQUIRE(scenario.sources[0].at.size() == 5);
    CHECK(scenario.sources[0].at[2].ns == 7'000'000);
    const Scenario kept = scenario_of(calibrated(test::run_of(test::handlers(6) + kPoisson), true).scenario);
    CHECK(kept.sources[0].at.size() == 4000);
}

TEST_CASE("calibrate: what a scenario of this kind doesn't describe is refused, and named") {
    CHECK(why_not(test::handlers(2) + "arrivals = { at = [] }\n").find("no packet was posted") != std::string::npos);
    const std::string at = "arrivals = { at = [\"0ms\", \"1ms\"] }\n";
    CHECK(why_not(test::handlers(2) + at + "[[thread]]\nname = \"main\"\nsteps = [ { suspend = \"worker.0\" }, { block = \"1ms\" }, { resume = \"worker.0\" } ]\n").find("suspended") != std::string::npos);
    CHECK(why_not(test::handlers(2) + at + "[[thread]]\nname = \"main\"\nsteps = [ { apc = \"worker.0\" } ]\n").find("APC") != std::string::npos);
}

TEST_CASE("calibrate: every scenario that comes along is calibrated to one that simulates, or refused with a reason") {
    int calibrated_ones = 0;
    for (const char* name : {"limit-1-burst", "idle-lifo", "block-and-release", "twice-cpus", "long-vs-short", "lock-convoy", "sync-read-frees-slot", "overlapped-read", "order-of-handling", "batch-fairness", "io-pool", "skip-on-success", "thread-exits", "quit-packets", "two-ports", "mio-one"}) {
        CAPTURE(name);
        const Result<Trace> trace = run_to_trace(scenario_named(name), {.records_max = 1'000'000});
        REQUIRE(trace.ok());
        const Result<Calibration> found = calibrate(trace.value());
        if (!found) {
            CHECK(found.error().what.find("this recording is more than") != std::string::npos);
            continue;
        }
        ++calibrated_ones;
        CHECK(run_to_trace(scenario_of(found->scenario), {.records_max = 1'000'000}).ok());
    }
    CHECK(calibrated_ones >= 13);
}

TEST_CASE("calibrate: records that make no sense together are an answer or an error, and never the end of the program") {
    const uint64_t seed = test::seed_or(7'001);
    MESSAGE("seed " << seed);
    const std::vector<Trace> whole{test::run_of(test::handlers(3) + "arrivals = { poisson = \"1ms\", count = 60 }\n"), test::run_of(test::handlers(3) + "arrivals = { closed = 3, think = \"1ms\" }\n", "until = \"60ms\"\n")};
    for (uint64_t i = 0; i < 300; ++i) {
        CAPTURE(i);
        Stream stream{.key = mix64(seed + i)};
        Trace trace = whole[i % 2];
        const auto below = [&stream](uint64_t n) { return stream.next_u64() % n; };
        for (uint64_t change = 0; change < 1 + below(40); ++change) {
            Record& r = trace.records[below(trace.records.size())];
            switch (below(7)) {
                case 0: r.kind = static_cast<Kind>(1 + below(static_cast<uint64_t>(Kind::kind_count) - 1)); break;
                case 1: r.thread = static_cast<uint32_t>(below(6)); break;
                case 2: r.packet = below(3) == 0 ? kNoPacket : static_cast<uint32_t>(below(80)); break;
                case 3: r.argument = stream.next_u64() >> below(64); break;
                case 4: r.port = static_cast<uint16_t>(below(3)); break;
                case 5: r.flags = static_cast<uint16_t>(stream.next_u64()); break;
                default: r.time_ns = below(5) == 0 ? kDurationMax.ns - static_cast<int64_t>(below(3)) : static_cast<int64_t>(below(100'000'000)); break;
            }
            if (r.thread == kNoThread) r.thread = 0;       // what a reader makes sure of
            if (r.port == kNoPort) r.port = 0;
            if (r.packet == kNoPacket) r.packet = 0;
        }
        std::stable_sort(trace.records.begin(), trace.records.end(), [](const Record& a, const Record& b) { return a.time_ns < b.time_ns; });
        const Result<Calibration> found = calibrate(trace);
        if (found) CHECK(scenario_parse(found->scenario, "calibrated").ok());
        else CHECK_FALSE(found.error().what.empty());
    }
}
