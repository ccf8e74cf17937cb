#include "gui/panels/compare_lines.h"

#include <algorithm>

namespace gui {
namespace {

constexpr size_t kLinesMax = 300;

struct Ends { const LanePlaces* a = nullptr; const LanePlaces* b = nullptr; };

Ends ends_of(const AppState& state, const std::vector<LanesOfSide>& shown) {
    Ends ends;
    for (const LanesOfSide& one : shown) {
        if (one.side == 0) ends.a = &one.places;
        if (one.side == state.comparing.side) ends.b = &one.places;
    }
    return ends;
}

float middle_of(const LanePlaces& lanes, uint32_t thread) { return lanes.y + lanes.each * static_cast<float>(thread) + lanes.height / 2; }

void end_mark(Paint& paint, float x, float y, ImU32 color) { paint.list->AddCircleFilled({x, y}, paint.px(3.5f), color, 8); }

void line_of(Paint& paint, const Axis& axis, const Ends& ends, const sim::MatchedDecision& match, ImU32 color, float width) {
    const float xa = axis.x(match.a_ns), xb = axis.x(match.b_ns);
    paint.list->AddLine({xa, middle_of(*ends.a, match.a_thread)}, {xb, middle_of(*ends.b, match.b_thread)}, color, paint.px(width));
}

// With a ring at each end that there is.
void draw_selected(Paint& paint, const Axis& axis, const Ends& ends, const sim::MatchedDecision& match) {
    const ImU32 color = paint.theme->accent;
    if (match.both()) line_of(paint, axis, ends, match, color, 2);
    if (match.a_ns >= 0) end_mark(paint, axis.x(match.a_ns), middle_of(*ends.a, match.a_thread), color);
    if (match.b_ns >= 0) end_mark(paint, axis.x(match.b_ns), middle_of(*ends.b, match.b_thread), color);
}

}  // namespace

void draw_matched(Paint& paint, const AppState& state, const Axis& axis, const std::vector<LanesOfSide>& shown) {
    const CloseLook* look = app_close_look(state);
    const Ends ends = ends_of(state, shown);
    if (look == nullptr || ends.a == nullptr || ends.b == nullptr || app_future_hidden(state)) return;
    // Matches are in the order of time: those near the view lie together. One whose ends are far apart may be missed at the edge.
    const int64_t width = axis.to_ns - axis.from_ns;
    const auto before = [](const sim::MatchedDecision& match, int64_t at) { return match.at_ns() < at; };
    const auto first = std::lower_bound(look->matches.begin(), look->matches.end(), axis.from_ns - width, before), last = std::lower_bound(first, look->matches.end(), axis.to_ns + width, before);
    std::vector<const sim::MatchedDecision*> alike, differ;
    const auto inside = [&axis](int64_t at) { return at >= axis.from_ns && at <= axis.to_ns; };
    for (auto match = first; match != last && differ.size() <= kLinesMax; ++match) {
        if (!match->both() || (!inside(match->a_ns) && !inside(match->b_ns))) continue;
        auto& group = match->differs == sim::MatchedDecision::Differs::no ? alike : differ;
        if (group.size() <= kLinesMax) group.push_back(&*match);
    }
    paint.list->PushClipRect({axis.x0, ends.a->y}, {axis.x1, ends.b->bottom}, true);
    if (alike.size() + differ.size() <= kLinesMax)
        for (const sim::MatchedDecision* match : alike) line_of(paint, axis, ends, *match, paint.theme->faint, 1);
    if (differ.size() <= kLinesMax)
        for (const sim::MatchedDecision* match : differ) line_of(paint, axis, ends, *match, paint.theme->warning, 1);
    if (const size_t selected = state.comparing.selected; selected < look->divergences.size()) draw_selected(paint, axis, ends, look->matches[look->divergences[selected].match]);
    paint.list->PopClipRect();
}

}  // namespace gui
