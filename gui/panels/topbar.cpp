// The way to the menu, what is shown, the buttons of playback, the clock. What has no room is left out whole: the buttons, the clock
// and the ways to the menu and the keys stay.
#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include "gui/model/text.h"
#include "gui/panels/panels.h"

namespace gui {
namespace {

constexpr float kButton = 34, kPlay = 40, kHigh = 28, kGap = 6;   // units
constexpr std::string_view kTimes = "\xC3\x97";

struct Transport { CommandId command; Icon icon; };

std::array<Transport, 5> transport(bool playing) {
    return {{{CommandId::to_begin, Icon::to_begin}, {CommandId::step_back, Icon::step_back}, {CommandId::play, playing ? Icon::pause : Icon::play}, {CommandId::step, Icon::step}, {CommandId::to_end, Icon::to_end}}};
}

std::string speed_text(double speed) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%g", speed);
    return text.data() + std::string(kTimes);
}

// On the clock of the side that is explained.
int64_t end_of(const AppState& state) { return state.playback.end_ns - app_shift_ns(state, state.focus); }

/// Widths that stay the same while a run plays, so that nothing jumps.
struct Widths { float buttons, speed, clock, end; };

Widths widths_for(const Paint& paint, const AppState& state) {
    const int64_t end = end_of(state);
    Widths widths{.buttons = paint.px(4 * kButton + kPlay + 5 * kGap), .speed = text_width(paint.fonts.small, speed_text(0.0625)) + 1, .clock = 0, .end = text_width(paint.fonts.small, "of " + clock_label(end)) + 1};
    for (const int64_t at : {end, std::max<int64_t>(end - 1, 0), std::max<int64_t>(end - 1'000, 0), std::min<int64_t>(end, 999'999), std::min<int64_t>(end, 999'999'999)}) widths.clock = std::max(widths.clock, text_width(paint.fonts.clock, clock_label(at)) + 1);
    return widths;
}

void draw_name(Paint& paint, const AppState& state, float x0, float x1, float y) {
    const sim::Scenario& scenario = state.scenario;
    const float brand = text_width(paint.fonts.bold, "Portside") + paint.px(14);
    const std::string number = scenario.number > 0 ? std::to_string(scenario.number) + "  " : std::string();
    const std::string wordings[] = {number + scenario.title, number + scenario.name, scenario.name};
    for (const bool branded : {true, false})
        for (const std::string& wording : wordings) {
            const float x = branded ? x0 + brand : x0;
            if (x + text_width(paint.fonts.text, wording) > x1) continue;
            if (branded) text_line(paint, paint.fonts.bold, x0, x1, y, paint.theme->text, "Portside");
            text_line(paint, paint.fonts.text, x, x1, y, paint.theme->dim, wording);
            return;
        }
}

void draw_transport(Paint& paint, const AppState& state, const Rect& bar, float x, Requests& requests) {
    const float y = (bar.y0 + bar.y1 - paint.px(kHigh)) / 2;
    for (const Transport& each : transport(state.playback.playing)) {
        const bool play = each.command == CommandId::play;
        const float width = paint.px(play ? kPlay : kButton);
        const std::string name(command_entry(each.command).name);
        if (icon_button(paint, name.c_str(), {x, y, x + width, y + paint.px(kHigh)}, each.icon, play)) requests.push_back({.what = Request::What::command, .command = each.command});
        x += width + paint.px(kGap);
    }
}

// The buttons at the right end; where they begin.
float draw_right(Paint& paint, const Rect& bar, Requests& requests) {
    struct Entry { CommandId command; const char* label; bool shown; };
    const bool room = bar.width() >= paint.px(640);
    const std::array<Entry, 2> entries{{{CommandId::help, room ? "Keys" : "?", true}, {CommandId::theme, "Theme", room}}};
    const float y = (bar.y0 + bar.y1 - paint.px(kHigh)) / 2;
    float x = bar.x1 - paint.px(14);
    for (const Entry& entry : entries) {
        if (!entry.shown) continue;
        const float width = text_width(paint.fonts.text, entry.label) + paint.px(22);
        if (button(paint, entry.label, {x - width, y, x, y + paint.px(kHigh)}, entry.label)) requests.push_back({.what = Request::What::command, .command = entry.command});
        x -= width + paint.px(kGap);
    }
    return x;
}

}  // namespace

Rect menu_button(const Paint& paint, const Rect& bar) {
    const float x0 = bar.x0 + paint.px(10), y = (bar.y0 + bar.y1 - paint.px(kHigh)) / 2;
    return {x0, y, x0 + paint.px(kButton), y + paint.px(kHigh)};
}

void draw_topbar(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Theme& theme = *paint.theme;
    const Widths widths = widths_for(paint, state);
    const bool with_end = rect.width() >= paint.px(760);
    const Rect menu = menu_button(paint, rect);
    if (icon_button(paint, "menu", menu, Icon::menu)) requests.push_back({.what = Request::What::command, .command = CommandId::menu});
    const float gap = paint.px(10), x0 = menu.x1 + paint.px(12), right = draw_right(paint, rect, requests) - gap;
    const float group = widths.buttons + widths.speed + gap + widths.clock + (with_end ? gap + widths.end : 0);
    const float last = right - group, name = std::min((rect.x0 + rect.x1) * 0.36f, last);   // the buttons stand a little left of the middle where they can
    const float y = (rect.y0 + rect.y1 - paint.fonts.text.size) / 2;
    const float title = text_width(paint.fonts.bold, "Portside") + paint.px(14) + text_width(paint.fonts.text, "9  " + state.scenario.title);
    float x = std::max(x0, std::clamp(x0 + title + 2 * gap, std::min(name, last), last));
    draw_name(paint, state, x0, x - gap, y);
    draw_transport(paint, state, rect, x, requests);
    x += widths.buttons + paint.px(2);
    text_line(paint, paint.fonts.small, x, x + widths.speed, y + paint.px(1.5f), theme.dim, speed_text(state.playback.speed), Align::right);
    x += widths.speed + gap;
    text_line(paint, paint.fonts.clock, x, x + widths.clock, y - paint.px(0.5f), theme.text, clock_label(std::max<int64_t>(app_cursor_of(state, state.focus), 0)), Align::right);
    x += widths.clock + gap;
    if (with_end) text_line(paint, paint.fonts.small, x, x + widths.end, y + paint.px(1.5f), theme.faint, "of " + clock_label(end_of(state)));
}

}  // namespace gui
