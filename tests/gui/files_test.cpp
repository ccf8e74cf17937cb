// Files while the window is open: opened, dropped, chosen, remembered; the session of a window that did not close; what is exported.
#include <algorithm>
#include <cstdint>
#include <filesystem>

#include "gui/app/scenario_edit.h"
#include "gui/app/session.h"
#include "gui/draw/gif.h"
#include "tests/folder.h"
#include "tests/gui/driver.h"
#include "tests/gui/opened.h"

namespace {

// What a reader of GIFs sees after the last frame, by the format's own text: not by what the writer knows.
struct Gif { int width = 0, height = 0, frames = 0; std::vector<uint32_t> pixels; };

Gif read_gif(const std::string& bytes) {
    const auto byte = [&bytes](size_t at) { return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0u; };
    const auto two = [&byte](size_t at) { return static_cast<int>(byte(at) | byte(at + 1) << 8); };
    Gif gif{.width = two(6), .height = two(8), .frames = 0, .pixels = std::vector<uint32_t>(static_cast<size_t>(two(6) * two(8)))};
    int transparent = -1;
    for (size_t at = 13; at < bytes.size() && byte(at) != ';';) {
        if (byte(at) == 0x21) {
            if (byte(at + 1) == 0xF9) transparent = (byte(at + 3) & 1) != 0 ? static_cast<int>(byte(at + 6)) : -1;
            for (at += 2; byte(at) != 0; at += byte(at) + 1) {}
            ++at;
            continue;
        }
        const int x0 = two(at + 1), y0 = two(at + 3), w = two(at + 5), h = two(at + 7);
        const size_t colors = at + 10;
        at = colors + 3 * 256 + 1;                         // after the number of bits
        std::string data;
        for (; byte(at) != 0; at += byte(at) + 1) data += bytes.substr(at + 1, byte(at));
        ++at;
        std::vector<std::string> table;
        std::string out, last;
        uint32_t bits = 0;
        int have = 0, wide = 9;
        const auto fresh = [&] { table.assign(258, ""), wide = 9, last.clear(); for (size_t i = 0; i < 256; ++i) table[i] = std::string(1, static_cast<char>(i)); };
        fresh();
        for (size_t i = 0; i <= data.size();) {
            while (have < wide && i < data.size()) bits |= static_cast<uint32_t>(static_cast<unsigned char>(data[i++])) << have, have += 8;
            if (have < wide) break;
            const uint32_t code = bits & ((1u << wide) - 1);
            bits >>= wide, have -= wide;
            if (code == 257) break;
            if (code == 256) { fresh(); continue; }
            const std::string entry = code < table.size() ? table[code] : last + last[0];
            if (!last.empty() && table.size() < 4096) table.push_back(last + entry[0]);
            if (table.size() == size_t{1} << wide && wide < 12) ++wide;
            out += entry, last = entry;
        }
        REQUIRE(out.size() == static_cast<size_t>(w * h));
        for (int i = 0; i < w * h; ++i) {
            const auto color = static_cast<unsigned char>(out[static_cast<size_t>(i)]);
            const size_t from = colors + 3 * size_t{color};
            if (color != transparent) gif.pixels[static_cast<size_t>((y0 + i / w) * gif.width + x0 + i % w)] = 0xFF000000u | byte(from) | byte(from + 1) << 8 | byte(from + 2) << 16;
        }
        ++gif.frames;
    }
    return gif;
}

gui::AppState opened_by_name(const std::string& scenario) {
    gui::AppState state = opened(scenario);
    state.files.shown = {std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/" + scenario + ".toml"};
    return state;
}

}  // namespace

TEST_CASE("gif: what is written is read again, frame after frame, also where a table is full and nothing changes") {
    constexpr int kWidth = 311, kHeight = 207;
    gui::GifWriter writer(kWidth, kHeight);
    std::vector<uint32_t> pixels(static_cast<size_t>(kWidth * kHeight), 0xFF101010u);
    uint32_t noise = 12345;
    for (int frame = 0; frame < 4; ++frame) {
        for (size_t i = 0; frame < 3 && i < pixels.size() / (frame == 0 ? 1 : 5); ++i) {
            noise = noise * 1664525 + 1013904223;
            pixels[i] = 0xFF000000u | (noise >> 24 & 15) * 0x101010u | static_cast<uint32_t>(frame);   // 16 colours, no pattern
        }
        writer.add(pixels, 10);
    }
    const Gif gif = read_gif(writer.finish());
    CHECK(gif.frames == 4);
    CHECK(gif.width == kWidth);
    CHECK(gif.height == kHeight);
    CHECK(gif.pixels == pixels);
}

TEST_CASE("gif: of too many colours the rarest become their nearest") {
    std::vector<uint32_t> pixels;
    for (uint32_t i = 0; i < 64 * 64; ++i) pixels.push_back(0xFF000000u | (i % 64 * 4) | (i / 64 * 4) << 8);
    gui::GifWriter writer(64, 64);
    writer.add(pixels, 10);
    const Gif gif = read_gif(writer.finish());
    for (size_t i = 0; i < pixels.size(); ++i) CHECK_MESSAGE(((gif.pixels[i] ^ pixels[i]) & 0xFF0000u) == 0, i);
}

TEST_CASE("svg: the texts of the window are text, of a panel alone its own, and an unknown panel is told") {
    gui::AppState state = opened("block-and-release");
    gui::app_seek(state, 8'000'000);
    gui::HeadlessWindow window(1280, 800, 1);
    const auto whole = window.svg(state, "", {.title = "a <title>", .ids = "c"});
    REQUIRE(whole.ok());
    for (const char* text : {">whole run<", ">Concurrency<", ">worker.4<", ">blocked elsewhere<", ">Why<", "a &lt;title&gt;"}) CHECK_MESSAGE(whole->find(text) != std::string::npos, std::string(text));
    const auto part = window.svg(state, "timelines", {.title = "t", .ids = "t"});
    REQUIRE(part.ok());
    CHECK(part->find(">worker.4<") != std::string::npos);
    CHECK(part->size() < whole->size());
    CHECK(part->find("viewBox=\"0 0") == std::string::npos);
    CHECK_FALSE(window.svg(state, "map", {.title = "t", .ids = "t"}).ok());
}

TEST_CASE("handout: figure, closed answers and sentences of the range, and the window as it was") {
    gui::AppState state = opened("block-and-release");
    gui::app_seek(state, 8'000'000);
    gui::app_range_set(state, 1'000'000, 4'000'000);
    const uint64_t hash = gui::app_world_hash(state), position = state.position;
    const std::string page = gui::handout_page(state);
    for (const char* text : {"<svg ", "Who wakes?", "<details><summary>Answer</summary>", "From 1 ms to 4 ms", "Rule K17"}) CHECK_MESSAGE(page.find(text) != std::string::npos, std::string(text));
    for (const char* text : {"<script", "src=", "https://", "<link", "@import"}) CHECK_MESSAGE(page.find(text) == std::string::npos, std::string(text));   // nothing is fetched
    CHECK(page.find("8.205 ms") == std::string::npos);     // outside of the range
    CHECK(state.position == position);
    CHECK(gui::app_world_hash(state) == hash);
    CHECK(state.range.in_ns == 1'000'000);
    CHECK(state.theme == gui::ThemeId::dark);
}

TEST_CASE("handout: its figure is the same whatever lies open in the window") {
    gui::AppState state = opened("block-and-release");
    add_side(state, "block-and-release");
    const std::string plain = gui::handout_page(state);
    const auto with = [&](bool& open) {
        open = true;
        const std::string page = gui::handout_page(state);
        CHECK(open);                                       // and it is open again
        open = false;
        return page;
    };
    for (bool* open : {&state.comparing.shown, &state.edit.shown, &state.find.shown, &state.notes.shown, &state.help, &state.about, &state.menu.shown, &state.palette.shown, &state.files.open.shown, &state.times.shown, &state.presenter}) CHECK(with(*open) == plain);
    gui::app_entry_begin(state, gui::Entry::For::rules);
    CHECK(gui::handout_page(state) == plain);
    CHECK(state.entry.shown());
}

TEST_CASE("files: a dropped scenario replaces, a dropped trace of it joins, what can't be read changes nothing") {
    const test::Folder folder;
    const std::string trace = (folder / "wine.ptrace").string(), bad = (folder / "bad.ptrace").string();
    REQUIRE(sim::trace_write(trace, run_checked(under_wine8("limit-1-burst"))).ok());
    test::write_file(bad, "no trace");
    gui::AppState state = opened_by_name("limit-1-burst");
    gui::app_drop(state, {trace});
    gui::app_files_settle(state);
    CHECK(state.error.empty());
    CHECK(state.sides.size() == 2);
    CHECK(state.comparisons.size() == 1);
    gui::app_drop(state, {bad});
    gui::app_files_settle(state);
    CHECK(state.error.find("bad.ptrace") != std::string::npos);
    CHECK(state.sides.size() == 2);
    state.theme = gui::ThemeId::grey;
    gui::app_drop(state, {std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/twice-cpus.toml"});
    gui::app_files_settle(state);
    CHECK(state.scenario.name == "twice-cpus");
    CHECK(state.sides.size() == 1);
    CHECK(state.theme == gui::ThemeId::grey);
    CHECK(state.files.recent.size() == 2);
    gui::app_drop(state, {trace});                         // of another scenario: alone
    gui::app_files_settle(state);
    CHECK(state.scenario.name == "limit-1-burst");
}

TEST_CASE("files: a trace does not join a run that branches, and joins once the branch is gone") {
    const test::Folder folder;
    const std::string trace = (folder / "wine.ptrace").string();
    REQUIRE(sim::trace_write(trace, run_checked(under_wine8("limit-1-burst"))).ok());
    gui::AppState state = opened_by_name("limit-1-burst");
    gui::app_seek(state, 2'000'000);
    gui::command_run(state, gui::CommandId::branch);
    gui::command_run(state, gui::CommandId::concurrency_more);
    const std::string branch = state.sides[0].summary.fingerprint;
    gui::app_drop(state, {trace});
    gui::app_files_settle(state);
    CHECK(state.error.find("A trace joins a whole run") != std::string::npos);
    CHECK(state.branched.any());
    CHECK(state.sides[0].summary.fingerprint == branch);
    gui::command_run(state, gui::CommandId::let_go);
    gui::app_drop(state, {trace});
    gui::app_files_settle(state);
    CHECK_MESSAGE(state.error.empty(), state.error);
    CHECK(state.sides.size() == 2);
    CHECK(state.sides[0].trace.header.branches.empty());
    CHECK(state.controls.concurrency == 1);
}

TEST_CASE("files: changes that are not saved are asked about once, go along with a trace that joins, and the choices of what is shown stay") {
    const test::InFolder here;
    const std::string other = std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/twice-cpus.toml";
    gui::AppState state = opened_by_name("limit-1-burst");
    state.still = state.processor_lanes = state.packet_bars = true;
    CHECK_FALSE(gui::app_unsaved(state));
    gui::command_run(state, gui::CommandId::concurrency_more);
    CHECK(gui::app_unsaved(state));
    const auto drop = [&state](const std::string& file) {
        gui::app_drop(state, {file});
        gui::app_files_settle(state);
    };
    drop(other);
    CHECK(state.scenario.name == "limit-1-burst");
    CHECK(state.error.find("Open twice-cpus.toml once more to discard them") != std::string::npos);
    gui::command_run(state, gui::CommandId::concurrency_more);
    drop(other);                                           // others than those that were asked about
    CHECK(state.scenario.name == "limit-1-burst");
    REQUIRE(sim::trace_write("wine.ptrace", run_checked(under_wine8("limit-1-burst"))).ok());
    drop("wine.ptrace");
    CHECK(state.error.empty());
    CHECK(state.sides.size() == 2);
    CHECK(state.controls.concurrency == 3);
    CHECK(gui::app_unsaved(state));
    drop(other);
    CHECK(state.scenario.name == "limit-1-burst");
    drop(other);
    CHECK(state.scenario.name == "twice-cpus");
    CHECK(state.still);
    CHECK(state.processor_lanes);
    CHECK(state.packet_bars);
    gui::command_run(state, gui::CommandId::concurrency_more);
    state.edit.file_name = "mine.toml";
    gui::command_run(state, gui::CommandId::save_as);
    CHECK_FALSE(gui::app_unsaved(state));                  // saved: nobody asks
    drop(std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/limit-1-burst.toml");
    CHECK(state.scenario.name == "limit-1-burst");
}

TEST_CASE("files: who leaves is asked once about changes that are not saved") {
    gui::AppState state = opened_by_name("limit-1-burst");
    gui::command_run(state, gui::CommandId::concurrency_more);
    gui::command_run(state, gui::CommandId::quit);
    CHECK_FALSE(state.quit);
    CHECK(state.error.find("are not saved") != std::string::npos);
    gui::command_run(state, gui::CommandId::concurrency_more);
    gui::command_run(state, gui::CommandId::quit);         // others than those that were asked about
    CHECK_FALSE(state.quit);
    gui::command_run(state, gui::CommandId::quit);
    CHECK(state.quit);
    state.quit = false, state.files.asked_quit.clear();
    gui::command_run(state, gui::CommandId::reset_all);
    gui::command_run(state, gui::CommandId::quit);         // nothing to lose
    CHECK(state.quit);
}

TEST_CASE("files: one is chosen by typing, through a folder, and from the recent ones") {
    const test::InFolder here;
    const test::Folder& folder = here.folder();
    std::filesystem::create_directory(folder / "sub");
    REQUIRE(sim::trace_write(folder / "sub/seen.ptrace", run_checked(scenario_named("limit-1-burst", {"seed=3"}))).ok());
    gui::AppState state = opened("limit-1-burst");
    test::Driver driver(state, {1280, 800, 1});
    driver.key(gui::kKeyCtrl + 'O');
    CHECK(state.files.open.shown);
    driver.type("twice-cpus");
    driver.key(gui::kKeyEnter);
    driver.frames(2);
    CHECK(state.scenario.name == "twice-cpus");
    driver.key(gui::kKeyCtrl + 'O');
    driver.type(folder.path().string() + "/su");
    REQUIRE(state.files.open.rows.size() == 1);
    driver.key(gui::kKeyEnter);
    CHECK(state.files.open.text == folder.path().string() + "/sub/");
    driver.key(gui::kKeyEnter);
    driver.frames(2);
    CHECK(state.scenario.name == "limit-1-burst");
    CHECK(state.scenario.seed == 3);
    driver.key(gui::kKeyCtrl + 'O');
    REQUIRE(state.files.open.rows.size() > 1);
    CHECK(state.files.open.rows[1].files == std::vector<std::string>{"twice-cpus"});
    driver.key(gui::kKeyDown);
    driver.key(gui::kKeyEnter);
    driver.frames(2);
    CHECK(state.scenario.name == "twice-cpus");
    driver.key(gui::kKeyCtrl + 'O');
    driver.type("no/such.toml");
    driver.key(gui::kKeyEnter);
    driver.frames(2);
    CHECK_FALSE(state.error.empty());
    CHECK(state.scenario.name == "twice-cpus");
}

TEST_CASE("session: a window that did not close is shown again, with what was changed; one that closed is not") {
    const test::Folder folder;
    {
        gui::AppState state = opened_by_name("limit-1-burst");
        gui::request_run(state, {.what = gui::Request::What::concurrency, .number = 3});
        gui::request_run(state, {.what = gui::Request::What::policy, .number = 1});
        state.theme = gui::ThemeId::light;
        gui::app_seek(state, 1'000'000);
        state.view_from_ns = 500'000, state.view_to_ns = 1'500'000;
        gui::SessionKeeper keeper(folder.path().string());
        keeper.begin(state);
        CHECK(keeper.keep(state));
        CHECK_FALSE(keeper.keep(state));                   // nothing is different
        gui::SessionKeeper second(folder.path().string()); // another window at the same time keeps none, and restores none
        gui::AppState other = opened("twice-cpus");
        CHECK_FALSE(second.restore(other, {}));
        second.begin(other);
        second.keep(other);
        second.end();
        CHECK(other.scenario.name == "twice-cpus");
    }
    gui::AppState state = opened("twice-cpus");
    gui::SessionKeeper keeper(folder.path().string());
    CHECK(keeper.restore(state, {}));
    keeper.begin(state);
    CHECK(gui::app_unsaved(state));                        // what was changed is in no file
    CHECK(state.scenario.name == "limit-1-burst");
    CHECK(state.controls.concurrency == 3);
    CHECK(state.controls.policy != "nt");
    CHECK(state.theme == gui::ThemeId::light);
    CHECK(state.playback.cursor_ns == 1'000'000);
    CHECK(state.view_from_ns == 500'000);
    CHECK_FALSE(state.said.empty());
    CHECK(gui::app_changes(state).size() == 2);            // they can be reset, as before
    gui::AppState given = opened("twice-cpus");            // what the command line sets is on top
    CHECK(keeper.restore(given, {"port.port.concurrency=5", "seed=7"}));
    CHECK(given.controls.concurrency == 5);
    CHECK(given.controls.seed == 7);
    CHECK(given.controls.policy == state.controls.policy);
    gui::AppState wrong = opened("twice-cpus");
    CHECK_FALSE(keeper.restore(wrong, {"port.gone.concurrency=5"}));
    CHECK(wrong.scenario.name == "twice-cpus");
    keeper.keep(state);
    keeper.end();
    gui::AppState afresh = opened("twice-cpus");
    CHECK_FALSE(keeper.restore(afresh, {}));
    keeper.begin(afresh);
    CHECK(afresh.scenario.name == "twice-cpus");
    CHECK_FALSE(afresh.files.recent.empty());
}

TEST_CASE("session: a text that is none is ignored, whatever is wrong with it") {
    const gui::Session session{.files = {"a b.toml", "x.ptrace"}, .sets = {"seed=2"}, .branches = {{.at_ns = 5, .records = 7, .sets = {"a=1"}}, {.at_ns = 9, .records = -1, .sets = {}}}, .cursor_ns = 5, .view_from_ns = 1, .view_to_ns = 9, .theme = "grey"};
    const std::string text = gui::session_text(session);
    const auto again = gui::session_parse(text);
    REQUIRE(again.ok());
    CHECK(again->files == session.files);
    CHECK(again->sets == session.sets);
    CHECK(again->view_to_ns == 9);
    REQUIRE(again->branches.size() == 2);
    CHECK(again->branches[0].records == 7);
    CHECK(again->branches[0].sets == std::vector<std::string>{"a=1"});
    CHECK(again->branches[1].at_ns == 9);
    CHECK(again->branches[1].records == -1);
    for (size_t cut = 0; cut + 1 < text.size(); ++cut) CHECK_FALSE(gui::session_parse(text.substr(0, cut)).ok());
    CHECK_FALSE(gui::session_parse("portside session 1\ncursor -1\nend\n").ok());
    CHECK_FALSE(gui::session_parse("portside session 1\nset x\nend\n").ok());
    for (const char* line : {"branch", "branch x", "branch 1 -1", "branch 1 2 3", "branch-set a=1"}) CHECK_FALSE(gui::session_parse(std::string("portside session 1\n") + line + "\nend\n").ok());
    const test::Folder folder;
    test::write_file(folder / "session", "{\"no\": 1}");
    test::write_file(folder / "recent", std::string("\0\n\tx\n", 5));
    gui::AppState state = opened("twice-cpus");
    gui::SessionKeeper keeper(folder.path().string());
    CHECK_FALSE(keeper.restore(state, {}));
    keeper.begin(state);
    CHECK(state.scenario.name == "twice-cpus");
    CHECK(state.error.empty());
}
