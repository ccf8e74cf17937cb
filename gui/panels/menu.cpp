// The menu: its titles in the place of the top bar, and below the chosen one its commands with their keys. What can do nothing now is
// faint, what is on has a tick. It acts when the mouse button is let go, so that nothing under it sees half a click.
#include <algorithm>
#include <array>

#include "gui/panels/panels.h"

namespace gui {
namespace {

constexpr float kPad = 10, kEdge = 6, kMark = 26, kBetween = 28;   // units

using Titles = std::array<Rect, static_cast<size_t>(Menu::count)>;

Titles title_rects(const Paint& paint, const Rect& bar, const Font& font, float x) {
    float texts = 0;
    for (size_t i = 0; i < Titles{}.size(); ++i) texts += text_width(font, menu_title(static_cast<Menu>(i))) + 1;
    const float pad = std::clamp((bar.x1 - paint.px(4) - x - texts) / (2 * Titles{}.size()), paint.px(1), paint.px(kPad));
    const float y0 = bar.y0 + paint.px(9), y1 = bar.y1 - paint.px(9);
    Titles titles;
    for (size_t i = 0; i < titles.size(); ++i) {
        titles[i] = {x, y0, x + text_width(font, menu_title(static_cast<Menu>(i))) + 1 + 2 * pad, y1};
        x = titles[i].x1;
    }
    return titles;
}

// Below its title, moved to the left where it would not have room.
Rect list_rect(const Paint& paint, const AppState& state, const Rect& window, const Rect& title, const Font& font, const Font& keys) {
    float names = 0, key = 0, high = 0;
    const MenuList list = menu_list(state.window, state.menu.menu);
    const std::span<const CommandEntry> commands = menu_commands(state.menu.menu);
    for (const CommandEntry& command : commands) {
        const std::string value = command_value(state, command.id);
        names = std::max(names, text_width(font, command.title) + (value.empty() ? 0 : paint.px(10) + text_width(paint.fonts.small, value)) + 1);
        key = std::max(key, text_width(keys, command.key_text) + 1);
        if (command.begins_group) high += paint.px(list.line);
    }
    high += paint.px(list.row * static_cast<float>(list.rows) + 2 * kEdge);
    const float width = std::min(paint.px(kMark + kBetween + kPad + 2 * kEdge) + names + key, window.width() - paint.px(8));
    const float x0 = std::max(std::min(title.x0, window.x1 - paint.px(4) - width), paint.px(4)), y0 = window.y0 + paint.px(kTopbarHigh);
    return {x0, y0, x0 + width, y0 + high};
}

void draw_tick(Paint& paint, float x, float y) {
    const ImVec2 points[] = {{x, y}, {x + paint.px(3.5f), y + paint.px(3.5f)}, {x + paint.px(10), y - paint.px(4)}};
    paint.list->AddPolyline(points, 3, paint.theme->accent, 0, paint.px(1.8f));
}

void draw_row(Paint& paint, const AppState& state, const Rect& row, const CommandEntry& command, const Font& font, const Font& keys, bool chosen) {
    const Theme& theme = *paint.theme;
    const bool available = command_available(state, command.id);
    if (chosen) fill(paint, row, theme.accent_back, paint.px(3));
    const auto top = [&row](const Font& of) { return (row.y0 + row.y1 - of.size) / 2; };
    if (command_on(state, command.id)) draw_tick(paint, row.x0 + paint.px(8), (row.y0 + row.y1) / 2);
    const float x1 = row.x1 - paint.px(kPad), key = x1 - text_width(keys, command.key_text) - 1, x = row.x0 + paint.px(kMark);
    text_line(paint, keys, key, x1, top(keys), available ? theme.accent : theme.unavailable, command.key_text);
    const float end = text_line(paint, font, x, key - paint.px(8), top(font), available ? theme.text : theme.unavailable, command.title);
    text_line(paint, paint.fonts.small, end + paint.px(10), key - paint.px(8), top(paint.fonts.small), theme.dim, command_value(state, command.id));
}

// Where more commands stand above or below what is in sight.
void draw_more(Paint& paint, const Rect& list, bool above, bool below) {
    const float x = (list.x0 + list.x1) / 2, w = paint.px(4), h = paint.px(3);
    if (above) paint.list->AddTriangleFilled({x - w, list.y0 + h + paint.px(1)}, {x, list.y0 + paint.px(1)}, {x + w, list.y0 + h + paint.px(1)}, paint.theme->dim);
    if (below) paint.list->AddTriangleFilled({x - w, list.y1 - h - paint.px(1)}, {x + w, list.y1 - h - paint.px(1)}, {x, list.y1 - paint.px(1)}, paint.theme->dim);
}

Request of_menu(Request::What what, Menu menu, double row) { return {.what = what, .number = static_cast<double>(menu), .at = row}; }

void draw_list(Paint& paint, const AppState& state, const Rect& list, const Font& font, const Font& keys, Requests& requests) {
    const Theme& theme = *paint.theme;
    const MenuList fit = menu_list(state.window, state.menu.menu);
    const std::span<const CommandEntry> commands = menu_commands(state.menu.menu);
    const bool moved = ImGui::GetIO().MouseDelta.x != 0 || ImGui::GetIO().MouseDelta.y != 0;
    for (const float s : {paint.px(5), paint.px(3), paint.px(1)}) fill(paint, {list.x0 - s / 3, list.y0 + s, list.x1 + s / 3, list.y1 + s}, IM_COL32(0, 0, 0, 28), paint.px(6) + s);   // its shadow
    fill(paint, list, theme.panel, paint.px(6));
    paint.list->AddRect({list.x0, list.y0}, {list.x1, list.y1}, theme.faint, paint.px(6));
    float y = list.y0 + paint.px(kEdge);
    const size_t end = std::min(commands.size(), state.menu.first + fit.rows);
    for (size_t i = state.menu.first; i < end; ++i) {
        if (commands[i].begins_group && fit.line > 0) {
            y += paint.px(fit.line);
            fill(paint, {list.x0 + paint.px(kEdge), y - paint.px(fit.line / 2), list.x1 - paint.px(kEdge), y - paint.px(fit.line / 2) + 1}, theme.line);
        }
        const Rect row{list.x0 + paint.px(kEdge), y, list.x1 - paint.px(kEdge), y + paint.px(fit.row)};
        y = row.y1;
        draw_row(paint, state, row, commands[i], font, keys, i == state.menu.row);
        register_item(paint, commands[i].name, row);
        if (!hovered(row)) continue;
        if (ImGui::IsMouseReleased(0)) requests.push_back(of_menu(Request::What::menu_run, state.menu.menu, static_cast<double>(i)));
        else if (moved) requests.push_back(of_menu(Request::What::menu_row, state.menu.menu, static_cast<double>(i)));
    }
    draw_more(paint, list, state.menu.first > 0, end < commands.size());
    if (const float wheel = ImGui::GetIO().MouseWheel; wheel != 0 && hovered(list)) requests.push_back(of_menu(Request::What::menu_row, state.menu.menu, std::clamp(static_cast<double>(wheel > 0 ? state.menu.first : end - 1) - std::clamp(wheel, -1.0f, 1.0f), 0.0, static_cast<double>(commands.size() - 1))));
}

}  // namespace

void draw_menu(Paint& paint, const AppState& state, const Rect& window, Requests& requests) {
    const Theme& theme = *paint.theme;
    const Rect bar{window.x0, window.y0, window.x1, window.y0 + paint.px(kTopbarHigh)}, button = menu_button(paint, bar);
    fill(paint, bar, theme.panel);
    fill(paint, {bar.x0, bar.y1 - 1, bar.x1, bar.y1}, theme.line);
    icon_button(paint, "menu", button, Icon::menu, true);
    const bool roomy = window.width() >= paint.px(480);
    const Font& font = roomy ? paint.fonts.text : paint.fonts.small;
    const Titles titles = title_rects(paint, bar, font, button.x1 + paint.px(8));
    bool on_title = false;
    for (size_t i = 0; i < titles.size(); ++i) {
        const auto menu = static_cast<Menu>(i);
        const bool chosen = menu == state.menu.menu, under = hovered(titles[i]);
        if (chosen || under) fill(paint, titles[i], theme.accent_back, paint.px(4));
        text_line(paint, font, titles[i].x0, titles[i].x1, (bar.y0 + bar.y1 - font.size) / 2, theme.text, menu_title(menu), Align::center);
        register_item(paint, menu_title(menu), titles[i]);
        on_title = on_title || under;
        if (under && !chosen) requests.push_back(of_menu(Request::What::menu_row, menu, -1));
    }
    const std::string hints[] = {"Arrow keys and Enter, or a first letter. Esc closes.", "Esc closes.", ""};
    text_fitting(paint, paint.fonts.small, titles.back().x1 + paint.px(20), bar.x1 - paint.px(14), (bar.y0 + bar.y1 - paint.fonts.small.size) / 2, theme.faint, hints, Align::right);
    const bool high = paint.px(menu_list(state.window, state.menu.menu).row) >= line_height(paint.fonts.text);
    const Font &names = high ? paint.fonts.text : paint.fonts.small, &keys = high ? paint.fonts.mono : paint.fonts.small;
    const Rect list = list_rect(paint, state, window, titles[static_cast<size_t>(state.menu.menu)], names, keys);
    draw_list(paint, state, list, names, keys, requests);
    if (ImGui::IsMouseReleased(0) && !on_title && !hovered(list)) requests.push_back({.what = Request::What::command, .command = CommandId::close});
}

}  // namespace gui
