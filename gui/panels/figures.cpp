// The figures of all sides beside each other.
#include <algorithm>

#include "gui/model/figures.h"
#include "gui/panels/panels.h"

namespace gui {
namespace {

constexpr float kTop = 8, kHead = 24, kRow = 18;   // units

struct Table {
    std::vector<std::string> heads;       ///< of the value columns
    std::vector<FigureRow> rows;
};

Table table_of(const AppState& state) {
    Table table;
    std::vector<const sim::Summary*> summaries;
    for (size_t i = 0; i < state.sides.size(); ++i) {
        const sim::TraceHeader& header = state.sides[i].trace.header;
        if (i > 0 && i == app_kept(state)) table.heads.emplace_back(state.kept == Kept::base ? "as was" : state.kept == Kept::decision ? "anyway" : "kept");
        else table.heads.push_back(header.source != "simulated" ? header.backend : i == 0 && !state.alone ? (state.branched.any() ? "branch" : "model") : header.policy);
        summaries.push_back(&state.sides[i].summary);
    }
    table.rows = figure_rows(summaries);
    for (size_t i = 0; i < state.sides.size(); ++i)
        for (FigureRow& row : table.rows)
            if (!state.sides[i].whole()) row.values[i] = row.ratio = "...";   // not read yet
    const bool two = state.sides.size() == 2;
    for (FigureRow& row : table.rows)
        if (two) row.values.push_back(row.ratio);   // the last column, as good as any
    if (two) table.heads.emplace_back("ratio");
    return table;
}

struct Widths { float name = 0, all = 0; std::vector<float> values; };

Widths widths_of(const Paint& paint, const Table& table, const Font& font) {
    Widths widths;
    for (const std::string& head : table.heads) widths.values.push_back(text_width(paint.fonts.small, head));
    for (const FigureRow& row : table.rows) {
        widths.name = std::max(widths.name, text_width(paint.fonts.small, row.name));
        for (size_t i = 0; i < row.values.size(); ++i) widths.values[i] = std::max(widths.values[i], text_width(font, row.values[i]));
    }
    widths.all = widths.name;
    for (float& width : widths.values) widths.all += ++width;   // rounding
    return widths;
}

}  // namespace

float figures_height(const Paint& paint) { return paint.px(kTop + kHead + kRow * static_cast<float>(figure_rows({}).size()) + 8); }

void draw_figures(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Theme& theme = *paint.theme;
    Table table = table_of(state);
    const float x0 = rect.x0 + paint.px(14), room = std::min(rect.width() - paint.px(28), paint.px(560));
    const auto gaps = [&table](float units) { return units * static_cast<float>(table.heads.size()); };
    const Font* font = &paint.fonts.mono;
    Widths widths = widths_of(paint, table, *font);
    if (widths.all + gaps(paint.px(8)) > room) widths = widths_of(paint, table, *(font = &paint.fonts.small));
    if (widths.all + gaps(paint.px(6)) > room && table.heads.back() == "ratio") {   // the one column that can be done without
        table.heads.pop_back();
        for (FigureRow& row : table.rows) row.values.pop_back();
        widths = widths_of(paint, table, *font);
    }
    const float gap = std::max((room - widths.all) / static_cast<float>(table.heads.size()), 1.0f);
    std::vector<float> ends;
    float x = x0 + widths.name;
    for (const float width : widths.values) ends.push_back(x += gap + width);
    float y = rect.y0 + paint.px(kTop);
    text_line(paint, paint.fonts.bold, x0, ends.front() - widths.values.front(), y, theme.text, "Figures");
    for (size_t i = 0; i < table.heads.size(); ++i) text_line(paint, paint.fonts.small, ends[i] - widths.values[i], ends[i], y + paint.px(1.5f), theme.dim, table.heads[i], Align::right);
    y += paint.px(kHead);
    for (const FigureRow& row : table.rows) {
        if (y + paint.px(kRow) > rect.y1 + 1) return;
        text_line(paint, paint.fonts.small, x0, x0 + widths.name + 1, y, theme.dim, row.name);
        for (size_t i = 0; i < row.values.size(); ++i) {
            const bool ratio = table.heads[i] == "ratio";
            text_line(paint, *font, ends[i] - widths.values[i], ends[i], y, ratio ? theme.dim : theme.text, row.values[i], Align::right);
        }
        y += paint.px(kRow);
    }
    if (state.times.shown || y + paint.px(kRow) > rect.y1 + 1) return;
    if (link(paint, "times", paint.fonts.small, x0, x0 + room, y, "Waits and service (;)")) requests.push_back({.what = Request::What::command, .command = CommandId::times});
}

}  // namespace gui
