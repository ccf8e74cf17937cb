// Over everything, while it is asked for: a line to type in, and the commands that its words name, each with its key.
#include <algorithm>

#include "gui/draw/field.h"
#include "gui/panels/panels.h"

namespace gui {
namespace {

constexpr float kSide = 12, kField = 30, kRow = 24, kMost = 14;   // units; rows

struct Place { Rect sheet, field; float rows_y; size_t rows; };

Place place_of(const Paint& paint, const Rect& window) {
    const float width = std::min(paint.px(520), window.width() - paint.px(16)), x0 = (window.x0 + window.x1 - width) / 2, y0 = window.y0 + std::min(paint.px(60), window.height() * 0.08f);
    const float head = paint.px(2 * kSide + kField), room = window.y1 - paint.px(8) - y0 - head - paint.px(kSide);
    const size_t rows = static_cast<size_t>(std::clamp(room / paint.px(kRow), 1.0f, kMost));
    const Rect sheet{x0, y0, x0 + width, y0 + head + paint.px(kRow) * static_cast<float>(rows) + paint.px(kSide)};
    return {.sheet = sheet, .field = {x0 + paint.px(kSide), y0 + paint.px(kSide), sheet.x1 - paint.px(kSide), y0 + paint.px(kSide + kField)}, .rows_y = y0 + head, .rows = rows};
}

void draw_row(Paint& paint, const Rect& row, const CommandEntry& entry, bool chosen) {
    const Theme& theme = *paint.theme;
    if (chosen) fill(paint, row, theme.accent_back, paint.px(3));
    const float x0 = row.x0 + paint.px(8), x1 = row.x1 - paint.px(8), key = x1 - text_width(paint.fonts.mono, entry.key_text) - 1;
    text_line(paint, paint.fonts.text, x0, key - paint.px(8), (row.y0 + row.y1 - paint.fonts.text.size) / 2, theme.text, entry.title);
    text_line(paint, paint.fonts.mono, key, x1, (row.y0 + row.y1 - paint.fonts.mono.size) / 2, theme.accent, entry.key_text);
}

}  // namespace

void draw_palette(Paint& paint, const AppState& state, const Rect& window, Requests& requests) {
    const Theme& theme = *paint.theme;
    const Place place = place_of(paint, window);
    fill(paint, window, IM_COL32(0, 0, 0, 150));
    fill(paint, place.sheet, theme.panel, paint.px(6));
    std::string text = state.palette.text;
    const Typed typed = text_field(paint, "palette", place.field, text, true);
    if (typed.changed) requests.push_back({.what = Request::What::palette_text, .text = text});
    else if (text.empty()) text_line(paint, paint.fonts.text, place.field.x0 + paint.px(10), place.field.x1, (place.field.y0 + place.field.y1 - paint.fonts.text.size) / 2, theme.faint, "Words of a command. Enter runs it, Esc closes.");
    const std::vector<const CommandEntry*> rows = palette_rows(state.palette.text);
    if (rows.empty()) text_line(paint, paint.fonts.text, place.field.x0 + paint.px(8), place.field.x1, place.rows_y + paint.px(4), theme.dim, "No command has these words.");
    const size_t first = state.palette.row >= place.rows ? state.palette.row - place.rows + 1 : 0;   // the chosen one is in sight
    for (size_t i = first; i < std::min(rows.size(), first + place.rows); ++i) {
        const float y = place.rows_y + paint.px(kRow) * static_cast<float>(i - first);
        const Rect row{place.field.x0, y, place.field.x1, y + paint.px(kRow)};
        draw_row(paint, row, *rows[i], i == state.palette.row);
        if (ImGui::IsMouseClicked(0) && hovered(row)) requests.push_back({.what = Request::What::palette_row, .number = static_cast<double>(i)});
    }
    if (ImGui::IsMouseClicked(0) && !hovered(place.sheet)) requests.push_back({.what = Request::What::command, .command = CommandId::close});
}

}  // namespace gui
