#include "gui/app/palette.h"

#include <algorithm>

#include "gui/app/commands.h"
#include "gui/model/match.h"

namespace gui {

std::vector<const CommandEntry*> palette_rows(const std::string& text) {
    std::vector<const CommandEntry*> rows;
    for (const int rank : {3, 2, 1})
        for (const CommandEntry& entry : command_list())
            if (entry.id != CommandId::palette && match_rank(text, entry.title, entry.name) == rank) rows.push_back(&entry);
    return rows;
}

void app_palette_text(AppState& state, std::string text) {
    state.palette.text = std::move(text);
    state.palette.row = 0;
}

void app_palette_move(AppState& state, int direction) {
    const size_t rows = palette_rows(state.palette.text).size();
    if (rows > 0) state.palette.row = (state.palette.row + rows + static_cast<size_t>(direction > 0 ? 1 : rows - 1)) % rows;
}

void app_palette_run(AppState& state, size_t row) {
    const std::vector<const CommandEntry*> rows = palette_rows(state.palette.text);
    if (row >= rows.size()) return;
    state.palette = {};
    command_run(state, rows[row]->id);
}

}  // namespace gui
