#include "gui/panels/compare_lines.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace gui {
namespace {

constexpr size_t kLinesMax = 300;

struct Ends { const LanesOfSide* a = nullptr; const LanesOfSide* b = nullptr; };

Ends ends_of(const AppState& state, const std::vector<LanesOfSide>& shown) {
    Ends ends;
    for (const LanesOfSide& one : shown) {
        if (one.side == 0) ends.a = &one;
        if (one.side == state.comparing.side) ends.b = &one;
    }
    return ends;
}

ImVec2 place_of(const LanesOfSide& side, int64_t at_ns, uint32_t thread) {
    const LanePlaces& lanes = side.places;
    return {side.axis.x(at_ns), lanes.y + lanes.each * static_cast<float>(thread) + lanes.height / 2};
}

void end_mark(Paint& paint, ImVec2 at, ImU32 color) { paint.list->AddCircleFilled(at, paint.px(3.5f), color, 8); }

void line_of(Paint& paint, const Ends& ends, const sim::MatchedDecision& match, ImU32 color, float width) {
    paint.list->AddLine(place_of(*ends.a, match.a_ns, match.a_thread), place_of(*ends.b, match.b_ns, match.b_thread), color, paint.px(width));
}

// With a ring at each end that there is.
void draw_selected(Paint& paint, const Ends& ends, const sim::MatchedDecision& match) {
    const ImU32 color = paint.theme->accent;
    if (match.both()) line_of(paint, ends, match, color, 2);
    if (match.a_ns >= 0) end_mark(paint, place_of(*ends.a, match.a_ns, match.a_thread), color);
    if (match.b_ns >= 0) end_mark(paint, place_of(*ends.b, match.b_ns, match.b_thread), color);
}

}  // namespace

void draw_matched(Paint& paint, const AppState& state, const Axis& axis, const std::vector<LanesOfSide>& shown) {
    const CloseLook* look = app_close_look(state);
    const Ends ends = ends_of(state, shown);
    if (look == nullptr || ends.a == nullptr || ends.b == nullptr || app_future_hidden(state)) return;
    // Matches are in the order of time: those near the view lie together. One whose ends are far apart may be missed at the edge.
    const int64_t apart = std::abs(app_shift_ns(state, 0) - app_shift_ns(state, ends.b->side)), from = axis.from_ns - app_shift_ns(state, 0), to = axis.to_ns - app_shift_ns(state, 0);
    const auto width = static_cast<int64_t>(std::min(static_cast<double>(to - from) + static_cast<double>(apart), static_cast<double>(sim::kDurationMax.ns) / 2));
    const auto before = [](const sim::MatchedDecision& match, int64_t at) { return match.at_ns() < at; };
    const auto first = std::lower_bound(look->matches.begin(), look->matches.end(), from - width, before), last = std::lower_bound(first, look->matches.end(), to + width, before);
    std::vector<const sim::MatchedDecision*> alike, differ;
    const auto inside = [](const LanesOfSide& side, int64_t at) { return at >= side.axis.from_ns && at <= side.axis.to_ns; };
    for (auto match = first; match != last && differ.size() <= kLinesMax; ++match) {
        if (!match->both() || (!inside(*ends.a, match->a_ns) && !inside(*ends.b, match->b_ns))) continue;
        auto& group = match->differs == sim::MatchedDecision::Differs::no ? alike : differ;
        if (group.size() <= kLinesMax) group.push_back(&*match);
    }
    // Not through the lower side's title.
    const bool first_above = ends.a->places.y < ends.b->places.y;
    const LanesOfSide &upper = first_above ? *ends.a : *ends.b, &lower = first_above ? *ends.b : *ends.a;
    for (const auto& [y0, y1] : {std::pair{upper.places.y, lower.title_y}, std::pair{lower.places.y, lower.places.bottom}}) {
        paint.list->PushClipRect({axis.x0, y0}, {axis.x1, y1}, true);
        if (alike.size() + differ.size() <= kLinesMax)
            for (const sim::MatchedDecision* match : alike) line_of(paint, ends, *match, paint.theme->faint, 1);
        if (differ.size() <= kLinesMax)
            for (const sim::MatchedDecision* match : differ) line_of(paint, ends, *match, paint.theme->warning, 1);
        if (const size_t selected = state.comparing.selected; selected < look->divergences.size()) draw_selected(paint, ends, look->matches[look->divergences[selected].match]);
        paint.list->PopClipRect();
    }
}

}  // namespace gui
