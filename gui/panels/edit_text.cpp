// The scenario's text: what is typed is simulated; what is wrong is told with its place. Below it the file to save it in.
#include <algorithm>
#include <array>

#include "gui/draw/field.h"
#include "gui/panels/panels.h"

namespace gui {
namespace {

void draw_buttons(Paint& paint, const AppState& state, const Rect& row, Requests& requests) {
    struct Entry { CommandId command; const char* label; bool possible; };
    const std::array<Entry, 3> entries{{{CommandId::undo, "Undo", state.edit.versions.can_undo()}, {CommandId::redo, "Redo", state.edit.versions.can_redo()}, {CommandId::reset_all, "As in the file", state.scenario.text != state.edit.file_text}}};
    float x = row.x0;
    for (const Entry& entry : entries) {
        const float width = text_width(paint.fonts.text, entry.label) + paint.px(18);
        if (x + width > row.x1) return;
        const Rect place{x, row.y0, x + width, row.y1};
        if (entry.possible) {
            if (button(paint, entry.label, place, entry.label)) requests.push_back({.what = Request::What::command, .command = entry.command});
        } else {
            text_line(paint, paint.fonts.text, place.x0, place.x1, (row.y0 + row.y1 - paint.fonts.text.size) / 2, paint.theme->faint, entry.label, Align::center);
        }
        x += width + paint.px(6);
    }
}

void draw_file(Paint& paint, const AppState& state, const Rect& row, Requests& requests) {
    const char* label = state.edit.replace ? "Replace" : "Save";
    const float width = text_width(paint.fonts.text, label) + paint.px(22);
    std::string name = state.edit.file_name;
    const Typed typed = text_field(paint, "file", {row.x0, row.y0, row.x1 - width - paint.px(8), row.y1}, name);
    if (typed.changed) requests.push_back({.what = Request::What::file_name, .text = name});
    if (button(paint, "save", {row.x1 - width, row.y0, row.x1, row.y1}, label)) requests.push_back({.what = Request::What::command, .command = CommandId::save_as});
}

}  // namespace

void draw_text(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Theme& theme = *paint.theme;
    const Font& small = paint.fonts.small;
    const float x0 = rect.x0 + paint.px(14), x1 = rect.x1 - paint.px(14), file1 = rect.y1 - paint.px(10), file0 = file1 - paint.px(26);
    const float title = text_line(paint, paint.fonts.bold, x0, x1, rect.y0 + paint.px(12), theme.text, "Text") + paint.px(14);
    const char* close = "Close (E)";
    const float close0 = x1 - text_width(small, close) - 1;
    if (link(paint, "close", small, close0, x1, rect.y0 + paint.px(13.5f), close)) requests.push_back({.what = Request::What::command, .command = CommandId::edit});
    draw_buttons(paint, state, {title, rect.y0 + paint.px(7), close0 - paint.px(8), rect.y0 + paint.px(33)}, requests);
    draw_file(paint, state, {x0, file0, x1, file1}, requests);
    float bottom = file0 - paint.px(8);
    if (!state.edit.draft_error.empty()) {
        const float height = block_height(small, x1 - x0, state.edit.draft_error);
        bottom -= height;
        text_block(paint, small, {x0, bottom, x1, bottom + height + 1}, theme.warning, state.edit.draft_error);
        bottom -= paint.px(6);
    }
    std::string text = state.edit.draft;
    const Typed typed = text_area(paint, "text", {x0, rect.y0 + paint.px(40), x1, bottom}, text);
    if (typed.changed) requests.push_back({.what = Request::What::text, .text = text, .held = true});
    else if (typed.left) requests.push_back({.what = Request::What::text, .text = text});
}

}  // namespace gui
