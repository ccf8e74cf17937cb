// The golden scenarios of docs/port-rules.md 1.6, played by hand.
#include "tests/rules/play.h"

// main and p1 are associated; p1 parks first, p0 second; main wakes from a sleep, posts 3, 4, 5 and then asks.
TEST_CASE("G1 three posts by an associated thread: the pattern depends on the limit") {
    const std::string start = "get p1 p;timeout p1;poll main p;get p1 p;get p0 p;block main;wake main";
    // limit 2: main counts 1. post 3: p0, count 2. 4, 5 queued. main asks: 2 - 1 = 1 < 2: takes 4. p1 stays parked.
    CHECK(effects_of("port p 2;" + start + ";post p 3") == R"([["released","p0",["3"]]])");
    CHECK(effects_of("port p 2;" + start + ";post p 3;post p 4;post p 5;get main p") == R"([["took","main",["4"]]])");
    CHECK(effects_of("port p 2;" + start + ";post p 3;post p 4;post p 5;get main p;block main") == R"([["blocked","main"],["released","p1",["5"]]])");
    // limit 3: post 3: p0 (2), post 4: p1 (3), 5 queued, main takes 5.
    CHECK(effects_of("port p 3;" + start + ";post p 3;post p 4") == R"([["released","p1",["4"]]])");
    CHECK(effects_of("port p 3;" + start + ";post p 3;post p 4;post p 5;get main p") == R"([["took","main",["5"]]])");
}

TEST_CASE("G2 limit 1: the newest waiter does all the work") {
    const std::string start = "port p 1;get a p;get b p;get c p;post p x;post p y";
    CHECK(ports_of(start) == R"({"p":{"active":1,"limit":1,"queue":["y"],"waiters":["a","b"]}})");
    CHECK(effects_of(start + ";get c p") == R"([["took","c",["y"]]])");
}

TEST_CASE("G3 blocking lets the next one go, coming back is over the limit, asking drains") {
    const std::string start = "port p 1;get a p;get b p;get c p;post p 1;post p 2;post p 3;block c";
    CHECK(effects_of(start) == R"([["blocked","c"],["released","b",["2"]]])");
    CHECK(ports_of(start + ";wake c") == R"({"p":{"active":2,"limit":1,"queue":["3"],"waiters":["a"]}})");
    CHECK(effects_of(start + ";wake c;get c p") == R"([["waits","c"]])");
    CHECK(effects_of(start + ";wake c;get c p;get b p") == R"([["took","b",["3"]]])");
}

TEST_CASE("G4 a poll at the limit") {
    CHECK(play("port p 1;get a p;post p 1;post p 2;poll b p") == R"([["timed_out","b"]] {"p":{"active":2,"limit":1,"queue":["2"],"waiters":[]}})");
}

TEST_CASE("G5 a waiter that timed out holds the slot") {
    const std::string start = "port p 1;get a p;get b p;timeout b;post p 1";
    CHECK(ports_of(start) == R"({"p":{"active":1,"limit":1,"queue":["1"],"waiters":["a"]}})");
    CHECK(effects_of(start + ";get b p") == R"([["took","b",["1"]]])");
}

TEST_CASE("G6 changing ports wakes a waiter of the first") {
    CHECK(effects_of("port p 1;port q 1;get w p;get t p;post p 1;post p 2;get t q") == R"([["released","w",["2"]],["waits","t"]])");
}

TEST_CASE("G7 the last active thread exits with a backlog") {
    CHECK(effects_of("port p 1;get a p;get b p;post p 1;post p 2;exit b") == R"([["exited","b"],["released","a",["2"]]])");
}

TEST_CASE("G8 suspending the newest waiter") {
    CHECK(effects_of("port p 2;get a p;get b p;suspend b;post p 1") == R"([["released","a",["1"]]])");
    CHECK(effects_of("port p 2;get a p;get b p;suspend b;resume b;post p 1") == R"([["released","b",["1"]]])");
}

// limit 1, unassociated t: an APC and packet x. The first alertable call returns for the APC, another APC: the second too; x stays and
// t serves nobody (count 0). Then t asks without alertable: associated, x taken. Now with APC and y: y first, then the APC.
TEST_CASE("G9 an APC comes first for a thread of no port, a packet first for one of the port") {
    const std::string twice = "port p 1;post p x;apc t;get t p 1 alertable;apc t;get t p 1 alertable";
    CHECK(play(twice) == R"([["apc","t"]] {"p":{"active":0,"limit":1,"queue":["x"],"waiters":[]}})");
    CHECK(effects_of(twice + ";get t p") == R"([["took","t",["x"]]])");
    CHECK(effects_of(twice + ";get t p;post p y;apc t;get t p 1 alertable") == R"([["took","t",["y"]]])");
    CHECK(effects_of(twice + ";get t p;post p y;apc t;get t p 1 alertable;get t p 1 alertable") == R"([["apc","t"]])");
}

TEST_CASE("G10 closing with two parked and packets queued") {
    CHECK(play("port p 1;poll z p;get a p;get b p;post p 1;close p") == R"([["closed","p"],["abandoned","b"],["abandoned","a"]] {})");
}
