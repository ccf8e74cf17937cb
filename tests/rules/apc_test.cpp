// APCs: user ones end alertable waits (K13, K23, K24, K26), kernel ones interrupt any wait (K25; K5 stands in insert_test.cpp).
#include "tests/rules/play.h"

// limit 2. (b): t belongs to p (one poll, count 1), an APC is pending, nothing is queued. It asks alertably: 1 - 1 = 0, nothing to
// take, the APC runs: 0 + 1 = 1. Not (c): the poll is no timeout. Without alertable it is (c), then (d).
TEST_CASE("K13 with an APC pending an alertable get returns for it before it times out or parks") {
    const std::string start = "port p 2;poll t p;apc t;";
    CHECK(play(start + "get t p 1 alertable") == R"([["apc","t"]] {"p":{"active":1,"limit":2,"queue":[],"waiters":[]}})");
    CHECK(effects_of(start + "poll t p alertable") == R"([["apc","t"]])");
    CHECK(effects_of(start + "poll t p alertable;poll t p alertable") == R"([["timed_out","t"]])");
    CHECK(effects_of(start + "poll t p") == R"([["timed_out","t"]])");
    CHECK(effects_of(start + "get t p") == R"([["waits","t"]])");
}

// limit 1, a and b parked, b alertably: count 0. The APC ends b's wait: 0 + 1 = 1. k1 then finds 1 of 1: queued, a waits on.
TEST_CASE("K23 a user APC ends an alertable wait, and the thread counts again") {
    const std::string start = "port p 1;get a p;get b p 1 alertable;apc b";
    CHECK(play(start) == R"([["apc","b"]] {"p":{"active":1,"limit":1,"queue":[],"waiters":["a"]}})");
    CHECK(play(start + ";post p k1") == R"([["queued","k1"]] {"p":{"active":1,"limit":1,"queue":["k1"],"waiters":["a"]}})");
    // Suspended in its alertable wait: 0 counts; resumed it looks, finds nothing, and the APC runs: 0 + 1 = 1.
    CHECK(play("port p 1;get b p 1 alertable;suspend b;apc b;resume b") == R"([["resumed","b"],["apc","b"]] {"p":{"active":1,"limit":1,"queue":[],"waiters":[]}})");
}

// a's get is not alertable: the APC changes nothing, a stays parked and k1 is handed to it; the APC waits for an alertable call.
TEST_CASE("K24 a get that is not alertable runs no user APC") {
    CHECK(play("port p 1;get a p;apc a") == R"([] {"p":{"active":0,"limit":1,"queue":[],"waiters":["a"]}})");
    CHECK(effects_of("port p 1;get a p;apc a;post p k1") == R"([["released","a",["k1"]]])");
    CHECK(effects_of("port p 1;get a p;apc a;post p k1;get a p 1 alertable") == R"([["apc","a"]])");
}

// limit 1; a, b, c parked in that order: c is next. The APC takes a out (0 + 1), runs, 0 again, nothing queued: a parks at the
// tail. Now a is next, and no call was made.
TEST_CASE("K25 a kernel APC makes a waiter the newest") {
    CHECK(play("port p 1;get a p;get b p;get c p;kernel_apc a") == R"([["waits","a"]] {"p":{"active":0,"limit":1,"queue":[],"waiters":["b","c","a"]}})");
    CHECK(effects_of("port p 1;get a p;get b p;get c p;kernel_apc a;post p k1") == R"([["released","a",["k1"]]])");
}

// t belongs to q, count 1 there; p holds k1. Its alertable get of p returns for the APC: q keeps t (1), p's count stays 0, k1 stays.
TEST_CASE("K26 a newcomer's APC wins over a packet and makes no association; of a thread of the port the packet wins") {
    CHECK(play("port q 1;port p 1;poll t q;post p k1;apc t;get t p 1 alertable") ==
          R"([["apc","t"]] {"q":{"active":1,"limit":1,"queue":[],"waiters":[]},"p":{"active":0,"limit":1,"queue":["k1"],"waiters":[]}})");
    // Of p itself: 1 - 1 = 0 < 1 and k1 is there: taken, the APC stays pending; the next call, with nothing queued, returns for it.
    const std::string of_p = "port p 1;poll t p;post p k1;apc t;get t p 1 alertable";
    CHECK(play(of_p) == R"([["took","t",["k1"]]] {"p":{"active":1,"limit":1,"queue":[],"waiters":[]}})");
    CHECK(effects_of(of_p + ";poll t p alertable") == R"([["apc","t"]])");
    // At the limit the packet is none that t may take: u runs, so for t (over the limit) 2 - 1 = 1 < 1 is false, and the APC runs.
    CHECK(effects_of("port p 1;poll u p;poll t p;post p k1;apc t;get t p 1 alertable") == R"([["apc","t"]])");
}
