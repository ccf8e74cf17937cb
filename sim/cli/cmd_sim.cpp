#include <cstdio>
#include <filesystem>
#include <optional>

#include "sim/cli/commands.h"
#include "sim/cli/expect.h"
#include "sim/cli/file_system.h"
#include "sim/cli/json.h"
#include "sim/cli/progress.h"
#include "sim/cli/tie_shuffle.h"
#include "sim/engine/run.h"
#include "sim/engine/trace_size.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

// Everything that wants to see the records of a run, fed as it goes on: nothing is kept that nobody asked for.
struct Listeners {
    Summarizer summarizer;
    Fingerprint fingerprint;
    std::optional<TraceWriter> writer;
    std::optional<TraceState> narrated;
    Status written = Done{};
    int64_t last_ns = 0;

    void hear(const TraceHeader& header, std::span<const Record> records) {
        for (const Record& record : records) {
            summarizer.add(record);
            last_ns = record.time_ns;
            if (narrated) {
                if (const std::string sentence = narrate(header, *narrated, record); !sentence.empty()) std::puts(narration_line(record.time_ns, sentence).c_str());
                trace_state_apply(*narrated, header, record);
            }
        }
        fingerprint.add(records.data(), records.size());
        if (writer && written) written = writer->add(records.data(), records.size());
    }
};

// Before a large trace is written: what it needs and what is there.
void say_space(const Scenario& scenario, const std::string& out) {
    constexpr double kLarge = 1e9;
    const std::optional<uint64_t> records = estimated_records(scenario);
    if (!records) return;
    const double bytes = static_cast<double>(*records) * sizeof(Record);
    if (bytes < kLarge) return;
    std::error_code failed;
    const std::filesystem::path folder = std::filesystem::absolute(out, failed).parent_path();
    const std::filesystem::space_info space = std::filesystem::space(folder, failed);
    std::fprintf(stderr, "the trace will take about %.1f GB", bytes / 1e9);
    if (!failed) std::fprintf(stderr, "; %.1f GB are free on %s%s", static_cast<double>(space.available) / 1e9, file_system_name(folder.string()).c_str(), static_cast<double>(space.available) < bytes ? ": IT WILL NOT FIT" : "");
    std::fputc('\n', stderr);
}

int check_expectations(const SimOptions& options, const Summary& summary) {
    int code = kExitDone;
    for (const std::string& expect : options.expects) {
        const Result<std::string> failed = expectation_failed(expect, summary);
        if (!failed) return fail("sim", failed.error());
        if (failed.value().empty()) continue;
        std::fprintf(stderr, "portside sim: expectation failed: %s\n", failed.value().c_str());
        code = kExitExpectationFailed;
    }
    return code;
}

// The figures that --expect looks at are those of the defined order.
int sim_with_shuffled_ties(const Scenario& scenario, const SimOptions& options) {
    Bar bar("runs");
    const Result<TieReport> report = shuffle_ties(scenario, options.tie_shuffle, options.check, [&bar](size_t done, size_t of) { bar.at(done, of); });
    bar.clear();
    if (!report) return fail("sim", report.error());
    std::fputs((options.json ? ties_json(report.value()) + '\n' : tie_text(report.value())).c_str(), stdout);
    return check_expectations(options, report->defined);
}

int simulate(const Scenario& scenario, const Course& course, const SimOptions& options) {
    const TraceHeader header = simulated_header(scenario, &course);
    Listeners listeners{.summarizer = Summarizer(header), .fingerprint = {}, .writer = {}, .narrated = {}};
    if (options.narrate) listeners.narrated = trace_state_begin(header);
    if (!options.out.empty()) {
        say_space(scenario, options.out);
        Result<TraceWriter> writer = TraceWriter::create(options.out, header);
        if (!writer) return fail("sim", writer.error());
        listeners.writer = std::move(writer.value());
    }
    Progress progress("simulated");
    uint64_t records_heard = 0;
    const auto hear = [&](std::span<const Record> records) {
        listeners.hear(header, records);
        records_heard += records.size();
        progress.at(listeners.last_ns, records_heard);
    };
    RunOptions run_options;
    run_options.check = run_options.check || options.check;
    run_options.course = &course;
    const Result<World> world = run(scenario, hear, run_options);
    if (listeners.writer && listeners.written) listeners.written = listeners.writer->close();
    if (!world) return fail("sim", world.error());
    if (!listeners.written) return fail("sim", listeners.written.error());
    const Scenario& end = course.branches.empty() ? scenario : course.branches.back().scenario;
    Summary summary = listeners.summarizer.finish(end.until ? end.until->ns : world.value().now.ns);
    summary.fingerprint = listeners.fingerprint.text();
    if (options.json) std::printf("%s\n", summary_json(summary).c_str());
    else if (!options.narrate) std::fputs(summary_text(summary).c_str(), stdout);
    return check_expectations(options, summary);
}

}  // namespace

int cmd_sim(const SimOptions& options) {
    if (const Status written = course_check(options.course); !written) return fail("sim", written.error(), kExitWrongUse);
    const Result<Scenario> scenario = scenario_load(options.scenario, options.sets);
    if (!scenario) return fail("sim", scenario.error());
    if (options.tie_shuffle > 0) return sim_with_shuffled_ties(scenario.value(), options);
    const Result<Course> course = course_of(scenario.value(), options.course);
    if (!course) return fail("sim", course.error());
    return simulate(scenario.value(), course.value(), options);
}

}  // namespace sim
