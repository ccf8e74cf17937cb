// The port's handle and its end: who refers to it (K32), and threads that wait on the handle itself (K33-K35).
#include "sim/port/port.h"
#include "tests/rules/play.h"

using namespace sim;

namespace {

PortState state_after(std::string_view lines) {
    RulesScript script;
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find(';'));
        lines.remove_prefix(std::min(lines.size(), line.size() + 1));
        script.line(line);
        REQUIRE(port_invariant_broken(script.state()).empty());
    }
    CHECK_FALSE(script.had_error());
    return script.state();
}

}  // namespace

// limit 2: a has k1 (count 1), b is parked, file f belongs to p. Close: b is abandoned and runs: count 2, both still of p. What f
// finishes is queued unseen. With the last reference, f, all goes: nobody belongs to p, no packet is left.
TEST_CASE("K32 an associated file keeps the port alive after its handle is closed") {
    const std::string closed = "port p 2;file f p;get b p;get a p;post p k1;close p";
    CHECK(play(closed) == R"([["closed","p"],["abandoned","b"]] {})");
    PortState state = state_after(closed);
    CHECK(state.ports[0].active == 2);
    CHECK(state.threads[0].association == PortId{0});
    CHECK(effects_of(closed + ";finish f k2") == R"([["queued","k2"]])");
    CHECK(state_after(closed + ";finish f k2").ports[0].queue.size() == 1);
    state = state_after(closed + ";finish f k2;close_file f");
    CHECK(state.ports[0].active == 0);
    CHECK(state.ports[0].queue.empty());
    CHECK_FALSE(state.threads[0].association.valid());
    // The name is free at once; the port behind it is another one.
    CHECK(play(closed + ";port p 1;get a p") == R"([["waits","a"]] {"p":{"active":0,"limit":1,"queue":[],"waiters":["a"]}})");
    // Without a file the port goes with its handle.
    CHECK(state_after("port p 2;get b p;get a p;post p k1;close p").ports[0].active == 0);
}

// limit 1, r runs (count 1). w and v, of no port, wait on the handle. k1 finds 1 of 1: queued, the handle is signalled: both go, and
// k1 is still there. A thread that asks the handle now does not wait at all.
TEST_CASE("K33 the handle is signalled while packets are queued; who waits on it takes none, and several go together") {
    const std::string start = "port p 1;poll r p;watch w p;watch v p";
    CHECK(effects_of(start) == R"([["watching","v"]])");
    CHECK(play(start + ";post p k1") == R"([["queued","k1"],["signalled","w"],["signalled","v"]] {"p":{"active":1,"limit":1,"queue":["k1"],"waiters":[]}})");
    CHECK(effects_of(start + ";post p k1;watch w p") == R"([["signalled","w"]])");
    CHECK(effects_of(start + ";post p k1;get r p;watch w p") == R"([["watching","w"]])");
}

// limit 1: w has k1 (count 1), k2 is queued at p, a parked. w waits on q's handle: a wait that is not p's, so 1 - 1 = 0 < 1: a gets
// k2. Signalled, w counts again: 2 of 1.
TEST_CASE("K33 a wait on a handle frees the slot as any other wait (K17, K19)") {
    const std::string start = "port p 1;port q 1;get a p;get w p;post p k1;post p k2;watch w q";
    CHECK(effects_of(start) == R"([["watching","w"],["released","a",["k2"]]])");
    CHECK(ports_of(start + ";post q k3") == R"({"p":{"active":2,"limit":1,"queue":[],"waiters":[]},"q":{"active":0,"limit":1,"queue":["k3"],"waiters":[]}})");
    CHECK(effects_of(start + ";timeout w") == R"([["timed_out","w"]])");
}

// limit 1, a parked, w waits on the handle. k1 goes to a by hand (0 < 1) and was never queued: w waits on. k2 is queued: w goes.
TEST_CASE("K34 a packet that is handed over does not signal the handle") {
    CHECK(effects_of("port p 1;get a p;watch w p;post p k1") == R"([["released","a",["k1"]]])");
    CHECK(effects_of("port p 1;get a p;watch w p;post p k1;post p k2") == R"([["queued","k2"],["signalled","w"]])");
    // Under wine8 every packet is queued first, so the handle is signalled although a takes it.
    CHECK(effects_of("port p 1 wine8;get a p;watch w p;post p k1") == R"([["released","a",["k1"]],["signalled","w"]])");
}

TEST_CASE("K35 closing the port releases those who wait on its handle as if it were signalled") {
    CHECK(play("port p 1;get a p;get b p;watch w p;close p") == R"([["closed","p"],["abandoned","b"],["abandoned","a"],["signalled","w"]] {})");
    CHECK(effects_of("port p 1 wine8;get a p;watch w p;close p") == R"([["closed","p"],["signalled","w"]])");
}
