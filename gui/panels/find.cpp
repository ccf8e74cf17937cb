// Lines above the status line, each while there is something in it: what is selected, the figures of the chosen range, a text that a
// command asks for, the search.
#include <algorithm>

#include "gui/draw/field.h"
#include "gui/model/text.h"
#include "gui/panels/panels.h"

namespace gui {
namespace {

constexpr float kSide = 14, kRow = 20, kLine = 32, kField = 24, kHighEnough = 700;   // units; in a lower window Why alone names what is selected

struct Item { std::string name, value; };  // a value without a name: the heading

std::vector<Item> items_of(const AppState& state) {
    const int64_t shift = app_shift_ns(state, state.focus), from = std::max<int64_t>(app_range_from(state) - shift, 0), to = std::max<int64_t>(app_range_to(state) - shift, 0);   // as by its clock
    std::vector<Item> items{{"", "Range " + time_label(from) + " to " + time_label(to) + (state.alignment.any() ? " of " + state.sides[state.focus].name : "")}, {"long", time_figure(static_cast<double>(to - from))}};
    const bool ready = !state.range.stale && state.range.figures.done();
    const std::vector<RangeRow> rows = range_rows(state.range.figures.figures(state.sides[state.focus]));
    for (const RangeRow& row : rows) items.push_back({row.name, ready ? row.value : std::string("...")});
    if (!ready && !state.range.stale) items.push_back({"read", std::to_string(static_cast<int>(state.range.figures.share() * 100)) + " %"});
    items.push_back({state.range.loop ? "L: on to the end" : "L: play it round", ""});
    items.push_back({"Esc: let it go", ""});
    return items;
}

// In as many rows as they need; the height they take. draw: false only measures.
float flow(Paint& paint, const std::vector<Item>& items, const Rect& rect, bool draw) {
    const Font& font = paint.fonts.small;
    const float first = rect.x0 + paint.px(kSide), last = rect.x1 - paint.px(kSide);
    float x = first, y = rect.y0 + paint.px(6);
    for (const Item& item : items) {
        const Font& of_value = item.name.empty() ? paint.fonts.bold : paint.fonts.mono;
        const float name = item.name.empty() ? 0 : text_width(font, item.name) + 1, value = item.value.empty() ? 0 : text_width(of_value, item.value) + 1;
        const float gap = name > 0 && value > 0 ? paint.px(6) : 0;
        if (x > first && x + name + gap + value > last) x = first, y += paint.px(kRow);
        if (draw && name > 0) text_line(paint, font, x, x + name, y + paint.px(1.5f), item.value.empty() ? paint.theme->faint : paint.theme->dim, item.name);
        if (draw && value > 0) text_line(paint, of_value, x + name + gap, x + name + gap + value, item.name.empty() ? y : y + paint.px(2), paint.theme->text, item.value);
        x += name + gap + value + paint.px(18);
    }
    return y + paint.px(kRow) - rect.y0;
}

struct Said { std::string text; bool wrong = false, wide = false; };   // wide: a long line is typed

Said said_of(const AppState& state) {
    const Finding& find = state.find;
    if (!find.error.empty()) return {find.error, true};
    if (!find.asked) return {"Such as thread:5 wait>2ms key:1 rule:K17 packet:12 port:NAME; all of them have to hold.", false};
    return {app_find_text_of_count(state) + ".  N, Shift+N: the next, the one before.  Esc closes.", false};
}

std::vector<Item> selected_items(const AppState& state) {
    std::vector<Item> items{{"", (state.selection.is_packet() ? "Packet " : "Thread ") + state.selection.name}};
    const std::vector<SelectionFigure> figures = app_future_hidden(state) ? std::vector<SelectionFigure>{} : app_selection_figures(state);   // they are of the whole run
    for (const SelectionFigure& figure : figures) items.push_back({figure.name, state.sides[state.focus].whole() ? figure.value : std::string("...")});
    items.push_back({state.selection.is_packet() ? "X: the next" : "H: the next", ""});
    items.push_back({"Esc: let it go", ""});
    return items;
}

Said asked(const AppState& state) { return {.text = app_entry_prompt(state), .wrong = !state.entry.error.empty(), .wide = state.entry.what == Entry::For::program}; }

float field_width(const Paint& paint, const Said& said, float width) { return std::min(paint.px(said.wide ? 640 : 300), width - paint.px(2 * kSide)); }
// What is said stands beside the field where it has room there, else below.
bool beside(const Paint& paint, const Said& said, float width) { return field_width(paint, said, width) + text_width(paint.fonts.small, said.text) + paint.px(2 * kSide + 16) <= width; }

float line_height_of(const Paint& paint, const Said& said, float width) { return paint.px(kLine) + (beside(paint, said, width) ? 0 : block_height(paint.fonts.small, width - paint.px(2 * kSide), said.text) + paint.px(4)); }

Rect field_rect(const Paint& paint, const Said& said, const Rect& rect) {
    const float x0 = rect.x0 + paint.px(kSide), y0 = rect.y0 + paint.px(4);
    return {x0, y0, x0 + field_width(paint, said, rect.width()), y0 + paint.px(kField)};
}

// A field, and what is said of it.
Typed draw_line(Paint& paint, const char* id, const Rect& rect, std::string& text, bool focus, const Said& said) {
    const Font& font = paint.fonts.small;
    const Rect field = field_rect(paint, said, rect);
    const Typed typed = text_field(paint, id, field, text, focus);
    const ImU32 color = said.wrong ? paint.theme->warning : paint.theme->dim;
    if (beside(paint, said, rect.width())) text_line(paint, font, field.x1 + paint.px(14), rect.x1 - 1, (field.y0 + field.y1 - font.size) / 2, color, said.text);
    else text_block(paint, font, {field.x0, field.y1 + paint.px(4), rect.x1 - paint.px(kSide), rect.y1 + 1}, color, said.text);
    return typed;
}

}  // namespace

float range_height(Paint& paint, const AppState& state, float width) { return state.range.any() ? flow(paint, items_of(state), {0, 0, width, 0}, false) + paint.px(5) : 0; }

void draw_range(Paint& paint, const AppState& state, const Rect& rect, Requests&) { flow(paint, items_of(state), rect, true); }

float selected_height(Paint& paint, const AppState& state, float width) { return state.selection.any() && state.window.height >= kHighEnough ? flow(paint, selected_items(state), {0, 0, width, 0}, false) + paint.px(5) : 0; }

void draw_selected(Paint& paint, const AppState& state, const Rect& rect, Requests&) { flow(paint, selected_items(state), rect, true); }

float entry_height(const Paint& paint, const AppState& state, float width) { return state.entry.shown() ? line_height_of(paint, asked(state), width) : 0; }

void draw_entry(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    std::string text = state.entry.text;
    const Typed typed = draw_line(paint, "entry", rect, text, !state.menu.shown, asked(state));
    if (typed.changed) requests.push_back({.what = Request::What::entry, .text = text});
}

float search_height(const Paint& paint, const AppState& state, float width) { return state.find.shown ? line_height_of(paint, said_of(state), width) : 0; }

void draw_search(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    std::string text = state.find.text;
    const Typed typed = draw_line(paint, "search", rect, text, state.find.typing, said_of(state));
    const bool left = state.find.typing && ImGui::IsMouseClicked(0) && !hovered(field_rect(paint, said_of(state), rect));
    if (typed.changed || left) requests.push_back({.what = Request::What::search, .text = text, .held = !left});
}

}  // namespace gui
