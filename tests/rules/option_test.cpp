// What public sources do not settle (docs/port-rules.md 1.5): options O1..O6 of nt, the usual value beside the other one.
#include "sim/compare/replay.h"
#include "sim/port/port.h"
#include "tests/rules/play.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

const char* kBatches = R"(
[machine]
processors = 2
[[port]]
name = "port"
concurrency = 1
[[worker]]
name = "worker"
port = "port"
count = 3
batch = 4
on_packet = [ { compute = "100us" }, { block = "1ms", chance = 0.5 } ]
[[source]]
name = "clients"
port = "port"
arrivals = { poisson = "80us", count = 400 }
)";

// One thread parked, released by a packet and not run yet; limit 1, a second one parked and a packet queued.
struct Unrun {
    PortState state;
    Effects effects;
    PortId port;

    explicit Unrun(PortOptions options) {
        state.threads.resize(2);
        port = port_open(state, Policy::nt, 1, effects, options);
        for (uint32_t t : {0u, 1u}) port_get(state, {t}, port, {}, effects);
        for (uint32_t k : {0u, 1u}) port_post(state, port, {k}, effects);
        effects.clear();
    }
};

}  // namespace

// limit 1: a waits for up to 4, b has k1; k2, k3, k4 are queued. b blocks: 1 - 1 = 0 < 1, a goes with k2; and, if a released thread
// drains, with k3 and k4 too. A hand-over (K1) has nothing to drain: it means that the queue was empty.
TEST_CASE("K38 a released thread takes one packet, with O1 up to its MAX") {
    const std::string work = ";get a p 4;get b p;post p k1;post p k2;post p k3;post p k4;block b";
    CHECK(play("port p 1" + work) == R"([["blocked","b"],["released","a",["k2"]]] {"p":{"active":1,"limit":1,"queue":["k3","k4"],"waiters":[]}})");
    CHECK(play("port p 1 nt drain_on_wake=true" + work) == R"([["blocked","b"],["released","a",["k2","k3","k4"]]] {"p":{"active":1,"limit":1,"queue":[],"waiters":[]}})");
    const auto mean_batch = [](const Trace& trace) {
        uint64_t gets = 0, packets = 0;
        for (const Record& record : trace.records)
            if (record.kind == Kind::completed) ++packets;
            else if (record.kind == Kind::get_returned && record.packet != kNoPacket) ++gets;
        return static_cast<double>(packets) / static_cast<double>(gets);
    };
    CHECK(mean_batch(run_checked(scenario_of(kBatches, {"port.port.drain_on_wake=true"}))) > mean_batch(run_checked(scenario_of(kBatches))) * 1.1);
}

// limit 1, a has k1, k2 is queued. b polls: 1 < 1 is false: timeout; or k2 all the same, and the count is 2 both ways.
TEST_CASE("O2 a poll at the limit times out, or takes what is queued") {
    const std::string work = ";get a p;post p k1;post p k2;poll b p";
    CHECK(play("port p 1 nt poll_at_limit=timeout" + work) == R"([["timed_out","b"]] {"p":{"active":2,"limit":1,"queue":["k2"],"waiters":[]}})");
    CHECK(play("port p 1 nt poll_at_limit=take" + work) == R"([["took","b",["k2"]]] {"p":{"active":2,"limit":1,"queue":[],"waiters":[]}})");
    CHECK(effects_of("port p 1 nt poll_at_limit=take;get a p;post p k1;post p k2;get b p") == R"([["waits","b"]])");
}

// A newcomer with an APC pending, k1 queued. Modern: the APC, no association. Classic: associated first, k1 may be taken: taken.
TEST_CASE("O3 a newcomer's APC wins, or loses against a packet and associates") {
    const std::string work = ";post p k1;apc t;get t p 1 alertable";
    CHECK(play("port p 1 nt apc=modern" + work) == R"([["apc","t"]] {"p":{"active":0,"limit":1,"queue":["k1"],"waiters":[]}})");
    CHECK(play("port p 1 nt apc=classic" + work) == R"([["took","t",["k1"]]] {"p":{"active":1,"limit":1,"queue":[],"waiters":[]}})");
    CHECK(play("port p 1 nt apc=classic;apc t;get t p 1 alertable") == R"([["apc","t"]] {"p":{"active":1,"limit":1,"queue":[],"waiters":[]}})");
}

TEST_CASE("O4 closing abandons the waiters, or leaves them waiting") {
    CHECK(effects_of("port p 1 nt abandon=last_handle;get a p;close p") == R"([["closed","p"],["abandoned","a"]])");
    const std::string never = "port p 1 nt abandon=never;get a p;close p";
    CHECK(effects_of(never) == R"([["closed","p"]])");
    CHECK(effects_of(never + ";timeout a") == R"([["timed_out","a"]])");
    CHECK(effects_of("port p 1 nt abandon=never;get a p;suspend a;close p;resume a") == R"([["resumed","a"]])");
    // A file keeps the port alive: what it finishes still finds the waiter.
    CHECK(effects_of("port p 1 nt abandon=never;file f p;get a p;close p;finish f k1") == R"([["released","a",["k1"]]])");
}

// limit 1; thread 1 was released with packet 0 (count 1), thread 0 is parked, packet 1 queued. Suspended before it ran, thread 1
// counts: nobody goes. It runs into the suspend wait: 1 - 1 = 0 < 1: thread 0 gets packet 1. Or that happens at once.
TEST_CASE("O5 a thread suspended before it ran counts until it runs, or no longer") {
    Unrun active({});
    port_suspend_unrun(active.state, {1}, active.effects);
    CHECK(active.effects.items.size() == 1);
    CHECK(active.state.ports[0].active == 1);
    CHECK(port_invariant_broken(active.state).empty());
    port_suspend_wait(active.state, {1}, active.effects);
    REQUIRE(active.effects.items.size() == 2);
    CHECK(active.effects.items[1].thread == ThreadId{0});
    Unrun resumed({});
    port_suspend_unrun(resumed.state, {1}, resumed.effects);
    port_resume(resumed.state, {1}, resumed.effects);
    CHECK(resumed.state.ports[0].active == 1);
    CHECK(port_invariant_broken(resumed.state).empty());
    Unrun inactive({.unrun_stops_counting = true});
    port_suspend_unrun(inactive.state, {1}, inactive.effects);
    REQUIRE(inactive.effects.items.size() == 2);
    CHECK(inactive.effects.items[1].kind == EffectKind::released);
    CHECK(port_invariant_broken(inactive.state).empty());
}

// limit 1: b has k1, k2 is queued, a waits. b waits for a page: 1 - 1 = 0 < 1, a gets k2; or the port hears nothing of it.
TEST_CASE("O6 a wait for a page frees the slot, or does not") {
    const std::string work = ";get a p;get b p;post p k1;post p k2;page_in b";
    CHECK(effects_of("port p 1 nt page_in=blocks" + work) == R"([["blocked","b"],["released","a",["k2"]]])");
    CHECK(play("port p 1 nt page_in=runs" + work) == R"([["blocked","b"]] {"p":{"active":1,"limit":1,"queue":["k2"],"waiters":["a"]}})");
    CHECK(ports_of("port p 1 nt page_in=runs" + work + ";wake b") == R"({"p":{"active":1,"limit":1,"queue":["k2"],"waiters":["a"]}})");
}

TEST_CASE("options: the second port agrees with a simulated trace of every policy that hands over, and with the options that a scenario shows") {
    for (const std::string set : {"policy=nt", "policy=wine10", "policy=thread_per_operation", "drain_on_wake=true", "poll_at_limit=take"})
        for (const std::string timeout : {"infinite", "300us"}) {
            CAPTURE(set);
            CAPTURE(timeout);
            const Trace trace = run_checked(scenario_of(kBatches, {std::string("port.port.") + set, std::string("worker.worker.timeout=") + timeout, "until=\"20ms\"", "machine.get_cost=\"5us\""}));
            const Replay replay = replay_through_second_port(trace);
            CHECK(replay.decisions > 150);
            CHECK_MESSAGE(replay.agree == replay.decisions, replay.first_difference);
        }
}
