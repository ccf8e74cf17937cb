#include "sim/engine/run.h"

#include <algorithm>

#include "sim/engine/checker.h"

namespace sim {
namespace {

Error stopped(const Scenario& scenario, const World& world, std::string what, std::string hint) {
    return {.file = scenario.path, .line = 0, .column = 0, .what = std::move(what) + " (at " + std::to_string(world.now.ns) + " ns of the run)", .hint = std::move(hint)};
}

}  // namespace

Result<World> run(const Scenario& scenario, const RecordSink& sink, RunOptions options) {
    Scratch<Record> records;
    World world = world_begin(scenario, records, options.tie_shuffle);
    const auto tell = [&records, &sink] {
        if (sink) sink({records.data(), records.size()});
        records.clear();
    };
    // Always as many: a writer has nothing left over.
    const auto tell_some = [&] {
        const size_t count = records.size() - records.size() % kRecordsHeardAtOnce;
        sink({records.data(), count});
        records.drop_front(count);
    };
    const uint64_t beyond = options.records_max == UINT64_MAX ? UINT64_MAX : options.records_max + 1;
    Stepper stepper(scenario, world, sink ? &records : nullptr);
    if (!sink) records.clear();
    while (true) {
        if (records.size() >= kRecordsHeardAtOnce) {
            if (options.stop.asked()) return stopped(scenario, world, "the run was stopped", {});
            tell_some();
        }
        const uint64_t enough = sink ? world.record_count + kRecordsHeardAtOnce - records.size() : UINT64_MAX;
        const Stepped stepped = options.check ? stepper.step() : stepper.run(std::min(enough, beyond));
        if (stepped == Stepped::ended) break;
        if (stepped == Stepped::endless) {
            tell();
            return stepper.error();
        }
        if (options.check)
            if (std::string broken = world_broken(scenario, world); !broken.empty())
                return stopped(scenario, world, "the model broke an invariant: " + broken, "this is an error of Portside, not of the scenario; please report it with the scenario");
        if (world.record_count > options.records_max)
            return stopped(scenario, world, "the run is longer than " + std::to_string(options.records_max) + " trace records", "give it an earlier `until` or fewer packets");
    }
    tell();
    return world;
}

TraceHeader simulated_header(const Scenario& scenario) {
    TraceHeader header = header_of(scenario);
    header.source = "simulated";
    header.backend = "model";
    header.made_by = "discrete-event model, policy " + header.policy;
    header.clock = "simulated";
    header.processors_asked = scenario.machine.processors;
    header.processors_used = scenario.machine.processors;
    header.has_decisions = true;
    header.has_processors = true;
    return header;
}

Result<Trace> run_to_trace(const Scenario& scenario, RunOptions options) {
    Trace trace;
    trace.header = simulated_header(scenario);
    const auto keep = [&trace](std::span<const Record> records) { trace.records.insert(trace.records.end(), records.begin(), records.end()); };
    if (Result<World> world = run(scenario, keep, options); !world) return world.error();
    return trace;
}

}  // namespace sim
