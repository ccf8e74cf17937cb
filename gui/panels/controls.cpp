// The scenario's values: each change simulates again at once.
#include <algorithm>
#include <cmath>

#include "gui/panels/panels.h"

namespace gui {
namespace {

struct Slider { const char* id; const char* name; Request::What what; double value, low, high; std::string shown; };

// Dragging sets the value under the mouse; the arrows beside it move by one.
float draw_slider(Paint& paint, const Rect& rect, float y, const Slider& slider, Requests& requests) {
    const Theme& theme = *paint.theme;
    const float pad = paint.px(14), x0 = rect.x0 + pad, x1 = rect.x1 - pad, track = y + paint.px(27);
    text_line(paint, paint.fonts.text, x0, x1 - paint.px(60), y, theme.dim, slider.name);
    text_line(paint, paint.fonts.mono, x1 - paint.px(60), x1, y + paint.px(1), theme.text, slider.shown, Align::right);
    ImGui::SetCursorScreenPos({x0, y + paint.px(18)});
    ImGui::InvisibleButton(slider.id, {x1 - x0, paint.px(18)});
    if (ImGui::IsItemActive()) {
        const double share = std::clamp((static_cast<double>(ImGui::GetIO().MousePos.x) - x0) / (x1 - x0), 0.0, 1.0);
        const double value = std::round(slider.low + share * (slider.high - slider.low));
        if (value != slider.value) requests.push_back({.what = slider.what, .number = value});
    }
    const float wheel = ImGui::IsItemHovered() ? ImGui::GetIO().MouseWheel : 0;
    if (wheel != 0) requests.push_back({.what = slider.what, .number = std::clamp(slider.value + (wheel > 0 ? 1 : -1), slider.low, 1e9)});
    const double share = std::clamp((slider.value - slider.low) / (slider.high - slider.low), 0.0, 1.0);
    const float knob = x0 + static_cast<float>(share) * (x1 - x0);
    fill(paint, {x0, track - paint.px(1.5f), x1, track + paint.px(1.5f)}, theme.line, paint.px(1.5f));
    fill(paint, {x0, track - paint.px(1.5f), knob, track + paint.px(1.5f)}, theme.accent, paint.px(1.5f));
    paint.list->AddCircleFilled({knob, track}, paint.px(ImGui::IsItemHovered() || ImGui::IsItemActive() ? 7.0f : 6.0f), theme.text, 20);
    return y + paint.px(44);
}

std::vector<Slider> sliders_of(const AppState& state) {
    const Controls& c = state.controls;
    const bool unlimited = c.concurrency > 4096;
    const std::string limit = c.concurrency == 0 ? "0 = " + std::to_string(c.processors) : unlimited ? "no limit" : std::to_string(c.concurrency);
    return {{"processors", "Processors", Request::What::processors, static_cast<double>(c.processors), 1, 16, std::to_string(c.processors)},
            {"concurrency", "Concurrency", Request::What::concurrency, static_cast<double>(c.concurrency), 0, 16, limit},
            {"threads", "Threads", Request::What::threads, static_cast<double>(c.threads), 1, 32, std::to_string(c.threads)},
            {"seed", "Seed", Request::What::seed, static_cast<double>(c.seed), 0, 50, std::to_string(c.seed)}};
}

void draw_policy(Paint& paint, const AppState& state, const Rect& rect, float y, Requests& requests) {
    const float pad = paint.px(14), x0 = rect.x0 + pad, x1 = rect.x1 - pad, gap = paint.px(6);
    text_line(paint, paint.fonts.text, x0, x1, y, paint.theme->dim, "Policy");
    const float width = (x1 - x0 - gap) / 2;
    for (size_t p = 0; p < sim::kPolicyNames.size(); ++p) {
        const float x = x0 + static_cast<float>(p) * (width + gap);
        const std::string name(sim::kPolicyNames[p]);
        if (button(paint, name.c_str(), {x, y + paint.px(20), x + width, y + paint.px(46)}, name, state.controls.policy == name)) requests.push_back({.what = Request::What::policy, .number = static_cast<double>(p)});
    }
}

}  // namespace

void draw_controls(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Theme& theme = *paint.theme;
    const float pad = paint.px(14);
    float y = rect.y0 + paint.px(14);
    text_line(paint, paint.fonts.bold, rect.x0 + pad, rect.x1 - pad, y, theme.text, "Scenario");
    y += paint.px(28);
    for (const Slider& slider : sliders_of(state)) {
        if (y + paint.px(44) > rect.y1) return;
        y = draw_slider(paint, rect, y, slider, requests);
    }
    if (y + paint.px(60) > rect.y1) return;
    draw_policy(paint, state, rect, y, requests);
    y += paint.px(66);
    text_line(paint, paint.fonts.small, rect.x0 + pad, rect.x1 - pad, y, theme.faint, "Simulates at once.");
    y += paint.px(30);
    if (y + paint.px(60) > rect.y1) return;
    text_line(paint, paint.fonts.bold, rect.x0 + pad, rect.x1 - pad, y, theme.text, "What to look for");
    text_block(paint, paint.fonts.small, {rect.x0 + pad, y + paint.px(24), rect.x1 - pad, rect.y1 - paint.px(10)}, theme.dim, state.scenario.about);
}

}  // namespace gui
