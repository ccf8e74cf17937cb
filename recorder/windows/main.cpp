// portside-record.exe: records a scenario on a Windows completion port. Small and static; on Linux `portside record --backend
// iocp` runs it through Wine.
#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <thread>

#include "recorder/common/run.h"
#include "recorder/common/work.h"
#include "recorder/windows/iocp_backend.h"
#include "sim/scenario/load.h"
#include "sim/trace/summary.h"

namespace {

int fail(const sim::Error& error) {
    std::fprintf(stderr, "portside-record: %s\n", error.text().c_str());
    return 1;
}

BOOL WINAPI on_console(DWORD) {
    recorder::request_stop();
    return TRUE;
}

// No stream of the C library: its lock would be held when the program exits.
void stop_at_eof() {
    char bytes[64];
    DWORD count = 0;
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), bytes, sizeof bytes, &count, nullptr) != 0 && count != 0) {}
    recorder::request_stop();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Records a Portside scenario on a Windows I/O completion port.", "portside-record");
    std::string name, out;
    std::vector<std::string> sets;
    bool stop_on_eof = false;
    app.add_option("SCENARIO", name, "a scenario file")->required();
    app.add_option("-o,--out", out, "the trace to write; default: <scenario>-iocp.ptrace here")->type_name("TRACE");
    app.add_option("--set", sets, "override a value of the scenario: port.port.concurrency=4 (may be given again)")->type_name("PATH=VALUE")->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    app.add_flag("--stop-on-eof", stop_on_eof, "end the recording, and keep it, when standard input closes");
    app.set_version_flag("--version", std::string("portside-record ") + PORTSIDE_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    const sim::Result<sim::Scenario> scenario = sim::scenario_load(name, sets);
    if (!scenario) return fail(scenario.error());
    SetConsoleCtrlHandler(on_console, TRUE);
    if (stop_on_eof) std::thread(stop_at_eof).detach();
    const std::string host = recorder::host_text();
    const recorder::BackendInfo info{.name = "iocp", .made_by = "completion port, " + host.substr(0, host.find(',')), .has_decisions = false, .make = recorder::make_iocp_backend};
    const sim::Result<sim::Trace> trace = recorder::record_scenario(scenario.value(), info, out.empty() ? scenario.value().name + "-iocp.ptrace" : out);
    if (!trace) return fail(trace.error());
    std::fputs(sim::summary_text(sim::summarize(trace.value().header, trace.value().records, sim::lost_records(trace.value()))).c_str(), stdout);
    return 0;
}
