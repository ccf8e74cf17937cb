// Threads that run a program of their own ([[thread]]): what they cost, whether they count, and whose their packets are.
#include <set>

#include "sim/engine/checker.h"
#include "sim/engine/history.h"
#include "sim/model/identity.h"
#include "sim/trace/print.h"
#include "sim/trace/summary.h"
#include "tests/scenario_text.h"
#include "tests/trace_times.h"

using namespace sim;

namespace {

const char* kProducer = R"(
[machine]
processors = 2
wake_latency = "5us"
post_cost = "10us"
[[port]]
name = "port"
concurrency = 1
[[worker]]
name = "w"
port = "port"
count = 2
on_packet = [ { compute = "100us" } ]
[[thread]]
name = "producer"
steps = [ { compute = "50us" }, { post = "port", key = 3 } ]
repeat = 3
)";

const char* kBusy = R"(
until = "60ms"
[machine]
processors = 2
quantum = "200us"
context_switch = "2us"
wake_latency = "5us"
get_cost = "1us"
post_cost = "1us"
[[port]]
name = "port"
concurrency = 2
[[device]]
name = "disk"
port = "port"
key = 9
latency = { exponential = "100us" }
[[worker]]
name = "w"
port = "port"
count = 4
on_packet = [ { compute = { exponential = "100us" } }, { lock = "a", hold = "20us", chance = 0.5 } ]
[[thread]]
name = "serving"
serves = "port"
count = 2
steps = [ { compute = { exponential = "200us" } }, { post = "port" }, { block = "1ms", chance = 0.5 }, { lock = "a", hold = "50us" } ]
repeat = "endless"
[[thread]]
name = "outside"
steps = [ { read = "disk" }, { start_io = "disk", chance = 0.5 }, { post = "port", chance = 0.3 }, { block = "200us" } ]
repeat = 50
[[source]]
name = "s"
port = "port"
arrivals = { poisson = "500us" }
)";

}  // namespace

TEST_CASE("threads: a program computes, pays its calls, posts packets of its own and exits; outside the port it counts nowhere") {
    // From 0 on: compute 50 us, call 10 us: packets at 60, 120, 180 us, then it exits. w.1 is ready at 65 us and takes them all.
    const Trace trace = run_checked(scenario_of(kProducer));
    CHECK(times_of(trace, Kind::on_processor, 2) == Times{0});
    CHECK(times_of(trace, Kind::posted, 2) == Times{60'000, 120'000, 180'000});
    CHECK(times_of(trace, Kind::thread_exit, 2) == Times{180'000});
    CHECK(times_of(trace, Kind::completed, 1) == Times{165'000, 265'000, 365'000});
    for (const Record& record : trace.records)
        if (record.kind == Kind::posted) CHECK(record.argument == packet_identity(0, static_cast<uint64_t>(record.time_ns) / 60'000 - 1));
    const Summary summary = summarize(trace.header, trace.records);
    CHECK(summary.threads[2].name == "producer.0");
    CHECK(summary.threads[2].running_ns == 180'000);
    CHECK(summary.ports[0].active_max == 1);
    CHECK(summary.completed == 3);
    const std::string story = narrate_trace(trace);
    CHECK_MESSAGE(story.find("Packet 0, posted by producer.0, arrives and goes to w.1") != std::string::npos, story);
    CHECK_MESSAGE(story.find("producer.0 exits.") != std::string::npos, story);
}

TEST_CASE("K9 K27 K29 threads: one that serves a port holds a slot from the start, and frees it when it exits") {
    // The limit of 1 is reached by the producer: its packets queue (K2). It exits at 180 us: w.1 gets the first (K27), ready at 185 us.
    const Trace trace = run_checked(scenario_of(kProducer, {"thread.producer.serves=port"}));
    CHECK(times_of(trace, Kind::associated, 2) == Times{0});
    CHECK(times_of(trace, Kind::posted, 2) == Times{60'000, 120'000, 180'000});
    CHECK(times_of(trace, Kind::thread_exit, 2) == Times{180'000});
    CHECK(times_of(trace, Kind::released, 1) == Times{180'000});
    CHECK(times_of(trace, Kind::completed, 1) == Times{285'000, 385'000, 485'000});
    for (const Record& record : trace.records)
        if (record.kind == Kind::released) CHECK(record.rule == Rule::K27);
}

TEST_CASE("K17 threads: one that serves a port and blocks lets a waiter go") {
    // It posts at 60 us, blocks for 1 ms: w.1 gets the packet at once, ready at 65 us.
    const Trace trace = run_checked(scenario_of(kProducer, {"thread.producer.serves=port", "thread.producer.repeat=1", "thread.producer.steps=[ { compute = '50us' }, { post = 'port' }, { block = '1ms' } ]"}));
    CHECK(times_of(trace, Kind::block_begin, 2) == Times{60'000});
    CHECK(times_of(trace, Kind::completed, 1) == Times{165'000});
    CHECK(times_of(trace, Kind::block_end, 2) == Times{1'060'000});
    CHECK(times_of(trace, Kind::thread_exit, 2) == Times{1'065'000});
}

TEST_CASE("threads: all invariants hold in a busy scenario under every policy and limit, and a world goes back and on") {
    std::set<std::set<uint64_t>> identities;
    for (const char* policy : {"nt", "wine8", "epoll"})
        for (const char* limit : {"1", "2", "100"}) {
            const Scenario scenario = scenario_of(kBusy, {std::string("port.port.policy=") + policy, std::string("port.port.concurrency=") + limit});
            const Trace trace = run_checked(scenario);
            CHECK(trace.records.size() > 2'000);
            CHECK(times_of(trace, Kind::thread_exit, 6).size() == 1);
            History history(scenario, {}, 16);
            std::vector<uint64_t> hashes{history.hash()};
            while (hashes.size() < 1'000 && history.forward()) hashes.push_back(history.hash());
            for (size_t target = hashes.size() - 1; target > 37; target -= 37) {
                history.go_to_step(target);
                REQUIRE(history.hash() == hashes[target]);
            }
            std::set<uint64_t> outside;
            for (const Record& record : trace.records)
                if (record.kind == Kind::posted && record.argument >> 48 == 3) outside.insert(record.argument);   // source 0, serving 1 and 2, outside 3
            identities.insert(outside);
        }
    CHECK(identities.size() == 1);                              // the same packets under every policy and limit
    CHECK(identities.begin()->size() > 20);
}

TEST_CASE("threads: a program that does nothing for ever is an endless instant, told with its place") {
    const std::vector<std::string> sets{"until=1ms", "thread.producer.repeat=endless", "thread.producer.steps=[ { compute = '0ns' } ]"};
    const Result<Trace> trace = run_to_trace(scenario_of(kProducer, sets));
    REQUIRE_FALSE(trace.ok());
    CHECK_MESSAGE(trace.error().what.find("thread 'producer', step 'compute'") != std::string::npos, trace.error().text());
}

TEST_CASE("threads: what is wrong with one is told with its place") {
    const auto answer = [](const std::string& set) {
        const Result<Scenario> scenario = scenario_parse(kProducer, "x.toml", {set});
        return scenario ? std::string("fine") : scenario.error().what;
    };
    CHECK(answer("thread.producer.repeat=0") == "repeat is 0, expected a whole number from 1 to 9223372036854775807");
    CHECK(answer("thread.producer.repeat=forever") == "repeat is the text 'forever', expected a whole number from 1, or \"endless\"");
    CHECK(answer("thread.producer.repeat=endless") == "thread 'producer' never ends, expected an end of the run");
    CHECK(answer("thread.producer.steps=[]") == "steps is an empty list, expected at least one step");
    CHECK(answer("thread.producer.name=w") == "a [[worker]] is named 'w' too, expected a name of its own");
    CHECK(answer("thread.producer.serves=prot") == "no [[port]] is named 'prot', expected port");
    CHECK(answer("thread.producer.on_packet=[]") == "unknown key 'on_packet' in [[thread]], expected name, count, serves, priority, affinity, steps or repeat");
    CHECK(scenario_parse(std::string(kProducer) + "[[thread]]\nname = \"x\"\n", "x.toml").error().text() == "x.toml:18:1: [[thread]] has no steps, expected for example steps = [ { compute = \"1ms\" } ]");
}
