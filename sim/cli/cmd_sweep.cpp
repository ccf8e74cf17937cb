// `portside sweep`: figures of a scenario over one or more of its values.
#include <algorithm>
#include <cstdio>

#include "sim/cli/commands.h"
#include "sim/cli/json.h"
#include "sim/cli/progress.h"
#include "sim/cli/sweep.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + '"';
}

void print_csv(const SweepRequest& request, const std::vector<SweepPoint>& points) {
    std::string line;
    for (const Axis& axis : request.axes) line += (line.empty() ? "" : ",") + csv_field(axis.path);
    for (const std::string& metric : request.metrics) line += ',' + csv_field(metric);
    std::printf("%s\n", line.c_str());
    for (const SweepPoint& point : points) {
        line.clear();
        for (const std::string& value : point.values) line += (line.empty() ? "" : ",") + csv_field(value);
        for (const std::optional<double>& figure : point.metrics) line += ',' + (figure ? formatted("%.15g", *figure) : std::string());
        std::printf("%s\n", line.c_str());
    }
}

// Columns as wide as their widest cell, figures in people's units.
void print_table(const SweepRequest& request, const std::vector<SweepPoint>& points) {
    std::vector<std::vector<std::string>> rows(1);
    for (const Axis& axis : request.axes) rows[0].push_back(axis.path);
    for (const std::string& metric : request.metrics) rows[0].push_back(metric);
    for (const SweepPoint& point : points) {
        rows.push_back(point.values);
        for (size_t i = 0; i < point.metrics.size(); ++i) rows.back().push_back(point.metrics[i] ? figure_text(request.metrics[i], *point.metrics[i]) : "-");
    }
    std::vector<size_t> widths(rows[0].size());
    for (const std::vector<std::string>& row : rows)
        for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    for (const std::vector<std::string>& row : rows) {
        for (size_t i = 0; i < row.size(); ++i) std::printf("%s%*s", i == 0 ? "" : "  ", static_cast<int>(widths[i]), row[i].c_str());
        std::putchar('\n');
    }
}

}  // namespace

int cmd_sweep(const SweepOptions& options) {
    SweepRequest request{.scenario = options.scenario, .sets = options.sets, .axes = {}, .metrics = options.metrics, .jobs = options.jobs};
    for (const std::string& text : options.axes) {
        Result<Axis> axis = axis_parse(text);
        if (!axis) return fail("sweep", axis.error());
        request.axes.push_back(std::move(axis.value()));
    }
    if (request.metrics.empty()) request.metrics = {"throughput_per_s", "latency_ns.mean", "latency_ns.p99", "queue_wait_ns.mean"};
    Bar bar("runs");
    const Result<std::vector<SweepPoint>> points = sweep(request, [&bar](size_t done, size_t of) { bar.at(done, of); });
    bar.clear();
    if (!points) return fail("sweep", points.error());
    for (size_t i = 0; i < request.metrics.size(); ++i)
        if (std::none_of(points->begin(), points->end(), [i](const SweepPoint& point) { return point.metrics[i].has_value(); }))
            return fail("sweep", {.file = "--metric", .line = 0, .column = 0, .what = "the summary has no figure '" + request.metrics[i] + "'", .hint = "a path in what `portside sim --json` prints: latency_ns.p99, ports.port.active.mean"});
    if (options.json) std::printf("%s\n", sweep_json(request, points.value()).c_str());
    else if (options.csv) print_csv(request, points.value());
    else print_table(request, points.value());
    return kExitDone;
}

}  // namespace sim
