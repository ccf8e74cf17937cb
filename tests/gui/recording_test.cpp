// Recording from the window, by the real program: the trace comes beside its simulation, it can be stopped, and it ends with the window.
#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/folder.h"
#include "tests/gui/driver.h"
#include "tests/gui/opened.h"

namespace {

using Clock = std::chrono::steady_clock;

// Frames until the recording is over; how many.
size_t frames_until_over(test::Driver& driver, gui::AppState& state) {
    size_t frames = 0;
    for (const auto begun = Clock::now(); state.recorder.now && Clock::now() - begun < std::chrono::seconds(60); ++frames) {
        driver.frames(1);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    driver.frames(2);
    return frames;
}

}  // namespace

TEST_CASE("recording: R records what is shown, frames go on meanwhile, and the trace stands beside its simulation") {
    const test::InFolder here;
    gui::AppState state = opened("limit-1-burst");
    state.files.shown = {std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/limit-1-burst.toml"};
    state.recorder.program = PORTSIDE_PROGRAM;
    test::Driver driver(state, {1280, 800, 1});
    driver.key('R');
    REQUIRE_MESSAGE(state.recorder.now, state.error);
    CHECK(driver.sees("Recording on port"));
    CHECK(frames_until_over(driver, state) > 0);
    CHECK_MESSAGE(state.error.empty(), state.error);
    REQUIRE(state.sides.size() == 2);
    CHECK(state.sides[1].trace.header.backend == "port");
    CHECK(std::filesystem::exists("limit-1-burst-port.ptrace"));
    driver.key('R');                                       // once more: another file
    frames_until_over(driver, state);
    CHECK(std::filesystem::exists("limit-1-burst-port-2.ptrace"));
    CHECK(state.sides.size() == 3);
}

TEST_CASE("recording: what is changed in the window is what is recorded") {
    const test::InFolder here;
    gui::AppState state = opened("limit-1-burst");
    state.recorder.program = PORTSIDE_PROGRAM;
    test::Driver driver(state, {1280, 800, 1});
    driver.key('4');
    driver.key('R');
    frames_until_over(driver, state);
    CHECK_MESSAGE(state.error.empty(), state.error);
    CHECK(state.sides.back().ports[0].limit == 2);
    CHECK(state.sides.front().ports[0].limit == 2);       // and stands beside the same
}

TEST_CASE("recording: where the run branches meanwhile, what was recorded stands beside the run as it was") {
    const test::InFolder here;
    gui::AppState state = opened("limit-1-burst");
    const std::string straight = state.sides[0].summary.fingerprint;
    state.recorder.program = PORTSIDE_PROGRAM;
    test::Driver driver(state, {1280, 800, 1});
    driver.key('R');
    REQUIRE_MESSAGE(state.recorder.now, state.error);
    gui::app_seek(state, 2'000'000);
    gui::command_run(state, gui::CommandId::branch);
    gui::command_run(state, gui::CommandId::concurrency_more);
    REQUIRE(state.branched.any());
    frames_until_over(driver, state);
    CHECK_MESSAGE(state.error.empty(), state.error);
    REQUIRE(state.sides.size() == 2);
    CHECK_FALSE(state.branched.any());
    CHECK(state.sides[0].summary.fingerprint == straight);
    CHECK(state.sides[1].ports[0].limit == 1);
    CHECK(state.said.find("the branch is gone") != std::string::npos);
}

TEST_CASE("recording: where another scenario was opened meanwhile that one stays, and the recording is told of") {
    const test::InFolder here;
    gui::AppState state = opened("limit-1-burst");
    state.recorder.program = PORTSIDE_PROGRAM;
    test::Driver driver(state, {1280, 800, 1});
    driver.key('R');
    REQUIRE_MESSAGE(state.recorder.now, state.error);
    REQUIRE(gui::app_open_files(state, {std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/twice-cpus.toml"}));
    const std::string text = state.scenario.text;
    frames_until_over(driver, state);
    CHECK_MESSAGE(state.error.empty(), state.error);
    CHECK(state.scenario.text == text);
    CHECK(state.sides.size() == 1);
    CHECK(state.said == "The recording is in limit-1-burst-port.ptrace: Ctrl+O opens it.");
    CHECK(std::filesystem::exists("limit-1-burst-port.ptrace"));
    REQUIRE_FALSE(state.files.recent.empty());
    CHECK(state.files.recent.front().front().ends_with("limit-1-burst-port.ptrace"));
}

TEST_CASE("recording: it is stopped and kept, a window that goes ends it, and a recorder that fails is told") {
    const test::InFolder here;
    test::write_file("long.toml", "until = \"20s\"\n[machine]\nprocessors = 2\n[[port]]\nname = \"p\"\n[[worker]]\nname = \"w\"\nport = \"p\"\ncount = 2\non_packet = [ { compute = \"10us\" } ]\n[[source]]\nname = \"s\"\nport = \"p\"\narrivals = { every = \"10ms\" }\n");
    const auto begin = [](gui::AppState& state, const char* program) {
        REQUIRE(gui::app_open(state, {"long.toml"}, {}).ok());
        state.files.shown = {"long.toml"};
        state.recorder.program = program;
    };
    {
        gui::AppState state;
        begin(state, PORTSIDE_PROGRAM);
        test::Driver driver(state, {1280, 800, 1});
        driver.key('R');
        for (const auto begun = Clock::now(); state.recorder.now && state.recorder.now->figures().records < 20 && Clock::now() - begun < std::chrono::seconds(20);) driver.frames(1), std::this_thread::sleep_for(std::chrono::milliseconds(5));
        CHECK(driver.sees("records. R stops it."));
        driver.key('R');
        frames_until_over(driver, state);
        CHECK_MESSAGE(state.error.empty(), state.error);
        CHECK(state.sides.size() == 2);
        CHECK(state.sides.back().end_ns < 15'000'000'000);
    }
    {
        gui::AppState state;
        begin(state, PORTSIDE_PROGRAM);
        test::Driver driver(state, {1280, 800, 1});
        driver.key('R');
        driver.frames(2);
        REQUIRE(state.recorder.now);
    }
    for (const auto& entry : std::filesystem::directory_iterator(".")) CHECK_MESSAGE(entry.path().extension() != ".part", entry.path().string());   // nobody writes any more
    gui::AppState state;
    begin(state, "/bin/false");
    test::Driver driver(state, {1280, 800, 1});
    driver.key('R');
    frames_until_over(driver, state);
    CHECK(driver.sees("The recorder ended without a trace."));
    state.recorder.program = "/no/such/program";
    driver.key('R');
    CHECK(driver.sees("can't be started"));
}
