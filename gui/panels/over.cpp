// Why more threads are active than the limit allows: from the lane of the thread that brought it about down to the strip; under the mouse
// in words.
#include <algorithm>
#include <cmath>

#include "gui/model/over.h"
#include "gui/panels/lanes.h"

namespace gui {
namespace {

// Above the strip, where the time over the limit is hovered.
void draw_words(Paint& paint, const Axis& axis, const Rect& strip, const std::string& text) {
    const float width = std::min(paint.px(430), axis.x1 - axis.x0), inside = width - paint.px(14);
    const float height = block_height(paint.fonts.small, inside, text) + paint.px(9), x0 = std::clamp(ImGui::GetIO().MousePos.x - width / 2, axis.x0, axis.x1 - width), y0 = strip.y0 - height - paint.px(3);
    fill(paint, {x0, y0, x0 + width, y0 + height}, paint.theme->accent_back, paint.px(4));
    text_block(paint, paint.fonts.small, {x0 + paint.px(7), y0 + paint.px(4), x0 + width - paint.px(7), y0 + height}, paint.theme->text, text);
}

}  // namespace

void draw_over_causes(Paint& paint, const Axis& axis, const AppState& state, size_t index, size_t port, const Rect& strip, uint32_t top, const LanePlaces& lanes) {
    const Side& side = state.sides[index];
    const Overs& overs = overs_in(side, port, axis.from_ns, axis.to_ns);
    const float unit = strip.height() / static_cast<float>(std::max(top, 1u));
    for (const OverSpan& span : overs.spans)
        for (const OverRise& rise : span.rises) {
            if (rise.thread >= side.lanes.size() || rise.at_ns < axis.from_ns || rise.at_ns > axis.to_ns) continue;
            const float x = std::round(axis.x(rise.at_ns)), y0 = std::min(lanes.y + lanes.each * static_cast<float>(rise.thread) + lanes.height, lanes.bottom), y1 = strip.y1 - unit * static_cast<float>(rise.active);
            if (y1 <= y0) continue;
            const ImU32 color = (paint.theme->warning & ~IM_COL32_A_MASK) | (ImU32{app_thread_dimmed(state, index, rise.thread) ? 60u : 190u} << IM_COL32_A_SHIFT);
            fill(paint, {x, y0, x + std::max(1.0f, paint.px(1.2f)), y1}, color);
            paint.list->AddTriangleFilled({x - paint.px(3), y1 - paint.px(5)}, {x + paint.px(4), y1 - paint.px(5)}, {x + 0.5f, y1}, color);
        }
}

void draw_over_words(Paint& paint, const Axis& axis, const AppState& state, size_t index, size_t port, const Rect& strip) {
    if (strip.height() <= 0 || app_future_hidden(state) || !hovered({axis.x0, strip.y0, axis.x1, strip.y1})) return;
    const Side& side = state.sides[index];
    const Axis own = axis_of_side(axis, app_shift_ns(state, index));
    for (const OverSpan& span : overs_in(side, port, own.from_ns, own.to_ns).spans) {
        const float x0 = std::max(own.x(span.from_ns), own.x0), x1 = std::min(std::max(own.x(span.to_ns), x0 + 1), own.x1);
        if (hovered({x0 - paint.px(3), strip.y0, x1 + paint.px(3), strip.y1})) return draw_words(paint, axis, strip, over_text(side, span));
    }
}

}  // namespace gui
