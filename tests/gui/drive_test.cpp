// The window driven as a person drives it: each command by its key and by the palette, and longer stories with mouse and text.
#include <algorithm>
#include <set>

#include "gui/model/over.h"
#include "tests/folder.h"
#include "tests/gui/driver.h"
#include "tests/gui/opened.h"

using test::Driver;

namespace {

// In the middle of a run with two ports and a divergence, with a range, a search and a value changed: every command has something to do.
gui::AppState busy() {
    gui::AppState state = opened_with_recordings("two-ports", 2);
    gui::app_seek(state, state.playback.end_ns / 2);
    state.view_from_ns = state.playback.end_ns / 4, state.view_to_ns = state.playback.end_ns * 3 / 4;
    gui::app_range_set(state, state.view_from_ns, state.playback.end_ns * 2 / 3);
    gui::request_run(state, {.what = gui::Request::What::concurrency, .number = 3});
    state.recorder.program = "/bin/false";
    return state;
}

bool changes_something(Driver& driver, gui::AppState& state, const gui::CommandEntry& command, bool by_key) {
    const uint64_t before = driver.picture();
    if (by_key) driver.key(command.key);
    else driver.palette(command.name);
    const bool changed = driver.picture() != before || state.quit || state.exports.due != gui::ExportKind::none;   // the last needs a screen's pixels
    state.quit = false;
    return changed;
}

}  // namespace

TEST_CASE("driver: every command is run by its key and from the palette, is seen to do something, and leaves the window whole") {
    const test::InFolder here;
    size_t interactions = 0;
    std::set<std::string_view> seen;
    for (const Driver::Screen screen : {Driver::Screen{1280, 800, 1}, Driver::Screen{800, 500, 1}, Driver::Screen{1280, 800, 2}})
        for (const gui::CommandEntry& command : gui::command_list()) {
            CAPTURE(std::string(command.name));
            CAPTURE(screen.width);
            for (const bool by_key : {true, false}) {
                if (!by_key && command.id == gui::CommandId::palette) continue;
                gui::AppState state = busy();
                Driver driver(state, screen);
                if (changes_something(driver, state, command, by_key)) seen.insert(command.name);
                interactions += driver.interactions();
            }
        }
    for (const gui::CommandEntry& command : gui::command_list()) CHECK_MESSAGE(seen.contains(command.name), std::string(command.name) << " does nothing that is seen");
    CHECK(interactions > 2 * gui::command_list().size());
}

TEST_CASE("driver: the buttons of playback, the pages and the sheets by mouse") {
    gui::AppState state = busy();
    Driver driver(state, {1280, 800, 1});
    const int64_t middle = state.playback.cursor_ns;
    driver.click("to-begin");
    CHECK(state.playback.cursor_ns == 0);
    driver.click("step");
    const uint64_t first = state.position;
    CHECK(first > 0);
    driver.click("step");
    CHECK(state.position > first);
    driver.click("step-back");
    CHECK(state.position == first);
    driver.click("to-end");
    CHECK(state.playback.cursor_ns == state.playback.end_ns);
    driver.click("play");
    CHECK(state.playback.playing);
    CHECK(state.playback.cursor_ns < middle);              // from the beginning again
    driver.click("play");
    CHECK_FALSE(state.playback.playing);
    driver.click("Theme");
    CHECK(state.theme == gui::ThemeId::light);
    driver.click("Keys");
    CHECK(state.help);
    driver.click("topbar");                                // anywhere closes it
    CHECK_FALSE(state.help);
    driver.click("controls/edit");
    CHECK(state.edit.shown);
    driver.click("text/close");
    CHECK_FALSE(state.edit.shown);
    driver.click("next policy");
    CHECK(state.controls.policy != "nt");
    driver.key(gui::kKeyCtrl + 'Z');
    CHECK(state.controls.policy == "nt");
    CHECK(driver.interactions() >= 13);
}

TEST_CASE("driver: waits and service by keys and mouse: of a port, a thread, a key, the next of each, and away") {
    for (const Driver::Screen screen : {Driver::Screen{1280, 800, 1}, Driver::Screen{1024, 768, 2}, Driver::Screen{1920, 1080, 1}}) {
        CAPTURE(screen.width);
        gui::AppState state = opened_with_recordings("two-ports", 3);
        Driver driver(state, screen);
        driver.key(';');
        CHECK(state.times.shown);
        CHECK(driver.sees("Wait"));
        driver.click("times/Thread");
        CHECK(state.selection.is_thread());
        CHECK(driver.sees(state.selection.name));
        const std::string first = state.selection.name;
        driver.click("next of these");
        CHECK(state.selection.name != first);
        driver.click("times/Key");
        CHECK(driver.sees("key " + std::to_string(state.times.key)));
        driver.key('X');                                   // a packet is selected: its key
        CHECK(state.times.by == gui::TimesView::By::key);
        driver.click("times/Port");
        driver.key('\'');
        CHECK(state.port == 1);
        CHECK(driver.sees("port " + state.sides[0].ports[1].name));
        driver.click("times/close");
        CHECK_FALSE(state.times.shown);
    }
}

TEST_CASE("driver: a slider is dragged, the wheel moves it by one, undo takes each back") {
    gui::AppState state = opened("limit-1-burst");
    Driver driver(state, {1280, 800, 1});
    driver.drag("concurrency", 0.06f, 0.5f);
    CHECK(state.controls.concurrency == 8);
    driver.wheel("concurrency", 1);
    CHECK(state.controls.concurrency == 9);
    driver.wheel("concurrency", -1);
    CHECK(state.controls.concurrency == 8);
    for (int i = 0; i < 40 && state.controls.concurrency != 1; ++i) driver.key(gui::kKeyCtrl + 'Z');
    CHECK(state.controls.concurrency == 1);
    driver.key(gui::kKeyCtrl + gui::kKeyShift + 'Z');
    CHECK(state.controls.concurrency != 1);
}

TEST_CASE("driver: the timeline by mouse: cursor, wheel, range, and the strip of the whole run") {
    gui::AppState state = opened("twice-cpus");
    Driver driver(state, {1280, 800, 1});
    driver.click("timelines", 0.6f, 0.5f);
    const int64_t clicked = state.playback.cursor_ns;
    CHECK(clicked > state.playback.end_ns / 3);
    driver.drag("timelines", 0.6f, 0.8f);
    CHECK(state.playback.cursor_ns > clicked);
    const int64_t whole = state.view_to_ns - state.view_from_ns;
    driver.wheel("timelines", 1, 0.6f);
    CHECK(state.view_to_ns - state.view_from_ns < whole);
    driver.wheel("timelines", -1, 0.6f);
    driver.drag("timelines", 0.4f, 0.7f, 0.5f, true);
    CHECK(state.range.any());
    CHECK(driver.sees("Range"));
    driver.key('L');
    CHECK(state.range.loop);
    CHECK(state.playback.loop_to_ns == gui::app_range_to(state));
    CHECK(state.selection.any());                                // the click met a lane
    driver.key(gui::kKeyEscape);
    CHECK_FALSE(state.selection.any());
    driver.key(gui::kKeyEscape);
    CHECK_FALSE(state.range.any());
    CHECK(driver.interactions() >= 7);
}

TEST_CASE("driver: search by typing, from match to match, a wrong term, and away") {
    gui::AppState state = opened("twice-cpus");
    Driver driver(state, {1280, 800, 1});
    driver.key('/');
    CHECK(state.find.typing);
    driver.type("thread:3");
    CHECK(state.find.text == "thread:3");                  // the slash itself is not typed
    driver.key(gui::kKeyEnter);
    const uint64_t first = state.position;
    CHECK(driver.sees(" of 206"));                         // some stand at the beginning, where the cursor is
    driver.key('N');
    CHECK(state.position > first);
    driver.key(gui::kKeyShift + 'N');
    CHECK(state.position == first);
    driver.key('/');
    driver.field_key(ImGuiKey_End);
    driver.type(" wait>");
    CHECK_FALSE(state.find.error.empty());
    driver.type("1us");
    CHECK(state.find.error.empty());
    for (int i = 0; i < 4; ++i) driver.field_key(ImGuiKey_Backspace);
    CHECK(state.find.text == "thread:3 wait");
    driver.key(gui::kKeyEscape);
    CHECK_FALSE(state.find.shown);
}

TEST_CASE("driver: the palette is typed in, walked through and left") {
    gui::AppState state = opened("limit-1-burst");
    Driver driver(state, {1280, 800, 1});
    driver.key(gui::kKeyCtrl + 'K');
    driver.type("theme");
    CHECK(driver.sees("The next theme"));
    driver.key(gui::kKeyEnter);
    CHECK(state.theme == gui::ThemeId::light);
    driver.key(gui::kKeyCtrl + 'K');
    driver.type("no such words");
    CHECK(driver.sees("No command has these words."));
    driver.key(gui::kKeyEnter);
    CHECK(state.palette.shown);
    driver.field_key(ImGuiKey_A, true);
    driver.field_key(ImGuiKey_Delete);
    CHECK(state.palette.text.empty());
    for (int i = 0; i < 20; ++i) driver.key(gui::kKeyDown);
    CHECK(state.palette.row == 20);
    driver.key(gui::kKeyEscape);
    CHECK_FALSE(state.palette.shown);
}

TEST_CASE("driver: a value by keys and by typing, the text, its error, and the file that is saved") {
    const test::InFolder here;
    gui::AppState state = opened("limit-1-burst");
    Driver driver(state, {1280, 800, 1});
    driver.key('E');
    for (int i = 0; i < 3; ++i) driver.key(gui::kKeyDown);
    const std::string before = state.scenario.text;
    driver.key('.');
    CHECK(state.scenario.text != before);
    driver.key('0');
    CHECK(state.scenario.text == before);
    driver.click("text/text", 0.3f, 0.2f);
    driver.field_key(ImGuiKey_A, true);
    driver.type("x");
    CHECK_FALSE(state.edit.draft_error.empty());
    CHECK(state.scenario.text == before);                  // the last good run stays
    driver.click("topbar", 0.3f);
    driver.key(gui::kKeyShift + '0');
    CHECK(state.scenario.text == state.edit.file_text);
    driver.key('4');
    driver.key(gui::kKeyCtrl + 'S');
    CHECK(test::read_file(state.edit.file_name) == state.scenario.text);
    driver.key(gui::kKeyCtrl + 'S');
    CHECK(driver.sees("is there already"));
    driver.key('E');
    CHECK_FALSE(state.edit.shown);
}

TEST_CASE("driver: questions by number keys and by mouse") {
    gui::AppState state = opened("block-and-release");
    Driver driver(state, {1280, 800, 1});
    driver.key('G');
    for (int i = 0; i < 8; ++i) {
        driver.key(gui::kKeyShift + 'G');
        REQUIRE(state.quiz.question);
        CHECK(driver.sees("Predict"));
        if (i % 2 == 0) driver.key('1');
        else driver.click("why/" + std::string("2  ") + state.quiz.question->choices[1].text);
        CHECK(state.quiz.answered == static_cast<uint32_t>(i) + 1);
        driver.key(gui::kKeySpace);
        driver.key(gui::kKeySpace);
    }
    driver.key('G');
    CHECK_FALSE(state.quiz.on);
    CHECK(driver.interactions() >= 34);
}

TEST_CASE("driver: the run is branched by keys, one value is changed, and it is let go") {
    gui::AppState state = opened("limit-1-burst");
    Driver driver(state, {1280, 800, 1});
    driver.click("timelines", 0.6f, 0.5f);
    driver.key(gui::kKeyShift + 'E');
    CHECK(driver.sees("As it was"));
    driver.drag("concurrency", 0.06f, 0.5f);
    CHECK(state.controls.concurrency == 8);
    CHECK(driver.sees("branch: concurrency 1 -> 8"));
    CHECK(driver.sees("limit 1, then 8"));
    driver.key('6');
    CHECK(driver.sees("can't change in the middle of a run"));
    driver.key('J');
    CHECK(gui::app_divergence_here(state) != nullptr);
    driver.key(gui::kKeyShift + 'B');
    CHECK_FALSE(driver.sees("As it was"));
    CHECK(state.controls.concurrency == 1);
}

TEST_CASE("driver: a wrong answer is run by its button, and beside the real run") {
    gui::AppState state = opened("block-and-release");
    Driver driver(state, {1280, 800, 1});
    for (int i = 0; i < 8 && !driver.sees("Run it anyway"); ++i) {
        driver.key(gui::kKeyShift + 'G');
        REQUIRE(state.quiz.question);
        const auto& choices = state.quiz.question->choices;
        const auto wrong = std::find_if(choices.begin(), choices.end(), [](const gui::Choice& choice) { return !choice.right; });
        driver.key('1' + static_cast<int>(wrong - choices.begin()));
    }
    driver.click("why/run-anyway");
    CHECK(driver.sees("Run anyway"));
    CHECK(driver.sees("instead: "));
    CHECK(state.sides.size() == 2);
    driver.key(gui::kKeySpace);                            // the quiz goes on with the real run
    CHECK(state.focus == 0);
    driver.key(gui::kKeyShift + 'B');
    CHECK(state.sides.size() == 1);
}

TEST_CASE("driver: presenter mode goes on by a clicker's keys alone") {
    gui::AppState state = opened("block-and-release");
    Driver driver(state, {1280, 800, 1.4f});
    driver.key('V');
    for (int i = 0; i < 12; ++i) {
        driver.key(gui::kKeyPageDown);
        CHECK(state.revealed == (i % 2 == 0));
    }
    const uint64_t position = state.position;
    driver.key(gui::kKeyPageUp);
    CHECK(state.position < position);
    driver.key('V');
    CHECK_FALSE(state.presenter);
}

TEST_CASE("driver: small windows: each page by its tab") {
    gui::AppState state = opened_with_recordings("block-and-release", 2);
    for (const Driver::Screen screen : {Driver::Screen{800, 500, 1}, Driver::Screen{600, 420, 1}}) {
        Driver driver(state, screen);
        for (const gui::Page page : gui::pages_of(gui::arrangement_of(state.window))) {
            driver.click("tabs/" + std::string(gui::page_title(page)));
            CHECK(gui::page_shown(gui::arrangement_of(state.window), state.page) == page);
        }
    }
}

TEST_CASE("driver: under the mouse a time over the limit says what brought it about, in words that have room") {
    for (const Driver::Screen screen : {Driver::Screen{1280, 800, 1}, Driver::Screen{1024, 768, 2}}) {
        CAPTURE(screen.width);
        gui::AppState state = opened("block-and-release");
        gui::command_run(state, gui::CommandId::phase_over);
        const std::optional<gui::OverSpan> over = gui::over_at(state.sides[0], 0, state.playback.cursor_ns);
        REQUIRE(over.has_value());
        state.view_from_ns = over->from_ns - 200'000, state.view_to_ns = over->to_ns + 200'000;
        Driver driver(state, screen);
        bool seen = false;
        for (int y = 40; y < 100 && !seen; ++y) {
            driver.point("timelines", 0.58f, static_cast<float>(y) / 100);
            seen = driver.sees("nobody is stopped, so 3 threads are active over a limit of 2 (K19).");
        }
        CHECK(seen);
    }
}
