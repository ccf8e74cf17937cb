// `portside bench rewind`: how long it takes to go to any record of a long run, and whether the world there is exact.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <vector>

#include "sim/cli/bench_text.h"
#include "sim/cli/commands.h"
#include "sim/engine/history.h"
#include "sim/engine/world_hash.h"
#include "sim/scenario/load.h"

namespace sim {
namespace {

double seconds_since(std::chrono::steady_clock::time_point begin) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); }

// Resident memory from /proc, in pages of 4 KiB.
double rss_mb() {
    std::ifstream in("/proc/self/statm");
    double size = 0, resident = 0;
    return in >> size >> resident ? resident * 4096 / 1e6 : 0;
}

// The hashes at some of the places, by one straight run.
void check_hashes(const Scenario& scenario, const std::vector<std::pair<uint64_t, uint64_t>>& hash_at, RewindFigures& figures) {
    Scratch<Record> records;
    World world = world_begin(scenario, records);
    Stepper stepper(scenario, world, nullptr);
    for (const auto& [record, hash] : hash_at) {
        stepper.run(record);
        ++figures.hashes_checked;
        figures.hashes_equal += world_hash(world) == hash ? 1 : 0;
    }
}

}  // namespace

int cmd_bench_rewind(const BenchOptions& options) {
    const Result<std::string> path = options.scenario.empty() ? scenario_path("bench/reference.toml") : Result<std::string>(options.scenario);
    if (!path) return fail("bench", path.error());
    const Result<Scenario> scenario = scenario_load(path.value(), options.sets);
    if (!scenario) return fail("bench", scenario.error());
    RewindFigures figures;
    const auto begin = std::chrono::steady_clock::now();
    History history(scenario.value());
    while (history.world().record_count < options.events && history.forward()) {}
    figures.build_s = seconds_since(begin);
    figures.events = history.world().record_count;
    figures.snapshots = history.snapshot_count();
    std::vector<double> took_ms;
    std::vector<std::pair<uint64_t, uint64_t>> hash_at;
    Stream random{mix64(scenario->seed), 0};
    for (uint64_t i = 0; i < options.seeks; ++i) {
        const uint64_t record = 1 + random.next_u64() % figures.events;
        const auto start = std::chrono::steady_clock::now();
        history.go_to_record(record);
        took_ms.push_back(seconds_since(start) * 1e3);
        if (i % std::max<uint64_t>(options.seeks / 20, 1) == 0) hash_at.emplace_back(record, history.hash());
    }
    figures.rss_mb = rss_mb();
    std::sort(hash_at.begin(), hash_at.end());
    check_hashes(scenario.value(), hash_at, figures);
    std::sort(took_ms.begin(), took_ms.end());
    figures.seeks = took_ms.size();
    figures.p50_ms = took_ms[took_ms.size() / 2];
    figures.p99_ms = took_ms[(took_ms.size() * 99 + 99) / 100 - 1];
    figures.max_ms = took_ms.back();
    std::fputs((options.json ? rewind_json(figures) + '\n' : rewind_text(figures)).c_str(), stdout);
    return figures.hashes_equal == figures.hashes_checked ? kExitDone : kExitExpectationFailed;
}

}  // namespace sim
