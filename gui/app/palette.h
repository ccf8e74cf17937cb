// Commands found by their words: what is typed, which of them it means, which one Enter runs.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace gui {

struct AppState;
struct CommandEntry;

struct Palette {
    bool shown = false;
    std::string text;
    size_t row = 0;                       ///< of palette_rows
};

/// The commands that the typed words name, the best first, else in their order; the palette itself is not among them.
std::vector<const CommandEntry*> palette_rows(const std::string& text);
void app_palette_text(AppState& state, std::string text);
/// One row down or up, from an end to the other.
void app_palette_move(AppState& state, int direction);
/// Closes it and runs the command of this row; without such a row nothing happens.
void app_palette_run(AppState& state, size_t row);

}  // namespace gui
