#include "gui/model/figures.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "gui/model/text.h"

namespace gui {
namespace {

/// of: the packets that it is a figure of; null: none in particular.
struct Figure { const char* name; bool time; double (*value)(const sim::Summary&); sim::Spread sim::Summary::*of = nullptr; };

constexpr std::array<Figure, 10> kFigures{{
    {"completed", false, [](const sim::Summary& s) { return static_cast<double>(s.completed); }},
    {"packets/s", false, [](const sim::Summary& s) { return s.throughput_per_s; }},
    {"wait, median", true, [](const sim::Summary& s) { return static_cast<double>(s.queue_wait.p50); }, &sim::Summary::queue_wait},
    {"wait, longest", true, [](const sim::Summary& s) { return static_cast<double>(s.queue_wait.max); }, &sim::Summary::queue_wait},
    {"total, median", true, [](const sim::Summary& s) { return static_cast<double>(s.latency.p50); }, &sim::Summary::latency},
    {"total, longest", true, [](const sim::Summary& s) { return static_cast<double>(s.latency.max); }, &sim::Summary::latency},
    {"active, mean", false, [](const sim::Summary& s) { return s.ports.empty() ? 0 : s.ports[0].active_mean; }},
    {"active, most", false, [](const sim::Summary& s) { return s.ports.empty() ? 0 : static_cast<double>(s.ports[0].active_max); }},
    {"over the limit", true, [](const sim::Summary& s) { return s.ports.empty() ? 0 : static_cast<double>(s.ports[0].over_limit_ns); }},
    {"threads used", false, [](const sim::Summary& s) { return static_cast<double>(std::count_if(s.threads.begin(), s.threads.end(), [](const sim::ThreadFigures& t) { return t.packets > 0; })); }},
}};

std::string ratio_text(double of, double to) {
    if (of == 0 || to == 0) return "-";
    std::array<char, 32> text{};
    const double ratio = of / to;
    std::snprintf(text.data(), text.size(), ratio < 100 ? "%.2f" : "%.0f", ratio);
    return text.data();
}

}  // namespace

std::vector<FigureRow> figure_rows(const std::vector<const sim::Summary*>& sides) {
    std::vector<FigureRow> rows;
    for (const Figure& figure : kFigures) {
        FigureRow row{.name = figure.name, .values = {}, .ratio = {}};
        for (const sim::Summary* summary : sides) row.values.push_back(figure.of != nullptr && (summary->*figure.of).count == 0 ? "-" : figure.time ? time_figure(figure.value(*summary)) : number_figure(figure.value(*summary)));
        if (sides.size() > 1) row.ratio = ratio_text(figure.value(*sides[1]), figure.value(*sides[0]));
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace gui
