// Work beside the window ends when it is no longer wanted: nobody who closes the window, or opens another file, waits for it.
#include <chrono>
#include <cstdlib>
#include <thread>

#include "tests/gui/opened.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }

constexpr double kAtOnceS = 0.5;

// About nine records a packet.
sim::Scenario of_packets(uint64_t packets, const std::vector<std::string>& sets) {
    const std::string text = "[machine]\nprocessors = 4\nwake_latency = \"5us\"\n[[port]]\nname = \"port\"\nconcurrency = 2\n[[worker]]\nname = \"worker\"\nport = \"port\"\ncount = 8\non_packet = [ { compute = { exponential = \"60us\" } } ]\n"
                             "[[source]]\nname = \"s\"\nport = \"port\"\narrivals = { poisson = \"40us\", count = " + std::to_string(packets) + " }\n";
    sim::Scenario scenario = scenario_of(text, sets);
    scenario.text = text;
    return scenario;
}

sim::Trace run_of(const sim::Scenario& scenario) {
    sim::Result<sim::Trace> trace = sim::run_to_trace(scenario);
    REQUIRE(trace.ok());
    return trace.value();
}

uint64_t packets() {
    const char* count = std::getenv("PORTSIDE_TEST_COUNT");
    return count != nullptr ? std::strtoull(count, nullptr, 10) : 60'000;
}

// A model's run and, beside it, a recording of the same work by decisions (calls: of calls alone).
gui::AppState two_long_sides(bool calls = false) {
    gui::AppState state;
    state.scenario = of_packets(packets(), {});
    state.sides.push_back(gui::side_build(run_of(state.scenario)));
    sim::Trace recorded = run_of(of_packets(packets(), {"seed=9"}));
    recorded.header.source = "measured", recorded.header.backend = "port";
    add_side(state, calls ? as_recorded(std::move(recorded)) : std::move(recorded));
    return state;
}

}  // namespace

TEST_CASE("beside: a window that closes does not wait for a comparison of many records") {
    for (const bool calls : {false, true})
        for (const int after_ms : {0, 30, 120, 400}) {
            CAPTURE(calls);
            CAPTURE(after_ms);
            gui::AppState state = two_long_sides(calls);
            gui::command_run(state, gui::CommandId::compare);
            REQUIRE(state.comparing.look);
            std::this_thread::sleep_for(std::chrono::milliseconds(after_ms));
            const auto begun = Clock::now();
            state.comparing.look.reset();
            MESSAGE(state.sides[0].trace.records.size() << " records: " << seconds_since(begun) << " s");
            CHECK(seconds_since(begun) < kAtOnceS);
        }
}
