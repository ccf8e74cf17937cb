// What a get does (K8-K16, K36, K37, K39).
#include "tests/rules/play.h"

// limit 1: a runs (count 1). It asks again: 1 - 1 = 0 < 1, so it may take k2, and counts again.
TEST_CASE("K8 a thread stops counting while it looks at its own port again") {
    CHECK(play("port p 1;get a p;post p k1;post p k2;get a p") == R"([["took","a",["k2"]]] {"p":{"active":1,"limit":1,"queue":[],"waiters":[]}})");
}

// limit 1, a runs; b's first get does not take a's count away: 1 < 1 is false, so b parks although k2 is queued.
TEST_CASE("K9 a first get makes the association and takes nothing off the count") {
    CHECK(play("port p 1;get a p;post p k1;post p k2;get b p") == R"([["waits","b"]] {"p":{"active":1,"limit":1,"queue":["k2"],"waiters":["b"]}})");
}

// p: limit 1, t active, u parked, k2 queued. t asks q: p's count 1 - 1 = 0 < 1, so u gets k2; q's count is not touched by that.
TEST_CASE("K10 asking another port leaves the first one, which may wake a waiter there") {
    CHECK(play("port p 1;port q 1;get u p;get t p;post p k1;post p k2;get t q") ==
          R"([["released","u",["k2"]],["waits","t"]] {"p":{"active":1,"limit":1,"queue":[],"waiters":[]},"q":{"active":0,"limit":1,"queue":[],"waiters":["t"]}})");
}

// limit 2, nobody counts: 0 < 2 and k1 is the oldest of two: taken, count 1, k2 left.
TEST_CASE("K11 a get below the limit takes the oldest packet without waiting") {
    CHECK(play("port p 2;post p k1;post p k2;get a p") == R"([["took","a",["k1"]]] {"p":{"active":1,"limit":2,"queue":["k2"],"waiters":[]}})");
}

// limit 1, b parked, a takes k1, k2, k3 in turn: b never runs.
TEST_CASE("K12 a running thread that asks again at the limit takes the next packet itself") {
    CHECK(effects_of("port p 1;get b p;get a p;post p k1;post p k2;post p k3;get a p") == R"([["took","a",["k2"]]])");
    CHECK(play("port p 1;get b p;get a p;post p k1;post p k2;post p k3;get a p;get a p") == R"([["took","a",["k3"]]] {"p":{"active":1,"limit":1,"queue":[],"waiters":["b"]}})");
}

// limit 2, nothing queued. (c) poll: 0 + 1 = 1. (d) get: parked, 0. The APC parts (a), (b): apc_test.cpp.
TEST_CASE("K13 with nothing to take a poll times out and counts, a get parks and does not") {
    CHECK(play("port p 2;poll a p") == R"([["timed_out","a"]] {"p":{"active":1,"limit":2,"queue":[],"waiters":[]}})");
    CHECK(play("port p 2;get a p") == R"([["waits","a"]] {"p":{"active":0,"limit":2,"queue":[],"waiters":["a"]}})");
}

// limit 1, a has k1, k2 is queued. b polls: 1 < 1 is false: timeout although k2 is there, and the count is 2.
TEST_CASE("K14 a poll at the limit times out although a packet is queued, and leaves the count above the limit") {
    CHECK(play("port p 1;get a p;post p k1;post p k2;poll b p") == R"([["timed_out","b"]] {"p":{"active":2,"limit":1,"queue":["k2"],"waiters":[]}})");
}

// Parked: 0. The post that releases it adds 1, before it has run.
TEST_CASE("K15 a released thread counts from the moment of its release") {
    CHECK(ports_of("port p 2;get a p") == R"({"p":{"active":0,"limit":2,"queue":[],"waiters":["a"]}})");
    CHECK(ports_of("port p 2;get a p;post p k1") == R"({"p":{"active":1,"limit":2,"queue":[],"waiters":[]}})");
}

// limit 1: b has k1 and blocks, a gets k2, b comes back: count 2. b asks: 2 - 1 = 1 < 1 is false, so b parks although k3 is queued.
// a asks: 1 - 1 = 0 < 1: it takes k3.
TEST_CASE("K16 over the limit a thread that asks is parked, until the count is below the limit") {
    const std::string before = "port p 1;get a p;get b p;post p k1;post p k2;block b;wake b;post p k3;get b p";
    CHECK(play(before) == R"([["waits","b"]] {"p":{"active":1,"limit":1,"queue":["k3"],"waiters":["b"]}})");
    CHECK(effects_of(before + ";get a p") == R"([["took","a",["k3"]]])");
}

// limit 2: one call takes k1, k2, k3: count 1, not 3.
TEST_CASE("K36 a call that takes many packets uses one slot") {
    CHECK(play("port p 2;post p k1;post p k2;post p k3;get a p 3") == R"([["took","a",["k1","k2","k3"]]] {"p":{"active":1,"limit":2,"queue":[],"waiters":[]}})");
}

// MAX 64, one packet there, or one that comes: one is enough.
TEST_CASE("K37 a call never waits for more packets than there are") {
    CHECK(effects_of("port p 2;post p k1;get a p 64") == R"([["took","a",["k1"]]])");
    CHECK(effects_of("port p 2;get a p 64;post p k1") == R"([["released","a",["k1"]]])");
}

// Queue k3, k1, k2 in that order of arrival, MAX 2: k3, k1.
TEST_CASE("K39 packets of one call stand in the order of the queue") {
    CHECK(effects_of("port p 1;post p k3;post p k1;post p k2;get a p 2") == R"([["took","a",["k3","k1"]]])");
}
