// Work beside the window ends when it is no longer wanted: nobody who closes the window, or opens another file, waits for it.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "gui/app/scenario_edit.h"
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
#ifdef PORTSIDE_SANITIZED
    constexpr uint64_t kUsual = 8'000;
#else
    constexpr uint64_t kUsual = 100'000;
#endif
    return count != nullptr ? std::strtoull(count, nullptr, 10) : kUsual;
}

// Whoever lets it go after a while does not wait.
template <class Work>
void check_ends(std::unique_ptr<Work>& work, int after_ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(after_ms));
    const auto begun = Clock::now();
    work.reset();
    const double took = seconds_since(begun);
    MESSAGE("ended in " << took * 1000 << " ms");
    CHECK(took < kAtOnceS);
}

// A model's run and, beside it, a recording of the same work by decisions (calls: of calls alone).
gui::AppState two_long_sides(bool calls = false) {
    gui::AppState state;
    state.scenario = of_packets(packets(), {});
    gui::app_begin_edit(state);
    state.sides.push_back(gui::side_build(run_of(state.scenario)));
    sim::Trace recorded = run_of(of_packets(packets(), {"seed=9"}));
    recorded.header.source = "measured", recorded.header.backend = "port", recorded.header.scenario_text = state.scenario.text;
    add_side(state, calls ? as_recorded(std::move(recorded)) : std::move(recorded));
    return state;
}

}  // namespace

TEST_CASE("beside: a window that closes does not wait for a comparison of many records") {
    for (const bool calls : {false, true})
        for (const int after_ms : {0, 120, 400}) {
            CAPTURE(calls);
            CAPTURE(after_ms);
            gui::AppState state = two_long_sides(calls);
            gui::command_run(state, gui::CommandId::compare);
            REQUIRE(state.comparing.look);
            check_ends(state.comparing.look, after_ms);
        }
}

TEST_CASE("beside: nor for a prediction, the model of a recorded program, or a map") {
    for (const int after_ms : {0, 120, 400, 1'500}) {
        CAPTURE(after_ms);
        gui::AppState state = two_long_sides();
        gui::command_run(state, gui::CommandId::predict);
        REQUIRE(state.comparing.foretold);
        check_ends(state.comparing.foretold, after_ms);
        state.scenario.text.clear();
        state.sides.erase(state.sides.begin());
        state.sides[0].trace.header.scenario_text.clear();
        state.calibrating.program = "server.exe", state.calibrating.wanted = true;
        gui::app_calibrate_settle(state);
        REQUIRE(state.calibrating.work);
        check_ends(state.calibrating.work, after_ms);
        CHECK(state.calibrating.work == nullptr);
    }
    gui::AppState state = two_long_sides();
    gui::command_run(state, gui::CommandId::explore);
    REQUIRE_MESSAGE(state.explore.explorer, state.explore.error);
    check_ends(state.explore.explorer, 200);
}

TEST_CASE("beside: another run of the first side stops the comparison with the one before, and is compared itself") {
    gui::AppState state = two_long_sides(true);
    gui::command_run(state, gui::CommandId::compare);
    REQUIRE(state.comparing.look);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    state.sides[0] = gui::side_build(run_of(of_packets(200, {})));
    state.sides[1] = gui::side_build(run_of(of_packets(200, {"seed=3"})));
    gui::app_compare(state);
    const auto begun = Clock::now();
    while (gui::app_compare_busy(state) && seconds_since(begun) < 20) gui::app_compare_settle(state), std::this_thread::sleep_for(std::chrono::milliseconds(1));
    REQUIRE(gui::app_close_look(state) != nullptr);
    CHECK(gui::app_close_look(state)->matches.size() == 200);
    CHECK(seconds_since(begun) < kAtOnceS);
}

TEST_CASE("beside: what is asked to end before it begins does nothing") {
    const sim::Trace trace = run_of(of_packets(2'000, {}));
    const std::atomic<bool> asked = true;
    const sim::Stop stop(asked);
    CHECK(sim::match_decisions(trace, trace, stop).empty());
    std::string why_not;
    const std::optional<sim::Verdicts> verdicts = sim::judge_sides(trace, trace, why_not, stop);
    CHECK((!verdicts || verdicts->explained.decisions() < 20));
    const sim::Result<sim::Calibration> calibration = sim::calibrate(trace, {.stop = stop});
    REQUIRE_FALSE(calibration.ok());
    CHECK(calibration.error().what == "it was stopped");
    CHECK_FALSE(sim::run_to_trace(of_packets(20'000, {}), {.stop = stop}).ok());
}
