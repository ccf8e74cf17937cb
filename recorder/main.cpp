// portside-record: records a scenario, and nothing else. Small and static, for Linux and Windows; on Linux `portside record
// --backend iocp` runs the Windows one through Wine. What this system has: linux/program.cpp, windows/program.cpp.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <thread>

#include "recorder/common/program.h"
#include "sim/scenario/load.h"
#include "sim/trace/summary.h"

namespace {

int fail(const sim::Error& error, int code = 1) {
    std::fprintf(stderr, "portside-record: %s\n", error.text().c_str());
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Records a Portside scenario on a real completion port.", "portside-record");
    std::string name, backend = recorder::program_backend(), out;
    std::vector<std::string> sets;
    bool stop_on_eof = false;
    app.add_option("SCENARIO", name, "a scenario file")->required();
    app.add_option("--backend", backend, "the port to record on: " + backend)->type_name("BACKEND");
    app.add_option("-o,--out", out, "the trace to write; default: <scenario>-" + backend + ".ptrace here")->type_name("TRACE");
    app.add_option("--set", sets, "override a value of the scenario: port.port.concurrency=4 (may be given again)")->type_name("PATH=VALUE")->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    app.add_flag("--stop-on-eof", stop_on_eof, "end the recording, and keep it, when standard input closes");
    app.set_version_flag("--version", std::string("portside-record ") + PORTSIDE_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    if (backend != recorder::program_backend())
        return fail({.file = "--backend " + backend, .line = 0, .column = 0, .what = "this program has no such backend", .hint = std::string("use ") + recorder::program_backend()}, 2);
    const sim::Result<sim::Scenario> scenario = sim::scenario_load(name, sets);
    if (!scenario) return fail(scenario.error());
    recorder::program_catch_interrupts();
    if (stop_on_eof) std::thread(recorder::program_stop_at_eof).detach();
    const sim::Result<sim::Trace> trace = recorder::record_scenario(scenario.value(), recorder::program_backend_info(scenario.value()), out.empty() ? scenario.value().name + '-' + backend + ".ptrace" : out);
    if (!trace) return fail(trace.error());
    std::fputs(sim::summary_text(sim::summarize(trace.value().header, trace.value().records, sim::lost_records(trace.value()))).c_str(), stdout);
    return 0;
}
