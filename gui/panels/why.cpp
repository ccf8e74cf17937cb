// The event at the cursor as a sentence, with its rule and the line of pseudocode that it is.
#include <algorithm>

#include "gui/panels/panels.h"
#include "sim/port/rules.h"
#include "sim/trace/print.h"

namespace gui {

void draw_why(Paint& paint, const AppState& state, const Rect& rect, Requests&) {
    const Theme& theme = *paint.theme;
    const Side& side = state.sides[state.focus];
    const int64_t event = event_before(side, state.position);
    const float x0 = rect.x0 + paint.px(14), x1 = rect.x1 - paint.px(14);
    float y = rect.y0 + paint.px(10);
    text_line(paint, paint.fonts.bold, x0, x1, y, theme.text, "Why");
    if (event < 0) {
        text_line(paint, paint.fonts.text, x0, x1, y + paint.px(24), theme.dim, "Nothing has happened yet.");
        return;
    }
    const uint64_t number = side.events[static_cast<size_t>(event)];
    const sim::Record& record = side.trace.records[number];
    const std::string_view id = sim::rule_id_text(record.rule);
    if (!id.empty()) text_line(paint, paint.fonts.small, x0 + paint.px(60), x1, y + paint.px(1), theme.accent, "rule " + std::string(id), Align::right);
    y = text_block(paint, paint.fonts.text, {x0, y + paint.px(24), x1, rect.y1 - paint.px(4)}, theme.text, sentence_of(side, number)) + paint.px(4);
    if (!id.empty() && y + line_height(paint.fonts.small) * 2 < rect.y1) y = text_block(paint, paint.fonts.small, {x0, y, x1, std::min(y + line_height(paint.fonts.small) * 3, rect.y1)}, theme.dim, sim::rule_text(record.rule)) + paint.px(6);
    const float row = line_height(paint.fonts.mono);
    const std::vector<std::string>& lines = pseudocode();
    const int lit = pseudocode_line(record.rule, record.kind);
    const int room = static_cast<int>((rect.y1 - y - paint.px(4)) / row), count = static_cast<int>(lines.size());
    const int first = std::clamp(lit - room / 2, 0, std::max(count - room, 0));
    for (int i = first; i < std::min(first + room, count); ++i, y += row) {
        if (i == lit) fill(paint, {rect.x0 + paint.px(8), y - paint.px(1), rect.x1 - paint.px(8), y + row - paint.px(1)}, theme.accent_back, paint.px(3));
        text_line(paint, paint.fonts.mono, x0, x1, y + paint.px(1), i == lit ? theme.text : theme.faint, lines[static_cast<size_t>(i)]);
    }
}

}  // namespace gui
