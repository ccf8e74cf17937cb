// `portside bench engine`: the speed of the model on the reference workload, without a trace and with all of it in a file.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "sim/cli/bench_text.h"
#include "sim/cli/commands.h"
#include "sim/cli/file_system.h"
#include "sim/engine/run.h"
#include "sim/scenario/load.h"

namespace sim {
namespace {

namespace fs = std::filesystem;

struct Timed { World world; double seconds = 0; };

Result<Timed> timed_run(const Scenario& scenario, const RecordSink& sink, const std::function<Status()>& close) {
    const auto begin = std::chrono::steady_clock::now();
    Result<World> world = run(scenario, sink);
    if (!world) return world.error();
    if (const Status closed = close(); !closed) return closed.error();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    return Timed{.world = std::move(world.value()), .seconds = took.count()};
}

Result<Timed> run_with_trace(const Scenario& scenario, const std::string& path) {
    Result<TraceWriter> writer = TraceWriter::create(path, simulated_header(scenario));
    if (!writer) return writer.error();
    Status written = Done{};
    const auto write = [&](std::span<const Record> records) {
        if (written) written = writer->add(records.data(), records.size());
    };
    return timed_run(scenario, write, [&] { return written ? writer->close() : written; });
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace

int cmd_bench_engine(const BenchOptions& options) {
    const Result<std::string> path = options.scenario.empty() ? scenario_path("bench/reference.toml") : Result<std::string>(options.scenario);
    if (!path) return fail("bench", path.error());
    const Result<Scenario> scenario = scenario_load(path.value(), options.sets);
    if (!scenario) return fail("bench", scenario.error());
    std::error_code ignored;
    const std::string file = options.out.empty() ? (fs::temp_directory_path(ignored) / "portside-bench.ptrace").string() : options.out;
    BenchFigures figures;
    std::vector<double> without, with;
    for (uint32_t i = 0; i < options.runs; ++i) {                     // in turn: what else the machine does falls on both
        std::fprintf(stderr, "run %u of %u\n", i + 1, options.runs);
        const Result<Timed> plain = timed_run(scenario.value(), {}, [] { return Status(Done{}); });
        if (!plain) return fail("bench", plain.error());
        const Result<Timed> traced = run_with_trace(scenario.value(), file);
        if (!traced) return fail("bench", traced.error());
        without.push_back(plain->seconds);
        with.push_back(traced->seconds);
        figures.packets = plain->world.completed;
        figures.events = plain->world.record_count;
        figures.bytes = fs::file_size(file, ignored);
        figures.file_system = file_system_name(file);
        if (options.out.empty()) fs::remove(file, ignored);
    }
    figures.without_trace_s = median(without);
    figures.with_trace_s = median(with);
    std::fputs((options.json ? bench_json(figures) + '\n' : bench_text(figures)).c_str(), stdout);
    return kExitDone;
}

}  // namespace sim
