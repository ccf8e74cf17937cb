#include <map>
#include <random>

#include "sim/engine/checker.h"
#include "sim/engine/history.h"
#include "sim/engine/trace_size.h"
#include "sim/engine/world_hash.h"
#include "sim/trace/summary.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

const char* kBusy = R"(
seed = 3
[machine]
processors = 2
quantum = "1ms"
context_switch = "2us"
wake_latency = "5us"
get_cost = "1us"
post_cost = "1us"
[[port]]
name = "port"
concurrency = 2
[[port]]
name = "second"
concurrency = 1
[[worker]]
name = "worker"
port = "port"
count = 5
on_packet = [ { compute = { exponential = "700us" } }, { chance = 0.4, steps = [ { block = { exponential = "2ms" } }, { compute = "100us" } ] }, { post = "second", key = 5, chance = 0.3 } ]
[[worker]]
name = "batcher"
port = "second"
count = 2
batch = 4
timeout = "3ms"
on_packet = [ { compute = "300us" } ]
[[source]]
name = "clients"
port = "port"
arrivals = { poisson = "400us", count = 300 }
[[source]]
name = "loop"
port = "port"
key = 2
arrivals = { closed = 3, think = { exponential = "1ms" } }
)";

std::vector<std::string> busy_sets(std::vector<std::string> more = {}) {
    more.insert(more.begin(), "until=\"150ms\"");
    return more;
}

World world_in_the_middle(const Scenario& scenario, int steps) {
    Scratch<Record> records;
    World world = world_begin(scenario, records);
    for (int i = 0; i < steps && !world_ended(scenario, world); ++i) REQUIRE(world_step(scenario, world, records).ok());
    return world;
}

int64_t time_of(const Trace& trace, Kind kind, uint32_t thread, int nth = 0) {
    for (const Record& record : trace.records)
        if (record.kind == kind && record.thread == thread && nth-- == 0) return record.time_ns;
    return -1;
}

}  // namespace

TEST_CASE("engine: all invariants hold after each step of a busy scenario under every policy and limit") {
    for (const std::string_view name : policy_names())
        for (const char* limit : {"1", "2", "4294967295"}) {
            const std::string policy(name);
            CAPTURE(policy);
            const Scenario scenario = scenario_of(kBusy, busy_sets({"port.port.policy=" + policy, "port.second.policy=" + policy, std::string("port.port.concurrency=") + limit}));
            CHECK(run_checked(scenario).records.size() > 3'000);
        }
}

TEST_CASE("engine: work belongs to the packet, so policies and limits do the same packets, compute and waits") {
    const char* text = R"(
[machine]
processors = 3
[[port]]
name = "port"
[[worker]]
name = "worker"
port = "port"
count = 6
on_packet = [ { compute = { lognormal = { median = "300us", sigma = 0.7 } } }, { block = { uniform = ["1ms", "2ms"] }, chance = 0.3 }, { post = "port", key = 9, chance = 0.2 } ]
[[source]]
name = "clients"
port = "port"
arrivals = { poisson = "200us", count = 500 }
)";
    std::map<std::pair<uint64_t, uint64_t>, int> totals;
    uint64_t completed = 0;
    for (const std::string_view policy : policy_names())
        for (const char* limit : {"1", "3", "100"}) {
            const Trace trace = run_checked(scenario_of(text, {"port.port.policy=" + std::string(policy), std::string("port.port.concurrency=") + limit}));
            const Summary summary = summarize(trace.header, trace.records);
            CHECK(summary.left == 0);
            completed = summary.completed;
            ++totals[{summary.compute_ns, summary.block_ns}];
        }
    CHECK(completed > 500);
    CHECK(totals.size() == 1);
    CHECK(totals.begin()->second == static_cast<int>(3 * policy_names().size()));
}

TEST_CASE("engine: a thread's states add up to the duration") {
    const Trace trace = run_checked(scenario_of(kBusy, busy_sets()));
    const Summary summary = summarize(trace.header, trace.records);
    CHECK(summary.duration_ns == 150'000'000);
    for (const ThreadFigures& t : summary.threads) CHECK(t.running_ns + t.ready_ns + t.waiting_ns + t.blocked_ns + t.suspended_ns == summary.duration_ns);
}

TEST_CASE("engine: after N steps forward and back the world's hash is the one from before, for 1,000 random N") {
    History history(scenario_of(kBusy, busy_sets()), {}, 64, 16);
    std::vector<uint64_t> hashes{history.hash()};
    while (hashes.size() < 4'000 && history.forward()) hashes.push_back(history.hash());
    REQUIRE(hashes.size() > 2'000);
    const uint32_t seed = 12345;
    MESSAGE("seed " << seed);
    std::mt19937 random(seed);
    for (int i = 0; i < 1'000; ++i) {
        const uint64_t target = random() % hashes.size();
        history.go_to_step(target);
        REQUIRE(history.step_count() == target);
        REQUIRE(history.hash() == hashes[target]);
        const uint64_t n = random() % 40;
        uint64_t made = 0;
        while (made < n && history.forward()) ++made;
        for (uint64_t k = 0; k < made; ++k) REQUIRE(history.back());
        REQUIRE(history.hash() == hashes[target]);
    }
}

TEST_CASE("engine: a step's records are there again after going back to it") {
    History history(scenario_of(kBusy, busy_sets()), {}, 16);
    for (int i = 0; i < 100; ++i) history.forward();
    const std::vector<Record> records(history.last_records().begin(), history.last_records().end());
    for (int i = 0; i < 50; ++i) history.forward();
    history.go_to_step(100);
    CHECK(std::ranges::equal(history.last_records(), records));
    history.go_to_step(96);   // a snapshot stands here
    history.go_to_step(100);
    CHECK(std::ranges::equal(history.last_records(), records));
}

TEST_CASE("checker: each invariant is seen to fail in a world broken by hand") {
    const Scenario scenario = scenario_of(kBusy, busy_sets());
    const World good = world_in_the_middle(scenario, 300);
    CHECK(world_broken(scenario, good).empty());
    SUBCASE("I1: the count of active threads") {
        World world = good;
        world.ports.ports[0].active += 1;
        CHECK(world_broken(scenario, world).find("I1") != std::string::npos);
    }
    SUBCASE("I2: a packet and a waiter while a slot is free") {
        World world = world_in_the_middle(scenario, 0);   // everybody parked
        Packet packet;
        world.ports.ports[0].queue.push_back({static_cast<uint32_t>(world.posted++)});
        world.queued[0].push_back(packet);
        CHECK(world_broken(scenario, world).find("I2") != std::string::npos);
        world.ports.ports[0].policy = *policy_from_name("wine8");      // wake-and-look allows it for a moment
        CHECK(world_broken(scenario, world).find("I2") == std::string::npos);
    }
    SUBCASE("packets are conserved") {
        World world = good;
        world.posted += 1;
        CHECK(world_broken(scenario, world).find("conserved") != std::string::npos);
    }
    SUBCASE("a packet is in one place") {
        World world = good;
        for (Thread& thread : world.threads)
            if (thread.has_packet()) world.ports.ports[0].queue.push_back(thread.batch.number()), world.queued[0].push_back(thread.batch.packet());
        CHECK(world_broken(scenario, world).find("is in two places") != std::string::npos);
    }
    SUBCASE("what lies in a queue is what the port knows of") {
        World world = good;
        world.queued[0].push_back({});
        CHECK(world_broken(scenario, world).find("lie there") != std::string::npos);
    }
    SUBCASE("a thread is in one place") {
        World world = good;
        for (uint32_t t = 0; t < world.threads.size(); ++t)
            if (world.threads[t].phase == ThreadPhase::parked) world.machine.ready.push_back({t}, kUsualPriority);
        CHECK(world_broken(scenario, world).find("places") != std::string::npos);
    }
    SUBCASE("port and machine tell the same story of a thread") {
        World world = good;
        for (Thread& thread : world.threads)
            if (thread.phase == ThreadPhase::parked) thread.phase = ThreadPhase::blocked;
        CHECK(world_broken(scenario, world).find("another for the machine") != std::string::npos);
    }
}

TEST_CASE("engine: an endless instant is an error that names worker and step") {
    const char* text = R"(
until = "1ms"
[[port]]
name = "port"
[[worker]]
name = "spinner"
port = "port"
on_packet = [
  { post = "port" },
]
[[source]]
name = "one"
port = "port"
arrivals = { at = ["0ms"] }
)";
    const Result<Trace> trace = run_to_trace(scenario_of(text));
    REQUIRE_FALSE(trace.ok());
    CHECK_MESSAGE(trace.error().what.find("worker 'spinner', step 'post' in line 9") != std::string::npos, trace.error().text());
}

TEST_CASE("engine: processors, quantum, switch and wake latency follow 3a.7 and 3a.8") {
    // One processor, quantum 1 ms, switch 10 us, wake latency 5 us, no call costs; two threads, 1.5 ms each, packets at 0.
    //   worker.1 (parked last) ready at 5 us, runs 5..1005 us, its quantum ends, worker.0 is ready: switch 10 us
    //   worker.0 runs 1015..2015 us, preempted, switch; worker.1 runs 2025..2525 us: done; switch; worker.0 2535..3035 us: done
    const char* text = R"(
[machine]
processors = 1
quantum = "1ms"
context_switch = "10us"
wake_latency = "5us"
[[port]]
name = "port"
concurrency = 2
[[worker]]
name = "worker"
port = "port"
count = 2
on_packet = [ { compute = "1500us" } ]
[[source]]
name = "two"
port = "port"
arrivals = { at = ["0ms", "0ms"] }
)";
    const Trace trace = run_checked(scenario_of(text));
    CHECK(time_of(trace, Kind::ready, 1) == 5'000);
    CHECK(time_of(trace, Kind::on_processor, 1) == 5'000);
    CHECK(time_of(trace, Kind::off_processor, 1) == 1'005'000);
    CHECK(time_of(trace, Kind::on_processor, 0) == 1'015'000);
    CHECK(time_of(trace, Kind::completed, 1) == 2'525'000);
    CHECK(time_of(trace, Kind::completed, 0) == 3'035'000);
}

TEST_CASE("engine: call costs are spent running, before the port is looked at (3a.6)") {
    // get_cost 10 us, post_cost 20 us. Packet at 0 handed to the only thread: it runs at 0, pays nothing more, posts: the child
    // arrives at 20 us and is queued; completed at 20 us; the next get takes 10 us: taken at 30 us.
    const char* text = R"(
[machine]
get_cost = "10us"
post_cost = "20us"
[[port]]
name = "port"
[[worker]]
name = "worker"
port = "port"
on_packet = [ { post = "port", key = 2 } ]
on_packet_2 = [ { compute = "1us" } ]
[[source]]
name = "one"
port = "port"
arrivals = { at = ["0ms"] }
)";
    const Trace trace = run_checked(scenario_of(text));
    CHECK(time_of(trace, Kind::get_returned, 0) == 0);
    CHECK(time_of(trace, Kind::posted, 0) == 20'000);
    CHECK(time_of(trace, Kind::completed, 0) == 20'000);
    CHECK(time_of(trace, Kind::taken, 0) == 30'000);
    CHECK(time_of(trace, Kind::completed, 0, 1) == 31'000);
}

TEST_CASE("K22 K36 engine: a timeout gives the thread back, a batch comes in one call") {
    // Timeout 1 ms, batch 3: nothing until 1 ms, so the get times out and is made again; at 1.5 ms one packet is handed over (O1:
    // one), during its 1 ms four more are queued; the next get takes three of them for one count.
    const char* text = R"(
until = "6ms"
[[port]]
name = "port"
concurrency = 1
[[worker]]
name = "worker"
port = "port"
batch = 3
timeout = "1ms"
on_packet = [ { compute = "1ms" } ]
[[source]]
name = "some"
port = "port"
arrivals = { at = ["1500us", "1600us", "1700us", "1800us", "1900us"] }
)";
    const Trace trace = run_checked(scenario_of(text));
    std::vector<std::pair<int64_t, uint64_t>> returns;
    for (const Record& record : trace.records)
        if (record.kind == Kind::get_returned) returns.push_back({record.time_ns, record.argument});
    REQUIRE(returns.size() >= 4);
    CHECK(returns[0] == std::pair<int64_t, uint64_t>{1'000'000, 0});
    CHECK(returns[1] == std::pair<int64_t, uint64_t>{1'500'000, 1});
    CHECK(returns[2] == std::pair<int64_t, uint64_t>{2'500'000, 3});
    CHECK(returns[3] == std::pair<int64_t, uint64_t>{5'500'000, 1});
}

TEST_CASE("engine: a trace of another policy than nt names no rule of the port") {
    const Trace trace = run_checked(scenario_named("block-and-release", {"port.port.policy=wine8"}));
    for (const Record& record : trace.records) CHECK(record.rule == Rule::none);
    size_t named = 0;
    for (const Record& record : run_checked(scenario_named("block-and-release")).records) named += record.rule == Rule::none ? 0 : 1;
    CHECK(named > 100);
}

TEST_CASE("engine: waits as long as a duration can be do not overflow; what would end later never does") {
    const Scenario scenario = scenario_of(R"(
[[port]]
name = "port"
[[worker]]
name = "w"
port = "port"
on_packet = [ { block = "4611686018427387904ns" }, { block = "4611686018427387904ns" } ]
[[source]]
name = "s"
port = "port"
arrivals = { at = ["1ms"] }
)");
    const Trace trace = run_checked(scenario);
    for (const Record& record : trace.records) CHECK(record.time_ns >= 0);
    CHECK(trace.records.back().kind != Kind::completed);
}

TEST_CASE("history: the way to a record does not change the world there, also where steps write nothing") {
    // A quantum that is renewed with nobody ready writes no record.
    const char* text = R"(
[machine]
processors = 2
quantum = "10us"
[[port]]
name = "port"
[[worker]]
name = "w"
port = "port"
count = 2
on_packet = [ { compute = "1ms" }, { block = "200us" } ]
[[source]]
name = "s"
port = "port"
arrivals = { every = "700us", count = 40 }
)";
    History direct(scenario_of(text), {}, 8, 16);
    while (direct.forward()) {}
    const uint64_t records = direct.world().record_count;
    for (uint64_t wanted = 1; wanted <= records; wanted += 7) {
        direct.go_to_record(wanted);
        History fresh(scenario_of(text), {}, 1'000'000, 2);
        while (fresh.world().record_count < wanted && fresh.forward()) {}
        CHECK(direct.hash() == fresh.hash());
        direct.go_to_record(records - wanted);
    }
}

TEST_CASE("engine: without a trace a run counts the same records and ends in the same world") {
    for (const char* policy : {"nt", "wine8"}) {
        const Scenario scenario = scenario_of(kBusy, busy_sets({std::string("port.port.policy=") + policy}));
        uint64_t heard = 0;
        const Result<World> told = run(scenario, [&heard](std::span<const Record> records) { heard += records.size(); });
        const Result<World> silent = run(scenario, {});
        REQUIRE((told.ok() && silent.ok()));
        CHECK(told->record_count == heard);
        CHECK(silent->record_count == heard);
        CHECK(world_hash(told.value()) == world_hash(silent.value()));
    }
}

TEST_CASE("K13 K14 engine: a worker that polls is there from time 0 and takes what comes") {
    for (const char* policy : {"nt", "wine8"}) {
        const Scenario scenario = scenario_of(R"(
until = "2ms"
[machine]
processors = 2
get_cost = "10us"
[[port]]
name = "port"
[[worker]]
name = "w"
port = "port"
timeout = "0ns"
on_packet = [ { compute = "100us" } ]
[[source]]
name = "s"
port = "port"
arrivals = { at = ["1ms"] }
)", {std::string("port.port.policy=") + policy});
        const Trace trace = run_checked(scenario);
        CHECK(trace.records.size() > 300);                                 // it asks again and again
        CHECK(summarize(trace.header, trace.records).completed == 1);
        CHECK(time_of(trace, Kind::on_processor, 0) == 0);
    }
}

TEST_CASE("trace size: exact for a short run, within 2 % of a long one, none for a run without an end in sight") {
    const auto written = [](const Scenario& scenario) { return static_cast<double>(run(scenario, {})->record_count); };
    const Scenario shorter = scenario_named("twice-cpus");
    CHECK(estimated_records(shorter) == static_cast<uint64_t>(written(shorter)));
    const Scenario longer = scenario_named("bench/reference.toml", {"source.clients.arrivals={poisson=\"1.6us\",count=400000}"});
    CHECK(static_cast<double>(*estimated_records(longer)) == doctest::Approx(written(longer)).epsilon(0.02));
    const Scenario timed = scenario_named("bench/reference.toml", {"until=\"600ms\"", "source.clients.arrivals={poisson=\"1.6us\"}"});
    CHECK(static_cast<double>(*estimated_records(timed)) == doctest::Approx(written(timed)).epsilon(0.02));
    // Packets of a thread with a program, and rounds that have no end.
    const std::string text = R"(
[[port]]
name = "port"
[[worker]]
name = "w"
port = "port"
count = 4
on_packet = [ { compute = { exponential = "5us" } } ]
[[thread]]
name = "producer"
count = 2
steps = [ { compute = { exponential = "10us" } }, { post = "port" } ]
repeat = 150000
)";
    const Scenario producers = scenario_of(text);
    CHECK(written(producers) > 2'000'000);
    REQUIRE(estimated_records(producers).has_value());
    CHECK(static_cast<double>(*estimated_records(producers)) == doctest::Approx(written(producers)).epsilon(0.02));
    const Scenario endless = scenario_of(text, {"thread.producer.repeat='endless'", "until='2s'"});
    REQUIRE(estimated_records(endless).has_value());
    CHECK(static_cast<double>(*estimated_records(endless)) == doctest::Approx(written(endless)).epsilon(0.02));
}
