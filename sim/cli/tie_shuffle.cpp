#include "sim/cli/tie_shuffle.h"

#include <algorithm>
#include <cmath>

#include "sim/base/prng.h"
#include "sim/cli/json.h"
#include "sim/engine/run.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

Result<Summary> summary_of_run(const Scenario& scenario, uint64_t tie_shuffle, bool check) {
    Summarizer summarizer(simulated_header(scenario));
    Fingerprint fingerprint;
    RunOptions options;
    options.check = options.check || check;
    options.tie_shuffle = tie_shuffle;
    const Result<World> world = run(scenario, [&](std::span<const Record> records) {
        for (const Record& record : records) summarizer.add(record);
        fingerprint.add(records.data(), records.size());
    }, options);
    if (!world) return world.error();
    Summary summary = summarizer.finish(scenario.until ? scenario.until->ns : world->now.ns);
    summary.fingerprint = fingerprint.text();
    return summary;
}

// As in other tables, but with every digit where figures that differ would look the same.
std::string cell(const TieFigure& figure, double value) {
    for (const double other : {figure.defined, figure.lowest, figure.highest})
        if (other != value && figure_text(figure.metric, other) == figure_text(figure.metric, value)) return formatted("%.15g", value) + (is_span(figure.metric) ? " ns" : "");
    return figure_text(figure.metric, value);
}

std::string runs_text(uint32_t count) { return std::to_string(count) + (count == 1 ? " rerun" : " reruns"); }

}  // namespace

Result<TieReport> shuffle_ties(const Scenario& scenario, uint32_t reruns, bool check, const std::function<void(size_t done, size_t of)>& progress) {
    Result<Summary> defined = summary_of_run(scenario, 0, check);
    if (!defined) return defined.error();
    TieReport report{.defined = std::move(defined.value()), .reruns = reruns, .other_traces = 0, .figures = {}};
    std::vector<TieFigure> all;
    for (const auto& [metric, value] : json_numbers(summary_json(report.defined))) all.push_back({.metric = metric, .defined = value, .lowest = HUGE_VAL, .highest = -HUGE_VAL});
    Stream seeds{.key = source_stream_key(scenario.seed, "ties"), .counter = 0};
    for (uint32_t i = 0; i < reruns; ++i) {
        progress(i + 1, size_t{reruns} + 1);
        const Result<Summary> summary = summary_of_run(scenario, seeds.next_u64() | 1, check);   // 0 would be the defined order
        if (!summary) return summary.error();
        if (summary->fingerprint != report.defined.fingerprint) ++report.other_traces;
        const std::vector<std::pair<std::string, double>> numbers = json_numbers(summary_json(summary.value()));
        for (size_t n = 0; n < all.size() && n < numbers.size(); ++n) {   // the same ports and threads, so the same paths
            all[n].lowest = std::min(all[n].lowest, numbers[n].second);
            all[n].highest = std::max(all[n].highest, numbers[n].second);
        }
    }
    for (const TieFigure& figure : all)
        if (figure.lowest != figure.defined || figure.highest != figure.defined) report.figures.push_back(figure);
    return report;
}

std::string tie_text(const TieReport& report) {
    const std::string of = runs_text(report.reruns) + " with simultaneous events in other orders";
    if (report.other_traces == 0) return of + ": every one gives the same trace.\n";
    std::string text = of + ": " + std::to_string(report.other_traces) + (report.other_traces == 1 ? " gives" : " give") + " another trace, ";
    if (report.figures.empty()) return text + "and every figure is the same.\n";
    text += "and these figures depend on the order:\n\n";
    std::vector<std::vector<std::string>> rows{{"figure", "as defined", "lowest", "highest"}};
    for (const TieFigure& f : report.figures) rows.push_back({f.metric, cell(f, f.defined), cell(f, f.lowest), cell(f, f.highest)});
    std::vector<size_t> widths(rows[0].size());
    for (const auto& row : rows)
        for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    for (const auto& row : rows) {
        text += row[0] + std::string(widths[0] - row[0].size(), ' ');
        for (size_t i = 1; i < row.size(); ++i) text += "  " + std::string(widths[i] - row[i].size(), ' ') + row[i];
        text += '\n';
    }
    return text;
}

}  // namespace sim
