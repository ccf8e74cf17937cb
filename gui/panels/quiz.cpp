// The question that stands, in the place of Why: choices, and after the answer the rule and the evidence.
#include <algorithm>

#include "gui/model/text.h"
#include "gui/panels/panels.h"
#include "sim/port/rules.h"

namespace gui {
namespace {

// Rows of choices, as many beside each other as have room.
float draw_choices(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Theme& theme = *paint.theme;
    const Question& question = *state.quiz.question;
    const float gap = paint.px(6);
    float widest = paint.px(64);
    std::vector<std::string> labels;
    for (size_t i = 0; i < question.choices.size(); ++i) {
        labels.push_back(std::to_string(i + 1) + "  " + question.choices[i].text);
        widest = std::max(widest, text_width(paint.fonts.text, labels.back()) + paint.px(18));
    }
    const auto columns = static_cast<size_t>(std::max((rect.width() + gap) / (widest + gap), 1.0f));
    const float width = std::min((rect.width() + gap) / static_cast<float>(columns) - gap, std::max(widest, paint.px(120)));
    const auto rows = static_cast<float>((labels.size() + columns - 1) / columns);
    const float high = std::clamp((rect.height() - (rows - 1) * gap) / rows, paint.px(16), paint.px(26));   // all of them, also where the question is long
    float y = rect.y0;
    for (size_t i = 0; i < labels.size(); ++i) {
        const float x = rect.x0 + static_cast<float>(i % columns) * (width + gap);
        if (i > 0 && i % columns == 0) y += high + gap;
        const Rect place{x, y, x + width, y + high};
        const bool answered = state.quiz.answer >= 0, taken = state.quiz.answer == static_cast<int>(i);
        if (!answered) {
            if (button(paint, labels[i].c_str(), place, labels[i])) requests.push_back({.what = Request::What::answer, .number = static_cast<double>(i)});
            continue;
        }
        const bool right = question.choices[i].right;
        const ImU32 ground = right ? theme.running : taken ? theme.warning : theme.line, ink = right ? theme.on_box : taken ? theme.on_warning : theme.dim;
        fill(paint, place, ground, paint.px(4));
        text_line(paint, paint.fonts.text, place.x0, place.x1, (place.y0 + place.y1 - paint.fonts.text.size) / 2, ink, labels[i], Align::center);
    }
    return y + high;
}

// A wrong answer can be run, or it is told why not. Returns where it ends.
float draw_run_anyway(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Choice& choice = state.quiz.question->choices[static_cast<size_t>(state.quiz.answer)];
    if (choice.right) return rect.y0;
    const Font& small = paint.fonts.small;
    if (!choice.instead) {
        if (rect.y0 + block_height(small, rect.width(), choice.no_run) > rect.y1) return rect.y0;
        return text_block(paint, small, rect, paint.theme->dim, choice.no_run) + paint.px(4);
    }
    const std::string label = "Run it anyway";
    const Rect place{rect.x0, rect.y0 + paint.px(2), rect.x0 + text_width(paint.fonts.text, label) + paint.px(24), rect.y0 + paint.px(26)};
    if (place.y1 > rect.y1) return rect.y0;
    if (button(paint, "run-anyway", place, label)) requests.push_back({.what = Request::What::command, .command = CommandId::run_anyway});
    return place.y1 + paint.px(6);
}

std::string verdict(const Quiz& quiz) {
    const bool right = quiz.question->choices[static_cast<size_t>(quiz.answer)].right;
    const std::string answers = right_answers(*quiz.question);
    return right ? "Right." : "No: " + answers + '.';
}

}  // namespace

void draw_quiz(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Theme& theme = *paint.theme;
    const Quiz& quiz = state.quiz;
    const Question& question = *quiz.question;
    const Side& side = state.sides.front();
    const Font& small = paint.fonts.small;
    const float x0 = rect.x0 + paint.px(14), x1 = rect.x1 - paint.px(14), bottom = rect.y1 - paint.px(8);
    float y = rect.y0 + paint.px(10);
    const std::string score = std::to_string(quiz.right) + " of " + std::to_string(quiz.answered) + " right";
    const float score0 = x1 - text_width(small, score) - 1;
    text_line(paint, paint.fonts.bold, x0, score0, y, theme.text, "Predict");
    if (quiz.answered > 0) text_line(paint, small, score0, x1, y + paint.px(1.5f), theme.dim, score, Align::right);
    y = text_block(paint, paint.fonts.text, {x0, y + paint.px(24), x1, bottom}, theme.text, question.text) + paint.px(4);
    const bool room = rect.height() >= paint.px(300);
    const float choices = paint.px(16 + 8) * static_cast<float>(question.choices.size());
    if (room || (quiz.answer < 0 && y + block_height(small, x1 - x0, question.before) + choices <= bottom)) y = text_block(paint, small, {x0, y, x1, bottom}, theme.dim, question.before) + paint.px(8);
    const std::string told = quiz.answer < 0 ? std::string() : sentence_of(side, question.decided);
    const float below = quiz.answer < 0 ? 0 : block_height(paint.fonts.bold, x1 - x0, verdict(quiz)) + block_height(small, x1 - x0, told) + paint.px(12);   // what has to be read has its room first
    const bool tight = quiz.answer >= 0 && y + below + paint.px(24) * static_cast<float>(question.choices.size()) > bottom;   // the verdict names what was right
    if (!tight) y = draw_choices(paint, state, {x0, y, x1, std::max(bottom - below, y + paint.px(16))}, requests) + paint.px(8);
    if (quiz.answer < 0) {
        const char* how = "A number answers, Space goes on without an answer.";
        if (y + block_height(small, x1 - x0, how) <= bottom) text_block(paint, small, {x0, y, x1, bottom}, theme.faint, how);
        return;
    }
    const bool right = question.choices[static_cast<size_t>(quiz.answer)].right;
    y = text_block(paint, paint.fonts.bold, {x0, y, x1, bottom}, right ? theme.text : theme.warning, verdict(quiz)) + paint.px(3);
    y = text_block_fitting(paint, {x0, y, x1, bottom}, theme.text, told) + paint.px(4);
    const sim::Rule rule = side.trace.records[question.decided].rule;
    const std::string_view id = sim::rule_label(rule);
    const std::string whole = "Rule " + std::string(id) + ": " + std::string(sim::rule_text(rule)), brief = "Rule " + std::string(id) + '.';   // the sentence names it too
    const std::string& said = y + block_height(small, x1 - x0, whole) <= bottom ? whole : brief;
    if (!id.empty() && y + block_height(small, x1 - x0, said) <= bottom) y = text_block(paint, small, {x0, y, x1, bottom}, theme.dim, said) + paint.px(4);
    y = draw_run_anyway(paint, state, {x0, y, x1, bottom}, requests);
    const char* on = "Space plays on, Right goes to the next event.";
    if (y + block_height(small, x1 - x0, on) <= bottom) text_block(paint, small, {x0, y, x1, bottom}, theme.faint, on);
}

}  // namespace gui
