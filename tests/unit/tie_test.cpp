// Simultaneous events in other orders: what may change, and what may not.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "sim/engine/ties.h"
#include "sim/engine/world_hash.h"
#include "sim/trace/summary.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

const std::string kTies = R"(seed = 3
[machine]
processors = 2
quantum = "2ms"
[[port]]
name = "port"
concurrency = 2
[[worker]]
name = "worker"
port = "port"
count = 4
on_packet = [ { compute = { choice = [[0.5, "1ms"], [0.5, "5ms"]] } }, { block = "1ms", chance = 0.5 }, { compute = "1ms" } ]
[[source]]
name = "burst"
port = "port"
arrivals = { at = ["0ms", "0ms", "0ms", "0ms", "7ms", "7ms"] }
[[source]]
name = "clock"
port = "port"
arrivals = { every = "1ms", count = 30 }
)";

Trace shuffled(const Scenario& scenario, uint64_t tie_shuffle) {
    const Result<Trace> trace = run_to_trace(scenario, {.check = true, .tie_shuffle = tie_shuffle});
    REQUIRE_MESSAGE(trace.ok(), (trace ? std::string() : trace.error().text()));
    return trace.value();
}

}  // namespace

TEST_CASE("ties: numbers below a power of two change places, and every order of a few comes up") {
    for (const uint32_t bits : {1u, 2u, 5u, 9u}) {
        std::set<uint64_t> seen;
        for (uint64_t x = 0; x < uint64_t{1} << bits; ++x) seen.insert(permuted(x, bits, 4711));
        CHECK(seen.size() == uint64_t{1} << bits);
        CHECK(*seen.rbegin() == (uint64_t{1} << bits) - 1);
    }
    std::set<uint64_t> orders;
    for (uint64_t order = 0; order < 10'000; ++order) orders.insert(shuffled_order(order, 4711));
    CHECK(orders.size() == 10'000);
    CHECK(*orders.rbegin() < uint64_t{1} << 63);
    for (const size_t count : {2u, 3u, 4u}) {           // behind one that comes alone
        std::vector<Instant> at(count + 1, Instant{5});
        at[0] = {1};
        std::set<std::vector<uint64_t>> permutations;
        for (uint64_t shuffle = 1; shuffle < 2'000; ++shuffle) {
            std::vector<uint64_t> indices;
            for (uint64_t next = 0; next <= count; ++next) indices.push_back(shuffled_index(at, next, shuffle));
            CHECK(indices[0] == 0);
            permutations.insert(indices);
            std::sort(indices.begin(), indices.end());
            CHECK(std::adjacent_find(indices.begin(), indices.end()) == indices.end());
            CHECK(indices.back() == count);
        }
        CHECK(permutations.size() == (count == 2 ? 2u : count == 3 ? 6u : 24u));
    }
}

TEST_CASE("ties: the same shuffle gives the same run, another one another, and the work stays the same") {
    const Scenario scenario = scenario_of(kTies);
    const Trace defined = run_checked(scenario), once = shuffled(scenario, 11), again = shuffled(scenario, 11);
    CHECK(shuffled(scenario, 0).records == defined.records);
    CHECK(once.records == again.records);
    std::set<std::string> fingerprints;
    const Summary as_defined = summarize(defined.header, defined.records);
    for (uint64_t shuffle = 1; shuffle <= 50; ++shuffle) {
        const Trace trace = shuffled(scenario, shuffle);
        const Summary summary = summarize(trace.header, trace.records);
        fingerprints.insert(summary.fingerprint);
        CHECK(summary.completed == as_defined.completed);
        CHECK(summary.compute_ns == as_defined.compute_ns);
        CHECK(summary.block_ns == as_defined.block_ns);
        const auto late = [](const Record& a, const Record& b) { return a.time_ns < b.time_ns; };
        CHECK(std::is_sorted(trace.records.begin(), trace.records.end(), late));
    }
    CHECK(fingerprints.size() > 40);
}

TEST_CASE("ties: where nothing happens at once there is nothing to shuffle") {
    const Scenario scenario = scenario_of(R"([machine]
processors = 3
context_switch = "2us"
wake_latency = "5us"
get_cost = "1us"
[[port]]
name = "port"
concurrency = 3
[[worker]]
name = "worker"
port = "port"
count = 6
on_packet = [ { compute = { exponential = "1ms" } }, { block = { exponential = "1ms" }, chance = 0.3 } ]
[[source]]
name = "clients"
port = "port"
arrivals = { poisson = "500us", count = 2000 }
)");
    const Trace defined = run_checked(scenario);
    for (uint64_t shuffle = 1; shuffle <= 3; ++shuffle) CHECK(shuffled(scenario, shuffle).records == defined.records);
}

TEST_CASE("ties: a world with shuffled ties goes on from a copy as the world itself, and is another world") {
    const Scenario scenario = scenario_of(kTies);
    Scratch<Record> records;
    World world = world_begin(scenario, records, 5);
    CHECK(world_hash(world) != world_hash(world_begin(scenario, records)));
    for (int i = 0; i < 20; ++i) REQUIRE(world_step(scenario, world, records).ok());
    World copy = world;
    while (!world_ended(scenario, world)) {
        REQUIRE(world_step(scenario, world, records).ok());
        REQUIRE(world_step(scenario, copy, records).ok());
    }
    CHECK(world_hash(world) == world_hash(copy));
}
