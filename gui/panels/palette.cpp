// Commands found by their words, each with its key; files by their names.
#include "gui/panels/chooser.h"
#include "gui/panels/panels.h"

namespace gui {

void draw_palette(Paint& paint, const AppState& state, const Rect& window, Requests& requests) {
    const std::vector<const CommandEntry*> commands = palette_rows(state.palette.text);
    std::vector<ChooserRow> rows;
    for (const CommandEntry* command : commands) rows.push_back({command->title, command->key_text, !command_available(state, command->id)});
    const Chose chose = draw_chooser(paint, window, {.id = "palette", .text = state.palette.text, .hint = "Words of a command. Enter runs it, Esc closes.", .none = "No command has these words.", .row = state.palette.row}, rows);
    if (chose.typed) requests.push_back({.what = Request::What::palette_text, .text = chose.text});
    if (chose.taken) requests.push_back({.what = Request::What::palette_row, .number = static_cast<double>(chose.row)});
    if (chose.left) requests.push_back({.what = Request::What::command, .command = CommandId::close});
}

void draw_open(Paint& paint, const AppState& state, const Rect& window, Requests& requests) {
    const OpenFile& open = state.files.open;
    std::vector<ChooserRow> rows;
    for (const OpenRow& row : open.rows) rows.push_back({row.label, row.about});
    const Chose chose = draw_chooser(paint, window, {.id = "open", .text = open.text, .hint = "A scenario or a trace. Enter opens it, Esc closes.", .none = "Nothing here is called so.", .row = open.row, .filled = open.filled}, rows);
    if (chose.typed || open.filled) requests.push_back({.what = Request::What::open_text, .text = chose.text});
    if (chose.taken) requests.push_back({.what = Request::What::open_row, .number = static_cast<double>(chose.row)});
    if (chose.left) requests.push_back({.what = Request::What::command, .command = CommandId::close});
}

}  // namespace gui
