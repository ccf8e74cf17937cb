// Waits and service times of all sides below each other on one axis: how they are spread, their percentiles, and what theory says.
#include <algorithm>
#include <cmath>

#include "gui/app/times.h"
#include "gui/model/text.h"
#include "gui/panels/panels.h"

namespace gui {
namespace {

constexpr float kSide = 14, kRow = 17, kHead = 22, kGap = 10, kAxis = 16;   // units
constexpr float kPlotLeast = 34, kPlotMost = 170, kName = 15;
constexpr size_t kBinsMax = 48;

struct Place {
    float x0, x1, y, bottom;
    float width() const { return x1 - x0; }
};

struct Column { const char* head; std::string TimesRow::*text; float width; };

float width_of(const Font& font, std::vector<Column>& columns, const std::vector<TimesRow>& rows, float gap) {
    float all = -gap;
    for (Column& column : columns) {
        column.width = text_width(font, column.head) + 1;
        for (const TimesRow& row : rows) column.width = std::max(column.width, text_width(font, row.*column.text) + 1);
        all += column.width + gap;
    }
    return all;
}

// What says least goes first where there is no room.
std::vector<Column> columns_for(const Paint& paint, const std::vector<TimesRow>& rows, float width) {
    std::vector<Column> columns{{"", &TimesRow::name, 0}, {"packets", &TimesRow::packets, 0}, {"mean", &TimesRow::mean, 0}, {"p50", &TimesRow::p50, 0}, {"p90", &TimesRow::p90, 0}, {"p99", &TimesRow::p99, 0}, {"max", &TimesRow::max, 0}};
    for (const auto less : {&TimesRow::packets, &TimesRow::p90, &TimesRow::p50})
        if (width_of(paint.fonts.small, columns, rows, paint.px(9)) > width) std::erase_if(columns, [less](const Column& column) { return column.text == less; });
    width_of(paint.fonts.small, columns, rows, 0);
    return columns;
}

void draw_rows(Paint& paint, Place& at, const std::vector<TimesRow>& rows) {
    const Font& font = paint.fonts.small;
    const std::vector<Column> columns = columns_for(paint, rows, at.width());
    float all = 0;
    for (const Column& column : columns) all += column.width;
    const float gap = std::min((at.width() - all) / static_cast<float>(columns.size() - 1), paint.px(34));
    for (size_t i = 0; i <= rows.size() && at.y + paint.px(kRow) <= at.bottom + 1; ++i, at.y += paint.px(kRow)) {
        float x = at.x0;
        for (const Column& column : columns) {
            const bool name = column.text == &TimesRow::name;
            const ImU32 color = i == 0 ? paint.theme->faint : rows[i - 1].theory ? paint.theme->accent : name ? paint.theme->dim : paint.theme->text;
            text_line(paint, font, x, x + column.width + (name ? gap : 0), at.y, color, i == 0 ? std::string(column.head) : rows[i - 1].*column.text, name ? Align::left : Align::right);
            x += column.width + gap;
        }
    }
}

/// Where a chart's bars lie.
struct Plot {
    Rect rect;
    double bins, most;
    float x(double bin) const { return rect.x0 + static_cast<float>(bin / bins) * rect.width(); }
    float y(double share) const { return rect.y1 - static_cast<float>(share / most) * rect.height(); }
};

// Over the bars: theory's share of each bin as steps, its mean as dashes.
void draw_theory(Paint& paint, const Plot& plot, const TimesOfSide& of, const TimeAxis& axis) {
    const ImU32 color = paint.theme->text;
    const float thick = std::max(paint.px(1), 1.0f);
    float last = plot.rect.y1;
    for (size_t bin = 0; bin < of.expected.size(); ++bin) {
        const float y = plot.y(std::clamp(of.expected[bin], 0.0, plot.most)), x0 = plot.x(static_cast<double>(bin));
        fill(paint, {x0, std::min(y, last), x0 + thick, std::max(y, last) + thick}, color);
        fill(paint, {x0, y, plot.x(static_cast<double>(bin + 1)), y + thick}, color);
        last = y;
    }
    const float x = std::clamp(plot.x(axis.at(of.theory->mean_ns)), plot.rect.x0, plot.rect.x1 - thick);
    for (float y = plot.rect.y0; y < plot.rect.y1; y += paint.px(6)) fill(paint, {x, y, x + thick, std::min(y + paint.px(3), plot.rect.y1)}, color);
}

// Above a plot: whose it is, how much its height means, and where the percentiles lie, as far as these have room.
void draw_names(Paint& paint, const AppState& state, const TimesChart& chart, const TimesOfSide& of, const Plot& plot, float y) {
    const Font& font = paint.fonts.small;
    const std::string scale = "tallest " + std::to_string(static_cast<int>(std::lround(chart.most * 100))) + " %";
    float free = text_line(paint, font, plot.rect.x0, plot.rect.x1, y, paint.theme->dim, state.sides[of.side].name) + paint.px(8);
    if (of.side == 0) free = text_line(paint, font, free, std::max(plot.rect.x1, free + 1), y, paint.theme->faint, scale) + paint.px(8);   // all have this height
    if (of.times == nullptr || of.times->count() == 0) return;
    for (const uint32_t percent : {50u, 99u}) {
        const std::string name = "p" + std::to_string(percent);
        const float x = plot.x(chart.axis.at(static_cast<double>(of.times->percentile(percent)))), width = text_width(font, name) + 1;
        fill(paint, {x, plot.rect.y0, x + std::max(paint.px(1), 1.0f), plot.rect.y1}, paint.theme->accent);
        if (x - width / 2 < free || x + width / 2 > plot.rect.x1) continue;
        text_line(paint, font, x - width / 2, x + width / 2, y, paint.theme->accent, name, Align::center);
        free = x + width / 2 + paint.px(6);
    }
}

void draw_plot(Paint& paint, const AppState& state, const TimesChart& chart, const TimesOfSide& of, const Rect& rect) {
    const Theme& theme = *paint.theme;
    const Plot plot{.rect = {rect.x0, rect.y0 + paint.px(kName), rect.x1, rect.y1}, .bins = static_cast<double>(chart.axis.bins()), .most = chart.most};
    const float between = plot.rect.width() / static_cast<float>(plot.bins) > paint.px(4) ? paint.px(1) : 0;
    for (size_t bin = 0; bin < of.shares.size(); ++bin)
        if (of.shares[bin] > 0) fill(paint, {plot.x(static_cast<double>(bin)), std::min(plot.y(of.shares[bin]), plot.rect.y1 - paint.px(1)), plot.x(static_cast<double>(bin + 1)) - between, plot.rect.y1}, bin == 0 && chart.axis.zero ? theme.queued : theme.parked);
    if (of.holds()) draw_theory(paint, plot, of, chart.axis);
    fill(paint, {rect.x0, rect.y1, rect.x1, rect.y1 + 1}, theme.line);
    draw_names(paint, state, chart, of, plot, rect.y0);
}

void draw_axis(Paint& paint, const Place& at, const TimesChart& chart) {
    const Font& font = paint.fonts.small;
    const auto x = [&](double bin) { return at.x0 + static_cast<float>(bin / static_cast<double>(chart.axis.bins())) * at.width(); };
    float free = at.x0;
    const auto label = [&](double bin, const std::string& text) {
        const float width = text_width(font, text) + 1, x0 = std::clamp(x(bin) - width / 2, at.x0, at.x1 - width);
        if (x0 < free) return;
        text_line(paint, font, x0, x0 + width, at.y, paint.theme->faint, text, Align::center);
        free = x0 + width + paint.px(8);
    };
    if (chart.axis.zero) label(0.5, "0");
    for (const TimeTick& tick : time_ticks(chart.axis, static_cast<size_t>(std::max(at.width() / paint.px(70), 1.0f)))) {
        fill(paint, {x(tick.at), at.y - paint.px(4), x(tick.at) + 1, at.y}, paint.theme->faint);
        label(tick.at, tick.label);
    }
}

float notes_height(const Paint& paint, const TimesChart& chart, float width) {
    float height = 0;
    for (const std::string& note : chart.notes) height += block_height(paint.fonts.small, width, note) + paint.px(2);
    return height;
}

// What is drawn of a chart besides its plots.
float around_height(const Paint& paint, const AppState& state, const TimesChart& chart, float width) {
    return paint.px(kHead) + paint.px(kRow) * static_cast<float>(times_rows(state, chart).size() + 1) + paint.px(4 + kAxis) + notes_height(paint, chart, width);
}

struct Head { const char* name; const char* meaning; };
constexpr Head kWait{"Wait", "from the post until a thread has the packet"}, kService{"Service", "from there until it is handled"};

void draw_chart(Paint& paint, const AppState& state, const TimesChart& chart, const Head& head, Place at) {
    const Font& font = paint.fonts.small;
    const float name = text_line(paint, paint.fonts.bold, at.x0, at.x1, at.y, paint.theme->text, head.name) + paint.px(10);
    const std::string meanings[] = {head.meaning, ""};
    text_fitting(paint, font, name, at.x1, at.y + paint.px(1.5f), paint.theme->dim, meanings);
    at.y += paint.px(kHead);
    if (!chart.any) {
        text_block(paint, font, at.y < at.bottom ? Rect{at.x0, at.y, at.x1, at.bottom} : Rect{}, paint.theme->dim, app_indexing(state) ? "No packet was handled so far." : "No packet was handled.");
        return;
    }
    draw_rows(paint, at, times_rows(state, chart));
    at.y += paint.px(4);
    const float plots = at.bottom - at.y - paint.px(kAxis) - notes_height(paint, chart, at.width());
    const float each = plots / static_cast<float>(chart.sides.size());
    if (each >= paint.px(kPlotLeast)) {
        for (const TimesOfSide& of : chart.sides) {
            draw_plot(paint, state, chart, of, {at.x0, at.y, at.x1, at.y + each - paint.px(4)});
            at.y += each;
        }
        draw_axis(paint, at, chart);
        at.y += paint.px(kAxis);
    }
    for (const std::string& note : chart.notes)
        if (at.y + block_height(font, at.width(), note) <= at.bottom + 1) at.y = text_block(paint, font, {at.x0, at.y, at.x1, at.bottom + 1}, paint.theme->dim, note) + paint.px(2);
}

// Of what: a port, a thread, a key.
void draw_choice(Paint& paint, const AppState& state, const std::string& of, Place& at, Requests& requests) {
    struct Choice { const char* name; TimesView::By by; };
    static constexpr Choice kChoices[] = {{"Port", TimesView::By::port}, {"Thread", TimesView::By::thread}, {"Key", TimesView::By::key}};
    const float height = paint.px(22);
    float x = at.x0;
    for (const Choice& choice : kChoices) {
        const float width = text_width(paint.fonts.text, choice.name) + paint.px(18);
        const bool now = state.times.by == choice.by && (choice.by != TimesView::By::thread || state.selection.is_thread());
        if (button(paint, choice.name, {x, at.y, x + width, at.y + height}, choice.name, now)) requests.push_back({.what = Request::What::times_by, .number = static_cast<double>(choice.by)});
        x += width + paint.px(6);
    }
    const float next = paint.px(26), y = at.y + (height - paint.fonts.text.size) / 2;
    if (button(paint, "next of these", {at.x1 - next, at.y, at.x1, at.y + height}, ">")) requests.push_back({.what = Request::What::command, .command = CommandId::times_next});
    const bool thread = state.times.by == TimesView::By::thread && state.selection.is_thread();
    const std::string wordings[] = {of, thread ? "thread " + of.substr(of.rfind('.') + 1) : of};   // names of threads may be long
    text_fitting(paint, paint.fonts.text, x + paint.px(6), at.x1 - next - paint.px(6), y, paint.theme->text, wordings, Align::right);
    at.y += height + paint.px(kGap);
}

}  // namespace

void draw_times(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Font& small = paint.fonts.small;
    Place at{.x0 = rect.x0 + paint.px(kSide), .x1 = rect.x1 - paint.px(kSide), .y = rect.y0 + paint.px(10), .bottom = rect.y1 - paint.px(6)};
    const char* close = state.times.shown ? "Close (;)" : "Larger (;)";
    const float close0 = at.x1 - text_width(small, close) - 1;
    if (link(paint, "close", small, close0, at.x1, at.y + paint.px(1.5f), close)) requests.push_back({.what = Request::What::command, .command = CommandId::times});
    text_line(paint, paint.fonts.bold, at.x0, close0 - paint.px(10), at.y, paint.theme->text, "Waits and service");
    at.y += paint.px(kHead + 4);
    if (app_future_hidden(state)) {
        text_block(paint, small, {at.x0, at.y, at.x1, at.bottom}, paint.theme->dim, state.quiz.question ? "Hidden until you answer." : "Hidden until PgDn.");
        return;
    }
    const TimesCharts charts = app_times_charts(state, kBinsMax);
    draw_choice(paint, state, charts.of, at, requests);
    const float wait = around_height(paint, state, charts.wait, at.width()), service = around_height(paint, state, charts.service, at.width());
    const float most = paint.px(kPlotMost) * static_cast<float>(state.sides.size());
    const float plots = std::clamp((at.bottom - at.y - wait - service - paint.px(kGap)) / 2, 0.0f, most);
    if (plots < paint.px(kPlotLeast) * static_cast<float>(state.sides.size()) && at.width() >= paint.px(430)) {   // low: beside each other
        const float half = (at.width() - paint.px(24)) / 2;
        draw_chart(paint, state, charts.wait, kWait, {.x0 = at.x0, .x1 = at.x0 + half, .y = at.y, .bottom = at.bottom});
        draw_chart(paint, state, charts.service, kService, {.x0 = at.x1 - half, .x1 = at.x1, .y = at.y, .bottom = at.bottom});
        return;
    }
    const float split = at.y + wait + plots;
    draw_chart(paint, state, charts.wait, kWait, {.x0 = at.x0, .x1 = at.x1, .y = at.y, .bottom = std::min(split, at.bottom)});
    if (split + paint.px(kGap + kHead + 2 * kRow) > at.bottom) return;
    draw_chart(paint, state, charts.service, kService, {.x0 = at.x0, .x1 = at.x1, .y = split + paint.px(kGap), .bottom = std::min(split + paint.px(kGap) + service + plots, at.bottom)});
}

}  // namespace gui
