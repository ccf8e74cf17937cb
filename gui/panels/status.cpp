#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "gui/panels/panels.h"
#include "sim/trace/print.h"

namespace gui {
namespace {

// What makes the run reproducible and the recordings honest: as much of it as fits, the most important first.
std::string provenance(const AppState& state, const ImFont* font, float room) {
    const sim::Summary& model = state.sides.front().summary;
    std::string out = "seed " + std::to_string(model.seed) + "   fingerprint " + model.fingerprint;
    if (const uint64_t hash = app_world_hash(state); hash != 0) {
        std::array<char, 24> text{};
        std::snprintf(text.data(), text.size(), "%08x", static_cast<unsigned>(hash >> 32));
        const std::string longer = out + "   state " + text.data();
        if (text_width(font, longer) <= room) out = longer;
    }
    for (const Side& side : state.sides) {
        if (side.trace.header.source != "measured") continue;
        const std::string longer = out + "   " + side.trace.header.backend + ": " + std::to_string(side.trace.records.size()) + " records, " + std::to_string(side.summary.losses) + " lost, " + std::to_string(static_cast<int>(side.trace.header.record_cost_ns + 0.5)) + " ns each";
        if (text_width(font, longer) <= room) out = longer;
    }
    return out;
}

}  // namespace

void draw_status(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Theme& theme = *paint.theme;
    const ImFont* font = paint.fonts.small;
    const float y = (rect.y0 + rect.y1 - font->FontSize) / 2, x0 = rect.x0 + paint.px(14), x1 = rect.x1 - paint.px(14);
    const std::string facts = provenance(state, font, rect.width() * 0.5f);
    const float split = x1 - std::min(text_width(font, facts) + 1, rect.width() * 0.5f);
    text_line(paint, font, split, x1, y, theme.faint, facts, Align::right);
    const float end = split - paint.px(20);
    if (!state.error.empty()) {
        text_line(paint, font, x0, end, y, theme.warning, state.error);
        return;
    }
    if (!state.comparison) {
        text_line(paint, font, x0, end, y, theme.dim, "Only simulated: record it with `portside record " + state.scenario.name + "` and open the trace beside it.");
        return;
    }
    if (!state.comparison->first_divergence) {
        text_line(paint, font, x0, end, y, theme.dim, "The first two sides give the same packets to the same threads in the same order.");
        return;
    }
    const sim::Divergence& d = *state.comparison->first_divergence;
    const std::string link = "Go there (J)";
    const float width = text_width(font, link) + paint.px(4);
    const std::string text = "First divergence at " + sim::time_text(d.time_ns) + ", packet " + d.packet + ". Model: " + d.a + "  " + side_kind(state.sides[1]) + ": " + d.b;
    const float after = text_line(paint, font, x0, end - width - paint.px(12), y, theme.warning, text) + paint.px(12);
    text_line(paint, font, after, after + width, y, theme.accent, link);
    if (ImGui::IsMouseClicked(0) && hovered({after, rect.y0, after + width, rect.y1})) requests.push_back({.what = Request::What::command, .command = CommandId::divergence});
}

void draw_help(Paint& paint, const AppState&, const Rect& rect, Requests& requests) {
    const Theme& theme = *paint.theme;
    fill(paint, rect, IM_COL32(0, 0, 0, 150));
    const float rows = std::ceil(static_cast<float>(command_list().size()) / 2), row = std::min(paint.px(24), (rect.height() - paint.px(70)) / rows), high = row * rows + paint.px(64), wide = std::min(paint.px(700), rect.width());
    const Rect sheet{(rect.x0 + rect.x1 - wide) / 2, (rect.y0 + rect.y1 - high) / 2, (rect.x0 + rect.x1 + wide) / 2, (rect.y0 + rect.y1 + high) / 2};
    fill(paint, sheet, theme.panel, paint.px(6));
    float y = sheet.y0 + paint.px(16);
    text_line(paint, paint.fonts.bold, sheet.x0 + paint.px(20), sheet.x1, y, theme.text, "Keys");
    y += paint.px(32);
    const float column = (wide - paint.px(20)) / 2;
    size_t i = 0;
    for (const CommandEntry& entry : command_list()) {
        const float x = sheet.x0 + paint.px(20) + column * static_cast<float>(i / static_cast<size_t>(rows)), line = y + row * static_cast<float>(i % static_cast<size_t>(rows));
        text_line(paint, paint.fonts.mono, x, x + paint.px(54), line, theme.accent, entry.key_text);
        text_line(paint, paint.fonts.text, x + paint.px(60), x + column - paint.px(10), line, theme.text, entry.title);
        ++i;
    }
    if (ImGui::IsMouseClicked(0) && hovered(rect)) requests.push_back({.what = Request::What::command, .command = CommandId::help});
}

}  // namespace gui
