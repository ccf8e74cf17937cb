// The window without a screen: models of known runs, frames at every size, commands.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "gui/app/keys.h"
#include "gui/model/color.h"
#include "gui/model/columns.h"
#include "gui/platform/window.h"
#include "tests/folder.h"
#include "tests/gui/opened.h"

TEST_CASE("side: boxes, steps and the picture of a burst at a limit of one") {
    // limit-1-burst: worker.5 is released at 0, runs from 5 us, handles six packets of 1 ms with 1 us of get between them.
    const gui::AppState state = opened("limit-1-burst");
    const gui::Side& side = state.sides[0];
    CHECK(side.lanes.size() == 6);
    CHECK(side.lanes[0].boxes.empty());
    REQUIRE_FALSE(side.lanes[5].boxes.empty());
    CHECK(side.lanes[5].boxes.front().begin_ns == 5'000);
    CHECK(side.lanes[5].boxes.front().end_ns == 1'005'000);
    CHECK(gui::value_at(side.ports[0].depth, 100'000) == 5);
    CHECK(gui::value_at(side.ports[0].depth, 1'500'000) == 4);
    CHECK(gui::value_at(side.ports[0].active, 3'000'000) == 1);
    const gui::PortPicture picture = gui::port_picture(side, gui::state_after(side, gui::records_until(side, 1'500'000)), 0);
    CHECK(picture.limit == 1);
    CHECK(picture.queue == std::vector<std::string>{"2", "3", "4", "5"});
    REQUIRE(picture.running.size() == 1);
    CHECK(picture.running[0].thread_name == "T5");
    CHECK(picture.running[0].packet == "1");
    CHECK_FALSE(picture.running[0].over_limit);
    CHECK(picture.stack == std::vector<std::string>{"T4", "T3", "T2", "T1", "T0"});
}

TEST_CASE("side: a thread that comes back stands over the limit in the picture") {
    const gui::AppState state = opened("block-and-release");
    const gui::Side& side = state.sides[0];
    size_t over = 0;
    for (uint64_t i = 0; i <= side.trace.records.size(); ++i) {
        const gui::PortPicture picture = gui::port_picture(side, gui::state_after(side, i), 0);
        CHECK(picture.running.size() == picture.active);
        size_t above = 0;
        for (const gui::RunningSlot& slot : picture.running) above += slot.over_limit ? 1 : 0;
        CHECK(above == (picture.active > picture.limit ? picture.active - picture.limit : 0));
        over += above;
    }
    CHECK(over > 0);
}

TEST_CASE("playback: after N steps forward and N back the model's hash is the one from before, for 1,000 random N") {
    gui::AppState state = opened("twice-cpus");
    const uint32_t seed = 777;
    MESSAGE("seed " << seed);
    std::mt19937 random(seed);
    gui::command_run(state, gui::CommandId::step);
    for (int i = 0; i < 1'000; ++i) {
        const uint64_t hash = gui::app_world_hash(state), position = state.position;
        const int n = 1 + static_cast<int>(random() % 12);
        int made = 0;
        for (; made < n && state.position < state.sides[0].events.back() + 1; ++made) gui::command_run(state, gui::CommandId::step);
        for (int k = 0; k < made; ++k) gui::command_run(state, gui::CommandId::step_back);
        REQUIRE(state.position == position);
        REQUIRE(gui::app_world_hash(state) == hash);
        const int on = static_cast<int>(random() % 5);
        for (int k = 0; k < on; ++k) gui::command_run(state, gui::CommandId::step);
        if (random() % 40 == 0) {
            gui::command_run(state, gui::CommandId::to_begin);
            gui::command_run(state, gui::CommandId::step);
        }
    }
}

TEST_CASE("playback: wall time becomes run time, within the run") {
    gui::Playback playback;
    gui::playback_load(playback, 10'000'000);
    gui::playback_toggle(playback);
    gui::playback_advance(playback, 1);      // a run is watched in ten seconds: a tenth of it
    CHECK(playback.cursor_ns == 1'000'000);
    gui::playback_faster(playback);
    gui::playback_advance(playback, 1);
    CHECK(playback.cursor_ns == 3'000'000);
    gui::playback_advance(playback, 100);
    CHECK(playback.cursor_ns == 10'000'000);
    CHECK_FALSE(playback.playing);
    gui::playback_toggle(playback);
    CHECK(playback.cursor_ns == 0);
    for (int i = 0; i < 20; ++i) gui::playback_faster(playback);
    CHECK(playback.speed == gui::kSpeedMax);
    for (int i = 0; i < 40; ++i) gui::playback_slower(playback);
    CHECK(playback.speed == gui::kSpeedMin);
}

TEST_CASE("controls: a new value simulates again at once") {
    gui::AppState state = opened("limit-1-burst");
    const std::string before = state.sides[0].summary.fingerprint;
    gui::request_run(state, {.what = gui::Request::What::concurrency, .number = 3});
    CHECK(state.error.empty());
    CHECK(state.sides[0].summary.fingerprint != before);
    CHECK(state.sides[0].ports[0].limit == 3);
    CHECK(state.sides[0].summary.ports[0].active_max == 3);
    gui::request_run(state, {.what = gui::Request::What::concurrency, .number = 1});
    CHECK(state.sides[0].summary.fingerprint == before);
    gui::request_run(state, {.what = gui::Request::What::threads, .number = 2});
    CHECK(state.sides[0].lanes.size() == 2);
}

TEST_CASE("open: a simulated trace beside a named scenario is compared with and changes nothing; alone it says what to simulate") {
    const std::string trace = (std::filesystem::temp_directory_path() / "portside-window-test.ptrace").string();
    REQUIRE(sim::trace_write(trace, run_checked(scenario_named("limit-1-burst", {"port.port.policy=wine8"}))).ok());
    gui::AppState named;
    REQUIRE(gui::app_open(named, {std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/limit-1-burst.toml", trace}, {}).ok());
    CHECK(named.controls.policy == "nt");
    REQUIRE(named.sides.size() == 2);
    CHECK(named.sides[0].trace.header.policy == "nt");
    CHECK(named.sides[1].trace.header.policy == "wine8");
    CHECK(named.sides[0].name != named.sides[1].name);
    REQUIRE(named.comparisons.size() == 1);
    CHECK(named.comparisons[0].first_divergence);
    gui::AppState alone;
    REQUIRE(gui::app_open(alone, {trace}, {}).ok());
    CHECK(alone.controls.policy == "wine8");
    CHECK_FALSE(alone.comparisons[0].first_divergence);
    std::filesystem::remove(trace);
}

TEST_CASE("commands: names and keys are unique, and every command can be run without a mouse") {
    std::set<std::string_view> names;
    std::set<int> keys;
    gui::AppState state = opened("block-and-release");
    add_side(state, "block-and-release");
    state.edit.file_name.clear();                          // nothing is saved
    for (const gui::CommandEntry& entry : gui::command_list()) {
        CHECK(names.insert(entry.name).second);
        CHECK(keys.insert(entry.key).second);
        gui::CommandId id{};
        REQUIRE(gui::command_of_key(entry.key, id));
        CHECK(id == entry.id);
        gui::command_run(state, id);
    }
    if (!state.quit) gui::command_run(state, gui::CommandId::quit);   // the map's best may have been taken by then: a change that is in no file
    CHECK(state.quit);
}

TEST_CASE("theme: text can be read on its ground in every theme") {
    for (const gui::Theme* theme : {&gui::theme_dark(), &gui::theme_light(), &gui::theme_contrast(), &gui::theme_grey()}) {
        for (const ImU32 ground : {theme->back, theme->panel, theme->lane}) {
            CHECK(gui::contrast(theme->text, ground) >= 7);
            CHECK(gui::contrast(theme->dim, ground) >= 4.5);
            CHECK(gui::contrast(theme->faint, ground) >= 4.5);
            CHECK(gui::contrast(theme->accent, ground) >= 4.5);
            CHECK(gui::contrast(theme->warning, ground) >= 4.5);
        }
        CHECK(gui::contrast(theme->text, theme->accent_back) >= 4.5);
        CHECK(gui::contrast(theme->text, theme->unavailable) >= 3);
        for (const ImU32 ground : {theme->panel, theme->accent_back}) CHECK(gui::contrast(theme->unavailable, ground) >= 3);
        for (const ImU32 box : {theme->running, theme->blocked, theme->ready, theme->queued}) CHECK(gui::contrast(theme->on_box, box) >= 4.5);
        CHECK(gui::contrast(theme->on_warning, theme->warning) >= 4.5);
        CHECK(gui::contrast(theme->on_accent, theme->accent) >= 4.5);
    }
}

TEST_CASE("theme: states are told apart by people with each of the common colour deficiencies; in grey by lightness") {
    const auto rgb = [](ImU32 color) { return gui::Rgb{.red = static_cast<uint8_t>(color >> IM_COL32_R_SHIFT), .green = static_cast<uint8_t>(color >> IM_COL32_G_SHIFT), .blue = static_cast<uint8_t>(color >> IM_COL32_B_SHIFT)}; };
    struct Wanted { const gui::Theme* theme; double least; };
    for (const Wanted& wanted : {Wanted{&gui::theme_dark(), 18}, Wanted{&gui::theme_light(), 18}, Wanted{&gui::theme_contrast(), 20}, Wanted{&gui::theme_grey(), 8.5}}) {
        const gui::Theme& theme = *wanted.theme;
        const ImU32 states[] = {theme.running, theme.ready, theme.blocked, theme.suspended, theme.lane};
        for (const gui::Vision vision : {gui::Vision::usual, gui::Vision::protanopia, gui::Vision::deuteranopia, gui::Vision::tritanopia})
            for (size_t a = 0; a < 5; ++a)
                for (size_t b = a + 1; b < 5; ++b) {
                    CAPTURE(a);
                    CAPTURE(b);
                    CHECK(gui::color_difference(rgb(states[a]), rgb(states[b]), vision) >= wanted.least);
                }
    }
    // Pairs whose difference is published (Sharma, Wu, Dalal 2005), in L*a*b*, and two colours that deuteranopes confuse.
    CHECK(gui::lab_difference({50, 2.6772, -79.7751}, {50, 0, -82.7485}) == doctest::Approx(2.0425).epsilon(0.0001));
    CHECK(gui::lab_difference({50, 2.5, 0}, {73, 25, -18}) == doctest::Approx(27.1492).epsilon(0.0001));
    CHECK(gui::lab_difference({60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}) == doctest::Approx(1.2644).epsilon(0.0001));
    CHECK(gui::color_difference({200, 120, 60}, {130, 150, 60}, gui::Vision::usual) > 2 * gui::color_difference({200, 120, 60}, {130, 150, 60}, gui::Vision::deuteranopia));
}

TEST_CASE("presenter: strong colours, the reason only when a clicker asks, and back to what was before") {
    gui::AppState state = opened("limit-1-burst");
    state.theme = gui::ThemeId::light;
    gui::command_run(state, gui::CommandId::presenter);
    CHECK(state.theme == gui::ThemeId::contrast);
    gui::app_seek(state, 1'500'000);
    gui::HeadlessWindow window(1280, 720, 1.4f);
    const auto why = [&] {
        window.frame(state);
        std::string all;
        for (const gui::PlacedText& text : window.texts())
            if (text.panel == "why" || text.panel == "events") all += text.text + ' ';
        return all;
    };
    for (int slide = 0; slide < 4; ++slide) {
        const uint64_t position = state.position;
        CHECK(why().find("PgDn tells") != std::string::npos);
        CHECK(why().find("worker") == std::string::npos);
        gui::app_key(state, gui::kKeyPageDown, false, false, false);
        CHECK(state.position == position);
        CHECK(why().find("PgDn tells") == std::string::npos);
        gui::app_key(state, gui::kKeyPageDown, false, false, false);
        CHECK(state.position > position);
    }
    const uint64_t position = state.position;
    gui::app_key(state, gui::kKeyPageUp, false, false, false);
    CHECK(state.position < position);
    gui::command_run(state, gui::CommandId::presenter);
    CHECK(state.theme == gui::ThemeId::light);
    CHECK(why().find("PgDn tells") == std::string::npos);
}

TEST_CASE("window: 240 frames of a monkey with a mouse leave it standing") {
    gui::AppState state = opened("twice-cpus");
    add_side(state, "twice-cpus");
    state.edit.file_name.clear();                          // nothing is saved
    gui::HeadlessWindow window(1280, 800, 1);
    std::mt19937 random(5);
    for (int frame = 0; frame < 240; ++frame) {
        window.frame(state, static_cast<float>(random() % 1280), static_cast<float>(random() % 800), random() % 3 != 0);
        if (frame % 10 == 0) gui::command_run(state, gui::command_list()[random() % gui::command_list().size()].id);
        REQUIRE(state.view_from_ns < state.view_to_ns);
        REQUIRE(state.playback.cursor_ns <= state.playback.end_ns);
    }
    CHECK(window.vertex_count() > 0);
}

TEST_CASE("side: of a long backlog snapshots take bounded memory, and the state at any record is exact") {
    const gui::Side side = gui::side_build(run_checked(scenario_of(R"(
until = "70ms"
[[port]]
name = "port"
[[worker]]
name = "w"
port = "port"
on_packet = [ { compute = "1s" } ]
[[source]]
name = "s"
port = "port"
arrivals = { every = "1us", count = 60000 }
)")));
    size_t bytes = 0;
    for (const sim::TraceState& state : side.snapshots) bytes += sim::trace_state_bytes(state);
    CHECK(bytes <= (size_t{128} << 20));
    CHECK(side.snapshot_stride > 1024);
    sim::TraceState state = sim::trace_state_begin(side.trace.header);
    for (uint64_t i = 0; i < side.trace.records.size(); ++i) {
        if (i % 40'009 == 0) {
            const sim::TraceState asked = gui::state_after(side, i);
            CHECK(asked.ports[0].queue == state.ports[0].queue);
            CHECK(asked.record_count == state.record_count);
        }
        sim::trace_state_apply(state, side.trace.header, side.trace.records[i]);
    }
}

TEST_CASE("window: of two ports one is shown, by its name, and a key shows the other") {
    const test::Folder folder;
    std::ofstream(folder / "two.toml") << R"(
[[port]]
name = "first"
concurrency = 2
[[port]]
name = "second"
concurrency = 3
policy = "epoll"
[[worker]]
name = "a"
port = "first"
count = 3
on_packet = [ { compute = "1ms" }, { post = "second" } ]
[[worker]]
name = "b"
port = "second"
count = 4
on_packet = [ { compute = "1ms" } ]
[[source]]
name = "s"
port = "first"
arrivals = { every = "300us", count = 20 }
)";
    gui::AppState state;
    REQUIRE(gui::app_open(state, {(folder / "two.toml").string()}, {}).ok());
    gui::app_seek(state, 4'000'000);
    struct Screen { int width, height; float scale; };
    for (const Screen screen : {Screen{1024, 768, 1}, Screen{1600, 900, 1}, Screen{1600, 900, 2}}) {
        CAPTURE(screen.width);
        CAPTURE(screen.scale);
        gui::HeadlessWindow window(screen.width, screen.height, screen.scale);
        const auto says = [&](const std::string& text) {
            window.frame(state, -1, -1, false);
            return std::any_of(window.texts().begin(), window.texts().end(), [&text](const gui::PlacedText& placed) { return !placed.cut && placed.text.find(text) != std::string::npos; });
        };
        CHECK(state.port == 0);
        CHECK(says("port first"));
        CHECK(says("O: the other ports"));
        CHECK_FALSE(says("port second"));
        gui::command_run(state, gui::CommandId::next_port);
        CHECK(says("port second"));
        CHECK(says("limit 3"));
        gui::command_run(state, gui::CommandId::next_port);
    }
    gui::command_run(state, gui::CommandId::next_port);
    gui::command_run(state, gui::CommandId::seed_more);      // a new simulation keeps what is shown
    CHECK(state.port == 1);
    CHECK(gui::side_titles(state.sides[0], 1).front() == "port second (2 of 2): policy epoll, 4 processors, limit 3");
}

TEST_CASE("status: the state's hash is that of the step at the cursor, also after another simulation of the same length") {
    gui::AppState state = opened("twice-cpus");
    for (int i = 0; i < 3; ++i) {
        gui::app_seek(state, state.playback.end_ns / 2);
        for (int step = 0; step < 20; ++step) {
            CHECK(gui::app_world_hash(state) == state.history->hash());
            CHECK(gui::app_world_hash(state) == state.history->hash());
            gui::app_step(state, step % 3 == 2 ? -1 : 1);
        }
        gui::command_run(state, gui::CommandId::seed_more);
        CHECK(gui::app_world_hash(state) == state.history->hash());
    }
}

TEST_CASE("controls: values that no slider reaches go one up and down exactly, and a run that can't be simulated changes nothing") {
    gui::AppState state = opened("limit-1-burst", {"port.port.concurrency=4294967295", "seed=9223372036854775802"});
    gui::command_run(state, gui::CommandId::concurrency_more);
    CHECK(state.controls.concurrency == 4294967295u);
    gui::command_run(state, gui::CommandId::concurrency_less);
    CHECK(state.controls.concurrency == 4294967294u);
    gui::command_run(state, gui::CommandId::seed_less);
    CHECK(state.controls.seed == 9223372036854775801u);
    gui::AppState endless = opened("limit-1-burst");
    const gui::Controls before = endless.controls;
    endless.scenario.text = "broken";
    gui::command_run(endless, gui::CommandId::threads_more);
    CHECK_FALSE(endless.error.empty());
    CHECK(endless.controls == before);
}

TEST_CASE("controls: a run that becomes shorter than the view is shown whole") {
    gui::AppState state = opened("limit-1-burst");
    const int64_t end = state.playback.end_ns;
    state.view_from_ns = end * 3 / 4, state.view_to_ns = end;
    gui::request_run(state, {.what = gui::Request::What::concurrency, .number = 6});
    REQUIRE(state.playback.end_ns < end * 3 / 4);
    CHECK(state.view_from_ns == 0);
    CHECK(state.view_to_ns == state.playback.end_ns);
}
