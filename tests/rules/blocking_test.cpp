// What happens elsewhere: waits, ends, suspension, closing (K17-K22, K27-K31), and what the processor does (K40).
#include "sim/trace/summary.h"
#include "tests/rules/play.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

const char* kOneThread = R"(
[machine]
processors = 1
quantum = "1ms"
[[port]]
name = "port"
concurrency = 1
[[worker]]
name = "worker"
port = "port"
count = 2
on_packet = [ { block = "0ms" }, { compute = "3ms" } ]
[[source]]
name = "two"
port = "port"
arrivals = { at = ["0ms", "0ms"] }
)";

size_t count_of(const Trace& trace, Kind kind) {
    size_t count = 0;
    for (const Record& record : trace.records) count += record.kind == kind ? 1 : 0;
    return count;
}

}  // namespace

// limit 1.  b has k1; k2 and k3 are queued; a, c wait.  b blocks: 1 - 1 = 0 < 1: c (newest) gets k2, nobody gets k3: one wake.
TEST_CASE("K17 a thread that blocks elsewhere frees its slot, and at most one waiter is let go") {
    CHECK(play("port p 1;get a p;get c p;get b p;post p k1;post p k2;post p k3;block b") ==
          R"([["blocked","b"],["released","c",["k2"]]] {"p":{"active":1,"limit":1,"queue":["k3"],"waiters":["a"]}})");
}

// Two packets with a wait of 0 ms each: no block begins, both end, count 1 all the time.
TEST_CASE("K18 a wait that is over at once touches no count") {
    const Trace trace = run_checked(scenario_of(kOneThread));
    CHECK(count_of(trace, Kind::block_begin) == 0);
    CHECK(count_of(trace, Kind::completed) == 2);
}

// limit 1: b blocks (0), a gets k2 (1), b comes back: 1 + 1 = 2 of 1.
TEST_CASE("K19 a thread that comes back counts whatever the limit") {
    CHECK(play("port p 1;get a p;get b p;post p k1;post p k2;block b;wake b") == R"([["woke","b"]] {"p":{"active":2,"limit":1,"queue":[],"waiters":[]}})");
}

// One processor, quantum 1 ms, limit 2: both threads have a packet of 3 ms. They preempt each other, active stays 2 until one is done.
TEST_CASE("K20 preemption changes no count") {
    const Trace trace = run_checked(scenario_of(kOneThread, {"port.port.concurrency=2"}));
    const Summary summary = summarize(trace.header, trace.records);
    size_t preempted = 0;
    for (const Record& record : trace.records) preempted += record.kind == Kind::off_processor && (record.flags & kPreempted) != 0 ? 1 : 0;
    CHECK(preempted >= 4);
    CHECK(summary.duration_ns == 6'000'000);
    CHECK(summary.ports[0].active_mean > 1.8);   // 2 for 5 ms, 1 for the last one
    CHECK(summary.ports[0].active_max == 2);
}

// limit 1, two packets at 0, compute 1 ms, then block 5 ms: the slot is free at 1 ms, not at 0 and not at 6 ms.
TEST_CASE("K21 a real wait frees the slot, computing on does not") {
    const char* text = R"(
[[port]]
name = "port"
concurrency = 1
[[worker]]
name = "worker"
port = "port"
count = 2
on_packet = [ { compute = "1ms" }, { block = "5ms", chance = 1 } ]
[[source]]
name = "two"
port = "port"
arrivals = { at = ["0ms", "0ms"] }
)";
    // worker.1 computes 0..1 ms with the only slot, then blocks: worker.0 starts at 1 ms, not at 6 ms.
    const Trace trace = run_checked(scenario_of(text));
    int64_t second_ns = -1;
    for (const Record& record : trace.records)
        if (record.kind == Kind::released && record.thread == 0) second_ns = record.time_ns;
    CHECK(second_ns == 1'000'000);
}

// limit 1: a, b wait. b times out: count 1. k1 is queued although a waits; b asks again: 1 - 1 = 0 < 1: b takes it. a starves.
TEST_CASE("K22 a get that timed out leaves its thread counted, and packets are queued beside idle waiters") {
    CHECK(play("port p 1;get a p;get b p;timeout b;post p k1") == R"([["queued","k1"]] {"p":{"active":1,"limit":1,"queue":["k1"],"waiters":["a"]}})");
    CHECK(effects_of("port p 1;get a p;get b p;timeout b;post p k1;get b p") == R"([["took","b",["k1"]]])");
}

// limit 1: b has k1, exits: 1 - 1 = 0 < 1: a gets k2, count 1.
TEST_CASE("K27 a thread that exits frees its slot") {
    CHECK(play("port p 1;get a p;get b p;post p k1;post p k2;exit b") == R"([["exited","b"],["released","a",["k2"]]] {"p":{"active":1,"limit":1,"queue":[],"waiters":[]}})");
}

// a, b parked. b, the newest, is suspended: k1 goes to a. Resumed, b parks as the newest again.
TEST_CASE("K28 a suspended waiter is passed over and comes back as the newest") {
    CHECK(play("port p 2;get a p;get b p;suspend b;post p k1") == R"([["released","a",["k1"]]] {"p":{"active":1,"limit":2,"queue":[],"waiters":[]}})");
    CHECK(ports_of("port p 2;get b p;get a p;suspend b;resume b") == R"({"p":{"active":0,"limit":2,"queue":[],"waiters":["a","b"]}})");
    CHECK(effects_of("port p 1;get a p;get b p;post p k1;post p k2;suspend b") == R"([["suspended","b"],["released","a",["k2"]]])");
}

// a times out and belongs to p still: count 1. Only another port, its exit or the end of p ends that: 0 in a new p.
TEST_CASE("K29 an association outlives timeouts and finished work, not another port or the port's end") {
    CHECK(ports_of("port p 1;get a p;timeout a") == R"({"p":{"active":1,"limit":1,"queue":[],"waiters":[]}})");
    CHECK(ports_of("port p 1;poll a p;close p;port p 1") == R"({"p":{"active":0,"limit":1,"queue":[],"waiters":[]}})");
}

// a, b parked: close ends b (newest), then a. wine8: nobody is told.
TEST_CASE("K30 closing the port abandons every waiter, the newest first") {
    CHECK(play("port p 1;get a p;get b p;close p") == R"([["closed","p"],["abandoned","b"],["abandoned","a"]] {})");
    CHECK(effects_of("port p 1;get a p;suspend a;close p;resume a") == R"([["resumed","a"],["abandoned","a"]])");
    CHECK(effects_of("port p 1 wine8;get a p;close p") == R"([["closed","p"]])");
}

// Two packets queued, then closed: in a new p of that name nothing is queued, and a waits.
TEST_CASE("K31 packets queued at the end of the port vanish unseen") {
    CHECK(play("port p 1;post p k1;post p k2;close p") == R"([["closed","p"]] {})");
    CHECK(play("port p 1;post p k1;close p;port p 1;get a p") == R"([["waits","a"]] {"p":{"active":0,"limit":1,"queue":[],"waiters":["a"]}})");
}

// One processor: worker.1 and worker.0 are released at 0 for packets 0 and 1 of 3 ms; with quantum 1 ms worker.1 still ends first,
// but a short second packet overtakes: released second, completed first.
TEST_CASE("K40 release only makes ready: packets released in order can be finished in another") {
    const Trace trace = run_checked(scenario_of(R"(
[machine]
processors = 1
quantum = "1ms"
[[port]]
name = "port"
concurrency = 2
[[worker]]
name = "worker"
port = "port"
count = 2
on_packet = [ { compute = "3ms" } ]
on_packet_2 = [ { compute = "500us" } ]
[[source]]
name = "long"
port = "port"
arrivals = { at = ["0ms"] }
[[source]]
name = "short"
port = "port"
key = 2
arrivals = { at = ["0ms"] }
)"));
    std::vector<uint32_t> completed;
    for (const Record& record : trace.records)
        if (record.kind == Kind::completed) completed.push_back(record.packet);
    CHECK(completed == std::vector<uint32_t>{1, 0});
}

// limit 1 each. p: a has k1, k2 and k3 queued, no waiter. q: b and c parked, count 0, nothing queued. Nothing moves: b and c serve q
// alone, p's 1 of 1 stays, though q has a free slot and idle threads.
TEST_CASE("K41 a port's backlog is none of another port's threads' business") {
    const std::string start = "port p 1;port q 1;get a p;get b q;get c q;post p k1;post p k2;post p k3";
    const std::string as_it_is = R"({"p":{"active":1,"limit":1,"queue":["k2","k3"],"waiters":[]},"q":{"active":0,"limit":1,"queue":[],"waiters":["b","c"]}})";
    CHECK(ports_of(start) == as_it_is);
    CHECK(play(start + ";block a") == R"([["blocked","a"]] {"p":{"active":0,"limit":1,"queue":["k2","k3"],"waiters":[]},"q":{"active":0,"limit":1,"queue":[],"waiters":["b","c"]}})");
    // Only a thread that asks p itself takes from it: c leaves q for p.
    CHECK(effects_of(start + ";block a;timeout c;get c p") == R"([["took","c",["k2"]]])");
}
