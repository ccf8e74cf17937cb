// A Windows program recorded from the window by the real recorder, under Wine.
#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/folder.h"
#include "tests/gui/driver.h"
#include "tests/gui/opened.h"
#include "tests/skip.h"

TEST_CASE("program under Wine: load-echo is recorded from the window and shown, with its model or with why there is none") {
    const std::filesystem::path program = std::filesystem::path(PORTSIDE_PROGRAM).parent_path() / "windows/load-echo.exe";
    if (std::ranges::find(gui::record_backends(), "iocp") == gui::record_backends().end() || !std::filesystem::exists(program)) return test::skip("wine", "no Wine, or no " + program.filename().string());
    const test::InFolder here;
    gui::AppState state = opened("limit-1-burst");
    state.recorder.program = PORTSIDE_PROGRAM;
    test::Driver driver(state, {1280, 800, 1});
    driver.key(gui::kKeyCtrl + 'R');
    driver.type('"' + program.string() + "\" --clients 4 --requests 3000");
    driver.key(gui::kKeyEnter);
    REQUIRE_MESSAGE(state.recorder.now, (state.error + state.entry.error));
    const auto begun = std::chrono::steady_clock::now();
    const auto soon = [begun] { return std::chrono::steady_clock::now() - begun < std::chrono::seconds(120); };
    uint64_t seen = 0;
    for (; state.recorder.now && soon(); std::this_thread::sleep_for(std::chrono::milliseconds(10))) {
        seen = std::max(seen, state.recorder.now->figures().records);
        driver.frames(1);
    }
    CHECK(seen > 100);                                     // while it grew
    REQUIRE_FALSE(state.recorder.now);
    REQUIRE_MESSAGE(state.error.empty(), state.error);
    CHECK(std::filesystem::exists("load-echo.ptrace"));
    CHECK(state.calibrating.program == "load-echo.exe");
    while (gui::app_calibrating(state) && soon()) driver.frames(1), std::this_thread::sleep_for(std::chrono::milliseconds(10));
    driver.frames(2);
    CHECK_FALSE(gui::app_calibrating(state));
    CHECK(state.sides.back().trace.header.program.name == "load-echo.exe");
    CHECK(state.sides.size() == (state.alone ? 1 : 2));
    CHECK(state.alone != state.calibrating.why.empty());
    MESSAGE((state.alone ? gui::app_alone_text(state, false) : state.said));
}
