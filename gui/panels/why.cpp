// The event at the cursor as a sentence, with its rule and the line of pseudocode that it is.
#include <algorithm>

#include "gui/model/pseudocode.h"
#include "gui/model/text.h"
#include "gui/panels/panels.h"
#include "sim/model/policy.h"
#include "sim/port/rules.h"

namespace gui {
namespace {

// Of the port that the record is about.
std::string policy_of(const Side& side, const sim::Record& record) {
    if (record.port < side.ports.size()) return side.ports[record.port].policy;
    return side.ports.empty() ? side.trace.header.policy : side.ports.front().policy;
}

// Where the sides first part, what the other one did instead.
std::string other_sentence(const AppState& state) {
    const sim::Divergence* divergence = app_divergence_here(state);
    if (divergence == nullptr) return {};
    return state.sides[state.focus == 0 ? app_compared(state).side : 0].name + " instead: " + window_text(state.focus == 0 ? divergence->b : divergence->a);
}

// All of it, or the routine that the lit line belongs to, or as many lines around the lit one as there is room for.
void draw_pseudocode(Paint& paint, const Rect& rect, const std::string& policy, int lit) {
    const Theme& theme = *paint.theme;
    const Pseudocode& code = pseudocode(policy);
    const float row = line_height(paint.fonts.mono);
    float y = rect.y0;
    const auto room = [&] { return static_cast<size_t>(std::max((rect.y1 - y) / row, 0.0f)); };
    if (room() == 0) return;
    if (!sim::policy_from_name(policy) && room() > 4) {   // a recording that claims no rules
        text_line(paint, paint.fonts.small, rect.x0, rect.x1, y, theme.faint, "The rules of nt, to compare with:");
        y += line_height(paint.fonts.small) + paint.px(2);
    }
    Pseudocode::Range shown{.begin = 0, .end = code.lines.size()};
    if (shown.end > room() && lit >= 0) shown = code.routine_of(static_cast<size_t>(lit));
    if (shown.end - shown.begin > room()) {
        const size_t before = room() / 2, at = static_cast<size_t>(std::max(lit, 0));
        shown.begin = std::clamp(at > before ? at - before : 0, shown.begin, shown.end - room());
        shown.end = shown.begin + room();
    }
    for (size_t i = shown.begin; i < shown.end; ++i, y += row) {
        const bool now = static_cast<int>(i) == lit;
        if (now) fill(paint, {rect.x0 - paint.px(6), y - paint.px(1), rect.x1 + paint.px(6), y + row - paint.px(1)}, theme.accent_back, paint.px(3));
        text_line(paint, paint.fonts.mono, rect.x0, rect.x1, y + paint.px(1), now ? theme.text : theme.faint, code.lines[i]);
    }
}

}  // namespace

void draw_why(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    if (state.quiz.question) return draw_quiz(paint, state, rect, requests);
    const Theme& theme = *paint.theme;
    const Side& side = state.sides[state.focus];
    const int64_t event = event_before(side, state.position);
    const float x0 = rect.x0 + paint.px(14), x1 = rect.x1 - paint.px(14), bottom = rect.y1 - paint.px(6);
    float y = rect.y0 + paint.px(10);
    text_line(paint, paint.fonts.bold, x0, x0 + paint.px(60), y, theme.text, "Why");
    if (event < 0) {
        text_line(paint, paint.fonts.text, x0, x1, y + paint.px(24), theme.dim, "Nothing has happened yet.");
        return;
    }
    if (app_future_hidden(state)) {                        // a presenter lets the class say it first
        text_block(paint, paint.fonts.text, {x0, y + paint.px(24), x1, bottom}, theme.dim, "What happened here, and why? PgDn tells.");
        return;
    }
    const uint64_t number = side.events[static_cast<size_t>(event)];
    const sim::Record& record = side.trace.records[number];
    const std::string_view id = sim::rule_label(record.rule);
    if (!id.empty()) text_line(paint, paint.fonts.small, x0 + paint.px(60), x1, y + paint.px(1), theme.accent, "rule " + std::string(id), Align::right);
    y += paint.px(24);
    std::string selected = app_selection_sentence(state);
    const std::string sentence = sentence_of(side, number), other = other_sentence(state);
    std::string rule(id.empty() ? std::string_view() : sim::rule_text(record.rule));
    // The small print below has its room first: the sentence shrinks before anything is cut. Where not all has room the event itself
    // comes first, what the other side did instead next; the rule's number stands above.
    const auto room_of = [&](const std::string& text) { return text.empty() ? 0 : block_height(paint.fonts.small, x1 - x0, text) + paint.px(5); };
    const float room = bottom - y - line_height(paint.fonts.small) - block_height(paint.fonts.small, x1 - x0, sentence);
    if (room_of(other) + room_of(rule) + room_of(selected) > room) selected.clear();
    if (room_of(other) + room_of(rule) > room) rule.clear();
    const float below = room_of(other) + room_of(rule) + room_of(selected);
    y = text_block_fitting(paint, {x0, y, x1, std::max(bottom - below, y + line_height(paint.fonts.small))}, theme.text, sentence) + paint.px(5);
    if (!other.empty()) y = text_block(paint, paint.fonts.small, {x0, y, x1, bottom}, theme.warning, other) + paint.px(5);
    if (!selected.empty()) y = text_block(paint, paint.fonts.small, {x0, y, x1, bottom}, theme.accent, selected) + paint.px(5);
    if (!rule.empty()) y = text_block(paint, paint.fonts.small, {x0, y, x1, bottom}, theme.dim, rule) + paint.px(5);
    const std::string policy = policy_of(side, record);
    draw_pseudocode(paint, {x0, y + paint.px(4), x1, bottom}, policy, pseudocode_line(policy, record));
}

}  // namespace gui
