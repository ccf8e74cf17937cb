#include <algorithm>
#include <array>
#include <cstdio>

#include "gui/panels/panels.h"
#include "sim/trace/print.h"

namespace gui {
namespace {

void command_button(Paint& paint, Requests& requests, float& x, const Rect& bar, CommandId id, const char* label, float width, bool strong = false) {
    const float high = paint.px(28), y = (bar.y0 + bar.y1 - high) / 2;
    if (button(paint, label, {x, y, x + paint.px(width), y + high}, label, strong)) requests.push_back({.what = Request::What::command, .command = id});
    x += paint.px(width + 6);
}

std::string speed_text(double speed) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%gx", speed);
    return text.data();
}

// To the microsecond: finer is for the list of events.
std::string short_time(int64_t ns) { return sim::time_text(ns >= 1'000'000 ? ns / 1'000 * 1'000 : ns); }

}  // namespace

void draw_topbar(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Theme& theme = *paint.theme;
    const float y = (rect.y0 + rect.y1 - paint.fonts.bold->FontSize) / 2, pad = paint.px(14);
    const bool narrow = rect.width() < paint.px(900);
    float x = text_line(paint, paint.fonts.bold, rect.x0 + pad, rect.x1, y, theme.text, "Portside") + paint.px(14);
    const float buttons = paint.px(narrow ? 210 : 264), time = paint.px(narrow ? 170 : 250), right = paint.px(narrow ? 96 : 150);
    const float transport = std::max(x + paint.px(60), rect.x1 - right - time - buttons - pad);
    const std::string number = state.scenario.number > 0 ? std::to_string(state.scenario.number) + "  " : std::string();
    text_line(paint, paint.fonts.text, x, transport - paint.px(10), y, theme.dim, number + (narrow ? state.scenario.name : state.scenario.title));
    x = transport;
    const float wide = narrow ? 36 : 46;
    command_button(paint, requests, x, rect, CommandId::to_begin, "|<", wide);
    command_button(paint, requests, x, rect, CommandId::step_back, "<", wide);
    command_button(paint, requests, x, rect, CommandId::play, state.playback.playing ? "Pause" : "Play", narrow ? 48 : 60, true);
    command_button(paint, requests, x, rect, CommandId::step, ">", wide);
    if (!narrow) command_button(paint, requests, x, rect, CommandId::to_end, ">|", wide);
    const float end = rect.x1 - right - pad;
    const float after_speed = text_line(paint, paint.fonts.small, x + paint.px(4), end, y + paint.px(1.5f), theme.dim, speed_text(state.playback.speed)) + paint.px(10);
    const float after_time = text_line(paint, paint.fonts.mono, after_speed, end, y + paint.px(1), theme.text, short_time(state.playback.cursor_ns)) + paint.px(8);
    if (!narrow) text_line(paint, paint.fonts.small, after_time, end, y + paint.px(1.5f), theme.faint, "of " + short_time(state.playback.end_ns));
    x = rect.x1 - right;
    command_button(paint, requests, x, rect, CommandId::theme, state.light ? "Dark" : "Light", narrow ? 48 : 66);
    command_button(paint, requests, x, rect, CommandId::help, narrow ? "?" : "Keys", narrow ? 30 : 64);
}

}  // namespace gui
