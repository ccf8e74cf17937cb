// The menu: every command in one of its menus, from the list of commands. While it is open, keys and mouse are meant for it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "gui/app/pages.h"

namespace gui {

struct AppState;
struct CommandEntry;

enum class Menu : uint8_t { file, scenario, view, go, play, compare, teach, help, count };
inline constexpr size_t kNoMenuRow = SIZE_MAX;

struct MenuBar {
    bool shown = false;
    Menu menu = Menu::file;               ///< whose commands are listed
    size_t row = kNoMenuRow;              ///< of menu_commands: what Enter runs
    size_t first = 0;                     ///< that is in sight, where not all have room
};

/// "File".
const char* menu_title(Menu menu);
std::span<const CommandEntry> menu_commands(Menu menu);

/// The list of a menu in a window of this size, in units.
struct MenuList {
    float row = 0, line = 0;              ///< height of a row, of the line between groups
    size_t rows = 0;                      ///< in sight
};
MenuList menu_list(WindowSize size, Menu menu);

/// Opens it, with nothing else lying over the window, or closes it.
void app_menu(AppState& state);
/// The next or former menu, around the ends.
void app_menu_turn(AppState& state, int direction);
/// The next or former command of the menu, likewise.
void app_menu_move(AppState& state, int direction);
/// This one; a row that is not there: none.
void app_menu_row(AppState& state, Menu menu, size_t row);
/// The next command whose title begins with this capital letter, likewise. False: there is none.
bool app_menu_letter(AppState& state, char letter);
/// Closes it and runs the chosen command; without one nothing happens.
void app_menu_run(AppState& state);

}  // namespace gui
