#include "sim/cli/sweep.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "sim/cli/json.h"
#include "sim/cli/processors.h"
#include "sim/scenario/load.h"

namespace sim {
namespace {

constexpr size_t kPointsMax = 1'000'000;

std::vector<SweepPoint> points_of(const std::vector<Axis>& axes) {
    std::vector<SweepPoint> points(1);
    for (const Axis& axis : axes) {
        std::vector<SweepPoint> more;
        for (const SweepPoint& point : points)
            for (const std::string& value : axis.values) {
                more.push_back(point);
                more.back().values.push_back(value);
            }
        points = std::move(more);
    }
    return points;
}

std::vector<std::string> sets_of(const SweepRequest& request, const SweepPoint& point) {
    std::vector<std::string> sets = request.sets;
    for (size_t i = 0; i < request.axes.size(); ++i) sets.push_back(request.axes[i].path + '=' + point.values[i]);
    return sets;
}

std::optional<Error> compute(const SweepRequest& request, const Scenario& scenario, SweepPoint& point) {
    Result<std::vector<std::optional<double>>> figures = run_figures(scenario, request.metrics);
    if (!figures) return figures.error();
    point.metrics = std::move(figures.value());
    return std::nullopt;
}

// What the threads share: each takes the next point that nobody has.
struct Shared {
    std::atomic<size_t> next{0}, done{0};
    std::mutex mutex;
    std::condition_variable changed;
    size_t failed_at = SIZE_MAX;
    Error error;
};

void work(const SweepRequest& request, const Scenario& whole, std::vector<SweepPoint>& points, Shared& shared) {
    while (true) {
        const size_t i = shared.next.fetch_add(1);
        if (i >= points.size()) return;
        const Result<Scenario> scenario = scenario_parse(whole.text, whole.path, sets_of(request, points[i]));
        const std::optional<Error> error = scenario ? compute(request, scenario.value(), points[i]) : std::optional(scenario.error());
        const std::lock_guard lock(shared.mutex);
        if (error && i < shared.failed_at) shared.failed_at = i, shared.error = *error, shared.next = points.size();
        if (++shared.done == points.size() || error) shared.changed.notify_one();
    }
}

}  // namespace

Result<std::vector<std::optional<double>>> run_figures(const Scenario& scenario, const std::vector<std::string>& metrics, const RunOptions& options) {
    Summarizer summarizer(simulated_header(scenario));
    const auto hear = [&summarizer](std::span<const Record> records) {
        for (const Record& record : records) summarizer.add(record);
    };
    const Result<World> world = run(scenario, hear, options);
    if (!world) return world.error();
    const std::string summary = summary_json(summarizer.finish(scenario.until ? scenario.until->ns : world->now.ns));
    std::vector<std::optional<double>> figures;
    for (const std::string& metric : metrics) figures.push_back(json_number_at(summary, metric));
    return figures;
}

Result<std::vector<SweepPoint>> sweep(const SweepRequest& request, const std::function<void(size_t done, size_t of)>& progress) {
    size_t count = 1;
    for (const Axis& axis : request.axes) {
        if (count > kPointsMax / axis.values.size()) return Error{.file = "--axis", .line = 0, .column = 0, .what = "the axes make more than 1,000,000 points", .hint = "take larger steps"};
        count *= axis.values.size();
    }
    const Result<Scenario> whole = scenario_load(request.scenario, request.sets);
    if (!whole) return whole.error();
    std::vector<SweepPoint> points = points_of(request.axes);
    Shared shared;
    const unsigned wanted = request.jobs > 0 ? request.jobs : usable_processors();
    std::atomic<unsigned> working{0};
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < wanted && t < points.size(); ++t) {
        ++working;
        threads.emplace_back([&] {
            work(request, whole.value(), points, shared);
            const std::lock_guard lock(shared.mutex);
            --working;
            shared.changed.notify_one();
        });
    }
    {
        std::unique_lock lock(shared.mutex);
        while (!shared.changed.wait_for(lock, std::chrono::milliseconds(200), [&] { return working.load() == 0; })) progress(shared.done.load(), points.size());
    }
    for (std::thread& thread : threads) thread.join();
    if (shared.failed_at != SIZE_MAX) return shared.error;
    return points;
}

}  // namespace sim
