#include "sim/predict/predict.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "sim/engine/run.h"
#include "sim/scenario/load.h"

namespace sim {
namespace {

constexpr uint64_t kFewestPackets = 100;
constexpr uint64_t kRecordsMost = 200'000'000;   // of one simulation

struct Metric {
    const char* name;
    double allowed;                       // 0: not asked of the fit
    double (*of)(const Summary&);
};
// How far a simulation of the recorded setting may be off before one of another setting is worth nothing.
constexpr std::array<Metric, 7> kMetrics{{
    {"throughput_per_s", 0.05, [](const Summary& s) { return s.throughput_per_s; }},
    {"latency_ns.mean", 0.15, [](const Summary& s) { return s.latency.mean; }},
    {"latency_ns.p50", 0.15, [](const Summary& s) { return static_cast<double>(s.latency.p50); }},
    {"latency_ns.p90", 0, [](const Summary& s) { return static_cast<double>(s.latency.p90); }},
    {"latency_ns.p99", 0.3, [](const Summary& s) { return static_cast<double>(s.latency.p99); }},
    {"queue_wait_ns.p50", 0, [](const Summary& s) { return static_cast<double>(s.queue_wait.p50); }},
    {"queue_wait_ns.p99", 0, [](const Summary& s) { return static_cast<double>(s.queue_wait.p99); }},
}};

bool is_closed(const Scenario& scenario) {
    return std::any_of(scenario.sources.begin(), scenario.sources.end(), [](const SourceParams& s) { return s.kind == SourceParams::Kind::closed; });
}

// What is open is over with its last packet, however long other work goes on.
struct Figures {
    Summarizer summarizer;
    int64_t last_ns = 0, last_completed_ns = 0;

    void add(const Record& r) {
        summarizer.add(r);
        last_ns = r.time_ns;
        if (r.kind == Kind::completed) last_completed_ns = r.time_ns;
    }
    Summary finish(bool closed, uint64_t lost = 0) { return summarizer.finish(closed ? last_ns : last_completed_ns, lost); }
};

Result<Summary> simulate(const Scenario& scenario, const Stop& stop) {
    Figures figures{.summarizer = Summarizer(simulated_header(scenario))};
    const Result<World> world = run(scenario, [&](std::span<const Record> records) {
        for (const Record& r : records) figures.add(r);
    }, {.records_max = kRecordsMost, .stop = stop});
    if (!world) return world.error();
    return figures.finish(is_closed(scenario));
}

Summary as_recorded(const Trace& trace, bool closed, const Stop& stop) {
    Figures figures{.summarizer = Summarizer(header_without_claims(trace.header))};
    for (size_t i = 0; i < trace.records.size() && !stop.asked(i); ++i) figures.add(trace.records[i]);
    return figures.finish(closed, lost_records(trace));
}

// One run for each seed, in the order of their median latency.
Result<std::vector<Summary>> simulate_seeds(const std::string& text, std::vector<std::string> sets, const PredictOptions& options) {
    std::vector<Summary> out;
    sets.emplace_back();
    for (uint32_t s = 1; s <= options.seeds; ++s) {
        sets.back() = "seed=" + std::to_string(s);
        const Result<Scenario> scenario = scenario_parse(text, "calibrated", sets);
        if (!scenario) return scenario.error();
        Result<Summary> summary = simulate(scenario.value(), options.stop);
        if (!summary) return summary.error();
        out.push_back(std::move(summary.value()));
    }
    std::stable_sort(out.begin(), out.end(), [](const Summary& a, const Summary& b) { return a.latency.p50 < b.latency.p50; });
    return out;
}

PredictedFigure figure(const Metric& metric, const std::vector<Summary>& runs) {
    std::vector<double> values;
    for (const Summary& s : runs) values.push_back(metric.of(s));
    std::sort(values.begin(), values.end());
    return {metric.name, values[values.size() / 2], values.front(), values.back()};
}

std::vector<FitFigure> fit_of(const Summary& recorded, const std::vector<Summary>& runs) {
    constexpr double kSlackNs = 10'000;   // of a time: what a record, a call and a wake may be off at least
    std::vector<FitFigure> out;
    for (const Metric& m : kMetrics) {
        if (m.allowed <= 0) continue;
        FitFigure f{.metric = m.name, .recorded = m.of(recorded), .simulated = figure(m, runs).median, .allowed = m.allowed};
        const double slack = f.metric == "throughput_per_s" ? 0 : kSlackNs;
        f.holds = std::abs(f.simulated - f.recorded) <= m.allowed * f.recorded + slack;
        out.push_back(f);
    }
    return out;
}

std::string percent(double share) { return std::to_string(static_cast<int>(std::round(share * 100))) + " %"; }

// Empty: the fit is good enough.
std::string poor_fit(const std::vector<FitFigure>& fit) {
    for (const FitFigure& f : fit)
        if (!f.holds)
            return "the recorded setting, simulated, has another " + f.metric + " than the recording: " + percent(f.simulated / std::max(f.recorded, 1e-9) - 1) + " off, where " + percent(f.allowed) +
                   " are allowed. The machine may have been busy with other work, or the work depends on what a scenario doesn't describe; record again on a quiet machine, for longer";
    return {};
}

std::string why_not(const Trace& trace, const Summary& recorded) {
    if (const uint64_t lost = lost_records(trace); lost > 0) return "the recording lost " + std::to_string(lost) + " records; record again with more memory";
    if (!trace.damage.empty()) return "the trace is damaged: " + trace.damage.front();
    if (recorded.completed < kFewestPackets) return "the recording has " + std::to_string(recorded.completed) + " handled packets; at least " + std::to_string(kFewestPackets) + " are needed";
    return {};
}

}  // namespace

Result<FittedScenario> fit_recording(const Trace& trace, const PredictOptions& options) {
    FittedScenario out;
    out.recorded = as_recorded(trace, false, options.stop);
    out.why = why_not(trace, out.recorded);
    if (!out.why.empty()) return out;
    Result<Calibration> calibration = calibrate(trace, {.keep_moments = true, .same_ports = options.same_ports, .stop = options.stop});
    if (!calibration) return calibration.error();
    out.scenario = std::move(calibration->scenario);
    out.notes = std::move(calibration->notes);
    // A wrong --set is told before the work begins.
    const Result<Scenario> changed = scenario_parse(out.scenario, "calibrated", options.sets);
    if (!changed) return changed.error();
    out.recorded = as_recorded(trace, is_closed(changed.value()), options.stop);
    const Result<std::vector<Summary>> unchanged = simulate_seeds(out.scenario, {}, options);
    if (!unchanged) return unchanged.error();
    out.fit = fit_of(out.recorded, unchanged.value());
    out.why = poor_fit(out.fit);
    return out;
}

Result<Prediction> predict(const Trace& trace, const PredictOptions& options) {
    Result<FittedScenario> fitted = fit_recording(trace, options);
    if (!fitted) return fitted.error();
    Prediction out;
    out.sets = options.sets;
    out.seeds = options.seeds;
    out.recorded = std::move(fitted->recorded);
    out.fit = std::move(fitted->fit);
    out.notes = std::move(fitted->notes);
    out.why = fitted->why;
    if (!out.why.empty()) return out;
    const Result<std::vector<Summary>> runs = simulate_seeds(fitted->scenario, options.sets, options);
    if (!runs) return runs.error();
    for (const Metric& m : kMetrics) out.figures.push_back(figure(m, runs.value()));
    out.predicted = runs.value()[runs->size() / 2];
    out.accepted = true;
    return out;
}

}  // namespace sim
