#include "gui/app/explore.h"

#include <algorithm>
#include <array>

#include "gui/app/scenario_edit.h"
#include "gui/app/values.h"
#include "sim/cli/processors.h"
#include "sim/cli/sweep.h"
#include "sim/scenario/edit.h"
#include "sim/scenario/load.h"

namespace gui {
namespace {

constexpr uint64_t kRecordsMax = 4'000'000;   // of one cell's run
constexpr size_t kValuesMax = 40;             // of an axis: more can't be told apart

struct Metric { const char* path; const char* name; bool highest; };
constexpr std::array<Metric, 6> kMetrics{{
    {"latency_ns.p99", "time until done, 99 of 100 packets", false},
    {"latency_ns.mean", "time until done, mean", false},
    {"queue_wait_ns.p99", "wait in the queue, 99 of 100 packets", false},
    {"throughput_per_s", "packets a second", true},
    {"packets.completed", "packets done", true},
    {"context_switches", "context switches", false},
}};

std::vector<std::string> usual_metrics() {
    std::vector<std::string> out;
    for (const Metric& metric : kMetrics) out.emplace_back(metric.path);
    return out;
}

// The scenario with the first value of both axes: two that give the same text give the same map.
std::string base_of(const std::string& text, const std::string& path, const sim::Axis& x, const sim::Axis& y) {
    std::string out = text;
    for (const sim::Axis* axis : {&x, &y})
        if (const sim::Result<std::string> with = sim::scenario_put(out, path, axis->path + '=' + axis->values.front())) out = *with;
    return out;
}

std::string usual_axis(const AppState& state, bool threads) {
    const sim::Scenario& scenario = state.scenario;
    const uint32_t most = std::max(threads && !scenario.workers.empty() ? scenario.workers.front().count * 2 : 0, 16u);
    const std::string range = "=1.." + std::to_string(std::min(most, 40u));
    if (threads && !scenario.workers.empty()) return "worker." + scenario.workers.front().name + ".count" + (most > 40 ? "=4..160..4" : range);
    return threads ? "machine.processors=1..16" : "port." + scenario.ports.front().name + ".concurrency=1..16";
}

sim::Result<sim::Axis> axis_of(const std::string& text) {
    sim::Result<sim::Axis> axis = sim::axis_parse(text);
    if (axis && axis->values.size() > kValuesMax) return sim::Error{.file = text, .line = 0, .column = 0, .what = std::to_string(axis->values.size()) + " values, the map has room for 40", .hint = "a step makes them fewer: 1..100..5"};
    return axis;
}

void begin(AppState& state) {
    Explore& explore = state.explore;
    explore.explorer.reset();
    explore.error.clear();
    explore.text = state.scenario.text;
    sim::Result<sim::Axis> x = axis_of(explore.x_text), y = axis_of(explore.y_text);
    if (!x || !y) {
        explore.error = (x ? y : x).error().text();
        return;
    }
    const std::string base = base_of(state.scenario.text, state.scenario.path, *x, *y);
    for (const sim::Axis* axis : {&x.value(), &y.value()})
        if (const sim::Result<std::string> with = sim::scenario_put(base, state.scenario.path, axis->path + '=' + axis->values.front()); !with) {
            explore.error = with.error().text();
            return;
        }
    explore.explorer = std::make_unique<Explorer>(ExploreRequest{.text = base, .path = state.scenario.path, .sets = state.given_sets, .x = std::move(x.value()), .y = std::move(y.value()), .metrics = explore.metrics}, state.wake);
}

}  // namespace

Explorer::Explorer(ExploreRequest request, void (*changed)()) : request_(std::move(request)), changed_(changed) {
    order_ = coarse_to_fine(grid());
    cells_.resize(grid().cells());
    const size_t wanted = std::min<size_t>(sim::usable_processors(), order_.size());
    for (size_t i = 0; i < wanted; ++i) threads_.emplace_back([this] { work(); });
}

Explorer::~Explorer() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
}

void Explorer::work() {
    while (!stop_) {
        const size_t turn = next_.fetch_add(1);
        if (turn >= order_.size()) return;
        const size_t cell = order_[turn], x = cell % grid().columns, y = cell / grid().columns;
        std::vector<std::string> sets = request_.sets;
        sets.push_back(request_.x.path + '=' + request_.x.values[x]);
        sets.push_back(request_.y.path + '=' + request_.y.values[y]);
        const sim::Result<sim::Scenario> scenario = sim::scenario_parse(request_.text, request_.path, std::move(sets));
        sim::Result<std::vector<std::optional<double>>> figures = scenario ? sim::run_figures(*scenario, request_.metrics, {.records_max = kRecordsMax, .stop = sim::Stop(stop_)}) : scenario.error();
        if (stop_) return;
        {
            const std::lock_guard lock(mutex_);
            cells_[cell].known = true;
            if (figures) cells_[cell].figures = std::move(figures.value());
            else if (trouble_.empty()) trouble_ = figures.error().text();
        }
        ++done_;
        if (changed_ != nullptr) changed_();
    }
}

std::vector<bool> Explorer::known() const {
    const std::lock_guard lock(mutex_);
    std::vector<bool> out;
    for (const Cell& cell : cells_) out.push_back(cell.known);
    return out;
}

std::vector<std::optional<double>> Explorer::values(size_t metric) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::optional<double>> out;
    for (const Cell& cell : cells_) out.push_back(metric < cell.figures.size() ? cell.figures[metric] : std::nullopt);
    return out;
}

std::string Explorer::trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
}

std::string metric_name(const std::string& metric) {
    for (const Metric& known : kMetrics)
        if (metric == known.path) return known.name;
    return metric;
}

bool metric_highest(const std::string& metric) {
    return std::any_of(kMetrics.begin(), kMetrics.end(), [&metric](const Metric& known) { return metric == known.path && known.highest; });
}

std::optional<uint32_t> explore_here(const AppState& state) {
    if (!state.explore.explorer) return std::nullopt;
    const ExploreRequest& request = state.explore.explorer->request();
    std::array<size_t, 2> at{};
    for (size_t axis = 0; axis < 2; ++axis) {
        const sim::Axis& values = axis == 0 ? request.x : request.y;
        const sim::Field* field = find_field(state.edit.fields, values.path);
        if (field == nullptr) return std::nullopt;
        auto found = std::find(values.values.begin(), values.values.end(), field->value);
        if (found == values.values.end() && field->value == "0" && values.path.starts_with("port.") && values.path.ends_with(".concurrency"))
            found = std::find(values.values.begin(), values.values.end(), std::to_string(state.scenario.machine.processors));   // what 0 stands for (S2)
        if (found == values.values.end()) return std::nullopt;
        at[axis] = static_cast<size_t>(found - values.values.begin());
    }
    return static_cast<uint32_t>(at[1] * request.x.values.size() + at[0]);
}

void app_explore(AppState& state) {
    Explore& explore = state.explore;
    if (!explore.shown && state.branched.any()) return static_cast<void>(state.error = "The map is of whole runs, and this one branches: Shift+B lets the branch go.");
    if (!explore.shown && app_without_model(state)) return;
    explore.shown = !explore.shown;
    if (!explore.shown) {
        explore.explorer.reset();
        return;
    }
    state.edit.shown = state.times.shown = false;
    if (explore.x_text.empty()) explore.x_text = usual_axis(state, false);
    if (explore.y_text.empty()) explore.y_text = usual_axis(state, true);
    if (explore.metrics.empty()) explore.metrics = usual_metrics();
    begin(state);
}

void app_explore_axis(AppState& state, size_t axis, const std::string& text) {
    std::string& own = axis == 0 ? state.explore.x_text : state.explore.y_text;
    if (own == text) return;
    own = text;
    if (state.explore.shown) begin(state);
}

void app_explore_figure(AppState& state) {
    if (!state.explore.shown) return app_explore(state);
    state.explore.metric = (state.explore.metric + 1) % std::max<size_t>(state.explore.metrics.size(), 1);
}

void app_explore_take(AppState& state, size_t cell) {
    const Explorer* explorer = state.explore.explorer.get();
    if (explorer == nullptr || cell >= explorer->grid().cells()) return;
    const sim::Axis &x = explorer->request().x, &y = explorer->request().y;
    const size_t columns = x.values.size();
    app_set_values(state, {{x.path, x.values[cell % columns]}, {y.path, y.values[cell / columns]}});
}

void app_explore_best(AppState& state) {
    const Explore& explore = state.explore;
    if (!explore.explorer) {
        state.said = "No map is shown: M shows one.";
        return;
    }
    const std::string& metric = explore.metrics[explore.metric];
    if (const std::optional<uint32_t> best = best_cell(explore.explorer->values(explore.metric), metric_highest(metric))) app_explore_take(state, *best);
}

void app_explore_settle(AppState& state) {
    Explore& explore = state.explore;
    if (!explore.shown || explore.text == state.scenario.text) return;
    explore.text = state.scenario.text;
    if (!explore.explorer) return begin(state);
    const ExploreRequest& request = explore.explorer->request();
    if (base_of(state.scenario.text, state.scenario.path, request.x, request.y) != request.text) begin(state);
}

}  // namespace gui
