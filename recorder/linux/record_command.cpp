#include "recorder/linux/record_command.h"

#include <cstdio>
#include <filesystem>

#include "recorder/common/program.h"
#include "recorder/linux/wine.h"
#include "sim/cli/json.h"
#include "sim/scenario/load.h"
#include "sim/trace/print.h"
#include "sim/trace/summary.h"

namespace recorder {
namespace {

sim::Result<sim::Trace> record_on(const ProgramBackend& backend, const sim::Scenario& scenario, const std::string& out, const RecordLimits& limits) {
    const sim::Result<BackendInfo> info = backend.info(scenario);
    if (!info) return info.error();
    return record_scenario(scenario, info.value(), out, limits);
}

}  // namespace

int record_command(const sim::RecordOptions& options) {
    const std::string backend = options.backend.empty() ? program_backends().front().name : options.backend;
    const ProgramBackend* const own = program_backend(backend);
    if (own == nullptr && backend != "iocp") {
        sim::fail("record", {.file = "--backend " + backend, .line = 0, .column = 0, .what = "no such backend", .hint = "use " + program_backend_names() + ", or iocp for a Windows completion port under Wine"});
        return sim::kExitWrongUse;
    }
    const sim::Result<sim::Scenario> scenario = sim::scenario_load(options.scenario, options.sets);
    if (!scenario) return sim::fail("record", scenario.error());
    const LimitOptions limited{.last = options.last, .until = options.until, .memory_mb = options.memory_mb};
    const sim::Result<RecordLimits> limits = record_limits(limited);
    if (!limits) return sim::fail("record", limits.error());
    const std::string out = options.out.empty() ? scenario.value().name + '-' + backend + ".ptrace" : options.out;
    std::error_code failed;
    if (const auto folder = std::filesystem::absolute(out).parent_path(); !std::filesystem::is_directory(folder, failed))
        return sim::fail("record", {.file = out, .line = 0, .column = 0, .what = failed && failed != std::errc::no_such_file_or_directory ? "the folder " + folder.string() + " can't be used: " + failed.message() : "there is no folder " + folder.string(), .hint = {}});
    program_catch_interrupts();
    const sim::Result<sim::Trace> trace = own != nullptr ? record_on(*own, scenario.value(), out, limits.value()) : record_under_wine(scenario.value(), out, limited);
    if (!trace) return sim::fail("record", trace.error());
    if (const uint64_t lost = sim::lost_records(trace.value()); lost > 0) std::fprintf(stderr, "%llu records were lost: the trace says where\n", static_cast<unsigned long long>(lost));
    if (const std::string trip = sim::round_trip_text(trace.value().header.program); !trip.empty()) std::fprintf(stderr, "round trip: %s\n", trip.c_str());
    if (const std::string tried = sim::release_tries_text(sim::release_tries(trace.value().records)); !tried.empty()) std::fprintf(stderr, "releases, tried before the run: %s\n", tried.c_str());
    if (const std::string blocking = sim::blocking_text(trace.value().header.blocking); !blocking.empty()) std::fprintf(stderr, "blocking is %s\n", blocking.c_str());
    const sim::Summary summary = sim::summarize(trace.value().header, trace.value().records, sim::lost_records(trace.value()));
    std::fputs((options.json ? sim::summary_json(summary) + '\n' : sim::summary_text(summary)).c_str(), stdout);
    std::fprintf(stderr, "wrote %s\n", out.c_str());
    return sim::kExitDone;
}

}  // namespace recorder
