// The compare panel: what it says, how one walks through it, and that all of it can be read at every size.
#include <chrono>
#include <thread>

#include "gui/platform/window.h"
#include "tests/folder.h"
#include "tests/gui/opened.h"
#include "tests/gui/placed.h"

namespace {

void wait_until_known(gui::AppState& state) {
    do {
        gui::app_compare_settle(state);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    } while (gui::app_compare_busy(state));
    gui::app_compare_settle(state);
}

gui::AppState compared(const std::string& scenario, size_t sides = 2) {
    gui::AppState state = opened_with_recordings(scenario, sides);
    gui::command_run(state, gui::CommandId::compare);
    wait_until_known(state);
    REQUIRE(gui::app_close_look(state) != nullptr);
    return state;
}

std::string all_text(const gui::HeadlessWindow& window, const std::string& panel) {
    std::string out;
    for (const gui::PlacedText& text : window.texts())
        if (text.panel == panel) out += text.text + '\n';
    return out;
}

// Long enough for a prediction: what the `port` backend would have recorded of the scenario with these values.
sim::Trace recorded(const std::vector<std::string>& sets) {
    const std::string text = "[machine]\nprocessors = 2\nwake_latency = \"20us\"\n[[port]]\nname = \"port\"\nconcurrency = 2\n[[worker]]\nname = \"worker\"\nport = \"port\"\ncount = 4\non_packet = [ { compute = { exponential = \"800us\" } } ]\n"
                             "[[source]]\nname = \"s\"\nport = \"port\"\narrivals = { poisson = \"1ms\", count = 800 }\n";
    sim::Trace trace = run_checked(scenario_of(text, sets));
    trace.header.scenario_text = text;
    trace.header.source = "measured", trace.header.backend = "port", trace.header.sets = sets;
    return trace;
}

}  // namespace

TEST_CASE("compare panel: every decision in which the sides differ is in the list, and each has both sides' sentences") {
    gui::AppState state = compared("block-and-release", 3);
    gui::command_run(state, gui::CommandId::next_side);
    gui::command_run(state, gui::CommandId::next_side);        // the one under wine8
    wait_until_known(state);
    const gui::CloseLook* look = gui::app_close_look(state);
    REQUIRE(look != nullptr);
    CHECK(state.comparing.side == 2);
    REQUIRE(look->differ > 0);
    CHECK(look->divergences.size() == std::min<size_t>(look->differ, gui::CloseLook::told_max));
    size_t differ = 0;
    for (const sim::MatchedDecision& match : look->matches) differ += match.differs != sim::MatchedDecision::Differs::no;
    CHECK(differ == look->differ);
    for (const sim::ToldDivergence& told : look->divergences) {
        CHECK_FALSE(told.a.empty());
        CHECK_FALSE(told.b.empty());
    }
    REQUIRE(look->verdicts);
    CHECK(look->verdicts->explained.decisions() > 0);
}

TEST_CASE("compare panel: next and before go through the divergences and around their ends; a click selects one") {
    gui::AppState state = compared("block-and-release", 3);
    const gui::CloseLook* look = gui::app_close_look(state);
    const size_t count = look->divergences.size();
    REQUIRE(count >= 2);
    gui::app_seek(state, 0);
    gui::command_run(state, gui::CommandId::divergence_next);
    const size_t first = state.comparing.selected;
    CHECK(first < count);
    CHECK(state.position == look->divergences[first].a_record + 1);
    for (size_t i = 0; i < count; ++i) gui::command_run(state, gui::CommandId::divergence_next);
    CHECK(state.comparing.selected == first);
    gui::command_run(state, gui::CommandId::divergence_before);
    CHECK(state.comparing.selected == (first + count - 1) % count);
    gui::request_run(state, {.what = gui::Request::What::divergence, .number = 1});
    CHECK(state.comparing.selected == 1);
    const int64_t cursor = state.playback.cursor_ns;
    CHECK(cursor >= state.view_from_ns);
    CHECK(cursor <= state.view_to_ns);
}

TEST_CASE("compare panel: a side that agrees has nothing to go to, one side alone says what is needed") {
    gui::AppState same = opened("limit-1-burst");
    add_side(same, run_checked(scenario_named("limit-1-burst")));
    gui::command_run(same, gui::CommandId::compare);
    wait_until_known(same);
    REQUIRE(gui::app_close_look(same) != nullptr);
    CHECK(gui::app_close_look(same)->differ == 0);
    CHECK(gui::app_close_look(same)->verdicts->explained.contradict == 0);
    gui::command_run(same, gui::CommandId::divergence_next);
    CHECK(same.said == "No decision differs.");
    gui::AppState alone = opened("limit-1-burst");
    gui::command_run(alone, gui::CommandId::divergence_next);
    CHECK(alone.said.find("second side") != std::string::npos);
    gui::HeadlessWindow window(1280, 800, 1);
    window.frame(alone);
    CHECK(all_text(window, "compare").find("one side only") != std::string::npos);
}

TEST_CASE("compare panel: another run of the first side is looked at anew") {
    gui::AppState state = compared("block-and-release");
    gui::command_run(state, gui::CommandId::seed_more);
    CHECK(gui::app_close_look(state) == nullptr);              // of the run before
    wait_until_known(state);
    CHECK(gui::app_close_look(state) != nullptr);
    CHECK(state.comparing.selected == SIZE_MAX);
}

TEST_CASE("compare panel: a kept run is compared, and let go while it is: nothing is busy, nothing is told of it") {
    gui::AppState state = opened("block-and-release");
    gui::HeadlessWindow window(1280, 800, 1);
    for (const bool waits : {true, false}) {
        gui::command_run(state, gui::CommandId::keep_run);
        gui::command_run(state, gui::CommandId::seed_more);
        if (!state.comparing.shown) gui::command_run(state, gui::CommandId::compare);
        if (waits) wait_until_known(state);
        window.frame(state);
        gui::command_run(state, gui::CommandId::let_go);
        window.frame(state);
        wait_until_known(state);
        window.frame(state);
        CHECK_FALSE(gui::app_compare_busy(state));
        CHECK(gui::app_close_look(state) == nullptr);
        gui::command_run(state, gui::CommandId::divergence_next);
        CHECK(state.said.find("second side") != std::string::npos);
    }
}

TEST_CASE("compare panel: a recording too long to predict from in the window is refused with the limit, and not copied") {
    gui::AppState state = opened("limit-1-burst");
    add_side(state, recorded({}));
    state.sides.back().trace.records = sim::Records(std::vector<sim::Record>(gui::kLaidBesideMax + 1));
    state.sides.back().indexed = gui::kLaidBesideMax + 1;
    gui::command_run(state, gui::CommandId::predict);
    CHECK(state.comparing.foretold == nullptr);
    CHECK(state.said.find("reads at most 4 000 000 records") != std::string::npos);
    CHECK(state.said.find("portside predict") != std::string::npos);
}

TEST_CASE("compare panel: a prediction stands beside the recording of the setting that it is of, else it is of what was changed here") {
    gui::AppState state = opened("limit-1-burst");
    gui::command_run(state, gui::CommandId::predict);
    CHECK(state.said.find("needs a recording") != std::string::npos);
    add_side(state, recorded({}));
    add_side(state, recorded({"port.port.concurrency=1"}));
    gui::command_run(state, gui::CommandId::predict);
    wait_until_known(state);
    const gui::Foretold* told = state.comparing.foretold->answer();
    REQUIRE(told != nullptr);
    REQUIRE_MESSAGE(told->error.empty(), told->error);
    CHECK(told->set == "port.port.concurrency=1");
    REQUIRE(told->measured);
    CHECK(told->prediction.predicted.latency.mean == doctest::Approx(told->measured->latency.mean).epsilon(0.25));
    gui::HeadlessWindow window(1280, 800, 1);
    window.frame(state);
    const std::string text = all_text(window, "compare");
    for (const char* word : {"recorded", "predicted", "measured", "throughput", "p99"}) CHECK_MESSAGE(text.find(word) != std::string::npos, word);
    const test::Folder folder;
    const std::string path = (folder / "a.ptrace").string();
    REQUIRE(sim::trace_write(path, recorded({})).ok());
    gui::AppState changed;
    REQUIRE(gui::app_open(changed, {path}, {}).ok());
    gui::command_run(changed, gui::CommandId::concurrency_less);
    gui::command_run(changed, gui::CommandId::predict);
    wait_until_known(changed);
    CHECK(changed.comparing.foretold->answer()->set == "port.port.concurrency=1");
    CHECK_FALSE(changed.comparing.foretold->answer()->measured);
}

TEST_CASE("compare panel: at every size and scale nothing overlaps, leaves its panel or is cut") {
    struct Screen { int width, height; float scale; };
    for (const Screen screen : {Screen{1024, 768, 1}, {1280, 800, 1}, {1920, 1080, 1}, {1920, 1080, 2}, {1000, 640, 1}, {760, 440, 1}, {1024, 768, 2}, {1280, 800, 2}})
        for (const char* scenario : {"limit-1-burst", "block-and-release", "two-ports", "lock-convoy"}) {
            CAPTURE(screen.width);
            CAPTURE(screen.height);
            CAPTURE(screen.scale);
            CAPTURE(scenario);
            gui::AppState state = compared(scenario, 3);
            gui::HeadlessWindow window(screen.width, screen.height, screen.scale);
            for (int side = 0; side < 3; ++side) {
                gui::command_run(state, gui::CommandId::divergence_next);
                window.frame(state);
                const std::string wrong = wrong_with(window.texts());
                CHECK_MESSAGE(wrong.empty(), wrong);
                gui::command_run(state, gui::CommandId::next_side);
                wait_until_known(state);
            }
        }
}

TEST_CASE("compare panel: lines stand between matched decisions, and no more than a frame can bear") {
    constexpr int kBear = 2800;                                // triangles: letters, two each, and lines
    gui::AppState state = compared("twice-cpus");
    gui::HeadlessWindow window(1920, 1080, 1);
    window.frame(state);                                       // the first one measures letters
    for (const int64_t part : {1, 4, 20, 100}) {
        CAPTURE(part);
        state.view_to_ns = state.playback.end_ns / part;
        window.frame(state);
        const int with = window.primitive_count();
        std::unique_ptr<gui::Beside<gui::CloseLook>> look = std::move(state.comparing.look);   // not known: no lines, and no list
        window.frame(state);
        state.comparing.look = std::move(look);
        CHECK(with > window.primitive_count());
        CHECK(with - window.primitive_count() <= kBear);
    }
}
