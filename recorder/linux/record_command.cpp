#include "recorder/linux/record_command.h"

#include <csignal>
#include <cstdio>

#include "recorder/common/run.h"
#include "recorder/linux/port_backend.h"
#include "recorder/linux/wine.h"
#include "sim/cli/json.h"
#include "sim/scenario/load.h"
#include "sim/trace/summary.h"

namespace recorder {
namespace {

int fail(const sim::Error& error) {
    std::fprintf(stderr, "portside record: %s\n", error.text().c_str());
    return sim::kExitBadInput;
}

void on_signal(int) { request_stop(); }

sim::Result<sim::Trace> record_port(const sim::Scenario& scenario, const std::string& out) {
    std::string made_by;                        // each port obeys its own policy
    for (const sim::PortParams& port : scenario.ports)
        if (made_by.find(sim::policy_name(port.policy)) == std::string::npos) made_by += (made_by.empty() ? "" : " and ") + std::string(sim::policy_name(port.policy));
    const BackendInfo info{.name = "port", .made_by = made_by + " rules in user mode on Linux", .has_decisions = true, .make = make_port_backend};
    return record_scenario(scenario, info, out);
}

}  // namespace

int record_command(const sim::RecordOptions& options) {
    const std::string backend = options.backend.empty() ? "port" : options.backend;
    if (backend == "epoll" || backend == "io_uring") return fail({.file = "--backend " + backend, .line = 0, .column = 0, .what = "not recorded yet", .hint = "use port or iocp"});
    if (backend != "port" && backend != "iocp") {
        fail({.file = "--backend " + backend, .line = 0, .column = 0, .what = "no such backend", .hint = "use port or iocp"});
        return sim::kExitWrongUse;
    }
    const sim::Result<sim::Scenario> scenario = sim::scenario_load(options.scenario, options.sets);
    if (!scenario) return fail(scenario.error());
    const std::string out = options.out.empty() ? scenario.value().name + '-' + backend + ".ptrace" : options.out;
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    const sim::Result<sim::Trace> trace = backend == "port" ? record_port(scenario.value(), out) : record_under_wine(scenario.value(), out);
    if (!trace) return fail(trace.error());
    const sim::Summary summary = sim::summarize(trace.value().header, trace.value().records, sim::lost_records(trace.value()));
    std::fputs((options.json ? sim::summary_json(summary) + '\n' : sim::summary_text(summary)).c_str(), stdout);
    std::fprintf(stderr, "wrote %s\n", out.c_str());
    return sim::kExitDone;
}

}  // namespace recorder
