// What a post does, and what a port's state is (S1-S6, K1-K7).
#include "sim/engine/run.h"
#include "sim/port/port.h"
#include "tests/rules/play.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

// Three threads parked on one port in the order 0, 1, 2.
struct Parked {
    PortState state;
    Effects effects;
    PortId port;

    explicit Parked(uint32_t limit, uint32_t threads = 3) {
        state.threads.resize(threads);
        port = port_open(state, Policy::nt, limit, effects);
        for (uint32_t t = 0; t < threads; ++t) port_get(state, {t}, port, {}, effects);
        effects.clear();
    }
};

}  // namespace

// limit 2, three threads: two get packets and count, one is parked and does not: active 2.
TEST_CASE("S1 the count is of associated threads that can run, not of those that wait") {
    CHECK(ports_of("port p 2;get a p;get b p;get c p;post p k1;post p k2") == R"({"p":{"active":2,"limit":2,"queue":[],"waiters":["a"]}})");
}

// 8 processors, LIMIT 0: 8. 4 where nothing is said. 4294967295 is 4294967295.
TEST_CASE("S2 a concurrency of 0 is the number of processors, and huge values are the number that they are") {
    CHECK(ports_of("processors 8;port p 0") == R"({"p":{"active":0,"limit":8,"queue":[],"waiters":[]}})");
    CHECK(ports_of("port p 0") == R"({"p":{"active":0,"limit":4,"queue":[],"waiters":[]}})");
    CHECK(ports_of("port p 4294967295") == R"({"p":{"active":0,"limit":4294967295,"queue":[],"waiters":[]}})");
}

// limit 1, k1, k2, k3 posted in that order and nobody waits: a takes k1, k2 and k3 are left.
TEST_CASE("S3 packets leave in the order in which they came") {
    CHECK(play("port p 1;post p k1;post p k2;post p k3;get a p") == R"([["took","a",["k1"]]] {"p":{"active":1,"limit":1,"queue":["k2","k3"],"waiters":[]}})");
}

// a, b, c park in that order: a b c. k1 takes c off the tail (a b), k2 takes b (a).
TEST_CASE("S4 threads park at the tail and are released from the tail") {
    CHECK(effects_of("port p 3;get a p;get b p;get c p;post p k1") == R"([["released","c",["k1"]]])");
    CHECK(effects_of("port p 3;get a p;get b p;get c p;post p k1;post p k2") == R"([["released","b",["k2"]]])");
}

// t serves p, then q: it counts at q alone.
TEST_CASE("S5 a thread is associated with one port at a time") {
    CHECK(ports_of("port p 1;port q 1;poll t p;poll t q") == R"({"p":{"active":0,"limit":1,"queue":[],"waiters":[]},"q":{"active":1,"limit":1,"queue":[],"waiters":[]}})");
}

// MAX 2: of k1, k2, k3 two are taken; the 2 is kept while a is suspended in its wait.
TEST_CASE("S6 a waiting thread remembers how many packets its call takes") {
    CHECK(effects_of("port p 1;get a p;post p k0;post p k1;post p k2;post p k3;get a p 2") == R"([["took","a",["k1","k2"]]])");
    CHECK(effects_of("port p 1;get a p 2;suspend a;post p k1;post p k2;post p k3;resume a") == R"([["resumed","a"],["took","a",["k1","k2"]]])");
}

// limit 1, a, b, c parked: count 0 < 1 and somebody waits, so the newest gets k1 by hand: queue stays empty, count 1.
TEST_CASE("K1 a packet goes straight to the newest waiter while the count is below the limit") {
    CHECK(play("port p 1;get a p;get b p;get c p;post p k1") == R"([["released","c",["k1"]]] {"p":{"active":1,"limit":1,"queue":[],"waiters":["a","b"]}})");
}

// limit 1: b has k1, 1 < 1 is false: k2 is queued, a waits on. Nobody waits at all: queued.
TEST_CASE("K2 at the limit, or with nobody waiting, a packet is queued and nobody wakes") {
    CHECK(play("port p 1;get a p;get b p;post p k1;post p k2") == R"([["queued","k2"]] {"p":{"active":1,"limit":1,"queue":["k2"],"waiters":["a"]}})");
    CHECK(effects_of("port p 1;post p k1") == R"([["queued","k1"]])");
}

// Queue k0; head insert of k1 at the limit: k1, k0. Below the limit the newest waiter gets it all the same.
TEST_CASE("K3 a head insert changes the place in the queue, never who is woken") {
    Parked at(1);
    port_post(at.state, at.port, {10}, at.effects);
    port_post(at.state, at.port, {11}, at.effects);
    at.effects.clear();
    port_post_head(at.state, at.port, {12}, at.effects);
    CHECK(at.effects.items.back().kind == EffectKind::queued);
    CHECK(at.state.ports[0].queue[0] == PacketId{12});
    CHECK(at.state.ports[0].queue[1] == PacketId{11});
    Parked free(1);
    port_post_head(free.state, free.port, {10}, free.effects);
    CHECK(free.effects.items.back().kind == EffectKind::released);
    CHECK(free.effects.items.back().thread == ThreadId{2});
}

// The insert's answer is the depth before it: seen here as the queue's length before each post. 0, 1, 2.
TEST_CASE("K4 the depth before an insert tells whether the queue was empty") {
    Parked at(1);
    port_post(at.state, at.port, {0}, at.effects);
    for (uint32_t i = 1; i <= 3; ++i) {
        CHECK(at.state.ports[0].queue.size() == i - 1);
        port_post(at.state, at.port, {i}, at.effects);
    }
    CHECK(at.state.ports[0].queue.size() == 3);
}

// limit 2, a and b parked: count 0 < 2, so from outside k1 would be handed over (K1). From a kernel APC inside a's own wait it is
// queued, and a, which looks again when the APC is over, finds it: b is not woken. Posted to another port it goes as any post.
TEST_CASE("K5 a post from a kernel APC inside the poster's own wait is always queued") {
    CHECK(play("port p 2;get a p;get b p;kernel_apc a p k1") == R"([["queued","k1"],["took","a",["k1"]]] {"p":{"active":1,"limit":2,"queue":[],"waiters":["b"]}})");
    // limit 1, c runs: a counts 2 of 1 while its APC runs, 1 after; it may not take k2, and parks as the newest.
    CHECK(play("port p 1;poll c p;get a p;get b p;kernel_apc a p k2") == R"([["queued","k2"],["waits","a"]] {"p":{"active":1,"limit":1,"queue":["k2"],"waiters":["b","a"]}})");
    CHECK(effects_of("port p 1;port q 1;get a p;get b q;kernel_apc a q k3") == R"([["released","b",["k3"]],["waits","a"]])");
}

// main once polled p: it is associated, runs, and takes the only slot. Its own post finds count 1 of 1 and is queued.
TEST_CASE("K6 a producer that is associated with the port uses up a slot while it runs") {
    CHECK(effects_of("port p 1;get a p;poll main p;post p k1") == R"([["queued","k1"]])");
    CHECK(effects_of("port p 1;get a p;post p k1") == R"([["released","a",["k1"]]])");
}

// One processor, limit 2. Both packets come at 0: worker.1 runs at once, worker.0 was released in the same instant and stands in
// the ready queue until worker.1 blocks at 1 ms: its wake does not push anybody aside.
TEST_CASE("K7 a thread that the port wakes is not boosted: it waits its turn for a processor") {
    const Trace trace = run_checked(scenario_of(R"(
[machine]
processors = 1
quantum = "infinite"
[[port]]
name = "port"
concurrency = 2
[[worker]]
name = "worker"
port = "port"
count = 2
on_packet = [ { compute = "1ms" }, { block = "1ms" } ]
[[source]]
name = "two"
port = "port"
arrivals = { at = ["0ms", "0ms"] }
)"));
    int64_t first_ns = -1;
    for (const Record& record : trace.records)
        if (record.kind == Kind::on_processor && record.thread == 0 && first_ns < 0) first_ns = record.time_ns;
    CHECK(first_ns == 1'000'000);
}

// 100,000 packets and nobody who takes one: 100,000 are queued; the first is still the first.
TEST_CASE("S7 the queue takes what memory holds") {
    PortState state;
    Effects effects;
    const PortId port = port_open(state, Policy::nt, 1, effects);
    for (uint32_t k = 0; k < 100'000; ++k) CHECK_FALSE(port_post(state, port, {k}, effects) != k);   // K4 counts them
    CHECK(state.ports[0].queue.size() == 100'000);
    CHECK(state.ports[0].queue[0] == PacketId{0});
}

TEST_CASE("I1 and I2: a port state broken by hand is seen") {
    Parked at(1);
    CHECK(port_invariant_broken(at.state).empty());
    PortState wrong = at.state;
    wrong.ports[0].active = 1;
    CHECK(port_invariant_broken(wrong).find("I1") != std::string_view::npos);
    wrong = at.state;
    wrong.ports[0].queue.push_back({5});
    CHECK(port_invariant_broken(wrong).find("I2") != std::string_view::npos);
}
