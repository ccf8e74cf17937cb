#include "gui/app/menu.h"

#include <algorithm>

#include "gui/app/commands.h"

namespace gui {

const char* menu_title(Menu menu) {
    switch (menu) {
        case Menu::file: return "File";
        case Menu::scenario: return "Scenario";
        case Menu::view: return "View";
        case Menu::go: return "Go";
        case Menu::play: return "Play";
        case Menu::compare: return "Compare";
        case Menu::teach: return "Teach";
        case Menu::help: return "Help";
        case Menu::count: break;
    }
    return "";
}

std::span<const CommandEntry> menu_commands(Menu menu) {
    const std::span<const CommandEntry> all = command_list();
    const auto first = std::find_if(all.begin(), all.end(), [menu](const CommandEntry& entry) { return entry.menu == menu; });
    return {first, std::find_if(first, all.end(), [menu](const CommandEntry& entry) { return entry.menu != menu; })};
}

MenuList menu_list(WindowSize size, Menu menu) {
    constexpr float kAround = 20, kRowMost = 24, kRowLeast = 15.5F, kLine = 7;
    const std::span<const CommandEntry> commands = menu_commands(menu);
    const auto count = static_cast<float>(commands.size()), lines = static_cast<float>(std::ranges::count(commands, true, &CommandEntry::begins_group));
    const float room = size.height - kTopbarHigh - kAround, row = (room - kLine * lines) / count;
    if (row >= kRowLeast) return {.row = std::min(row, kRowMost), .line = kLine, .rows = commands.size()};
    return {.row = kRowLeast, .line = 0, .rows = static_cast<size_t>(std::clamp(room / kRowLeast, 1.0F, count))};
}

void app_menu(AppState& state) {
    const bool shown = !state.menu.shown;
    state.menu = {};
    state.menu.shown = shown;
    if (!shown) return;
    state.palette = {}, state.files.open = {};
    state.help = state.about = state.notes.shown = state.find.typing = false;
}

void app_menu_turn(AppState& state, int direction) {
    constexpr int kMenus = static_cast<int>(Menu::count);
    const auto menu = static_cast<Menu>((static_cast<int>(state.menu.menu) + kMenus + (direction > 0 ? 1 : -1)) % kMenus);
    app_menu_row(state, menu, state.menu.row == kNoMenuRow ? kNoMenuRow : 0);
}

void app_menu_move(AppState& state, int direction) {
    const size_t count = menu_commands(state.menu.menu).size(), row = state.menu.row;
    if (row == kNoMenuRow) return app_menu_row(state, state.menu.menu, direction > 0 ? 0 : count - 1);
    app_menu_row(state, state.menu.menu, (row + (direction > 0 ? 1 : count - 1)) % count);
}

void app_menu_row(AppState& state, Menu menu, size_t row) {
    MenuBar& bar = state.menu;
    if (menu != bar.menu) bar.menu = menu, bar.first = 0;
    bar.row = row < menu_commands(menu).size() ? row : kNoMenuRow;
    if (bar.row == kNoMenuRow) return;
    const size_t rows = menu_list(state.window, menu).rows;
    bar.first = std::clamp(bar.first, bar.row + 1 > rows ? bar.row + 1 - rows : 0, bar.row);
}

bool app_menu_letter(AppState& state, char letter) {
    const std::span<const CommandEntry> commands = menu_commands(state.menu.menu);
    for (size_t i = 1; i <= commands.size(); ++i) {
        const size_t row = (state.menu.row == kNoMenuRow ? i - 1 : state.menu.row + i) % commands.size();
        if (commands[row].title.front() != letter) continue;
        app_menu_row(state, state.menu.menu, row);
        return true;
    }
    return false;
}

void app_menu_run(AppState& state) {
    const std::span<const CommandEntry> commands = menu_commands(state.menu.menu);
    if (state.menu.row >= commands.size()) return;
    const CommandId id = commands[state.menu.row].id;
    state.menu = {};
    if (id != CommandId::menu) command_run(state, id);     // it is closed by that
}

}  // namespace gui
