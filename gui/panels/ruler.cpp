#include "gui/panels/ruler.h"

#include <algorithm>
#include <cmath>

#include "gui/model/text.h"

namespace gui {
namespace {

// The smallest of 1, 2, 5, 10, 20 ... that is not below.
int64_t round_step(int64_t least_ns) {
    int64_t step = 1;
    while (step * 10 < least_ns) step *= 10;
    for (const int64_t times : {1, 2, 5})
        if (step * times >= least_ns) return step * times;
    return step * 10;
}

// Before the ruler's zero with a sign.
std::string signed_label(std::string (*label)(int64_t), int64_t ns) { return ns < 0 ? "-" + label(-ns) : label(ns); }

// The name of the zero beside it; what it takes of the ruler.
Readout draw_zero(Paint& paint, const Axis& axis, const Rect& rect, const RulerZero& zero) {
    if (zero.name.empty() || zero.at_ns < axis.from_ns || zero.at_ns > axis.to_ns) return {};
    const std::string wordings[] = {"0: " + zero.name, "0"};
    const float x = std::round(axis.x(zero.at_ns)), room = axis.x1 - x - paint.px(6), wide = text_width(paint.fonts.small, wordings[0]) + 1;
    const float width = wide <= room ? wide : text_width(paint.fonts.small, wordings[1]) + 1;
    fill(paint, {x - paint.px(1), rect.y0 + paint.px(1), x + width + paint.px(7), rect.y0 + paint.px(18)}, paint.theme->accent_back, paint.px(3));
    fill(paint, {x, rect.y0 + paint.px(1), x + std::max(1.0f, paint.px(1.6f)), rect.y1}, paint.theme->accent);
    text_fitting(paint, paint.fonts.small, x + paint.px(4), x + width + paint.px(6), rect.y0 + paint.px(3), paint.theme->text, wordings);
    return {.text = {}, .x0 = x - paint.px(2), .x1 = x + width + paint.px(10)};
}

}  // namespace

// With no digits beyond what a pixel can tell.
Readout readout_at(const Paint& paint, const Axis& axis, int64_t zero_ns, const Rect& lanes) {
    if (!hovered({axis.x0, lanes.y0, axis.x1, lanes.y1})) return {};
    const float x = ImGui::GetIO().MousePos.x;
    const double step = std::pow(10.0, std::floor(std::log10(std::max(static_cast<double>(axis.pixel_ns()), 1.0))));
    const std::string text = signed_label(time_label, static_cast<int64_t>(std::round((axis.ns_at(x) - static_cast<double>(zero_ns)) / step) * step));
    const float width = text_width(paint.fonts.small, text) + paint.px(8), x0 = std::clamp(x - width / 2, axis.x0, std::max(axis.x1 - width, axis.x0));
    return {.text = text, .x0 = x0, .x1 = x0 + width};
}

void draw_ruler(Paint& paint, const Axis& axis, const Rect& rect, const Readout& readout, const RulerZero& zero) {
    const Readout named = draw_zero(paint, axis, rect, zero);
    const int64_t step = round_step(std::max<int64_t>(static_cast<int64_t>(static_cast<double>(axis.to_ns - axis.from_ns) / std::max(1.0f, (axis.x1 - axis.x0) / paint.px(74))), 1));
    const auto above = static_cast<int64_t>(std::ceil(static_cast<double>(axis.from_ns - zero.at_ns) / static_cast<double>(step)));
    for (int64_t at = zero.at_ns + above * step; at <= axis.to_ns; at += step) {
        const float x = axis.x(at);
        fill(paint, {x, rect.y1 - paint.px(5), x + 1, rect.y1}, paint.theme->faint);
        const std::string text = signed_label(tick_label, at - zero.at_ns);
        const float end = x + text_width(paint.fonts.small, text) + paint.px(3);
        const bool under = (x < readout.x1 && end > readout.x0) || (x < named.x1 && end > named.x0);
        if (end < axis.x1 && !under) text_line(paint, paint.fonts.small, x + paint.px(3), axis.x1, rect.y0 + paint.px(3), paint.theme->dim, text);
    }
}

void draw_readout(Paint& paint, const Readout& readout, const Rect& ruler, float y1) {
    if (readout.text.empty()) return;
    const float x = std::round(ImGui::GetIO().MousePos.x);
    fill(paint, {x, ruler.y1, x + 1, y1}, paint.theme->line);
    fill(paint, {readout.x0, ruler.y0 + paint.px(1), readout.x1, ruler.y0 + paint.px(18)}, paint.theme->accent_back, paint.px(3));
    text_line(paint, paint.fonts.small, readout.x0 + paint.px(4), readout.x1, ruler.y0 + paint.px(3), paint.theme->text, readout.text);
}

void draw_cursor_head(Paint& paint, const Axis& axis, int64_t cursor_ns, float y) {
    if (cursor_ns < axis.from_ns || cursor_ns > axis.to_ns) return;
    const float x = std::round(axis.x(cursor_ns)), size = paint.px(4.5f);
    paint.list->AddTriangleFilled({x - size, y - size * 1.6f}, {x + size, y - size * 1.6f}, {x + 0.5f, y}, paint.theme->text);
}

// Where notes stand; a click goes there, and under the mouse their text is read.
void draw_notes_on_ruler(Paint& paint, const AppState& state, const Axis& axis, const Rect& ruler, Requests& requests) {
    const std::vector<Note>& notes = state.notes.notes;
    const Theme& theme = *paint.theme;
    const int64_t shift = app_shift_ns(state, 0);          // they stand on the clock of the first side
    const auto first = std::lower_bound(notes.begin(), notes.end(), axis.from_ns - shift, [](const Note& note, int64_t t) { return note.at_ns < t; });
    size_t drawn = 0;
    for (auto note = first; note != notes.end() && note->at_ns <= axis.to_ns - shift && drawn < 200; ++note, ++drawn) {
        const float x = std::round(axis.x(note->at_ns + shift));
        const Rect flag{x, ruler.y1 - paint.px(9), x + paint.px(8), ruler.y1 - paint.px(3)};
        fill(paint, {x, flag.y0, x + std::max(1.0f, paint.px(1.3f)), ruler.y1}, theme.accent);
        paint.list->AddTriangleFilled({flag.x0, flag.y0}, {flag.x1, (flag.y0 + flag.y1) / 2}, {flag.x0, flag.y1}, theme.accent);
        if (!hovered({flag.x0 - paint.px(3), flag.y0 - paint.px(3), flag.x1 + paint.px(3), ruler.y1})) continue;
        const float width = std::min(text_width(paint.fonts.small, note->text) + paint.px(12), axis.x1 - axis.x0), x0 = std::clamp(x, axis.x0, axis.x1 - width);
        fill(paint, {x0, ruler.y1 + paint.px(2), x0 + width, ruler.y1 + paint.px(20)}, theme.accent_back, paint.px(3));
        text_line(paint, paint.fonts.small, x0 + paint.px(5), x0 + width, ruler.y1 + paint.px(4), theme.text, note->text);
        if (ImGui::IsMouseClicked(0)) requests.push_back({.what = Request::What::note_row, .number = static_cast<double>(note - notes.begin())});
    }
}

}  // namespace gui
