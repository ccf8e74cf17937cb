// The menu: what stands in it, what can be done now, and how it is opened, walked through, used and left.
#include <algorithm>
#include <set>

#include "gui/app/key_sheet.h"
#include "gui/app/keys.h"
#include "tests/folder.h"
#include "tests/gui/driver.h"
#include "tests/gui/opened.h"

using gui::CommandId;
using gui::Menu;
using test::Driver;

namespace {

std::vector<Menu> menus() {
    std::vector<Menu> all;
    for (int menu = 0; menu < static_cast<int>(Menu::count); ++menu) all.push_back(static_cast<Menu>(menu));
    return all;
}

std::string title_of(Menu menu) { return std::string("menu/") + gui::menu_title(menu); }
std::string item_of(CommandId id) { return "menu/" + std::string(gui::command_entry(id).name); }

// All that a command that can do nothing leaves as it is.
std::string all_of(const gui::AppState& state) {
    std::string out = std::to_string(std::hash<std::string>()(state.scenario.text + state.edit.draft)) + '|' + state.selection.name + '|' + state.breaks.text + '|' + state.find.text + '|';
    for (const int64_t number : {state.playback.cursor_ns, state.view_from_ns, state.view_to_ns, static_cast<int64_t>(state.position), static_cast<int64_t>(state.focus), static_cast<int64_t>(state.port), static_cast<int64_t>(state.sides.size()), state.range.in_ns, state.range.out_ns, static_cast<int64_t>(state.edit.row), static_cast<int64_t>(state.edit.versions.count()), static_cast<int64_t>(state.theme), static_cast<int64_t>(state.page), static_cast<int64_t>(state.exports.due), static_cast<int64_t>(state.recorder.backend), static_cast<int64_t>(state.notes.notes.size()), static_cast<int64_t>(state.times.by), static_cast<int64_t>(state.branched.at.size())})
        out += std::to_string(number) + ' ';
    for (const bool on : {state.edit.shown, state.explore.shown, state.comparing.foretold != nullptr, state.times.shown, state.find.shown, state.notes.shown, state.entry.shown(), state.help, state.about, state.quit, state.palette.shown, state.menu.shown, state.quiz.question.has_value(), state.recorder.now != nullptr, state.range.loop, state.still}) out += on ? '1' : '0';
    return out + std::to_string(state.playback.speed);
}

// By name, in the order of the list; how many backends there are is the machine's.
std::string unavailable_in(const gui::AppState& state) {
    std::string names;
    for (const gui::CommandEntry& command : gui::command_list())
        if (command.id != CommandId::record_backend && !gui::command_available(state, command.id)) names += (names.empty() ? "" : " ") + std::string(command.name);
    return names;
}

// None of them does anything but say why; sides are compared beside the window.
void check_unavailable_do_nothing(gui::AppState (*make)()) {
    for (const gui::CommandEntry& command : gui::command_list()) {
        gui::AppState state = make();
        if (gui::command_available(state, command.id)) continue;
        CAPTURE(std::string(command.name));
        const std::string before = all_of(state);
        gui::command_run(state, command.id);
        CHECK(all_of(state) == before);
    }
}

gui::AppState at_begin() { return opened("limit-1-burst"); }
gui::AppState at_end() {
    gui::AppState state = opened_with_recordings("block-and-release", 2);
    gui::command_run(state, CommandId::to_end);
    return state;
}
gui::AppState branched() {
    gui::AppState state = opened("limit-1-burst");
    gui::app_seek(state, state.playback.end_ns / 2);
    gui::command_run(state, CommandId::branch);
    gui::command_run(state, CommandId::concurrency_more);
    return state;
}
// A recording too long to be simulated again, as the window shows it.
gui::AppState alone() {
    gui::AppState state = opened("limit-1-burst");
    state.sides.front().trace.header.source = "measured";
    state.alone = true;
    state.scenario.text.clear();
    state.calibrating.why = "it has too few packets";
    return state;
}

}  // namespace

TEST_CASE("menu: every command stands in one menu, as the list has them, and no menu is longer than a person reads") {
    std::vector<const gui::CommandEntry*> all;
    std::set<std::string> titles;
    for (const Menu menu : menus()) {
        const std::span<const gui::CommandEntry> commands = gui::menu_commands(menu);
        CAPTURE(std::string(gui::menu_title(menu)));
        CHECK(titles.insert(gui::menu_title(menu)).second);
        CHECK(commands.size() >= 4);
        CHECK(commands.size() <= 20);
        CHECK_FALSE(commands.front().begins_group);
        for (const gui::CommandEntry& command : commands) {
            CHECK(command.menu == menu);
            all.push_back(&command);
        }
    }
    REQUIRE(all.size() == gui::command_list().size());
    for (size_t i = 0; i < all.size(); ++i) CHECK(all[i] == &gui::command_list()[i]);
}

TEST_CASE("menu: the sheet of keys has every command once, under the title of its menu, and parts no menu that has room in a column") {
    for (const gui::WindowSize size : {gui::WindowSize{512, 384}, gui::WindowSize{759, 400}, gui::WindowSize{1024, 768}, gui::WindowSize{1280, 800}, gui::WindowSize{1920, 1080}, gui::WindowSize{400, 200}}) {
        CAPTURE(size.width);
        const gui::KeySheet sheet = gui::key_sheet(size);
        const char* title = nullptr;
        size_t commands = 0;
        for (const std::vector<gui::KeyLine>& column : sheet.columns) {
            CHECK(column.size() <= sheet.rows);
            if (size.height >= 384) CHECK(column.front().title != nullptr);
            for (const gui::KeyLine& line : column) {
                if (line.title != nullptr) title = line.title;
                if (line.command == nullptr) continue;
                REQUIRE(title != nullptr);
                CHECK(std::string(title) == gui::menu_title(line.command->menu));
                CHECK(line.command == &gui::command_list()[commands++]);
            }
        }
        CHECK(commands == gui::command_list().size());
        CHECK((size.width < 1024 || sheet.pages() == 1));
    }
}

TEST_CASE("menu: what can do nothing now is told, and does nothing") {
    gui::AppState begin = at_begin();
    CHECK(unavailable_in(begin) == "undo redo value-reset reset-all zoom-out zoom-all pan-left pan-right next-port next-page note-next note-before note-drop to-begin range-clear next-side align divergence divergence-next divergence-before let-go predict explore-best run-anyway close");
    gui::AppState end = at_end();
    for (const CommandId id : {CommandId::step, CommandId::to_end, CommandId::next_slide}) CHECK_FALSE(gui::command_available(end, id));
    for (const CommandId id : {CommandId::step_back, CommandId::to_begin, CommandId::next_side, CommandId::predict}) CHECK(gui::command_available(end, id));
    gui::AppState branch = branched();
    for (const CommandId id : {CommandId::explore, CommandId::record, CommandId::predict}) CHECK_FALSE(gui::command_available(branch, id));
    for (const CommandId id : {CommandId::undo, CommandId::let_go, CommandId::divergence, CommandId::next_side}) CHECK(gui::command_available(branch, id));
    gui::AppState lone = alone();
    for (const CommandId id : {CommandId::policy, CommandId::keep_run, CommandId::branch, CommandId::quiz, CommandId::ask_next, CommandId::save_as, CommandId::explore, CommandId::record}) CHECK_FALSE(gui::command_available(lone, id));
    for (gui::AppState (*make)() : {at_begin, at_end, branched}) check_unavailable_do_nothing(make);
}

TEST_CASE("menu: what a command switches is ticked while it is on, and what it takes the next of is named") {
    gui::AppState state = opened_with_recordings("block-and-release", 2);
    for (const CommandId id : {CommandId::play, CommandId::loop, CommandId::edit, CommandId::processor_lanes, CommandId::packet_bars, CommandId::times, CommandId::still, CommandId::compare, CommandId::quiz, CommandId::presenter, CommandId::notes, CommandId::about}) {
        CAPTURE(std::string(gui::command_entry(id).name));
        CHECK_FALSE(gui::command_on(state, id));
        gui::command_run(state, id);
        CHECK(gui::command_on(state, id));
        gui::command_run(state, id);
        CHECK_FALSE(gui::command_on(state, id));
    }
    CHECK(gui::command_value(state, CommandId::theme) == "dark");
    gui::command_run(state, CommandId::theme);
    CHECK(gui::command_value(state, CommandId::theme) == "light");
    CHECK(gui::command_value(state, CommandId::policy) == "nt");
    CHECK(gui::command_value(state, CommandId::step).empty());
}

TEST_CASE("menu: by keys alone: opened, walked through around the ends, a letter, run, left; the commands' own keys wait") {
    gui::AppState state = opened("limit-1-burst");
    Driver driver(state, {1280, 800, 1});
    driver.key(gui::kKeyF10);
    REQUIRE(state.menu.shown);
    CHECK(state.menu.row == gui::kNoMenuRow);
    driver.key(gui::kKeyEnter);                            // nothing is chosen yet
    CHECK(state.menu.shown);
    driver.key(gui::kKeyLeft);
    CHECK(state.menu.menu == Menu::help);
    driver.key(gui::kKeyRight);
    driver.key(gui::kKeyUp);
    CHECK(state.menu.row + 1 == gui::menu_commands(Menu::file).size());
    driver.key(gui::kKeyDown);
    CHECK(state.menu.row == 0);
    driver.key('P');
    CHECK(gui::menu_commands(Menu::file)[state.menu.row].id == CommandId::save_png);
    driver.key('P');
    CHECK(gui::menu_commands(Menu::file)[state.menu.row].id == CommandId::save_svg);
    driver.key('P');
    CHECK(gui::menu_commands(Menu::file)[state.menu.row].id == CommandId::save_png);
    CHECK(state.page == gui::Page::timelines);             // P by itself turns the page
    driver.key('4'), driver.key(gui::kKeyCtrl + 'O'), driver.key(gui::kKeyPageDown);
    CHECK(state.controls.concurrency == 1);
    CHECK_FALSE(state.files.open.shown);
    driver.key(gui::kKeyRight);
    driver.key(gui::kKeyRight);
    driver.key(gui::kKeyEnd);
    driver.key(gui::kKeyUp);
    driver.key(gui::kKeyEnter);
    CHECK_FALSE(state.menu.shown);
    CHECK(state.theme == gui::ThemeId::light);
    driver.key(gui::kKeyF10);
    driver.key(gui::kKeyEscape);
    CHECK_FALSE(state.menu.shown);
    driver.key('T');
    CHECK(state.theme == gui::ThemeId::contrast);
}

TEST_CASE("menu: while it is open digits answer no question") {
    gui::AppState state = opened("block-and-release");
    Driver driver(state, {1280, 800, 1});
    driver.key(gui::kKeyShift + 'G');
    REQUIRE(state.quiz.question);
    driver.key(gui::kKeyF10);
    driver.key('1');
    CHECK(state.quiz.answer < 0);
    driver.key(gui::kKeyF10);
    CHECK_FALSE(state.menu.shown);
    driver.key('1');
    CHECK(state.quiz.answer == 0);
}

TEST_CASE("menu: by mouse: a command of each menu is run; a click elsewhere closes it and is not meant for what lies there") {
    for (const Driver::Screen screen : {Driver::Screen{1280, 800, 1}, Driver::Screen{1024, 768, 2}, Driver::Screen{1920, 1080, 1.5f}}) {
        CAPTURE(screen.width);
        gui::AppState state = opened_with_recordings("two-ports", 2);
        gui::app_seek(state, state.playback.end_ns / 3);
        Driver driver(state, screen);
        const auto run = [&](Menu menu, CommandId id) {
            driver.click("topbar/menu");
            REQUIRE(state.menu.shown);
            driver.point(title_of(menu));
            CHECK(state.menu.menu == menu);
            driver.click(item_of(id));
            CHECK_FALSE(state.menu.shown);
        };
        const uint64_t position = state.position;
        driver.click("topbar/menu");
        const std::string first = all_of(state);
        driver.click("timelines", 0.8f, 0.7f);
        CHECK_FALSE(state.menu.shown);
        gui::command_run(state, CommandId::menu);
        CHECK(all_of(state) == first);
        gui::command_run(state, CommandId::close);
        run(Menu::file, CommandId::open);
        CHECK(state.files.open.shown);
        driver.key(gui::kKeyEscape);
        run(Menu::scenario, CommandId::policy);
        CHECK(state.controls.policy != "nt");
        run(Menu::scenario, CommandId::undo);
        CHECK(state.controls.policy == "nt");
        run(Menu::view, CommandId::processor_lanes);
        CHECK(state.processor_lanes);
        run(Menu::go, CommandId::thread_next);
        CHECK(state.selection.is_thread());
        run(Menu::play, CommandId::step);
        CHECK(state.position > position);
        run(Menu::compare, CommandId::next_side);
        CHECK(state.focus == 1);
        run(Menu::teach, CommandId::quiz);
        CHECK(state.quiz.on);
        run(Menu::help, CommandId::help);
        CHECK(state.help);
        driver.key(gui::kKeyEscape);
        driver.click("topbar/menu");
        const float x = static_cast<float>(screen.width) * 0.7f, y = static_cast<float>(screen.height) * 0.5f;
        driver.mouse(x, y, true);
        CHECK(state.menu.shown);
        driver.mouse(x, y, false);
        CHECK_FALSE(state.menu.shown);
        driver.click("topbar/menu");
        const std::string open = all_of(state);
        driver.click("topbar/step");                       // the menu's titles lie over it
        if (!state.menu.shown) gui::command_run(state, CommandId::menu);   // a click on a title leaves it open
        CHECK(all_of(state) == open);
        gui::command_run(state, CommandId::close);
        driver.click("topbar/menu");
        driver.click("menu/menu");                         // what opens it closes it
        CHECK_FALSE(state.menu.shown);
    }
}

TEST_CASE("menu: the mouse chooses by moving, and what can do nothing says why") {
    gui::AppState state = opened("limit-1-burst");
    Driver driver(state, {1280, 800, 1});
    driver.point("timelines");
    driver.key(gui::kKeyF10);
    driver.point(title_of(Menu::scenario));
    driver.point(item_of(CommandId::redo));
    CHECK(gui::menu_commands(Menu::scenario)[state.menu.row].id == CommandId::redo);
    driver.key(gui::kKeyUp);                               // the mouse lies still and does not choose again
    CHECK(gui::menu_commands(Menu::scenario)[state.menu.row].id == CommandId::undo);
    driver.key(gui::kKeyEnter);
    CHECK(driver.sees("Nothing to undo."));
    driver.click("topbar/menu");
    driver.point(title_of(Menu::compare));
    driver.click(item_of(CommandId::divergence_next));
    CHECK(driver.sees("There is nothing to compare"));
}

TEST_CASE("menu: every command of every menu is seen whole at every size, in every theme") {
    for (const Driver::Screen screen : {Driver::Screen{1024, 768, 1}, Driver::Screen{1280, 800, 1}, Driver::Screen{1920, 1080, 1}, Driver::Screen{1024, 768, 2}, Driver::Screen{1280, 800, 2}, Driver::Screen{1920, 1080, 2}, Driver::Screen{759, 400, 1}, Driver::Screen{600, 300, 1}, Driver::Screen{480, 240, 1}}) {
        CAPTURE(screen.width);
        CAPTURE(screen.scale);
        gui::AppState state = opened_with_recordings("two-ports", 2);
        gui::command_run(state, CommandId::packet_bars);
        Driver driver(state, screen);
        gui::command_run(state, CommandId::menu);
        for (const Menu menu : menus()) {
            state.theme = static_cast<gui::ThemeId>(static_cast<uint8_t>(menu) % static_cast<uint8_t>(gui::ThemeId::count));
            gui::app_menu_row(state, menu, gui::kNoMenuRow);
            for (const gui::CommandEntry& command : gui::menu_commands(menu)) {
                driver.key(gui::kKeyDown);
                const gui::PlacedItem* item = driver.item(item_of(command.id));
                REQUIRE_MESSAGE(item != nullptr, std::string(command.name));
                CHECK(item->rect.y1 <= static_cast<float>(screen.height));
                CHECK(item->rect.x1 <= static_cast<float>(screen.width));
                CHECK(driver.sees(command.title));
                CHECK(driver.sees(command.key_text));
            }
        }
    }
}

TEST_CASE("menu: it takes the keyboard from a field, which keeps what was typed; so does the palette") {
    for (const int key : {static_cast<int>(gui::kKeyF10), gui::kKeyCtrl + 'K'}) {
        CAPTURE(key);
        gui::AppState state = opened("limit-1-burst");
        Driver driver(state, {1280, 800, 1});
        driver.key('E');
        driver.click("text/text", 0.3f, 0.9f);
        driver.field_key(ImGuiKey_End);
        driver.type("# a word ");
        const std::string draft = state.edit.draft;
        CHECK(draft.find("# a word ") != std::string::npos);
        driver.key(key);
        CHECK((state.menu.shown || state.palette.shown));
        if (key == gui::kKeyF10) {
            driver.key('S');
            CHECK(gui::menu_commands(Menu::file)[state.menu.row].id == CommandId::save_as);
        } else {
            driver.type("theme");
            CHECK(state.palette.text == "theme");
        }
        CHECK(state.edit.draft == draft);
        driver.key(gui::kKeyEscape);
        driver.frames(3);
        CHECK(state.edit.draft == draft);
    }
    gui::AppState state = opened("limit-1-burst");
    Driver driver(state, {1280, 800, 1});
    driver.key('Z');
    driver.type("a note");
    driver.key(gui::kKeyF10);                              // the line is left by Enter or Escape alone
    CHECK_FALSE(state.menu.shown);
    driver.click("topbar/menu");
    REQUIRE(state.menu.shown);
    driver.key('S');
    driver.key(gui::kKeyEscape);
    driver.frames(2);
    CHECK(state.entry.text == "a note");
}

TEST_CASE("menu: whatever else is opened closes it, and it closes what lies over the window") {
    gui::AppState state = opened("limit-1-burst");
    for (const CommandId id : {CommandId::palette, CommandId::open, CommandId::help, CommandId::about, CommandId::notes}) {
        gui::command_run(state, CommandId::menu);
        CHECK(state.menu.shown);
        gui::command_run(state, id);
        CHECK_FALSE(state.menu.shown);
        CHECK((state.palette.shown || state.files.open.shown || state.help || state.about || state.notes.shown));
        gui::command_run(state, CommandId::menu);
        CHECK_FALSE((state.palette.shown || state.files.open.shown || state.help || state.about || state.notes.shown));
        gui::command_run(state, CommandId::close);
        CHECK_FALSE(state.menu.shown);
    }
}

TEST_CASE("menu, palette and sheets: what lies under them sees neither a click nor the mouse") {
    for (const CommandId id : {CommandId::menu, CommandId::palette, CommandId::open, CommandId::help, CommandId::about, CommandId::notes}) {
        CAPTURE(std::string(gui::command_entry(id).name));
        gui::AppState state = opened("block-and-release");
        Driver driver(state, {1280, 800, 1});
        gui::command_run(state, id);
        driver.point("timelines", 0.96f, 0.7f);
        const uint64_t there = driver.picture();
        driver.point("timelines", 0.97f, 0.7f);
        CHECK(driver.picture() == there);                  // no line follows the mouse
        driver.drag("timelines", 0.94f, 0.97f, 0.7f);
        if (state.palette.shown || state.files.open.shown) driver.click("timelines", 0.97f, 0.4f);
        CHECK_FALSE((state.menu.shown || state.palette.shown || state.files.open.shown || state.help || state.about || state.notes.shown));
        CHECK(state.playback.cursor_ns == 0);
        CHECK_FALSE(state.selection.any());
        gui::command_run(state, id);
        driver.click("controls/next policy");              // a row of the menu lies over it
        CHECK(state.controls.policy == "nt");
    }
    gui::AppState state = opened("block-and-release");
    Driver driver(state, {1280, 800, 1});
    driver.key(gui::kKeyCtrl + 'K');
    driver.type("theme");
    driver.click("timelines", 0.6f, 0.13f);                // its first row, over a lane
    CHECK(state.theme == gui::ThemeId::light);
    CHECK(state.playback.cursor_ns == 0);
    CHECK_FALSE(state.selection.any());
}
