// What docs/port-rules.md 3 says of each other mechanism, a title for each row, and what the list of policies holds.
#include "sim/engine/run.h"
#include "sim/port/policy.h"
#include "sim/port/port.h"
#include "tests/rules/play.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

const char* kWork = R"(
[machine]
processors = 2
wake_latency = "5us"
get_cost = "1us"
[[port]]
name = "port"
concurrency = 1
[[worker]]
name = "worker"
port = "port"
count = 4
on_packet = [ { compute = "100us" }, { block = "200us", chance = 0.4 } ]
[[source]]
name = "burst"
port = "port"
arrivals = { poisson = "300us", count = 200 }
)";

// The threads in the order in which three packets release a, b, c, d, which parked in that order.
std::string released_by_three(const std::string& policy) {
    RulesScript script;
    std::string order;
    for (const std::string& line : {"port p 1 " + policy, std::string("get a p"), std::string("get b p"), std::string("get c p"), std::string("get d p")}) script.line(line);
    for (const char* line : {"post p 1", "post p 2", "post p 3"}) {
        const std::string answer = script.line(line).value_or("");
        const size_t at = answer.find("[\"released\",\"");
        order += at == std::string::npos ? '-' : answer[at + 13];
    }
    return order;
}

size_t looks_in_vain(const Trace& trace) {
    size_t released = 0, taken = 0;
    for (const Record& record : trace.records) {
        released += record.kind == Kind::released ? 1 : 0;
        taken += record.kind == Kind::completed ? 1 : 0;
    }
    return released > taken ? released - taken : 0;
}

}  // namespace

TEST_CASE("policies: the list has each name once, nt first, with a row and an evidence class of its own") {
    REQUIRE(policy_list().size() == policy_names().size());
    CHECK(policy_names().front() == "nt");
    for (size_t i = 0; i < policy_names().size(); ++i) {
        CAPTURE(policy_names()[i]);
        CHECK(policy_from_name(policy_names()[i]) == static_cast<Policy>(i));
        const PolicyRow& row = policy_row(static_cast<Policy>(i));
        CHECK(row.evidence.starts_with('['));
        CHECK(!row.about.empty());
        CHECK((policy_list()[i]->operations->look != nullptr || row.wake == WakeStyle::hand_over));
    }
    CHECK_FALSE(policy_from_name("solaris"));
}

TEST_CASE("policies: every one plays by hand, runs a scenario with all checks, and does all the work") {
    for (const std::string_view policy : policy_names()) {
        CAPTURE(policy);
        CHECK(effects_of("port p 1 " + std::string(policy) + ";post p k1;get a p") == R"([["took","a",["k1"]]])");
        const Trace trace = run_checked(scenario_of(kWork, {"port.port.policy=" + std::string(policy)}));
        CHECK(summarize(trace.header, trace.records).completed == 200);
    }
}

// nt with limit 1 releases one thread; all others release a thread for each packet as long as one waits.
TEST_CASE("policies: who goes first, and that only nt has a limit") {
    CHECK(released_by_three("nt") == "d--");
    CHECK(released_by_three("wine8") == "abc");
    CHECK(released_by_three("wine10") == "dcb");
    CHECK(released_by_three("epoll") == "dcb");
    CHECK(released_by_three("io_uring") == "abc");
    CHECK(released_by_three("kqueue") == "abc");
    CHECK(released_by_three("event_ports") == "dcb");
    CHECK(released_by_three("aix") == "abc");
    CHECK(released_by_three("thread_per_operation") == "abc");
}

TEST_CASE("wine8 (row Wine 8.0): no limit, the oldest waiter, no wake when somebody blocks") {
    CHECK(effects_of("port p 1 wine8;get a p;get b p;post p 1") == R"([["released","a",["1"]]])");
    CHECK(play("port p 1 wine8;get a p;get b p;post p 1;post p 2") == R"([["released","b",["2"]]] {"p":{"active":2,"limit":1,"queue":[],"waiters":[]}})");
    CHECK(effects_of("port p 1 wine8;get a p;post p 1;post p 2;post p 3;get b p") == R"([["took","b",["2"]]])");
    CHECK(effects_of("port p 1 wine8;get a p;get b p;suspend a;post p 1") == R"([["released","b",["1"]]])");
    CHECK(effects_of("port p 1 wine8;get a p;suspend a;post p 1;resume a") == R"([["resumed","a"],["took","a",["1"]]])");
}

TEST_CASE("wine10 (row newest Wine): newest first, no limit, handed over, abandoned at the last handle, APCs as K26") {
    CHECK(play("port p 1 wine10;get a p;get b p;post p 1;post p 2") == R"([["released","a",["2"]]] {"p":{"active":2,"limit":1,"queue":[],"waiters":[]}})");
    CHECK(effects_of("port p 1 wine10;get a p;get b p;close p") == R"([["closed","p"],["abandoned","b"],["abandoned","a"]])");
    CHECK(effects_of("port p 1 wine10;get a p;suspend a;close p;resume a") == R"([["resumed","a"],["abandoned","a"]])");
    CHECK(effects_of("port p 1 wine10;post p 1;apc a;get a p 1 alertable") == R"([["apc","a"]])");
    CHECK(effects_of("port p 1 wine10;poll a p;post p 1;apc a;get a p 1 alertable") == R"([["took","a",["1"]]])");
    const Trace trace = run_checked(scenario_of(kWork, {"port.port.policy=wine10"}));
    CHECK(looks_in_vain(trace) == 0);
}

TEST_CASE("epoll (row Linux epoll): newest waiter first, one for each wake, up to maxevents, and the woken may find nothing") {
    CHECK(effects_of("port p 1 epoll;get a p;get b p 3;post p 1") == R"([["released","b",["1"]]])");
    CHECK(effects_of("port p 1 epoll;post p 1;post p 2;post p 3;get a p 2") == R"([["took","a",["1","2"]]])");
    CHECK(effects_of("port p 1 epoll;get a p;close p") == R"([["closed","p"]])");
    // A woken thread that was too slow waits again as the newest.
    PortState state;
    Effects effects;
    state.threads.resize(3);
    const PortId port = port_open(state, *policy_from_name("epoll"), 1, effects);
    port_get(state, {2}, port, {.poll = true}, effects);
    for (uint32_t t : {0u, 1u}) port_get(state, {t}, port, {}, effects);
    effects.clear();
    port_post(state, port, {0}, effects);
    REQUIRE(effects.items.size() == 2);
    CHECK(effects.items[1].kind == EffectKind::woken);
    CHECK(effects.items[1].thread == ThreadId{1});
    port_get(state, {2}, port, {}, effects);              // thread 2 runs, and is faster
    CHECK(effects.items.back().kind == EffectKind::took);
    port_look(state, {1}, effects);
    CHECK(effects.items.back().kind == EffectKind::waits);
    CHECK(state.ports[0].waiters == std::vector<ThreadId>{{0}, {1}});
    CHECK(port_invariant_broken(state).empty());
}

TEST_CASE("io_uring (row io_uring CQ): every waiter is woken and checks its own minimum") {
    // a wants 3 at least: the first two packets go to b, which wants 1.
    CHECK(effects_of("port p 1 io_uring;get a p 3..8;get b p;post p 1") == R"([["released","b",["1"]]])");
    CHECK(play("port p 1 io_uring;get a p 3..8;post p 1;post p 2") == R"([["queued","2"]] {"p":{"active":0,"limit":1,"queue":["1","2"],"waiters":["a"]}})");
    CHECK(play("port p 1 io_uring;get a p 3..8;post p 1;post p 2;post p 3") == R"([["released","a",["1","2","3"]]] {"p":{"active":1,"limit":1,"queue":[],"waiters":[]}})");
    CHECK(looks_in_vain(run_checked(scenario_of(kWork, {"port.port.policy=io_uring"}))) > 50);
}

TEST_CASE("kqueue (row kqueue): all sleepers are woken, one finds the event, the others sleep again in their order") {
    CHECK(play("port p 1 kqueue;get a p;get b p;get c p;post p 1") == R"([["released","a",["1"]]] {"p":{"active":1,"limit":1,"queue":[],"waiters":["b","c"]}})");
    PortState state;
    Effects effects;
    state.threads.resize(3);
    const PortId port = port_open(state, *policy_from_name("kqueue"), 1, effects);
    for (uint32_t t = 0; t < 3; ++t) port_get(state, {t}, port, {}, effects);
    effects.clear();
    port_post(state, port, {0}, effects);
    CHECK(effects.items.size() == 4);                     // queued, three woken
    CHECK(state.ports[0].active == 3);
    for (uint32_t t : {1u, 0u, 2u}) port_look(state, {t}, effects);
    CHECK(state.ports[0].waiters == std::vector<ThreadId>{{0}, {2}});
    CHECK(looks_in_vain(run_checked(scenario_of(kWork, {"port.port.policy=kqueue"}))) > 50);
}

// Waiting: a wants 2, b wants 1, c wants 2, d wants 1, parked in that order. 1st packet: of b and d, who want least, d is the newest.
TEST_CASE("event_ports (row Solaris/illumos): the smallest request first, equal ones newest first, min and max") {
    const std::string start = "port p 1 event_ports;get a p 2..4;get b p 1;get c p 2..4;get d p 1..3";
    CHECK(effects_of(start + ";post p 1") == R"([["released","d",["1"]]])");
    CHECK(effects_of(start + ";post p 1;post p 2") == R"([["released","b",["2"]]])");
    CHECK(effects_of(start + ";post p 1;post p 2;post p 3") == R"([["queued","3"]])");
    CHECK(effects_of(start + ";post p 1;post p 2;post p 3;post p 4") == R"([["released","c",["3","4"]]])");
    CHECK(effects_of("port p 1 event_ports;post p 1;get a p 2..4") == R"([["waits","a"]])");
    CHECK(effects_of("port p 1 event_ports;post p 1;post p 2;post p 3;get a p 2..2") == R"([["took","a",["1","2"]]])");
}

TEST_CASE("aix (row AIX IOCP): oldest first for want of knowledge, which the row says; nmin and nmax") {
    CHECK(policy_row(*policy_from_name("aix")).about.find("order not known") != std::string_view::npos);
    CHECK(effects_of("port p 1 aix;get a p;get b p;post p 1") == R"([["released","a",["1"]]])");
    CHECK(effects_of("port p 1 aix;get a p 2..3;post p 1;post p 2") == R"([["released","a",["1","2"]]])");
}

TEST_CASE("thread_per_operation (the contrast): a thread for each packet while one waits, and one packet a get") {
    CHECK(play("port p 1 thread_per_operation;get a p;get b p;post p 1;post p 2;post p 3") == R"([["queued","3"]] {"p":{"active":2,"limit":1,"queue":["3"],"waiters":[]}})");
    CHECK(effects_of("port p 1 thread_per_operation;post p 1;post p 2;get a p 2") == R"([["took","a",["1"]]])");
}

TEST_CASE("policies: what one of them does not know is refused by name") {
    const auto error = [](const std::string& line) {
        RulesScript script;
        script.line("port p 1 epoll");
        return script.line(line).value_or("");
    };
    CHECK(error("get a p 2..4").find("policy epoll knows no minimum") != std::string::npos);
    CHECK(error("get a p 1 alertable").find("policy epoll has no alertable get") != std::string::npos);
    CHECK(error("watch a p").find("policy epoll has no handle that is waited on") != std::string::npos);
    CHECK(error("file f p").find("policy epoll has no files") != std::string::npos);
    CHECK(error("port q 1 epoll apc=classic").find("policy epoll has no options") != std::string::npos);
    CHECK(error("port q 1 ntt").find("expected nt, wine8, wine10, epoll, io_uring, kqueue, event_ports, aix or thread_per_operation") != std::string::npos);
    CHECK(error("port q 1 nt apc=new").find("expected apc=modern or apc=classic") != std::string::npos);
}
