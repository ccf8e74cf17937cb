#include "recorder/common/program.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "recorder/common/program_options.h"
#include "recorder/linux/port_backend.h"

namespace recorder {
namespace {

void on_signal(int) { request_stop(); }

}  // namespace

const char* program_backend() { return "port"; }

BackendInfo program_backend_info(const sim::Scenario& scenario) {
    std::string policies;                        // each port obeys its own policy
    for (const sim::PortParams& port : scenario.ports) {
        const std::string policy(sim::policy_name(port.policy));
        if (policies.find(policy) == std::string::npos) policies += (policies.empty() ? "" : " and ") + policy;
    }
    const std::string refused = switches_refused();
    const bool sees = refused.empty();
    return {.name = "port", .made_by = policies + " rules in user mode on Linux", .has_decisions = true, .has_processors = sees,
            .blocking = {.how = sees ? "seen" : "reported", .why = refused},
            .more_rings = sees ? port_backend_rings : nullptr,
            .make = [sees](Session& session) { return make_port_backend(session, sees); }};
}

int record_program(const ProgramOptions&) {
    std::fputs("portside-record: programs are recorded on Windows, or under Wine with `portside record run`\n", stderr);
    return 1;
}

void program_catch_interrupts() {
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
}

void program_stop_at_eof() {
    char bytes[64];
    while (read(STDIN_FILENO, bytes, sizeof bytes) > 0) {}
    request_stop();
}

}  // namespace recorder
