// What is seen of the window at the sizes and scales it has to serve: nothing overlaps, nothing is cut, and together the pages
// show everything.
#include <random>

#include "gui/model/figures.h"
#include "gui/model/text.h"
#include "gui/platform/window.h"
#include "sim/port/rules.h"
#include "tests/gui/opened.h"
#include "tests/gui/placed.h"

namespace {

struct Screen { int width, height; float scale; };

std::vector<Screen> screens() {
    std::vector<Screen> all;
    for (const Screen size : {Screen{1024, 768, 0}, Screen{1280, 800, 0}, Screen{1600, 900, 0}, Screen{1920, 1080, 0}})
        for (const float scale : {1.0f, 1.25f, 1.5f, 1.75f, 2.0f}) all.push_back({size.width, size.height, scale});
    return all;
}

// The smallest of each arrangement: what has room there has room anywhere.
const Screen kTight[] = {{1024, 768, 1}, {1000, 640, 1}, {760, 440, 1}, {759, 400, 1}, {1920, 1080, 2}, {1024, 768, 2}, {1280, 800, 2}};

// Without spaces, so that it does not matter where lines are broken.
std::string squeezed(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c != ' ' && c != '\n') out += c;
    return out;
}

/// Everything that a person who goes through the pages and the sheets sees.
struct Seen {
    std::string text;
    void add(const std::vector<gui::PlacedText>& texts) {
        for (const gui::PlacedText& placed : texts) text += squeezed(placed.text);
        text += '\n';
    }
    bool has(std::string_view wanted) const { return text.find(squeezed(wanted)) != std::string::npos; }
};

// One frame for each page; complaints of all.
std::string look_at_pages(gui::HeadlessWindow& window, gui::AppState& state, Seen& seen) {
    std::string wrong;
    window.frame(state);
    const size_t pages = std::max<size_t>(gui::pages_of(gui::arrangement_of(state.window)).size(), 1);
    for (size_t page = 0; page < pages; ++page) {
        window.frame(state);
        wrong += wrong_with(window.texts());
        seen.add(window.texts());
        gui::command_run(state, gui::CommandId::next_page);
    }
    return wrong;
}

std::string look_at_sheets(gui::HeadlessWindow& window, gui::AppState& state, Seen& seen) {
    std::string wrong;
    struct Sheet { gui::CommandId command; const char* panel; };
    for (const Sheet sheet : {Sheet{gui::CommandId::about, "about"}, Sheet{gui::CommandId::help, "help"}}) {
        size_t turned = 0;
        gui::command_run(state, sheet.command);
        for (; state.help || state.about; gui::command_run(state, sheet.command), ++turned) {   // the sheet of keys may have pages
            REQUIRE(turned < 10);
            window.frame(state);
            const std::vector<gui::PlacedText> texts = of_panel(window.texts(), sheet.panel);
            CHECK(texts.size() > 5);
            wrong += wrong_with(texts);
            seen.add(texts);
        }
        CHECK(turned >= 1);
    }
    return wrong;
}

}  // namespace

TEST_CASE("window: at every size and scale nothing overlaps, leaves its panel or is cut, and the pages together show everything") {
    for (const Screen screen : screens())
        for (const size_t sides : {1u, 2u, 3u}) {
            CAPTURE(screen.width);
            CAPTURE(screen.height);
            CAPTURE(screen.scale);
            CAPTURE(sides);
            gui::AppState state = opened_with_recordings("block-and-release", sides);
            gui::HeadlessWindow window(screen.width, screen.height, screen.scale);
            for (const int part : {1, 3, 6}) {
                gui::app_seek(state, state.playback.end_ns * part / 7);
                Seen seen;
                std::string wrong = look_at_pages(window, state, seen);
                wrong += look_at_sheets(window, state, seen);
                CHECK_MESSAGE(wrong.empty(), wrong);
                const gui::Side& side = state.sides[0];
                const uint64_t number = side.events[static_cast<size_t>(gui::event_before(side, state.position))];
                const sim::Record& record = side.trace.records[number];
                std::vector<std::string> wanted{gui::clock_label(state.playback.cursor_ns), "running", "ready", "blocked elsewhere", "parked", "over the limit", "Processors", "Concurrency", "Threads", "Seed", "Policy", state.scenario.about, "Events"};
                wanted.push_back(gui::sentence_of(side, number));
                wanted.emplace_back(sim::rule_text(record.rule));
                for (const gui::FigureRow& row : gui::figure_rows({&side.summary})) wanted.push_back(row.name), wanted.push_back(row.values[0]);
                for (const gui::Side& each : state.sides) wanted.push_back(gui::side_titles(each).front());
                if (const sim::Divergence* d = gui::app_divergence(state)) wanted.insert(wanted.end(), {gui::window_text(d->a), gui::window_text(d->b)});
                for (const std::string& text : wanted) CHECK_MESSAGE(seen.has(text), "nowhere to be read: '" << text << "'");
            }
        }
}

TEST_CASE("window: waits and service have room at every size, of any number of sides, and where nothing was handled") {
    for (const Screen screen : screens())
        for (const size_t sides : {1u, 3u})
            for (const bool nothing : {false, true}) {
                CAPTURE(screen.width);
                CAPTURE(screen.scale);
                CAPTURE(sides);
                gui::AppState state = opened_with_recordings("two-ports", sides);
                if (nothing) state.sides[0] = gui::side_build(run_checked(scenario_named("two-ports", {"until=1us"})));
                gui::HeadlessWindow window(screen.width, screen.height, screen.scale);
                gui::app_times(state);
                for (const gui::TimesView::By by : {gui::TimesView::By::port, gui::TimesView::By::thread, gui::TimesView::By::key}) {
                    gui::app_times_choose(state, by);
                    window.frame(state);
                    window.frame(state);
                    const std::string wrong = wrong_with(window.texts());
                    CHECK_MESSAGE(wrong.empty(), wrong);
                    Seen seen;
                    seen.add(of_panel(window.texts(), "times"));
                    CHECK((seen.has("Wait") && seen.has("Service")));
                }
            }
}

TEST_CASE("window: a side that lost records, or whose file is damaged, says so beside its name, however narrow the window is") {
    for (const Screen screen : kTight) {
        CAPTURE(screen.width);
        CAPTURE(screen.scale);
        for (const bool damaged : {false, true}) {
            gui::AppState state = opened_with_recordings("block-and-release", 2);
            CHECK(gui::side_gaps(state.sides[1]).empty());
            if (damaged) state.sides[1].trace.damage = {"the file ends at byte 2000, in the middle of a chunk"};
            else state.sides[1].trace.losses = {{"the ring of worker.3 was full", 1'200}, {"the ring of the sources was full", 34}};
            const std::vector<std::string> gaps = gui::side_gaps(state.sides[1]);
            REQUIRE(gaps.size() == 3);
            if (!damaged) CHECK(gaps[1] == "1 234 lost");
            state.focus = 1;
            gui::HeadlessWindow window(screen.width, screen.height, screen.scale);
            Seen seen;
            const std::string wrong = look_at_pages(window, state, seen);
            CHECK_MESSAGE(wrong.empty(), wrong);
            CHECK((seen.has(gaps[0]) || seen.has(gaps[1]) || seen.has(gaps[2])));
        }
    }
}

TEST_CASE("window: presenter mode is larger where there is room, and cuts nothing where there is none") {
    CHECK(gui::shown_scale(1, true, 1280, 800) == doctest::Approx(1.4));
    CHECK(gui::shown_scale(1, false, 1280, 800) == 1);
    CHECK(gui::shown_scale(2, true, 1024, 768) == 2);
    for (const Screen screen : screens()) {
        CAPTURE(screen.width);
        CAPTURE(screen.scale);
        gui::AppState state = opened("block-and-release");
        gui::command_run(state, gui::CommandId::presenter);
        gui::app_seek(state, state.playback.end_ns / 6);
        gui::HeadlessWindow window(screen.width, screen.height, gui::shown_scale(screen.scale, true, static_cast<float>(screen.width), static_cast<float>(screen.height)));
        Seen seen;
        for (const bool told : {false, true}) {
            if (told) gui::command_run(state, gui::CommandId::next_slide);
            const std::string wrong = look_at_pages(window, state, seen);
            CHECK_MESSAGE(wrong.empty(), wrong);
        }
    }
}

TEST_CASE("window: every kind of sentence of every scenario is whole where room is tightest") {
    const uint32_t seed = 4711;
    MESSAGE("seed " << seed);
    std::mt19937 random(seed);
    const sim::Result<std::vector<sim::ScenarioEntry>> entries = sim::scenario_list();
    REQUIRE(entries.ok());
    CHECK(entries->size() >= 11);
    for (const sim::ScenarioEntry& entry : entries.value()) {
        const std::string& scenario = entry.name;
        gui::AppState state = opened_with_recordings(scenario);
        for (const Screen screen : kTight) {
            CAPTURE(scenario);
            CAPTURE(screen.width);
            CAPTURE(screen.height);
            CAPTURE(screen.scale);
            gui::HeadlessWindow window(screen.width, screen.height, screen.scale);
            Seen seen;
            std::string wrong = look_at_sheets(window, state, seen);
            for (int moment = 0; moment < 6; ++moment) {
                if (moment == 0) gui::command_run(state, gui::CommandId::divergence);
                else if (moment == 1) gui::command_run(state, gui::CommandId::next_side);
                else gui::request_run(state, {.what = gui::Request::What::select_event, .number = static_cast<double>(random() % state.sides[state.focus].events.size())});
                wrong += look_at_pages(window, state, seen);
            }
            CHECK_MESSAGE(wrong.empty(), wrong);
        }
    }
}

TEST_CASE("window: with processors, packets, a selection, notes and a line that is typed nothing overlaps or is cut where room is tightest") {
    for (const Screen screen : kTight)
        for (const size_t sides : {1u, 3u}) {
            CAPTURE(screen.width);
            CAPTURE(screen.height);
            CAPTURE(screen.scale);
            CAPTURE(sides);
            gui::AppState state = opened_with_recordings("block-and-release", sides);
            state.notes.notes = {{.at_ns = 1'000'000, .text = "the first block"}, {.at_ns = 3'000'000, .text = "over the limit"}};
            gui::app_seek(state, 3'000'000);
            gui::HeadlessWindow window(screen.width, screen.height, screen.scale);
            Seen seen;
            std::string wrong;
            for (const gui::CommandId command : {gui::CommandId::processor_lanes, gui::CommandId::packet_bars, gui::CommandId::thread_next, gui::CommandId::packet_next, gui::CommandId::note, gui::CommandId::zoom_in, gui::CommandId::break_at}) {
                gui::command_run(state, command);
                wrong += look_at_pages(window, state, seen);
            }
            gui::command_run(state, gui::CommandId::notes);
            window.frame(state);
            wrong += wrong_with(of_panel(window.texts(), "notes"));
            CHECK(of_panel(window.texts(), "notes").size() > 4);
            CHECK_MESSAGE(wrong.empty(), wrong);
            std::vector<std::string> wanted{"Note at 3 ms", "Rules to stop at", "queued"};
            if (state.window.height >= 700) wanted.insert(wanted.end(), {"packets", "Selected packet 4", "Thread worker.2", "Packet 4"});
            for (const std::string& text : wanted) CHECK_MESSAGE(seen.has(text), "nowhere to be read: '" << text << "'");
        }
}

TEST_CASE("window: at the first divergence both sides' sentences stand in Why") {
    gui::AppState state = opened_with_recordings("limit-1-burst", 1);
    add_side(state, as_recorded(run_checked(scenario_named("limit-1-burst", {"port.port.policy=wine8"}))));
    const sim::Divergence* divergence = gui::app_divergence(state);
    REQUIRE(divergence != nullptr);
    gui::HeadlessWindow window(1280, 800, 1);
    Seen before;
    window.frame(state);
    before.add(of_panel(window.texts(), "why"));
    CHECK_FALSE(before.has("Measured iocp instead:"));
    gui::command_run(state, gui::CommandId::divergence);
    Seen there;
    window.frame(state);
    there.add(of_panel(window.texts(), "why"));
    CHECK(there.has(gui::window_text(divergence->a)));
    CHECK(there.has("Measured iocp instead: " + gui::window_text(divergence->b)));
    CHECK(there.has("insert(packet):"));
}

TEST_CASE("window: the status line tells of the side that is explained; from the model's side of the first that differs") {
    gui::AppState state = opened("limit-1-burst");
    add_side(state, run_checked(scenario_named("limit-1-burst")));
    add_side(state, as_recorded(run_checked(scenario_named("limit-1-burst", {"port.port.policy=wine8"}))));
    CHECK(gui::app_compared(state).side == 2);
    REQUIRE(gui::app_divergence(state) != nullptr);
    gui::command_run(state, gui::CommandId::next_side);
    CHECK(gui::app_compared(state).side == 1);
    CHECK(gui::app_divergence(state) == nullptr);
    gui::command_run(state, gui::CommandId::next_side);
    CHECK(gui::app_compared(state).side == 2);
    gui::command_run(state, gui::CommandId::to_end);
    CHECK(gui::app_divergence_here(state) == nullptr);
    gui::command_run(state, gui::CommandId::divergence);   // stays on its side
    CHECK(state.focus == 2);
    CHECK(gui::app_divergence_here(state) != nullptr);
    CHECK(gui::sentence_of(state.sides[2], state.position - 1) == gui::window_text(gui::app_divergence(state)->b));
}

TEST_CASE("window: many threads and a long name leave it readable; an error is whole") {
    for (const Screen screen : kTight) {
        CAPTURE(screen.width);
        CAPTURE(screen.scale);
        gui::AppState state = opened("twice-cpus", {"worker.worker.count=64"});
        add_side(state, run_checked(scenario_named("twice-cpus", {"worker.worker.count=64", "port.port.policy=wine8"})));
        gui::HeadlessWindow window(screen.width, screen.height, screen.scale);
        Seen seen;
        state.error = "scenarios/twice-cpus.toml:12:9: 'computee' is no step; expected compute, block, post or steps";
        const std::string wrong = look_at_pages(window, state, seen);
        CHECK_MESSAGE(wrong.empty(), wrong);
        CHECK(seen.has(state.error));
        CHECK(seen.has("worker.0"));
    }
}

TEST_CASE("pages: everything is reached by one key, in a circle, and a page that has no tab is not shown") {
    using gui::Arrangement;
    using gui::Page;
    CHECK(gui::arrangement_of({.width = 1024, .height = 768}) == Arrangement::whole);
    CHECK(gui::arrangement_of({.width = 960, .height = 540}) == Arrangement::halves);
    CHECK(gui::arrangement_of({.width = 512, .height = 384}) == Arrangement::single);
    CHECK(gui::pages_of(Arrangement::whole).empty());
    CHECK(gui::page_after(Arrangement::whole, Page::events) == Page::events);
    for (const Arrangement arrangement : {Arrangement::halves, Arrangement::single}) {
        Page page = gui::page_shown(arrangement, Page::timelines);
        const Page first = page;
        for (const Page each : gui::pages_of(arrangement)) {
            CHECK(page == each);
            page = gui::page_after(arrangement, page);
        }
        CHECK(page == first);
    }
    CHECK(gui::page_shown(Arrangement::halves, Page::timelines) == Page::now);
}

TEST_CASE("window: the clock of a run whose end is a round number has room for what comes before it") {
    gui::AppState state = opened("limit-1-burst");
    gui::HeadlessWindow window(800, 500, 1);
    for (const int64_t end_ns : {int64_t{2'000'000'000}, int64_t{114'000'000'000}, int64_t{5'000'000}, int64_t{37'000}}) {
        state.playback.end_ns = end_ns, state.playback.cursor_ns = end_ns - end_ns / 3'000 - 1;
        window.frame(state);
        for (const gui::PlacedText& text : window.texts()) CHECK_MESSAGE(!(text.panel == "topbar" && text.cut), text.text);
    }
}
