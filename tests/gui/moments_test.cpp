// Moments that a person goes to: notes, phases of the run, breakpoints on a rule.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "gui/app/keys.h"
#include "gui/app/phases.h"
#include "gui/model/build.h"
#include "gui/model/columns.h"
#include "gui/model/over.h"
#include "gui/platform/window.h"
#include "tests/folder.h"
#include "tests/gui/opened.h"

namespace {

std::string content(const std::string& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

// A trace of this scenario in the folder, opened.
gui::AppState opened_trace(const test::Folder& folder) {
    const std::string trace = folder / "a.ptrace";
    if (!std::filesystem::exists(trace)) REQUIRE(sim::trace_write(trace, run_checked(scenario_named("limit-1-burst"))).ok());
    gui::AppState state;
    REQUIRE(gui::app_open(state, {trace}, {}).ok());
    return state;
}

}  // namespace

TEST_CASE("notes: what was written is read again, sorted; a line that is no note is told with its place") {
    const std::vector<gui::Note> notes{{.at_ns = 0, .text = "begin"}, {.at_ns = 2'000, .text = "a\tb, \"c\""}};
    const sim::Result<std::vector<gui::Note>> read = gui::notes_parse(gui::notes_text(notes), "a.notes");
    REQUIRE(read.ok());
    CHECK(read.value() == notes);
    CHECK(gui::notes_parse("portside notes 1\n5\tb\r\n\n1\ta\n", "a")->front().text == "a");
    CHECK(gui::notes_text({{.at_ns = 1, .text = "two\nlines"}}) == "portside notes 1\n1\ttwo lines\n");
    for (const char* text : {"{}", "portside notes 1\nsoon\ttext\n", "portside notes 1\n-5\ttext\n", "portside notes 1\n5 text\n", "portside notes 1\n99999999999999999999\ttext\n"}) {
        CAPTURE(text);
        const sim::Result<std::vector<gui::Note>> bad = gui::notes_parse(text, "a.notes");
        REQUIRE_FALSE(bad.ok());
        CHECK(bad.error().text().starts_with("a.notes:"));
    }
    CHECK(gui::note_from(notes, 0, 9'000, 1) == 1);
    CHECK(gui::note_from(notes, 2'000, 9'000, 1) == 0);
    CHECK(gui::note_from(notes, 0, 9'000, -1) == 1);
    CHECK(gui::note_from({}, 0, 9'000, 1) == -1);
}

TEST_CASE("notes: by keys one is made at the cursor, kept beside the trace, found again, gone to and dropped") {
    const test::Folder folder;
    {
        gui::AppState state = opened_trace(folder);
        gui::app_seek(state, 1'500'000);
        gui::app_key(state, 'Z', false, false, false);
        CHECK(state.entry.shown());
        CHECK_FALSE(gui::app_key(state, 'Q', false, false, true));   // a letter is typed
        gui::app_key(state, gui::kKeyEnter, false, false, true);
        CHECK(state.entry.error == "A note needs a text.");
        gui::request_run(state, {.what = gui::Request::What::entry, .text = "the first turn"});
        gui::app_key(state, gui::kKeyEnter, false, false, true);
        CHECK_FALSE(state.entry.shown());
        CHECK(state.error.empty());
        gui::app_seek(state, 3'000'000);
        CHECK(gui::app_note_add(state, "the second"));
        CHECK(content(folder / "a.ptrace.notes") == "portside notes 1\n1500000\tthe first turn\n3000000\tthe second\n");
    }
    gui::AppState state = opened_trace(folder);
    REQUIRE(state.notes.notes.size() == 2);
    gui::app_key(state, gui::kKeyRight, false, true, false);
    CHECK(state.playback.cursor_ns == 1'500'000);
    CHECK(state.said == "Note 1 of 2: the first turn");
    gui::app_key(state, gui::kKeyRight, false, true, false);
    CHECK(state.playback.cursor_ns == 3'000'000);
    gui::app_key(state, gui::kKeyRight, false, true, false);
    CHECK(state.playback.cursor_ns == 1'500'000);
    gui::app_key(state, gui::kKeyLeft, false, true, false);
    CHECK(state.playback.cursor_ns == 3'000'000);
    gui::HeadlessWindow window(1024, 768, 1);
    gui::app_key(state, 'Z', false, true, false);
    window.frame(state);
    CHECK(std::any_of(window.texts().begin(), window.texts().end(), [](const gui::PlacedText& text) { return text.panel == "notes" && text.text == "the second" && !text.cut; }));
    gui::app_key(state, gui::kKeyEscape, false, false, false);
    CHECK_FALSE(state.notes.shown);
    gui::command_run(state, gui::CommandId::note_drop);
    CHECK(content(folder / "a.ptrace.notes") == "portside notes 1\n1500000\tthe first turn\n");
}

TEST_CASE("notes: a file that is wrong is told and never written over; one that can't be written loses nothing") {
    const test::Folder folder;
    opened_trace(folder);
    const std::string file = folder / "a.ptrace.notes";
    std::ofstream(file) << "somebody's diary\n";
    gui::AppState state = opened_trace(folder);
    CHECK(state.error.find("a.ptrace.notes:1:1: expected the line 'portside notes 1'") != std::string::npos);
    CHECK_FALSE(gui::app_note_add(state, "mine"));
    CHECK(state.error.find("Nothing is written over") != std::string::npos);
    CHECK(content(file) == "somebody's diary\n");
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    gui::AppState blocked = opened_trace(folder);
    CHECK_FALSE(blocked.error.empty());
    CHECK_FALSE(gui::app_note_add(blocked, "mine"));
    CHECK(std::filesystem::is_directory(file));
}

TEST_CASE("notes: of two windows with the same file neither loses what the other has written") {
    const test::Folder folder;
    gui::AppState one = opened_trace(folder), other = opened_trace(folder);
    const std::string file = folder / "a.ptrace.notes";
    gui::app_seek(one, 1'000'000);
    gui::app_seek(other, 2'000'000);
    REQUIRE(gui::app_note_add(one, "of one"));
    REQUIRE(gui::app_note_add(other, "of the other"));
    CHECK(content(file) == "portside notes 1\n1000000\tof one\n2000000\tof the other\n");
    CHECK(other.notes.notes.size() == 2);                  // and is seen there from then on
    gui::app_seek(other, 1'000'000);
    REQUIRE(gui::app_note_add(other, "changed"));          // by the other: `one` still has what it wrote
    REQUIRE(gui::app_note_add(one, "changed here too"));
    CHECK(content(file) == "portside notes 1\n1000000\tchanged\n1000000\tchanged here too\n2000000\tof the other\n");
    gui::command_run(other, gui::CommandId::note_drop);
    CHECK(content(file) == "portside notes 1\n1000000\tchanged here too\n2000000\tof the other\n");
    gui::command_run(one, gui::CommandId::note_drop);      // of what it saw first: that one is gone already
    CHECK(one.said == "Another window has changed this note: it stays.");
    gui::command_run(one, gui::CommandId::note_drop);
    CHECK(content(file) == "portside notes 1\n2000000\tof the other\n");
    std::filesystem::remove(file);                         // what is remembered is not lost with it
    REQUIRE(gui::app_note_add(one, "again"));
    CHECK(content(file) == "portside notes 1\n1000000\tagain\n2000000\tof the other\n");
}

TEST_CASE("notes: a long text is cut between letters, and a note stands where the cursor was when it was begun") {
    const test::Folder folder;
    gui::AppState state = opened_trace(folder);
    gui::app_seek(state, 1'000'000);
    gui::app_key(state, 'Z', false, false, false);
    gui::app_seek(state, 3'000'000);                       // a click on the lanes while it is typed
    CHECK(gui::app_entry_prompt(state).find("Note at 1 ms") != std::string::npos);
    std::string euros;
    for (size_t i = 0; i < gui::kNoteLetters + 50; ++i) euros += "\xE2\x82\xAC";
    gui::request_run(state, {.what = gui::Request::What::entry, .text = euros});
    gui::app_key(state, gui::kKeyEnter, false, false, true);
    REQUIRE(state.notes.notes.size() == 1);
    CHECK(state.notes.notes[0].at_ns == 1'000'000);
    CHECK(state.notes.notes[0].text == euros.substr(0, 3 * gui::kNoteLetters));
    CHECK(state.said.find("its first 200 letters") != std::string::npos);
    CHECK(gui::note_cut("short \xE2\x82\xAC") == "short \xE2\x82\xAC");
}

TEST_CASE("notes: those beyond the end of a run that became shorter are told, not gone to, and kept in the file") {
    const test::Folder folder;
    gui::AppState state = opened_trace(folder);
    const int64_t beyond = state.playback.end_ns + 1'000'000;
    std::ofstream(folder / "a.ptrace.notes") << "portside notes 1\n1000000\there\n" << beyond << "\tof the long run\n";
    gui::app_notes_open(state);
    REQUIRE(state.notes.notes.size() == 2);
    for (int i = 0; i < 3; ++i) {
        gui::command_run(state, gui::CommandId::note_next);
        CHECK(state.playback.cursor_ns == 1'000'000);
    }
    gui::command_run(state, gui::CommandId::note_before);
    CHECK(state.playback.cursor_ns == 1'000'000);
    gui::app_note_go(state, 1);
    CHECK(state.playback.cursor_ns == 1'000'000);
    CHECK(state.said.find("beyond the end of this run") != std::string::npos);
    gui::HeadlessWindow window(1024, 768, 1);
    state.notes.shown = true;
    window.frame(state);
    CHECK(std::any_of(window.texts().begin(), window.texts().end(), [](const gui::PlacedText& text) { return text.text == "beyond the end: of the long run"; }));
    state.notes.shown = false;
    gui::app_seek(state, 2'000'000);
    REQUIRE(gui::app_note_add(state, "one more"));
    CHECK(content(folder / "a.ptrace.notes").find("of the long run") != std::string::npos);
    std::ofstream(folder / "a.ptrace.notes") << "portside notes 1\n" << beyond << "\tof the long run\n";
    gui::app_notes_open(state);
    gui::command_run(state, gui::CommandId::note_next);
    CHECK(state.said.find("beyond the end of this one") != std::string::npos);
}

TEST_CASE("phases: of a burst at a limit of one each begins where its definition says") {
    // limit-1-burst: six packets at 0, one of which is handed over; the queue falls from 5 to 0 by one every 1.001 ms
    const gui::AppState state = opened("limit-1-burst");
    const gui::Side& side = state.sides[0];
    const auto burst = gui::phase_after(side, 0, gui::PhaseKind::burst, -1);
    REQUIRE(burst);
    CHECK(burst->from_ns == 0);
    CHECK(burst->most == 6);
    CHECK_FALSE(gui::phase_after(side, 0, gui::PhaseKind::burst, 0));
    const auto full = gui::phase_after(side, 0, gui::PhaseKind::saturation, -1);
    REQUIRE(full);
    CHECK(full->from_ns == 0);
    CHECK(full->most == 5);
    const auto drain = gui::phase_after(side, 0, gui::PhaseKind::drain, -1);
    REQUIRE(drain);
    CHECK(drain->from_ns == 0);
    CHECK(drain->to_ns == full->to_ns);
    CHECK(gui::value_at(side.ports[0].depth, drain->to_ns - 1) == 1);
    CHECK(gui::value_at(side.ports[0].depth, drain->to_ns) == 0);
    CHECK_FALSE(gui::phase_after(side, 0, gui::PhaseKind::block, -1));
    CHECK_FALSE(gui::phase_after(side, 0, gui::PhaseKind::over, -1));
}

TEST_CASE("phases: times over the limit and saturations are those of the values, one after the other; the command goes round") {
    gui::AppState state = opened("block-and-release");
    const gui::Side& side = state.sides[0];
    const gui::PortLanes& port = side.ports[0];
    for (const gui::PhaseKind kind : {gui::PhaseKind::over, gui::PhaseKind::saturation}) {
        size_t phases = 0, begins = 0;
        for (int64_t at = -1;; ++phases) {
            const auto phase = gui::phase_after(side, 0, kind, at);
            if (!phase) break;
            REQUIRE(phase->from_ns > at);
            CHECK(phase->to_ns > phase->from_ns);
            at = phase->from_ns;
        }
        const auto holds = [&](int64_t at) {
            const uint32_t active = gui::value_at(port.active, at), depth = gui::value_at(port.depth, at);
            return kind == gui::PhaseKind::over ? active > port.limit : depth > 0 && active >= port.limit;
        };
        std::vector<int64_t> times;
        for (const gui::Step& step : port.active.steps) times.push_back(step.at_ns);
        for (const gui::Step& step : port.depth.steps) times.push_back(step.at_ns);
        std::sort(times.begin(), times.end());
        times.erase(std::unique(times.begin(), times.end()), times.end());
        for (size_t i = 0; i < times.size(); ++i) begins += holds(times[i]) && (i == 0 || !holds(times[i - 1])) ? 1 : 0;
        CHECK(phases == begins);
        CHECK(phases > 1);
    }
    gui::command_run(state, gui::CommandId::phase_block);
    const int64_t first = state.playback.cursor_ns;
    CHECK(state.said.starts_with("Block from"));
    CHECK(first == gui::phase_after(side, 0, gui::PhaseKind::block, -1)->from_ns);
    gui::command_run(state, gui::CommandId::to_end);
    gui::command_run(state, gui::CommandId::phase_block);
    CHECK(state.playback.cursor_ns == first);
    CHECK(state.said.find("the first") != std::string::npos);
    gui::AppState recorded = opened_with_recordings("block-and-release");
    recorded.focus = 2;
    gui::command_run(recorded, gui::CommandId::phase_drain);
    CHECK(recorded.said.find("does not hold its queue") != std::string::npos);
}

TEST_CASE("breakpoints: playback stops behind each event of the rule, and nowhere else") {
    gui::AppState state = opened("block-and-release");
    REQUIRE(gui::app_break_at(state, "k17 K19").ok());
    CHECK(state.breaks.text == "K17 K19");
    std::vector<uint64_t> expected, stops;
    const sim::Records& records = state.sides[0].trace.records;
    for (uint64_t i = 0; i < records.size(); ++i)
        if (records[i].rule == sim::Rule::K17 || records[i].rule == sim::Rule::K19) expected.push_back(i + 1);
    for (int stop = 0; stop < 1'000 && state.playback.cursor_ns < state.playback.end_ns; ++stop) {
        gui::command_run(state, gui::CommandId::play);
        while (state.playback.playing) gui::app_advance(state, 1.0 / 60);
        if (state.playback.cursor_ns < state.playback.end_ns) stops.push_back(state.position);
    }
    CHECK(expected.size() > 2);
    CHECK(stops == expected);
    CHECK_FALSE(gui::app_break_at(state, "K17 nonsense").ok());
    CHECK(state.breaks.text == "K17 K19");
    gui::app_key(state, 'B', true, false, false);
    CHECK(state.entry.text == "K17 K19");
    gui::request_run(state, {.what = gui::Request::What::entry, .text = "K999"});
    gui::app_key(state, gui::kKeyEnter, false, false, true);
    CHECK(state.entry.error.find("K17") != std::string::npos);
    gui::request_run(state, {.what = gui::Request::What::entry, .text = ""});
    gui::app_key(state, gui::kKeyEnter, false, false, true);
    CHECK(state.breaks.rules.empty());
}

TEST_CASE("breakpoints: a loop stops at those of its beginning each time round, however short it is") {
    gui::AppState state = opened("block-and-release");
    const sim::Records& records = state.sides[0].trace.records;
    uint64_t first = 0;
    while (first < records.size() && !(records[first].rule == sim::Rule::K17 && records[first].time_ns > 0)) ++first;
    REQUIRE(first < records.size());
    REQUIRE(gui::app_break_at(state, "K17").ok());
    for (const int64_t long_ns : {int64_t{20'000}, int64_t{300'000}}) {
        state.playback.loop_from_ns = records[first].time_ns, state.playback.loop_to_ns = records[first].time_ns + long_ns;
        gui::app_seek(state, state.playback.loop_from_ns + long_ns / 2);
        const uint64_t inside = gui::records_until(state.sides[0], state.playback.loop_to_ns);
        for (int round = 0; round < 3; ++round) {
            state.playback.playing = true;
            for (int frame = 0; frame < 1'000 && state.playback.playing; ++frame) gui::app_advance(state, 1.0 / 60);
            CHECK_FALSE(state.playback.playing);
            CHECK(state.position > first);
            CHECK(state.position <= inside);
            if (long_ns == 20'000) CHECK(state.position == first + 1);
        }
    }
}

TEST_CASE("over the limit: every such time of the model is brought about by the record after which more are active than before, as the narration says") {
    for (const char* scenario : {"block-and-release", "limit-1-burst", "lock-convoy", "twice-cpus", "sync-read-frees-slot"}) {
        CAPTURE(scenario);
        gui::AppState state = opened(scenario);
        add_side(state, scenario);
        size_t found = 0;
        for (const gui::Side& side : state.sides) {
            const gui::Overs& overs = gui::overs_in(side, 0, 0, side.end_ns);
            if (!overs.known) continue;
            int64_t over_ns = 0;
            for (const gui::OverSpan& span : overs.spans) {
                ++found;
                over_ns += span.to_ns - span.from_ns;
                REQUIRE_FALSE(span.rises.empty());
                CHECK(span.rises.front().at_ns == span.from_ns);
                for (const gui::OverRise& rise : span.rises) {
                    REQUIRE(rise.record < side.trace.records.size());
                    CHECK(side.trace.records[rise.record].time_ns == rise.at_ns);
                    const uint32_t before = gui::state_after(side, rise.record).ports[0].active, after = gui::state_after(side, rise.record + 1).ports[0].active;
                    CHECK(after > before);
                    CHECK(after > span.limit);
                    CHECK((before <= span.limit) == (&rise == &span.rises.front()));
                }
                CHECK(span.most > span.limit);
                CHECK(gui::over_text(side, span).find(gui::sentence_of(side, span.rises.front().record)) != std::string::npos);
                const std::optional<gui::OverSpan> same = gui::over_at(side, 0, span.from_ns);
                REQUIRE(same.has_value());
                CHECK(same->rises.front().record == span.rises.front().record);
                CHECK(gui::over_at(side, 0, span.to_ns - 1).has_value());
                CHECK_FALSE(gui::over_at(side, 0, span.to_ns).has_value());
            }
            CHECK(over_ns == side.summary.ports[0].over_limit_ns);
        }
        if (std::string(scenario) == "block-and-release") CHECK(found >= 2);
    }
}

TEST_CASE("over the limit: the phase says what brought it about") {
    gui::AppState state = opened("block-and-release");
    gui::command_run(state, gui::CommandId::phase_over);
    CHECK(state.said.find("Since: worker.") != std::string::npos);
    CHECK(state.said.find("K19") != std::string::npos);
}

TEST_CASE("over the limit: a limit that changes while threads run begins and ends such a time, also for who goes to the next one") {
    gui::AppState state = opened("block-and-release", {"port.port.concurrency=4"});
    gui::app_seek(state, 5'100'000);
    REQUIRE(gui::app_branch_with(state, 5'100'000, UINT64_MAX, {"port.port.concurrency=1"}).ok());
    const gui::Side& side = state.sides[0];
    const gui::Overs& overs = gui::overs_in(side, 0, 0, side.end_ns);
    REQUIRE(overs.known);
    int64_t over_ns = 0;
    for (const gui::OverSpan& span : overs.spans) over_ns += span.to_ns - span.from_ns;
    CHECK(over_ns == side.summary.ports[0].over_limit_ns);
    const std::optional<gui::OverSpan> first = gui::over_after(side, 0, 5'000'000);
    REQUIRE(first.has_value());
    CHECK(first->from_ns == 5'100'000);
    CHECK(first->limit == 1);
    REQUIRE_FALSE(first->rises.empty());
    REQUIRE(first->rises.front().record < side.trace.records.size());
    CHECK(side.trace.records[first->rises.front().record].kind == sim::Kind::limit_set);
    gui::app_seek(state, 5'000'000);
    gui::command_run(state, gui::CommandId::phase_over);
    CHECK(state.playback.cursor_ns == 5'100'000);
    CHECK_FALSE(state.said.ends_with("Since: "));
}

TEST_CASE("over the limit: one that lasts for thousands of changes is not told in part") {
    gui::AppState state = opened("limit-1-burst", {"port.port.policy=wine8", "worker.worker.count=6"});
    gui::Side side = gui::side_build(run_checked(scenario_named("limit-1-burst")));
    side.ports[0].active = {};
    side.ports[0].limit = 1;
    for (int64_t i = 0; i < 20'000; ++i) side.ports[0].active.steps.push_back({.at_ns = i * 10, .value = i + 1 == 20'000 ? 0u : 2u + static_cast<uint32_t>(i % 2)});
    side.end_ns = 300'000;
    CHECK_FALSE(gui::overs_in(side, 0, 150'000, 160'000).known);
    CHECK(gui::overs_in(side, 0, 210'000, 220'000).known);
    CHECK(gui::overs_in(side, 0, 210'000, 220'000).spans.empty());
    const std::optional<gui::OverSpan> whole = gui::over_at(side, 0, 155'000);
    REQUIRE(whole.has_value());
    CHECK(whole->from_ns == 0);
    CHECK(whole->to_ns == 199'990);
    CHECK(whole->most == 3);
}
