// The map of a figure over two values: the stronger the colour, the higher the figure. A click simulates the place.
#include <algorithm>
#include <cmath>

#include "gui/app/scenario_edit.h"
#include "gui/app/values.h"
#include "gui/draw/field.h"
#include "gui/model/text.h"
#include "gui/panels/panels.h"
#include "sim/trace/print.h"

namespace gui {
namespace {

std::string figure_of(const std::string& metric, double value) { return sim::is_span(metric) ? time_figure(value) : number_figure(value); }

ImU32 mixed(ImU32 from, ImU32 to, double share) {
    ImU32 out = 0;
    for (const int shift : {IM_COL32_R_SHIFT, IM_COL32_G_SHIFT, IM_COL32_B_SHIFT, IM_COL32_A_SHIFT}) {
        const double a = from >> shift & 255, b = to >> shift & 255;
        out |= static_cast<ImU32>(std::lround(a + (b - a) * share)) << shift;
    }
    return out;
}

// From the ground to the text's colour by way of the accent: lighter and darker, so that it can be told without colours.
ImU32 shade(const Theme& theme, double share) { return share < 0.5 ? mixed(theme.accent_back, theme.accent, share * 2) : mixed(theme.accent, theme.text, share * 2 - 1); }

struct Map {
    MapGrid grid;
    std::vector<std::optional<double>> values;
    std::vector<std::optional<uint32_t>> shown;
    Shades shades;
    std::optional<uint32_t> here, best;
    std::string metric;
};

Map map_of(const AppState& state, const Explorer& explorer) {
    const Explore& explore = state.explore;
    Map map{.grid = explorer.grid(), .values = explorer.values(explore.metric), .shown = {}, .shades = {}, .here = explore_here(state), .best = {}, .metric = explore.metrics[explore.metric]};
    map.shown = stand_ins(map.grid, explorer.known());
    map.shades = shades_of(map.values);
    map.best = best_cell(map.values, metric_highest(map.metric));
    return map;
}

// The name of an axis as values are called, or its path where there is no such value.
std::string axis_name(const AppState& state, const sim::Axis& axis) {
    const sim::Field* field = find_field(state.edit.fields, axis.path);
    return field == nullptr ? axis.path : value_label(*field, state.edit.fields);
}

void frame_cell(Paint& paint, const Rect& cell, ImU32 color, float width) { paint.list->AddRect({cell.x0, cell.y0}, {cell.x1, cell.y1}, color, 0, 0, paint.px(width)); }

Rect cell_rect(const Map& map, const Rect& area, size_t cell) {
    const float width = area.width() / static_cast<float>(map.grid.columns), height = area.height() / static_cast<float>(map.grid.rows);
    const float x = area.x0 + width * static_cast<float>(cell % map.grid.columns), y = area.y0 + height * static_cast<float>(cell / map.grid.columns);
    return {std::round(x), std::round(y), std::round(x + width), std::round(y + height)};
}

void draw_cells(Paint& paint, const Map& map, const Rect& area) {
    const Theme& theme = *paint.theme;
    fill(paint, area, theme.lane);
    for (size_t cell = 0; cell < map.grid.cells(); ++cell) {
        if (!map.shown[cell] || !map.values[*map.shown[cell]]) continue;   // not computed, or no such run
        const Rect rect = cell_rect(map, area, cell);
        const double share = map.shades.share(*map.values[*map.shown[cell]]);
        const ImU32 color = shade(theme, share);
        paint.list->AddRectFilled({rect.x0, rect.y0}, {rect.x1, rect.y1}, color);
        if (*map.shown[cell] != cell || map.grid.cells() > 256) continue;
        const std::string text = figure_of(map.metric, *map.values[cell]);
        if (rect.height() < paint.fonts.small.size + paint.px(2) || rect.width() < text_width(paint.fonts.small, text) + paint.px(4)) continue;
        const ImU32 ink = contrast(theme.text, color) > contrast(theme.back, color) ? theme.text : theme.back;
        text_line(paint, paint.fonts.small, rect.x0, rect.x1, (rect.y0 + rect.y1 - paint.fonts.small.size) / 2, ink, text, Align::center);
    }
    if (map.best) {                                        // inside of the other, and seen on any shade
        const Rect cell = cell_rect(map, area, *map.best), inner{cell.x0 + paint.px(3), cell.y0 + paint.px(3), cell.x1 - paint.px(3), cell.y1 - paint.px(3)};
        frame_cell(paint, inner, theme.text, 4);
        frame_cell(paint, inner, theme.blocked, 2);
    }
    if (map.here) frame_cell(paint, cell_rect(map, area, *map.here), theme.warning, 2.5f);
}

// As many of the axis' values as have room, the first among them.
void draw_ticks(Paint& paint, const std::vector<std::string>& values, const Rect& area, bool across) {
    const Font& font = paint.fonts.small;
    float widest = 0;
    for (const std::string& value : values) widest = std::max(widest, text_width(font, value));
    const float each = (across ? area.width() : area.height()) / static_cast<float>(values.size()), needed = across ? widest + paint.px(8) : line_height(font) + paint.px(2);
    const auto every = static_cast<size_t>(std::max(std::ceil(needed / each), 1.0f));
    for (size_t i = 0; i < values.size(); i += every) {
        const float middle = (static_cast<float>(i) + 0.5f) * each;
        if (across) {
            const float half = widest / 2 + 1, x = std::clamp(area.x0 + middle, area.x0 + half, area.x1 - half);
            text_line(paint, font, x - half, x + half, area.y1 + paint.px(4), paint.theme->dim, values[i], Align::center);
        } else {
            text_line(paint, font, area.x0 - paint.px(8) - widest - 1, area.x0 - paint.px(8), area.y0 + middle - font.size / 2, paint.theme->dim, values[i], Align::right);
        }
    }
}

void draw_legend(Paint& paint, const Map& map, const Rect& row) {
    const Theme& theme = *paint.theme;
    const Font& font = paint.fonts.small;
    const std::string low = figure_of(map.metric, map.shades.low), high = figure_of(map.metric, map.shades.high) + (map.shades.logarithmic ? "  (powers of ten)" : "");
    float x = text_line(paint, font, row.x0, row.x1, row.y0, theme.dim, low) + paint.px(6);
    for (int i = 0; i < 16; ++i, x += paint.px(6)) fill(paint, {x, row.y0, x + paint.px(6), row.y0 + font.size}, shade(theme, i / 15.0));
    x = text_line(paint, font, x + paint.px(6), row.x1, row.y0, theme.dim, high) + paint.px(20);
    for (const bool best : {false, true}) {
        const std::string text = best ? "best (Ctrl+M)" : "simulated now";
        if (x + paint.px(18) + text_width(font, text) > row.x1) return;
        frame_cell(paint, {x, row.y0 + 1, x + paint.px(12), row.y0 + font.size - 1}, best ? theme.blocked : theme.warning, 2);
        x = text_line(paint, font, x + paint.px(18), row.x1, row.y0, theme.dim, text) + paint.px(16);
    }
}

// What the mouse stands on; a click takes it.
std::string under_mouse(Paint& paint, const AppState& state, const Explorer& explorer, const Map& map, const Rect& area, Requests& requests) {
    const bool clicked = pressable(paint, "map", area);
    if (!ImGui::IsItemHovered()) return {};
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const auto part = [](float at, float from, float length, size_t count) { return std::min(static_cast<size_t>(std::max((at - from) / length, 0.0f) * static_cast<float>(count)), count - 1); };
    const size_t x = part(mouse.x, area.x0, area.width(), map.grid.columns), y = part(mouse.y, area.y0, area.height(), map.grid.rows), cell = y * map.grid.columns + x;
    if (clicked) requests.push_back({.what = Request::What::cell, .number = static_cast<double>(cell)});
    const ExploreRequest& request = explorer.request();
    const std::string value = map.values[cell] ? figure_of(map.metric, *map.values[cell]) : "not known yet";
    return axis_name(state, request.x) + ' ' + request.x.values[x] + ", " + axis_name(state, request.y) + ' ' + request.y.values[y] + ": " + value;
}

void draw_axes_fields(Paint& paint, const AppState& state, const Rect& row, Requests& requests) {
    const float middle = (row.x0 + row.x1) / 2;
    for (const size_t axis : {0u, 1u}) {
        const Rect half{axis == 0 ? row.x0 : middle + paint.px(8), row.y0, axis == 0 ? middle : row.x1, row.y1};
        const float x = text_line(paint, paint.fonts.small, half.x0, half.x1, row.y0 + paint.px(4), paint.theme->dim, axis == 0 ? "Across" : "Down") + paint.px(6);
        std::string text = axis == 0 ? state.explore.x_text : state.explore.y_text;
        const Typed typed = text_field(paint, axis == 0 ? "across" : "down", {x, row.y0, half.x1, row.y1}, text);
        if (typed.left) requests.push_back({.what = Request::What::axis, .number = static_cast<double>(axis), .text = text});
    }
}

}  // namespace

void draw_explore(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Theme& theme = *paint.theme;
    const Font& small = paint.fonts.small;
    const float x0 = rect.x0 + paint.px(14), x1 = rect.x1 - paint.px(14), top = rect.y0 + paint.px(12);
    const char* close = "Close (M)";
    const float close0 = x1 - text_width(small, close) - 1;
    if (link(paint, "close", small, close0, x1, top + paint.px(1.5f), close)) requests.push_back({.what = Request::What::command, .command = CommandId::explore});
    const std::string metric = state.explore.metrics.empty() ? std::string() : metric_name(state.explore.metrics[state.explore.metric]), titles[] = {"Map: " + metric, metric};
    const float title = text_fitting(paint, paint.fonts.bold, x0, close0 - paint.px(10), top, theme.text, titles) + paint.px(12);
    const char* next = "Next figure (Shift+M)";
    if (title + text_width(small, next) + paint.px(16) < close0 && link(paint, "next", small, title, close0, top + paint.px(1.5f), next)) requests.push_back({.what = Request::What::command, .command = CommandId::explore_figure});
    draw_axes_fields(paint, state, {x0, rect.y0 + paint.px(38), x1, rect.y0 + paint.px(58)}, requests);
    const Explorer* explorer = state.explore.explorer.get();
    if (explorer == nullptr) {
        text_block(paint, paint.fonts.text, {x0, rect.y0 + paint.px(74), x1, rect.y1}, theme.warning, state.explore.error);
        return;
    }
    const Map map = map_of(state, *explorer);
    const ExploreRequest& request = explorer->request();
    float widest = 0;
    for (const std::string& value : request.y.values) widest = std::max(widest, text_width(small, value));
    const Rect area{x0 + widest + paint.px(10), rect.y0 + paint.px(88), x1, rect.y1 - paint.px(86)};
    text_line(paint, small, x0, x1, rect.y0 + paint.px(68), theme.dim, axis_name(state, request.y) + " (down)");
    if (area.height() > paint.px(20) && area.width() > paint.px(20)) {
        draw_cells(paint, map, area);
        draw_ticks(paint, request.x.values, area, true);
        draw_ticks(paint, request.y.values, area, false);
    }
    text_line(paint, small, area.x0, x1, area.y1 + paint.px(20), theme.dim, axis_name(state, request.x) + " (across)", Align::right);
    draw_legend(paint, map, {x0, area.y1 + paint.px(42), x1, rect.y1});
    std::string said = under_mouse(paint, state, *explorer, map, area, requests);
    if (said.empty() && !explorer->whole()) said = std::to_string(explorer->done()) + " of " + std::to_string(map.grid.cells()) + " runs; closing the map ends it.";
    else if (said.empty()) said = explorer->trouble().empty() ? "A click simulates a place; Ctrl+Z takes it back." : "Empty places can't be run: " + explorer->trouble();
    const std::string lines[] = {said, explorer->whole() ? "A click simulates a place." : "Computing ..."};
    text_fitting(paint, small, x0, x1, area.y1 + paint.px(64), theme.text, lines);
}

}  // namespace gui
