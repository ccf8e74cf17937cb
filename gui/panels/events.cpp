#include <algorithm>

#include "gui/panels/panels.h"
#include "sim/trace/print.h"

namespace gui {

// The sentences around the cursor on the side that is explained; a click goes there.
void draw_events(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Theme& theme = *paint.theme;
    const Side& side = state.sides[state.focus];
    float y = rect.y0 + paint.px(8);
    if (rect.height() > paint.px(80)) {
        const float x = text_line(paint, paint.fonts.bold, rect.x0 + paint.px(14), rect.x1, y, theme.text, "Events") + paint.px(10);
        text_line(paint, paint.fonts.small, x, rect.x1 - paint.px(10), y + paint.px(1.5f), theme.dim, side_kind(side) + (side.trace.header.source == "measured" ? ", " + side.trace.header.made_by : ""));
        y += paint.px(24);
    }
    const float row = paint.px(21);
    const int64_t rows = static_cast<int64_t>((rect.y1 - y) / row), current = event_before(side, state.position);
    const int64_t count = static_cast<int64_t>(side.events.size());
    const int64_t first = std::clamp<int64_t>(current - rows / 2, 0, std::max<int64_t>(count - rows, 0));
    for (int64_t i = first; i < std::min(first + rows, count); ++i, y += row) {
        const uint64_t record = side.events[static_cast<size_t>(i)];
        const Rect line{rect.x0 + paint.px(6), y, rect.x1 - paint.px(6), y + row - 1};
        if (i == current) fill(paint, line, theme.accent_back, paint.px(3));
        if (ImGui::IsMouseClicked(0) && hovered(line)) requests.push_back({.what = Request::What::select_event, .number = static_cast<double>(i)});
        const float text_y = y + (row - paint.fonts.text->FontSize) / 2;
        text_line(paint, paint.fonts.mono, line.x0, line.x0 + paint.px(94), text_y + paint.px(1), theme.dim, sim::time_text(side.trace.records[record].time_ns), Align::right);
        text_line(paint, paint.fonts.text, line.x0 + paint.px(106), line.x1 - paint.px(6), text_y, i == current ? theme.text : theme.dim, sentence_of(side, record));
    }
}

}  // namespace gui
