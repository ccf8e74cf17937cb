#include "recorder/common/program.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "recorder/common/program_options.h"
#include "recorder/common/work.h"
#include "recorder/linux/mechanism.h"
#include "recorder/linux/port_backend.h"

namespace recorder {
namespace {

void on_signal(int) { request_stop(); }

sim::Result<BackendInfo> port_info(const sim::Scenario& scenario) {
    std::string policies;                        // each port obeys its own policy
    for (const sim::PortParams& port : scenario.ports) {
        const std::string policy(sim::policy_name(port.policy));
        if (policies.find(policy) == std::string::npos) policies += (policies.empty() ? "" : " and ") + policy;
    }
    const std::string refused = switches_refused();
    const bool sees = refused.empty();
    return BackendInfo{.name = "port", .made_by = policies + " rules in user mode on Linux", .has_decisions = true, .has_processors = sees,
            .blocking = {.how = sees ? "seen" : "reported", .why = refused},
            .more_rings = sees ? port_backend_rings : nullptr,
            .make = [sees](Session& session) { return make_port_backend(session, sees); }};
}

uint32_t one_ring_each(uint32_t processors) { return processors; }

// One of the kernel's own: no rules of ours, so no decisions in the trace, and blocks count nowhere.
sim::Result<BackendInfo> mechanism_info(const char* name, MakeMechanism make) {
    if (const sim::Status works = mechanism_works(make); !works) return works.error();
    const std::string host = host_text();
    const bool sees = switches_refused().empty();
    return BackendInfo{.name = name, .made_by = std::string(name) + ", " + host.substr(0, host.find(',')), .has_decisions = false, .has_processors = sees,
            .more_rings = sees ? one_ring_each : nullptr,
            .make = [make, sees](Session& session) { return make_observed_backend(session, make, sees); }};
}

}  // namespace

const std::vector<ProgramBackend>& program_backends() {
    static const std::vector<ProgramBackend> all{
        {"port", "the nt rules in user mode on Linux", port_info},
        {"epoll", "threads that wait in epoll_wait", [](const sim::Scenario&) { return mechanism_info("epoll", make_epoll); }},
        {"io_uring", "threads that wait for the completion queue of an io_uring", [](const sim::Scenario&) { return mechanism_info("io_uring", make_io_uring); }},
    };
    return all;
}

int record_program(const ProgramOptions&) {
    std::fputs("portside-record: programs are recorded on Windows, or under Wine with `portside record run`\n", stderr);
    return 1;
}

int record_cost(uint64_t) {
    std::fputs("portside-record: `portside bench record` measures it here\n", stderr);
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
