#include "gui/panels/chooser.h"

#include <algorithm>

#include "gui/draw/field.h"

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

void draw_row(Paint& paint, const Rect& row, const ChooserRow& entry, bool chosen) {
    const Theme& theme = *paint.theme;
    if (chosen) fill(paint, row, theme.accent_back, paint.px(3));
    const float x0 = row.x0 + paint.px(8), x1 = row.x1 - paint.px(8), about = x1 - text_width(paint.fonts.mono, entry.about) - 1;
    text_line(paint, paint.fonts.mono, about, x1, (row.y0 + row.y1 - paint.fonts.mono.size) / 2, entry.unavailable ? theme.unavailable : theme.accent, entry.about);
    const float room = about - paint.px(8) - x0;           // a name may be longer than any window: its end tells more than its beginning
    std::string text(entry.text);
    while (text.size() > 4 && text_width(paint.fonts.text, text) > room) text = "..." + text.substr(text.starts_with("...") ? 4 : 1);
    text_line(paint, paint.fonts.text, x0, x0 + room, (row.y0 + row.y1 - paint.fonts.text.size) / 2, entry.unavailable ? theme.unavailable : theme.text, text);
}

}  // namespace

Chose draw_chooser(Paint& paint, const Rect& window, const Choosing& choosing, std::span<const ChooserRow> rows) {
    const Theme& theme = *paint.theme;
    const Place place = place_of(paint, window);
    fill(paint, window, IM_COL32(0, 0, 0, 150));
    fill(paint, place.sheet, theme.panel, paint.px(6));
    paint.list->AddRect({place.sheet.x0, place.sheet.y0}, {place.sheet.x1, place.sheet.y1}, theme.line, paint.px(6));
    Chose chose{.text = choosing.text};
    chose.typed = text_field(paint, choosing.id, place.field, chose.text, true, choosing.filled).changed;
    if (!chose.typed && chose.text.empty()) text_line(paint, paint.fonts.text, place.field.x0 + paint.px(10), place.field.x1, (place.field.y0 + place.field.y1 - paint.fonts.text.size) / 2, theme.faint, choosing.hint);
    if (rows.empty()) text_line(paint, paint.fonts.text, place.field.x0 + paint.px(8), place.field.x1, place.rows_y + paint.px(4), theme.dim, choosing.none);
    const size_t first = choosing.row >= place.rows ? choosing.row - place.rows + 1 : 0;   // the chosen one is in sight
    for (size_t i = first; i < std::min(rows.size(), first + place.rows); ++i) {
        const float y = place.rows_y + paint.px(kRow) * static_cast<float>(i - first);
        const Rect row{place.field.x0, y, place.field.x1, y + paint.px(kRow)};
        draw_row(paint, row, rows[i], i == choosing.row);
        if (clicked(row)) chose.taken = true, chose.row = i;
    }
    chose.left = clicked(window) && !hovered(place.sheet);   // when the button is let go: nothing below sees half a click
    return chose;
}

}  // namespace gui
