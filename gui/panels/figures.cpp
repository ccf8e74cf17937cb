#include "gui/panels/panels.h"

namespace gui {

void draw_figures(Paint& paint, const AppState& state, const Rect& rect, Requests&) {
    const Theme& theme = *paint.theme;
    std::vector<const sim::Summary*> summaries;
    for (const Side& side : state.sides) summaries.push_back(&side.summary);
    const float x0 = rect.x0 + paint.px(14), x1 = rect.x1 - paint.px(14), column = paint.px(state.sides.size() > 2 ? 62 : 84), row = paint.px(18);
    const float first = x1 - column * static_cast<float>(state.sides.size());
    float y = rect.y0 + paint.px(8);
    text_line(paint, paint.fonts.bold, x0, first, y, theme.text, "Figures");
    for (size_t i = 0; i < state.sides.size(); ++i) {
        const sim::TraceHeader& header = state.sides[i].trace.header;
        const std::string name = header.source != "simulated" ? header.backend : i == 0 ? "model" : header.policy;
        const float x = first + column * static_cast<float>(i);
        text_line(paint, paint.fonts.small, x, x + column, y + paint.px(1.5f), theme.dim, name, Align::right);
    }
    y += paint.px(24);
    for (const FigureRow& figure : figure_rows(summaries)) {
        if (y + row > rect.y1) return;
        text_line(paint, paint.fonts.small, x0, first + paint.px(6), y, theme.dim, figure.name);
        for (size_t i = 0; i < figure.values.size(); ++i) {
            const float x = first + column * static_cast<float>(i);
            text_line(paint, paint.fonts.mono, x + paint.px(6), x + column, y, theme.text, figure.values[i], Align::right);
        }
        y += row;
    }
}

}  // namespace gui
