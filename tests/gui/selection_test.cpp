// One selection in every view.
#include <algorithm>

#include "gui/app/keys.h"
#include "gui/model/build.h"
#include "gui/model/columns.h"
#include "gui/platform/window.h"
#include "tests/gui/opened.h"

namespace {

bool says(const gui::HeadlessWindow& window, const std::string& panel, const std::string& text) {
    std::string all;
    for (const gui::PlacedText& placed : window.texts())
        if (placed.panel == panel) all += placed.text + ' ';
    return all.find(text) != std::string::npos;
}

const gui::PlacedText* text_in(const gui::HeadlessWindow& window, const std::string& panel, const std::string& text) {
    const auto at = std::find_if(window.texts().begin(), window.texts().end(), [&](const gui::PlacedText& placed) { return placed.panel == panel && placed.text == text; });
    return at == window.texts().end() ? nullptr : &*at;
}

void click(gui::HeadlessWindow& window, gui::AppState& state, float x, float y) {
    window.frame(state, x, y, false);
    window.frame(state, x, y, true);
    window.frame(state, x, y, false);
    window.frame(state, -1, -1, false);
}

}  // namespace

TEST_CASE("selection: by keys a thread and then a packet, named in Why with their figures, on every side; Esc lets them go") {
    gui::AppState state = opened_with_recordings("block-and-release", 2);
    gui::app_seek(state, 3'000'000);
    gui::HeadlessWindow window(1280, 800, 1);
    REQUIRE(gui::app_key(state, 'H', false, false, false));
    CHECK(state.selection.is_thread());
    CHECK(state.selection.name == "worker.2");             // of the event at the cursor
    gui::app_key(state, 'H', false, false, false);
    CHECK(state.selection.name == "worker.3");
    gui::app_key(state, 'H', false, true, false);
    gui::app_key(state, 'H', false, true, false);
    CHECK(state.selection.name == "worker.1");
    window.frame(state);
    CHECK(says(window, "why", "Selected worker.1"));
    CHECK(says(window, "selected", "Thread worker.1"));
    CHECK(says(window, "selected", "running"));
    CHECK(state.selection.on.at(1).thread == 1);
    CHECK_FALSE(gui::app_thread_dimmed(state, 1, 1));
    CHECK(gui::app_thread_dimmed(state, 0, 2));
    gui::app_key(state, 'X', false, false, false);
    CHECK(state.selection.is_packet());
    CHECK(state.selection.name == "4");
    CHECK(state.selection.on.at(0).thread == 2);
    gui::app_key(state, 'X', false, true, false);
    CHECK(state.selection.name == "3");
    window.frame(state);
    CHECK(says(window, "why", "Selected packet 3: worker.1 works on it"));
    CHECK(says(window, "selected", "Packet 3"));
    CHECK(state.selection.on.at(1).packet != sim::kNoPacket);
    gui::app_key(state, gui::kKeyEscape, false, false, false);
    CHECK_FALSE(state.selection.any());
    window.frame(state);
    CHECK_FALSE(says(window, "why", "Selected"));
}

TEST_CASE("selection: a term of the command line selects, and says what is wrong with it") {
    gui::AppState state = opened("block-and-release");
    CHECK(gui::app_select(state, "thread:4").ok());
    CHECK(state.selection.name == "worker.4");
    CHECK(gui::app_select(state, "thread:worker.2").ok());
    CHECK(state.selection.name == "worker.2");
    CHECK(gui::app_select(state, "packet:12").ok());
    CHECK(state.selection.name == "12");
    for (const char* term : {"thread:99", "packet:9999", "key:1", "thread:1 packet:2", "", "x"}) {
        CAPTURE(term);
        const sim::Status status = gui::app_select(state, term);
        REQUIRE_FALSE(status.ok());
        CHECK(status.error().text().size() > 10);
    }
    CHECK(state.selection.name == "12");
}

TEST_CASE("selection: a packet of a trace that is still read is found as soon as it is there") {
    gui::AppState state = opened("block-and-release");
    const sim::Trace trace = run_checked(scenario_named("block-and-release"));
    state.sides[0] = gui::side_begin(sim::open_trace(trace));
    gui::SideBuilder builder(state.sides[0]);
    builder.measure();
    builder.advance(20);
    REQUIRE(gui::app_select(state, "packet:20").ok());
    gui::app_selection_settle(state);
    CHECK(state.selection.on.at(0).packet == sim::kNoPacket);
    CHECK(gui::app_selection_sentence(state) == "Selected packet 20: it is not in Simulated.");
    while (!builder.done()) builder.advance();
    builder.finish("");
    gui::app_selection_settle(state);
    CHECK(state.selection.on.at(0).packet == 20);
    REQUIRE(state.selection.on.at(0).life);
    CHECK(state.selection.on.at(0).life->done_ns > 0);
}

TEST_CASE("selection: a click on a lane's name, a box, an event, a chip of the picture selects; a drag does not, and an empty place keeps it") {
    gui::AppState state = opened("block-and-release");
    gui::app_seek(state, 3'000'000);
    gui::HeadlessWindow window(1280, 800, 1);
    window.frame(state);
    const gui::PlacedText* name = text_in(window, "timelines", "worker.3");
    REQUIRE(name != nullptr);
    const gui::Rect label = name->rect;
    click(window, state, label.x0 + 5, label.y0 + 4);
    CHECK(state.selection.name == "worker.3");
    const float lanes = label.x1 + 8;
    click(window, state, lanes + 1, label.y0 + 4);           // before it had anything to do
    CHECK(state.selection.name == "worker.3");
    gui::app_select_none(state);
    const gui::PlacedText* chip = nullptr;
    window.frame(state);
    gui::app_seek(state, 3'000'000);
    window.frame(state);
    chip = text_in(window, "ports", "T0");
    REQUIRE(chip != nullptr);
    const gui::Rect at = chip->rect;
    click(window, state, at.x0 + 2, at.y0 + 2);
    CHECK(state.selection.name == "worker.0");
    const auto event = std::find_if(window.texts().begin(), window.texts().end(), [](const gui::PlacedText& placed) { return placed.panel == "events" && placed.text.find("Packet 4 arrives") != std::string::npos; });
    REQUIRE(event != window.texts().end());
    const gui::Rect row = event->rect;
    click(window, state, row.x0 + 2, row.y0 + 2);
    CHECK(state.selection.is_packet());
    CHECK(state.selection.name == "4");
    window.frame(state, label.x0 + 5, label.y0 + 4, false);
    window.frame(state, label.x0 + 5, label.y0 + 4, true);
    window.frame(state, label.x0 + 60, label.y0 + 40, true);
    window.frame(state, label.x0 + 5, label.y0 + 4, false);
    CHECK(state.selection.name == "4");
}

TEST_CASE("selection: stays with its thread when a value is changed, and its packet is found again") {
    gui::AppState state = opened("block-and-release");
    REQUIRE(gui::app_select(state, "packet:7").ok());
    gui::command_run(state, gui::CommandId::seed_more);
    gui::app_selection_settle(state);
    CHECK(state.selection.name == "7");
    REQUIRE(state.selection.on[0].life);
    CHECK(state.selection.on[0].life->packet == state.selection.on[0].packet);
    CHECK(state.selection.on[0].life->posted_ns == gui::life_of(state.sides[0], state.selection.on[0].packet)->posted_ns);
    REQUIRE(gui::app_select(state, "thread:4").ok());
    gui::request_run(state, {.what = gui::Request::What::threads, .number = 2});
    gui::app_selection_settle(state);
    CHECK(state.selection.on[0].thread == sim::kNoThread);   // it is not in this run
    CHECK(gui::app_selection_sentence(state).find("is not in") != std::string::npos);
}

TEST_CASE("motion: after a step things slide for a fraction of a second and then stand still; reduced motion, and a long jump, move them at once") {
    gui::AppState state = opened("limit-1-burst");
    gui::HeadlessWindow window(1280, 800, 1);
    window.animate();
    gui::app_seek(state, 900'000);
    window.frame(state);
    window.frame(state);
    CHECK_FALSE(window.moving());
    const auto head = [&] {
        const gui::PlacedText* chip = text_in(window, "ports", "3");
        return chip == nullptr ? -1.0f : chip->rect.y0;
    };
    const float before = head();
    REQUIRE(before > 0);
    const auto packet_goes = [&] {
        const size_t depth = gui::value_at(state.sides[0].ports[0].depth, state.playback.cursor_ns);
        while (gui::value_at(state.sides[0].ports[0].depth, state.playback.cursor_ns) == depth) gui::command_run(state, gui::CommandId::step);
    };
    packet_goes();
    window.frame(state);
    CHECK(window.moving());
    window.frame(state);
    const float between = head();
    CHECK(between < before);
    int frames = 0;
    while (window.moving() && frames < 60) window.frame(state), ++frames;
    CHECK(frames > 3);
    CHECK(frames < 30);
    CHECK(head() < between);
    packet_goes();
    gui::command_run(state, gui::CommandId::still);
    window.frame(state);
    CHECK_FALSE(window.moving());
    gui::AppState longer = opened("block-and-release");
    gui::app_seek(longer, 3'000'000);
    for (int i = 0; i < 20; ++i) window.frame(longer);
    gui::app_seek(longer, 12'000'000);
    window.frame(longer);
    CHECK_FALSE(window.moving());
}
