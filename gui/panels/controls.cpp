// The scenario's values: each change simulates again at once.
#include <algorithm>
#include <cmath>

#include "gui/model/text.h"
#include "gui/panels/panels.h"

namespace gui {
namespace {

struct Slider { const char* id; const char* name; Request::What what; double value, low, high; std::string shown; };

/// Where the next part goes; each part moves `y` on.
struct Column { float x0, x1, y, y1; };

// Dragging sets the value under the mouse; the wheel moves by one.
void draw_slider(Paint& paint, Column& at, float height, const Slider& slider, Requests& requests) {
    const Theme& theme = *paint.theme;
    const float x0 = at.x0, x1 = at.x1, track = at.y + paint.px(27), shown = text_width(paint.fonts.mono, slider.shown) + 1;
    text_line(paint, paint.fonts.text, x0, x1 - shown, at.y, theme.dim, slider.name);
    text_line(paint, paint.fonts.mono, x1 - shown, x1, at.y + paint.px(1), theme.text, slider.shown, Align::right);
    pressable(paint, slider.id, {x0, at.y + paint.px(18), x1, at.y + paint.px(36)});
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
    at.y += height;
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

void draw_policy(Paint& paint, const AppState& state, Column& at, Requests& requests) {
    const float gap = paint.px(6), width = (at.x1 - at.x0 - gap) / 2;
    const float value = text_width(paint.fonts.mono, state.controls.policy) + 1, name = text_width(paint.fonts.text, "Policy") + 1;
    const bool both = name + gap + value <= at.x1 - at.x0;   // a long name stands alone: what it is a name of is on the buttons
    if (both) text_line(paint, paint.fonts.text, at.x0, at.x1, at.y, paint.theme->dim, "Policy");
    text_line(paint, value <= at.x1 - at.x0 ? paint.fonts.mono : paint.fonts.small, both ? at.x1 - value : at.x0, at.x1, at.y + paint.px(1), paint.theme->text, state.controls.policy, Align::right);
    const size_t count = sim::policy_names().size(), now = static_cast<size_t>(sim::policy_from_name(state.controls.policy).value_or(sim::Policy::nt));
    for (const bool next : {false, true}) {
        const float x = at.x0 + (next ? width + gap : 0);
        const char* id = next ? "next policy" : "policy before";
        if (button(paint, id, {x, at.y + paint.px(20), x + width, at.y + paint.px(46)}, next ? "Next" : "Previous", false)) requests.push_back({.what = Request::What::policy, .number = static_cast<double>((now + (next ? 1 : count - 1)) % count)});
    }
    at.y += paint.px(54);
}

// What is different from the scenario's file, or that there is no button to press.
void draw_note(Paint& paint, const AppState& state, Column& at) {
    const std::vector<std::string>& changes = app_changes(state);
    const std::vector<sim::TraceBranch>& branches = state.sides.front().trace.header.branches;
    std::string text = changes.empty() ? "Simulates at once." : "Changed: ";
    for (size_t i = 0; i < changes.size(); ++i) text += (i == 0 ? "" : ", ") + changes[i];
    if (state.branched.any() && !branches.empty()) {
        const std::string from = time_label(branches.back().at_ns) + " on";
        text = branches.back().changes.empty() ? "What you change holds from " + from + '.' : "From " + from + ": " + window_text(sim::branch_text(branches.back()));
    }
    const Font& font = paint.fonts.small;
    if (at.y + block_height(font, at.x1 - at.x0, text) > at.y1) return;
    at.y = text_block(paint, font, {at.x0, at.y, at.x1, at.y1}, changes.empty() && !state.branched.any() ? paint.theme->faint : paint.theme->accent, text) + paint.px(14);
}

// The whole of it or the way to it.
void draw_what_to_look_for(Paint& paint, const AppState& state, const Column& at, Requests& requests) {
    const Font& font = paint.fonts.small;
    const float head = paint.px(24);
    if (state.scenario.about.empty()) return;
    if (at.y + head + block_height(font, at.x1 - at.x0, state.scenario.about) <= at.y1) {
        text_line(paint, paint.fonts.bold, at.x0, at.x1, at.y, paint.theme->text, "What to look for");
        text_block(paint, font, {at.x0, at.y + head, at.x1, at.y1}, paint.theme->dim, state.scenario.about);
    } else if (at.y + line_height(font) <= at.y1) {
        if (link(paint, "about", font, at.x0, at.x1, at.y, "What to look for (I)")) requests.push_back({.what = Request::What::command, .command = CommandId::about});
    }
}

}  // namespace

void draw_controls(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const float pad = paint.px(14), between = paint.px(30);
    const bool broad = rect.width() >= paint.px(440);
    Column left{.x0 = rect.x0 + pad, .x1 = rect.x1 - pad, .y = rect.y0 + pad, .y1 = rect.y1 - paint.px(10)};
    if (broad) left.x1 = left.x0 + std::min(paint.px(360), (left.x1 - left.x0 - between) / 2);
    const float title = text_line(paint, paint.fonts.bold, left.x0, left.x1, left.y, paint.theme->text, "Scenario") + paint.px(10);
    const char* all = "All values (E)";
    const float all0 = left.x1 - text_width(paint.fonts.small, all) - 1;
    if (all0 >= title && link(paint, "edit", paint.fonts.small, all0, left.x1, left.y + paint.px(1.5f), all)) requests.push_back({.what = Request::What::command, .command = CommandId::edit});
    left.y += paint.px(28);
    const float below = broad ? 0 : paint.px(54 + 40), slider = std::clamp((left.y1 - left.y - below) / 4, paint.px(36), paint.px(44));
    for (const Slider& each : sliders_of(state)) draw_slider(paint, left, slider, each, requests);
    Column right = left;
    if (broad) right = {.x0 = left.x1 + between, .x1 = std::min(rect.x1 - pad, left.x1 + between + paint.px(520)), .y = rect.y0 + pad, .y1 = left.y1};
    Column policy = right;
    if (broad) policy.x1 = std::min(right.x1, right.x0 + paint.px(360));
    draw_policy(paint, state, policy, requests);
    right.y = policy.y;
    draw_note(paint, state, right);
    draw_what_to_look_for(paint, state, right, requests);
}

}  // namespace gui
