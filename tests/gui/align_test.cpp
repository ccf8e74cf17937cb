// The sides laid on each other by an event: where they stand, what follows the cursor, and that it holds while the run is changed.
#include <algorithm>
#include <thread>

#include "gui/app/find.h"
#include "gui/app/notes.h"
#include "gui/app/phases.h"
#include "gui/app/scenario_edit.h"
#include "gui/app/session.h"
#include "gui/model/build.h"
#include "gui/model/lives.h"
#include "tests/folder.h"
#include "tests/gui/driver.h"
#include "tests/gui/opened.h"

namespace {

int64_t taken_ns(const gui::Side& side, const std::string& packet) {
    for (uint32_t number = 0; number < side.packets.size(); ++number)
        if (gui::packet_name(side, number) == packet) return gui::life_of(side, number)->taken_ns;
    return -1;
}

bool takes(sim::Kind kind) { return kind == sim::Kind::taken || kind == sim::Kind::handed_over || kind == sim::Kind::released; }

void to_event_of(gui::AppState& state, sim::Kind kind, const std::string& packet) {
    const gui::Side& side = state.sides[state.focus];
    for (size_t event = 0; event < side.events.size(); ++event) {
        const sim::Record& record = side.trace.records[side.events[event]];
        if ((takes(kind) ? !takes(record.kind) : record.kind != kind) || record.packet == sim::kNoPacket || gui::packet_name(side, record.packet) != packet) continue;
        return gui::app_go_to_record(state, side.events[event]);
    }
    FAIL("no such event");
}

/// Both are told by the same records.
void check_cursor(const gui::AppState& state) {
    const int64_t own = std::max<int64_t>(gui::app_cursor_of(state, state.focus), 0);   // before it begins it is as at its beginning
    const gui::Side& side = state.sides[state.focus];
    CHECK(state.position <= gui::records_until(side, own));
    CHECK(state.position >= gui::records_until(side, own - 1));
    CHECK(state.view_from_ns >= 0);
    CHECK(state.view_from_ns < state.view_to_ns);
    CHECK(state.playback.cursor_ns >= 0);
    CHECK(state.playback.cursor_ns <= state.playback.end_ns);
}

}  // namespace

TEST_CASE("align: an event of a packet lies on the same event of the other side, and everything at the cursor stays") {
    gui::AppState state = opened("block-and-release");
    add_side(state, "block-and-release");
    add_side(state, as_recorded(run_checked(under_wine8("block-and-release"))));
    to_event_of(state, sim::Kind::taken, "6");
    const int64_t here = state.playback.cursor_ns;
    const uint64_t position = state.position, world = gui::app_world_hash(state);
    state.view_from_ns = here - 500'000, state.view_to_ns = here + 500'000;
    gui::app_range_set(state, here - 100'000, here + 200'000);
    gui::command_run(state, gui::CommandId::align);
    REQUIRE(state.alignment.any());
    CHECK(state.alignment.name == "packet 6 is taken");
    REQUIRE(state.sides.size() == 3);
    const int64_t zero = state.alignment.zero_ns;
    for (size_t side = 0; side < state.sides.size(); ++side) {
        CHECK(taken_ns(state.sides[side], "6") + gui::app_shift_ns(state, side) == zero);
        CHECK(gui::app_shift_ns(state, side) >= 0);
        CHECK(state.playback.end_ns >= state.sides[side].end_ns + gui::app_shift_ns(state, side));
    }
    CHECK(gui::app_shift_ns(state, 0) != gui::app_shift_ns(state, 1));   // else nothing was to be aligned
    CHECK(gui::app_cursor_of(state, 0) == here);
    CHECK(state.position == position);
    CHECK(gui::app_world_hash(state) == world);
    CHECK(state.playback.cursor_ns - state.view_from_ns == 500'000);
    CHECK(gui::app_range_to(state) - state.playback.cursor_ns == 200'000);
    gui::command_run(state, gui::CommandId::align);
    CHECK_FALSE(state.alignment.any());
    CHECK(state.playback.cursor_ns == here);
    CHECK(state.position == position);
    CHECK(state.view_from_ns == here - 500'000);
    CHECK(gui::app_range_to(state) == here + 200'000);
}

TEST_CASE("align: steps, searches, phases, the other side and its end go by each side's own clock") {
    gui::AppState state = opened("block-and-release");
    add_side(state, "block-and-release");
    to_event_of(state, sim::Kind::completed, "3");
    gui::command_run(state, gui::CommandId::align);
    REQUIRE(state.alignment.any());
    const gui::Side& side = state.sides[0];
    const uint64_t before = state.position;
    gui::app_step(state, 1);
    check_cursor(state);
    gui::app_step(state, -1);
    CHECK(state.position == before);
    CHECK(gui::app_cursor_of(state, 0) == side.trace.records[before - 1].time_ns);
    for (const gui::CommandId id : {gui::CommandId::next_side, gui::CommandId::step, gui::CommandId::step_back, gui::CommandId::to_end, gui::CommandId::to_begin, gui::CommandId::phase_block, gui::CommandId::phase_over, gui::CommandId::divergence, gui::CommandId::next_side, gui::CommandId::divergence}) {
        CAPTURE(std::string(gui::command_entry(id).name));
        gui::command_run(state, id);
        check_cursor(state);
    }
    gui::app_find_text(state, "packet:9");
    while (gui::app_find_busy(state)) gui::app_find_settle(state);
    gui::app_find_next(state, 1);
    check_cursor(state);
    gui::app_range_set(state, 0, state.playback.end_ns);
    CHECK(gui::app_cursor_of(state, 0) <= side.end_ns);
    while (gui::app_find_busy(state)) gui::app_find_settle(state);
    gui::app_seek(state, state.playback.end_ns);
    CHECK(state.position == state.sides[state.focus].trace.records.size());
    state.focus = 0;
    gui::app_seek(state, 0);
    CHECK(state.position == gui::records_until(side, 0));
    for (int i = 0; i < 20 && state.position > 0; ++i) gui::command_run(state, gui::CommandId::step_back);
    CHECK(state.playback.cursor_ns <= gui::app_shift_ns(state, 0));                  // never forward
    state.playback.playing = true;
    for (int frame = 0; frame < 200; ++frame) {
        gui::app_advance(state, 0.1);
        check_cursor(state);
    }
    CHECK(state.playback.cursor_ns == state.playback.end_ns);
}

TEST_CASE("align: holds while values change, and waits for an event that is not there, until another is taken") {
    gui::AppState state = opened("block-and-release");
    add_side(state, "block-and-release");
    to_event_of(state, sim::Kind::taken, "20");
    gui::command_run(state, gui::CommandId::align);
    REQUIRE(state.alignment.any());
    gui::app_set_value(state, "port.port.concurrency", "1", false);
    REQUIRE(state.alignment.any());
    CHECK(taken_ns(state.sides[0], "20") + gui::app_shift_ns(state, 0) == taken_ns(state.sides[1], "20") + gui::app_shift_ns(state, 1));
    check_cursor(state);
    const std::vector<sim::Field>& fields = state.edit.fields;
    const auto count = std::find_if(fields.begin(), fields.end(), [](const sim::Field& field) { return field.path.ends_with(".count") && field.path.starts_with("source"); });
    REQUIRE(count != fields.end());
    const std::string packets = count->path;               // the fields are others with each value
    gui::app_set_value(state, packets, "5", false);      // packet 20 is gone
    CHECK_FALSE(state.alignment.any());
    CHECK(state.error.find("On one clock: packet 20 is taken is not on both sides now") == 0);
    check_cursor(state);
    gui::app_undo(state);
    CHECK(state.alignment.any());                            // it is there again
    check_cursor(state);
    gui::app_set_value(state, packets, "5", false);
    gui::command_run(state, gui::CommandId::align);          // whatever comes of it, that one is not wanted any more
    gui::app_undo(state);
    CHECK(state.alignment.name != "packet 20 is taken");
}

TEST_CASE("align: an event of a thread is the so many-th of its kind, and what another side does not have is said") {
    gui::AppState state = opened("block-and-release");
    add_side(state, as_recorded(run_checked(under_wine8("block-and-release"))));
    CHECK(gui::app_align_by(state, "get_called 2 worker.3").ok());
    CHECK(state.alignment.name == "worker.3: 2nd get_called");
    CHECK(gui::app_align_text(state) == "get_called 2 worker.3");
    CHECK(state.alignment.at_ns[0] > 0);
    CHECK(state.alignment.at_ns[1] > 0);
    gui::app_align(state);
    CHECK_FALSE(gui::app_align_by(state, "parked 2 worker.3").ok());         // recordings of a kernel's port do not tell
    CHECK_FALSE(state.alignment.any());
    for (const char* wrong : {"", "taken", "taken 999", "4 get_called", "get_called", "get_called x worker.3", "get_called 0 worker.3", "sung 1 worker.3", "none 1 worker.3", "get_called 1 nobody"}) {
        CAPTURE(wrong);
        CHECK_FALSE(gui::app_align_by(state, wrong).ok());
        CHECK_FALSE(state.alignment.any());
    }
    gui::AppState alone = opened("block-and-release");
    gui::app_seek(alone, 2'000'000);
    gui::command_run(alone, gui::CommandId::align);
    CHECK(alone.said.find("one side only") != std::string::npos);
}

TEST_CASE("align: a session brings it back with the cursor where it stood, but not what a kept run was aligned by") {
    const test::InFolder here;
    gui::AppState state = opened("block-and-release");
    gui::app_seek(state, 1'000'000);
    gui::command_run(state, gui::CommandId::branch);
    gui::app_set_value(state, "port.port.concurrency", "1", false);
    REQUIRE(state.sides.size() == 2);
    REQUIRE(gui::app_align_by(state, "done 7").ok());
    gui::app_seek(state, 5'000'000 + gui::app_shift_ns(state, 0));
    gui::Session session = gui::session_of(state);
    CHECK(session.align == "done 7");
    CHECK(session.cursor_ns == 5'000'000);
    session.files = {std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/block-and-release.toml"};
    const test::Folder folder;
    test::write_file(folder / "session", gui::session_text(session));
    gui::AppState again = opened("twice-cpus");
    gui::SessionKeeper keeper(folder.path().string());
    REQUIRE(keeper.restore(again, {}));
    CHECK(again.alignment.name == "packet 7 is done");
    CHECK(again.alignment.shifts_ns == state.alignment.shifts_ns);
    CHECK(again.playback.cursor_ns == state.playback.cursor_ns);
    CHECK(again.position == state.position);
    gui::AppState kept = opened("block-and-release");
    gui::command_run(kept, gui::CommandId::keep_run);
    gui::app_set_value(kept, "port.port.concurrency", "1", false);
    REQUIRE(gui::app_align_by(kept, "done 7").ok());
    CHECK(gui::session_of(kept).align.empty());
}

TEST_CASE("align: asked for before the sides are read it is done when they are; a side that comes in front moves nothing") {
    gui::AppState state = opened("block-and-release");
    const test::Folder folder;
    const std::string file = (folder / "w.ptrace").string();
    REQUIRE(sim::trace_write(file, run_checked(under_wine8("block-and-release"))).ok());
    sim::Result<sim::OpenTrace> trace = sim::trace_open(file);
    REQUIRE(trace.ok());
    state.sides.push_back(gui::side_begin(std::move(trace.value())));
    REQUIRE_FALSE(state.sides[1].whole());
    REQUIRE(gui::app_align_when_ready(state, "taken 999").ok());
    CHECK(gui::app_align_missing(state).empty());          // it may come yet
    REQUIRE(gui::app_align_when_ready(state, "taken 6").ok());
    CHECK_FALSE(state.alignment.any());
    CHECK(gui::app_align_text(state) == "taken 6");
    gui::app_index(state, nullptr);
    while (gui::app_indexing(state)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    gui::app_settle(state);
    REQUIRE(state.alignment.any());
    CHECK(gui::app_shift_ns(state, 0) != gui::app_shift_ns(state, 1));
    CHECK(gui::app_align_missing(state).empty());
    const std::vector<int64_t> shifts = state.alignment.shifts_ns;
    state.align_wanted = "taken 999";
    CHECK(gui::app_align_missing(state) == "no side has a packet 999");
    state.align_wanted.clear();
    gui::app_align_insert(state);
    CHECK(state.alignment.shifts_ns == std::vector<int64_t>{shifts[0], shifts[0], shifts[1]});
}

TEST_CASE("align: a range from before a side begins is let go with the alignment, not left without a length") {
    gui::AppState state = opened("block-and-release");
    add_side(state, "block-and-release");
    REQUIRE(gui::app_align_by(state, "taken 20").ok());
    const size_t later = gui::app_shift_ns(state, 0) > 0 ? 0 : 1;
    REQUIRE(gui::app_shift_ns(state, later) > 2'000);
    state.focus = later;
    gui::app_seek(state, 0);
    gui::app_range_set(state, 0, gui::app_shift_ns(state, later) / 2);
    REQUIRE(state.range.any());
    gui::command_run(state, gui::CommandId::align);
    CHECK_FALSE(state.range.any());
    check_cursor(state);
}

TEST_CASE("align: letting a kept run go in a branch keeps what the branch is aligned by") {
    gui::AppState state = opened("block-and-release");
    gui::app_seek(state, 1'000'000);
    gui::command_run(state, gui::CommandId::branch);
    gui::app_set_value(state, "port.port.concurrency", "1", false);
    gui::command_run(state, gui::CommandId::keep_run);
    REQUIRE(state.sides.size() == 2);
    REQUIRE(gui::app_align_by(state, "taken 12").ok());
    gui::command_run(state, gui::CommandId::let_go);
    REQUIRE(state.sides.size() == 2);
    CHECK(state.alignment.name == "packet 12 is taken");
}

TEST_CASE("align: notes stay on the clock of the first side") {
    const test::InFolder here;
    gui::AppState state = opened("block-and-release");
    add_side(state, "block-and-release");
    state.notes.file = "a.notes";
    REQUIRE(gui::app_align_by(state, "taken 20").ok());
    const size_t later = gui::app_shift_ns(state, 0) > 0 ? 0 : 1;
    CAPTURE(later);
    gui::app_seek(state, 3'000'000 + gui::app_shift_ns(state, 0));
    REQUIRE(gui::app_note_add(state, "here"));
    REQUIRE(state.notes.notes.size() == 1);
    CHECK(state.notes.notes[0].at_ns == 3'000'000);
    gui::app_align(state);
    gui::app_seek(state, 0);
    gui::app_note_next(state, 1);
    CHECK(state.playback.cursor_ns == 3'000'000);
}

TEST_CASE("align: by its key, with what the ruler and the titles say, at every size") {
    for (const test::Driver::Screen screen : {test::Driver::Screen{1280, 800, 1}, test::Driver::Screen{1920, 1080, 1}, test::Driver::Screen{1024, 768, 2}}) {
        CAPTURE(screen.width);
        gui::AppState state = opened_with_recordings("block-and-release", 3);
        test::Driver driver(state, screen);
        to_event_of(state, sim::Kind::taken, "6");
        driver.key(gui::kKeyShift + 'A');
        REQUIRE(state.alignment.any());
        if (screen.scale == 1) CHECK(driver.sees("0: packet 6 is taken"));
        driver.frames(2);
        driver.key('W');
        driver.key('U');
        driver.key(gui::kKeyShift + 'J');
        driver.key('K');
        driver.key('C');
        driver.key(gui::kKeyTab);
        check_cursor(state);
        driver.key(gui::kKeyShift + 'A');
        CHECK_FALSE(state.alignment.any());
    }
}
