// Two sides' decisions beside each other: each one's verdict, those in which they differ as a list to walk through, and what a
// recording predicts beside what was measured.
#include <algorithm>
#include <cmath>

#include "gui/model/text.h"
#include "gui/panels/panels.h"
#include "sim/cli/json.h"

namespace gui {
namespace {

constexpr float kSide = 14, kRow = 18, kHead = 22, kGap = 8;   // units
constexpr size_t kRowsLeast = 3, kRowsMost = 20;   // of divergences: letters cost a frame as boxes do

struct Place {
    float x0, x1, y, bottom;
    float width() const { return x1 - x0; }
};

void heading(Paint& paint, Place& at, const char* text, const std::string& beside) {
    const float x = text_line(paint, paint.fonts.bold, at.x0, at.x1, at.y, paint.theme->text, text) + paint.px(10);
    const std::string wordings[] = {beside, ""};
    text_fitting(paint, paint.fonts.small, x, at.x1, at.y + paint.px(1.5f), paint.theme->dim, wordings);
    at.y += paint.px(kHead);
}

// Whole, or not at all.
void block(Paint& paint, Place& at, ImU32 color, const std::string& text) {
    const float height = block_height(paint.fonts.small, at.width(), text);
    if (text.empty() || at.y + height > at.bottom) return;
    at.y = text_block(paint, paint.fonts.small, {at.x0, at.y, at.x1, at.bottom + 1}, color, text) + paint.px(4);
}

std::string counted(uint64_t count) { return number_figure(static_cast<double>(count)); }

// A bar of three parts, each with its number.
void draw_counts(Paint& paint, Place& at, const sim::Explained& found) {
    const Theme& theme = *paint.theme;
    struct Part { uint64_t count; const char* name; ImU32 color; };
    const Part parts[] = {{found.agree, "agree", theme.running}, {found.contradict, "contradict", theme.warning}, {found.undecided, "can't be told", theme.faint}};
    const double all = static_cast<double>(std::max<uint64_t>(found.decisions(), 1));
    float x = at.x0;
    for (const Part& part : parts) {
        if (part.count == 0) continue;
        const float width = std::max(static_cast<float>(static_cast<double>(part.count) / all) * at.width(), paint.px(2));
        fill(paint, {x, at.y, std::min(x + width, at.x1), at.y + paint.px(6)}, part.color);
        x += width;
    }
    at.y += paint.px(11);
    x = at.x0;
    for (const Part& part : parts) {
        const std::string text = counted(part.count) + ' ' + part.name;
        const float width = text_width(paint.fonts.small, text) + 1;
        if (x > at.x0 && x + width > at.x1) x = at.x0, at.y += paint.px(kRow);
        text_line(paint, paint.fonts.small, x, x + width, at.y, part.count > 0 && part.color == theme.warning ? theme.warning : theme.text, text);
        x += width + paint.px(18);
    }
    at.y += paint.px(kRow);
}

void draw_verdict(Paint& paint, const AppState& state, const CloseLook& look, Place& at) {
    const Theme& theme = *paint.theme;
    if (!look.verdicts) {
        heading(paint, at, "Verdict", "none");
        return block(paint, at, theme.dim, "No decision is judged: " + look.no_verdicts + '.');
    }
    const sim::Verdicts& v = *look.verdicts;
    heading(paint, at, "Verdict", state.sides[v.of_a ? 0 : state.comparing.side].name + " by the policy " + v.policy);
    draw_counts(paint, at, v.explained);
    if (v.explained.contradictions.empty()) return block(paint, at, theme.dim, v.by_calls ? "Told by calls: a decision contradicts if no order of the calls that overlap explains it." : "Each recorded decision is held against what the policy decides in that state.");
    const sim::Contradiction& first = v.explained.contradictions.front();
    block(paint, at, theme.text, "First contradiction: " + window_text(first.text));
}

std::string thread_of(const Side& side, uint32_t thread) { return thread < side.lanes.size() ? side.lanes[thread].name : "-"; }

// The longest wording first.
std::vector<std::string> wordings_of(const AppState& state, const sim::MatchedDecision& match) {
    using Differs = sim::MatchedDecision::Differs;
    const Side &a = state.sides[0], &b = state.sides[state.comparing.side];
    switch (match.differs) {
        case Differs::thread: return {thread_of(a, match.a_thread) + " / " + thread_of(b, match.b_thread), "other thread"};
        case Differs::order: return {thread_of(a, match.a_thread) + ", behind another packet", "behind another packet", "other order"};
        case Differs::only_a: return {"only in " + a.name, "one side only"};
        case Differs::only_b: return {"only in " + b.name, "one side only"};
        case Differs::no: break;
    }
    return {""};
}

/// Where the second and third column of the list begin.
struct Columns { float packet = 0, what = 0; };

void draw_row(Paint& paint, const AppState& state, const CloseLook& look, size_t number, const Rect& row, const Columns& at, Requests& requests) {
    const Theme& theme = *paint.theme;
    const Font& font = paint.fonts.small;
    const sim::ToldDivergence& told = look.divergences[number];
    const sim::MatchedDecision& match = look.matches[told.match];
    const bool selected = state.comparing.selected == number;
    ImGui::SetCursorScreenPos({row.x0, row.y0});
    ImGui::PushID(static_cast<int>(number));
    if (ImGui::InvisibleButton("divergence", {row.width(), row.height()})) requests.push_back({.what = Request::What::divergence, .number = static_cast<double>(number)});
    const bool over = ImGui::IsItemHovered();
    ImGui::PopID();
    if (selected) fill(paint, {row.x0 - paint.px(6), row.y0, row.x1 + paint.px(6), row.y1}, theme.accent_back, paint.px(3));
    const ImU32 color = selected ? theme.text : over ? theme.accent : theme.dim;
    const float y = (row.y0 + row.y1 - font.size) / 2;
    text_line(paint, font, row.x0, at.packet - paint.px(10), y, color, clock_label(match.at_ns()), Align::right);
    const std::string packets[] = {"packet " + told.packet, told.packet};
    text_fitting(paint, font, at.packet, at.what - paint.px(6), y, color, packets);
    const std::vector<std::string> wordings = wordings_of(state, match);
    text_fitting(paint, font, at.what, row.x1, y, color, wordings);
}

// As many rows as fit, the selected one among them.
void draw_list(Paint& paint, const AppState& state, const CloseLook& look, Place& at, float bottom, Requests& requests) {
    const Font& font = paint.fonts.small;
    const size_t count = look.divergences.size(), selected = state.comparing.selected;
    heading(paint, at, "Divergences", count == 0 ? "none" : counted(look.differ) + " of " + counted(look.matches.size()) + " decisions");
    if (count == 0) return block(paint, at, paint.theme->dim, "Every packet goes to the same thread in the same order.");
    const char* before = "Ctrl+J: before";
    const char* next = "Shift+J: next";
    const float x = at.x0 + text_width(font, next) + paint.px(2);
    if (link(paint, "next", font, at.x0, x, at.y, next)) requests.push_back({.what = Request::What::command, .command = CommandId::divergence_next});
    if (link(paint, "before", font, x + paint.px(16), x + paint.px(18) + text_width(font, before), at.y, before)) requests.push_back({.what = Request::What::command, .command = CommandId::divergence_before});
    at.y += paint.px(kRow + 2);
    const size_t rows = std::min(static_cast<size_t>(std::max((bottom - at.y) / paint.px(kRow) - 1, 0.0f)), kRowsMost);   // below their heads
    const size_t middle = selected < count ? selected : 0, from = std::min(middle > rows / 2 ? middle - rows / 2 : 0, count > rows ? count - rows : 0);
    const size_t to = std::min(from + rows, count);
    if (from >= to) return;
    float times = 0;
    for (size_t i = from; i < to; ++i) times = std::max(times, text_width(font, clock_label(look.matches[look.divergences[i].match].at_ns())));
    Columns columns{.packet = at.x0 + times + paint.px(11)};
    columns.what = columns.packet + std::max(at.width() * 0.25f, paint.px(78));
    const std::string heads[] = {state.sides[0].name + " / " + state.sides[state.comparing.side].name, "thread on each side", ""};
    text_fitting(paint, font, columns.what, at.x1, at.y, paint.theme->faint, heads);
    at.y += paint.px(kRow);
    for (size_t i = from; i < to; ++i, at.y += paint.px(kRow)) draw_row(paint, state, look, i, {at.x0, at.y, at.x1, at.y + paint.px(kRow)}, columns, requests);
}

std::vector<std::string> detail_of(const AppState& state, const CloseLook& look) {
    if (state.comparing.selected >= look.divergences.size()) return {};
    const sim::ToldDivergence& told = look.divergences[state.comparing.selected];
    const bool named = told.rule.empty() || told.a.find(told.rule) != std::string::npos;
    return {state.sides[0].name + ": " + window_text(told.a) + (named ? "" : "  Rule " + told.rule + "."), state.sides[state.comparing.side].name + ": " + window_text(told.b)};
}

float height_of(const Paint& paint, const std::vector<std::string>& blocks, float width) {
    float height = 0;
    for (const std::string& text : blocks) height += block_height(paint.fonts.small, width, text) + paint.px(4);
    return height > 0 ? height + paint.px(kGap) : 0;
}

struct Row { std::string name, recorded, predicted, range, measured; };

std::string figure_text(const std::string& metric, double value) { return metric == "throughput_per_s" ? number_figure(value) + "/s" : time_figure(value); }

std::vector<Row> rows_of(const Foretold& told) {
    struct Shown { const char* metric; const char* name; };
    static constexpr Shown kShown[] = {{"throughput_per_s", "throughput"}, {"latency_ns.mean", "latency, mean"}, {"latency_ns.p50", "median"}, {"latency_ns.p99", "p99"}, {"queue_wait_ns.p99", "queue wait, p99"}};
    std::vector<Row> rows;
    const auto at = [](const sim::Summary& summary, const char* metric) { return sim::json_number_at(sim::summary_json(summary), metric).value_or(0); };
    for (const Shown& shown : kShown)
        for (const sim::PredictedFigure& figure : told.prediction.figures) {
            if (figure.metric != shown.metric) continue;
            rows.push_back({.name = shown.name, .recorded = figure_text(shown.metric, at(told.prediction.recorded, shown.metric)), .predicted = figure_text(shown.metric, figure.median),
                            .range = figure_text(shown.metric, figure.low) + " to " + figure_text(shown.metric, figure.high), .measured = told.measured ? figure_text(shown.metric, at(*told.measured, shown.metric)) : ""});
        }
    return rows;
}

// Columns by what they hold; the range is left out where it has no room.
void draw_rows(Paint& paint, Place& at, const Foretold& told) {
    const Font& font = paint.fonts.small;
    std::vector<Row> rows = rows_of(told);
    rows.insert(rows.begin(), {.name = "", .recorded = "recorded", .predicted = "predicted", .range = "range", .measured = told.measured ? "measured" : ""});
    struct Column { std::string Row::*text; float width; };
    std::vector<Column> columns{{&Row::name, 0}, {&Row::recorded, 0}, {&Row::predicted, 0}, {&Row::range, 0}, {&Row::measured, 0}};
    if (!told.measured) columns.pop_back();
    const auto total = [&] {
        float all = paint.px(10) * static_cast<float>(columns.size() - 1);
        for (Column& column : columns) {
            column.width = 0;
            for (const Row& row : rows) column.width = std::max(column.width, text_width(font, row.*column.text) + 1);
            all += column.width;
        }
        return all;
    };
    if (total() > at.width()) std::erase_if(columns, [](const Column& column) { return column.text == &Row::range; });
    const float gap = columns.size() > 1 ? std::min((at.width() - total()) / static_cast<float>(columns.size() - 1) + paint.px(10), paint.px(40)) : 0;
    for (size_t i = 0; i < rows.size() && at.y + paint.px(kRow) <= at.bottom + 1; ++i, at.y += paint.px(kRow)) {
        float x = at.x0;
        for (const Column& column : columns) {
            const bool name = column.text == &Row::name, strong = column.text == &Row::predicted || column.text == &Row::measured;
            text_line(paint, font, x, x + column.width, at.y, i == 0 || !strong ? paint.theme->dim : paint.theme->text, rows[i].*column.text, name ? Align::left : Align::right);
            x += column.width + gap;
        }
    }
}

std::string above_rows(const Foretold& told) {
    std::string out = "From " + told.of + (told.set.empty() ? ", nothing changed" : " with " + told.set) + '.';
    double worst = 0;
    for (const sim::FitFigure& fit : told.prediction.fit)
        if (fit.recorded > 0) worst = std::max(worst, std::abs(fit.simulated / fit.recorded - 1));
    if (told.error.empty()) out += " The recorded setting, simulated, is at most " + std::to_string(static_cast<int>(worst * 100 + 0.5)) + " % off.";
    return out + (told.measured ? " Measured: the other recording that is shown, " + told.measured_name + "." : "");
}

const Foretold* foretold(const AppState& state) { return state.comparing.foretold ? state.comparing.foretold->answer() : nullptr; }

// What stands in the part of the prediction: text, and whether figures follow.
std::vector<std::string> prediction_blocks(const AppState& state) {
    if (!state.comparing.foretold) return {"Shift+U predicts from the recording what it would have done with another setting: that of another recording that is shown, or what was changed here."};
    const Foretold* told = foretold(state);
    if (told == nullptr) return {"Computing the prediction ..."};
    if (!told->error.empty()) return {above_rows(*told), "No prediction: " + window_text(told->error)};
    return {above_rows(*told)};
}

float prediction_height(const Paint& paint, const AppState& state, float width) {
    const Foretold* told = foretold(state);
    return paint.px(kHead) + height_of(paint, prediction_blocks(state), width) + (told != nullptr && told->error.empty() ? paint.px(kRow) * static_cast<float>(rows_of(*told).size() + 1) : 0);
}

void draw_prediction(Paint& paint, const AppState& state, Place at) {
    heading(paint, at, "Prediction", "");
    const Foretold* told = foretold(state);
    const std::vector<std::string> blocks = prediction_blocks(state);
    for (size_t i = 0; i < blocks.size(); ++i) block(paint, at, i > 0 ? paint.theme->warning : paint.theme->dim, blocks[i]);   // the second: why there is none
    if (told != nullptr && told->error.empty()) draw_rows(paint, at, *told);
}

std::string why_nothing(const AppState& state) {
    if (state.sides.size() < 2) return "There is one side only. Open a recording beside the model (portside gui SCENARIO A.ptrace), or keep a run with B and change something.";
    return state.comparisons.empty() ? "Too many records to compare the sides here: portside compare does." : "";
}

}  // namespace

void draw_compare(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Theme& theme = *paint.theme;
    const Font& small = paint.fonts.small;
    Place at{.x0 = rect.x0 + paint.px(kSide), .x1 = rect.x1 - paint.px(kSide), .y = rect.y0 + paint.px(10), .bottom = rect.y1 - paint.px(kGap)};
    const char* close = "Close (U)";
    const float close0 = at.x1 - text_width(small, close) - 1;
    if (link(paint, "close", small, close0, at.x1, at.y + paint.px(1.5f), close)) requests.push_back({.what = Request::What::command, .command = CommandId::compare});
    const size_t side = app_compared(state).side;
    const std::string other = side > 0 ? state.sides[side].name : "", titles[] = {side > 0 ? state.sides[0].name + " and " + other : "Compare", "Compare"};
    text_fitting(paint, paint.fonts.bold, at.x0, close0 - paint.px(10), at.y, theme.text, titles);
    at.y += paint.px(kHead + 4);
    if (const std::string why = why_nothing(state); !why.empty()) return block(paint, at, theme.dim, why);
    const CloseLook* look = app_close_look(state);
    if (look == nullptr) {
        const int share = state.comparing.look ? static_cast<int>(state.comparing.look->share() * 100) : 0;
        return block(paint, at, theme.dim, "Matching and judging every decision: " + std::to_string(share) + " %.");
    }
    if (app_future_hidden(state)) return block(paint, at, theme.dim, state.quiz.question ? "Hidden until you answer." : "Hidden until PgDn.");
    draw_verdict(paint, state, *look, at);
    at.y += paint.px(kGap);
    // The list has what the others leave; where that is too little, first the prediction goes, then the sentences.
    const std::vector<std::string> detail = detail_of(state, *look);
    const float least = look->divergences.empty() ? paint.px(kHead + kRow) : paint.px(kHead + 2 * kRow + 2) + paint.px(kRow) * static_cast<float>(kRowsLeast), room = at.bottom - at.y - least;
    float told = height_of(paint, detail, at.width()), prediction = prediction_height(paint, state, at.width());
    if (told + prediction > room) (foretold(state) != nullptr && prediction <= room ? told : prediction) = 0;
    if (told > room) told = 0;
    draw_list(paint, state, *look, at, at.bottom - told - prediction, requests);
    at.y = std::min(at.y, at.bottom - told - prediction) + paint.px(kGap);
    if (told > 0)
        for (const std::string& text : detail) block(paint, at, theme.text, text);
    if (prediction <= 0) return;
    if (!look->divergences.empty()) at.y = at.bottom - prediction;
    draw_prediction(paint, state, at);
}

}  // namespace gui
