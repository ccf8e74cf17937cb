// The stack and the queue of a port by their places, where there is room to read them.
#include <algorithm>
#include <cmath>
#include <string>

#include "gui/model/places.h"
#include "gui/panels/lanes.h"

namespace gui {
namespace {

constexpr float kRowMin = 2.5f;           // units: lower rows can't be told apart
constexpr size_t kLettersDrawn = 240, kTakingsDrawn = 60;

ImU32 mixed(ImU32 a, ImU32 b, float share_of_b) {
    const auto mix = [=](int shift) { return static_cast<ImU32>(static_cast<float>((a >> shift) & 255) * (1 - share_of_b) + static_cast<float>((b >> shift) & 255) * share_of_b + 0.5f) << shift; };
    return mix(IM_COL32_R_SHIFT) | mix(IM_COL32_G_SHIFT) | mix(IM_COL32_B_SHIFT) | IM_COL32_A_MASK;
}

// Shades of the parked colour: neighbours in the stack differ, and a thread keeps its own wherever it stands.
ImU32 thread_shade(const Theme& theme, uint32_t thread) {
    constexpr float kShares[] = {0, 0.3f, 0.12f, 0.42f, 0.2f, 0.36f};
    return mixed(theme.parked, theme.lane, kShares[thread % 6]);
}

std::string thread_label(const Side& side, uint32_t thread) {
    if (thread >= side.lanes.size()) return {};
    const std::string& name = side.lanes[thread].name;
    return name.substr(name.rfind('.') + 1);
}

struct Rows {
    Rect rect;
    float row;
    Rect of(const Axis& axis, const PlaceSpan& span) const {
        const float y1 = rect.y1 - row * static_cast<float>(span.place), x0 = std::max(axis.x(span.begin_ns), rect.x0);
        const float x1 = std::min(std::max(axis.x(span.end_ns), x0 + 1), rect.x1), gap = row >= 5 ? 1.0f : 0.0f;
        return {x0, y1 - row + gap, x1 - (x1 - x0 > 4 ? 1.0f : 0.0f), y1};
    }
};

// Labels where they have room, all or, where they are too many, none.
template <class LabelOf>
void label_spans(Paint& paint, const Axis& axis, const Rows& rows, const std::vector<PlaceSpan>& spans, ImU32 color, const LabelOf& label_of) {
    const Font& font = paint.fonts.small;
    if (rows.row < font.size) return;
    struct Label { Rect box; std::string text; };
    std::vector<Label> labels;
    size_t letters = 0;
    for (const PlaceSpan& span : spans) {
        Label label{.box = rows.of(axis, span), .text = label_of(span.who)};
        if (label.text.empty() || text_width(font, label.text) + paint.px(4) > label.box.width()) continue;
        letters += label.text.size();
        labels.push_back(std::move(label));
    }
    if (letters > kLettersDrawn) return;
    for (const Label& label : labels) text_line(paint, font, label.box.x0 + paint.px(1), label.box.x1 - paint.px(1), (label.box.y0 + label.box.y1 - font.size) / 2, color, label.text, Align::center);
}

}  // namespace

bool draw_stack_places(Paint& paint, const Axis& axis, const AppState& state, size_t index, size_t port, const Rect& rect, uint32_t top, bool lifo, Requests& requests) {
    const Side& side = state.sides[index];
    const Rows rows{.rect = rect, .row = std::min(rect.height() / static_cast<float>(top), paint.px(18))};
    if (rows.row < paint.px(kRowMin)) return false;
    const Places& places = places_in(side, port, axis.from_ns, axis.to_ns);
    if (!places.stack_known) return false;
    for (const PlaceSpan& span : places.stack) {
        const Rect box = rows.of(axis, span);
        const ImU32 shade = thread_shade(*paint.theme, span.who);
        fill(paint, box, !state.selection.any() ? shade : app_thread_dimmed(state, index, span.who) || state.selection.is_packet() ? faded(*paint.theme, shade) : paint.theme->parked);
        if (clicked(box)) requests.push_back({.what = Request::What::select_thread, .number = static_cast<double>(span.who), .at = static_cast<double>(index)});
    }
    static thread_local std::vector<Step> heights;
    heights.clear();
    visible_steps(side.ports[port].waiters, axis.from_ns, axis.to_ns, heights);
    for (size_t i = 0; lifo && i < heights.size(); ++i) {   // who goes next
        if (heights[i].value == 0 || heights[i].value > top) continue;
        const float y = rect.y1 - rows.row * static_cast<float>(heights[i].value), x0 = std::max(axis.x(heights[i].at_ns), rect.x0);
        fill(paint, {x0, y, i + 1 < heights.size() ? std::min(axis.x(heights[i + 1].at_ns), rect.x1) : rect.x1, y + std::max(1.0f, paint.px(2))}, paint.theme->accent);
    }
    label_spans(paint, axis, rows, places.stack, paint.theme->text, [&side](uint32_t thread) { return thread_label(side, thread); });
    return true;
}

bool draw_queue_places(Paint& paint, const Axis& axis, const AppState& state, size_t index, size_t port, const Rect& rect, uint32_t top, Requests& requests) {
    const Side& side = state.sides[index];
    const Rows rows{.rect = rect, .row = std::min(rect.height() / static_cast<float>(top), paint.px(18))};
    if (rows.row < paint.px(kRowMin)) return false;
    const Places& places = places_in(side, port, axis.from_ns, axis.to_ns);
    if (!places.queue_known) return false;
    for (const PlaceSpan& span : places.queue) {
        const Rect box = rows.of(axis, span);
        fill(paint, box, app_packet_dimmed(state, index, span.who) ? faded(*paint.theme, paint.theme->queued) : paint.theme->queued);
        if (clicked(box)) requests.push_back({.what = Request::What::select_packet, .number = static_cast<double>(span.who), .at = static_cast<double>(index)});
    }
    label_spans(paint, axis, rows, places.queue, state.selection.any() ? paint.theme->text : paint.theme->on_box, [&side](uint32_t packet) { return packet_name(side, packet); });
    return true;
}

void draw_takings(Paint& paint, const Axis& axis, const Side& side, size_t port, int64_t cursor_ns, const LanePlaces& lanes, float head_y) {
    if (!side.trace.header.has_decisions) return;
    const Places& places = places_in(side, port, axis.from_ns, axis.to_ns);
    if (!places.queue_known || places.takings.size() > kTakingsDrawn) return;
    const auto after = std::upper_bound(places.takings.begin(), places.takings.end(), cursor_ns, [](int64_t t, const Taking& taking) { return t < taking.at_ns; });
    for (auto at = places.takings.begin(); at != places.takings.end(); ++at) {
        const float y = lanes.y + lanes.each * static_cast<float>(at->thread) + lanes.height, x = std::round(axis.x(at->at_ns));
        if (at->thread >= side.lanes.size() || y > lanes.bottom || y > head_y) continue;
        const bool last = at + 1 == after;
        const ImU32 color = last ? paint.theme->accent : (paint.theme->queued & ~IM_COL32_A_MASK) | (ImU32{110} << IM_COL32_A_SHIFT);
        fill(paint, {x, y, x + std::max(1.0f, paint.px(last ? 1.6f : 1)), head_y}, color);
        if (last) paint.list->AddTriangleFilled({x - paint.px(3.5f), y + paint.px(6)}, {x + paint.px(4.5f), y + paint.px(6)}, {x + 0.5f, y}, color);
    }
}

}  // namespace gui
