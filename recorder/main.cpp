// portside-record: records a scenario, or on Windows an unmodified program, and nothing else. Small and static, for Linux and Windows; on Linux `portside record
// --backend iocp` and `portside record run` use the Windows one through Wine. What this system has: linux/program.cpp, windows/program.cpp.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <thread>

#include "recorder/common/program.h"
#include "recorder/common/program_options.h"
#include "sim/scenario/load.h"
#include "sim/trace/print.h"
#include "sim/trace/summary.h"

namespace {

int fail(const sim::Error& error, int code = 1) {
    std::fprintf(stderr, "portside-record: %s\n", error.text().c_str());
    return code;
}

void add_program_options(CLI::App& command, recorder::ProgramOptions& options) {
    command.add_option("-o,--out", options.out, "the trace to write; default: <program>.ptrace here")->type_name("TRACE");
    command.add_option("--port", options.port, "only this port, by its name in the trace or its handle (0x54)")->type_name("NAME");
    command.add_flag("--follow", options.follow, "record its children too, each in a trace of its own");
    command.add_flag("!--no-waits", options.waits, "leave out waits inside handlers");
    command.add_flag("--etw", options.etw, "also listen to the kernel, on Windows as an administrator: who has a processor, who blocks, when it queued what");
    command.add_option("--depth-every", options.depth_every, "ask the system for a port's depth after so many gets of a thread; 0: never")->type_name("N")->capture_default_str();
    command.add_option("--last", options.last, "keep only so much before the end, such as 10s")->type_name("TIME");
    command.add_option("--until", options.until, "end the recording when this holds, such as depth>100; depth, batch, posts, gets")->type_name("COND");
    command.add_option("--for", options.duration, "end the recording after so much time; the program goes on")->type_name("TIME");
    command.add_option("--memory", options.memory_mb, "MB of memory, and of the file, for what threads have written and the recorder not yet taken")->check(CLI::Range(1, 65536))->type_name("MB")->capture_default_str();
    command.add_option("--stop-file", options.stop_file, "end the recording when this file appears")->type_name("FILE");
}

// -1: the command line asks for a scenario.
int run_or_attach(const CLI::App& app, const recorder::ProgramOptions& options, uint64_t cost_records) {
    if (app.got_subcommand("cost")) return recorder::record_cost(cost_records);
    recorder::program_catch_interrupts();
    return app.got_subcommand("run") || app.got_subcommand("attach") ? recorder::record_program(options) : -1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Records a Portside scenario on a real completion port.", "portside-record");
    std::string name, backend = recorder::program_backends().front().name, out, about;
    std::vector<std::string> sets;
    bool stop_on_eof = false;
    recorder::ProgramOptions program;
    recorder::LimitOptions limited;
    CLI::App* run = app.add_subcommand("run", "start an unmodified Windows program and record what its completion ports do");
    run->add_option("PROGRAM", program.command, "the program and its arguments, after --")->required();
    add_program_options(*run, program);
    CLI::App* attach = app.add_subcommand("attach", "record a Windows program that runs already");
    attach->add_option("PROCESS", program.attach, "its number, or the name of its file")->required();
    add_program_options(*attach, program);
    uint64_t cost_records = 10'000'000;
    app.add_subcommand("cost", "measure what a record costs inside a Windows program")->add_option("--records", cost_records, "over so many")->check(CLI::Range(10'000, 10'000'000))->type_name("N")->capture_default_str();
    app.require_subcommand(0, 1);
    for (const recorder::ProgramBackend& one : recorder::program_backends()) about += (about.empty() ? ": " : "; ") + std::string(one.name) + " (" + one.about + ')';
    app.add_option("SCENARIO", name, "a scenario file");
    app.add_option("--backend", backend, "what to record on" + about)->type_name("BACKEND");
    app.add_option("-o,--out", out, "the trace to write; default: <scenario>-<backend>.ptrace here")->type_name("TRACE");
    app.add_option("--set", sets, "override a value of the scenario: port.port.concurrency=4 (may be given again)")->type_name("PATH=VALUE")->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    app.add_option("--last", limited.last, "keep only so much before the end, such as 10s")->type_name("TIME");
    app.add_option("--until", limited.until, "end the recording when this holds, such as depth>100; depth, batch, posts, gets")->type_name("COND");
    app.add_option("--memory", limited.memory_mb, "MB that the records may take while it is recorded; what has no room is counted as lost")->check(CLI::Range(1, 65536))->type_name("MB");
    app.add_flag("--stop-on-eof", stop_on_eof, "end the recording, and keep it, when standard input closes");
    app.set_version_flag("--version", std::string("portside-record ") + PORTSIDE_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    if (const int code = run_or_attach(app, program, cost_records); code >= 0) return code;
    if (name.empty()) return fail({.file = "portside-record", .line = 0, .column = 0, .what = "no scenario was given", .hint = "give a scenario file, or run, or attach; --help tells more"}, 2);
    const recorder::ProgramBackend* const chosen = recorder::program_backend(backend);
    if (chosen == nullptr)
        return fail({.file = "--backend " + backend, .line = 0, .column = 0, .what = "this program has no such backend", .hint = "use " + recorder::program_backend_names()}, 2);
    const sim::Result<sim::Scenario> scenario = sim::scenario_load(name, sets);
    if (!scenario) return fail(scenario.error());
    const sim::Result<recorder::BackendInfo> info = chosen->info(scenario.value());
    if (!info) return fail(info.error());
    const sim::Result<recorder::RecordLimits> limits = recorder::record_limits(limited);
    if (!limits) return fail(limits.error());
    recorder::program_catch_interrupts();
    if (stop_on_eof) std::thread(recorder::program_stop_at_eof).detach();
    const sim::Result<sim::Trace> trace = recorder::record_scenario(scenario.value(), info.value(), out.empty() ? scenario.value().name + '-' + backend + ".ptrace" : out, limits.value());
    if (!trace) return fail(trace.error());
    if (const uint64_t lost = sim::lost_records(trace.value()); lost > 0) std::fprintf(stderr, "%llu records were lost: the trace says where\n", static_cast<unsigned long long>(lost));
    if (const std::string trip = sim::round_trip_text(trace.value().header.program); !trip.empty()) std::fprintf(stderr, "round trip: %s\n", trip.c_str());
    if (const std::string tried = sim::release_tries_text(sim::release_tries(trace.value().records)); !tried.empty()) std::fprintf(stderr, "releases, tried before the run: %s\n", tried.c_str());
    if (const std::string blocking = sim::blocking_text(trace.value().header.blocking); !blocking.empty()) std::fprintf(stderr, "blocking is %s\n", blocking.c_str());
    std::fputs(sim::summary_text(sim::summarize(trace.value().header, trace.value().records, sim::lost_records(trace.value()))).c_str(), stdout);
    return 0;
}
