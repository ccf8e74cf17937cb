#include "sim/trace/header.h"

#include <algorithm>

#include "sim/trace/record.h"

namespace sim {
namespace {

std::vector<uint32_t> processors_of(const Affinity& affinity, uint32_t processors) {
    std::vector<uint32_t> out;
    for (uint32_t p = 0; p < processors && !affinity.is_all(); ++p)
        if (affinity.allows({p})) out.push_back(p);
    return out;
}

// Only where there is something to tell.
void add_placements(TraceHeader& header, const Scenario& scenario) {
    const auto add = [&](const auto& params) {
        for (uint32_t i = 0; i < params.count; ++i) {
            header.priorities.push_back(params.priority);
            header.affinities.push_back(processors_of(scenario.affinities[params.affinity], scenario.machine.processors));
        }
    };
    for (const WorkerParams& worker : scenario.workers) add(worker);
    for (const ProgramParams& program : scenario.programs) add(program);
    if (std::all_of(header.priorities.begin(), header.priorities.end(), [](uint32_t priority) { return priority == kUsualPriority; })) header.priorities.clear();
    if (scenario.affinities.size() == 1) header.affinities.clear();
}

}  // namespace

uint32_t priority_of(const TraceHeader& header, uint32_t thread) { return thread < header.priorities.size() ? header.priorities[thread] : kUsualPriority; }

bool may_use(const TraceHeader& header, uint32_t thread, uint32_t processor) {
    if (thread >= header.affinities.size() || header.affinities[thread].empty()) return true;
    const std::vector<uint32_t>& processors = header.affinities[thread];
    return std::find(processors.begin(), processors.end(), processor) != processors.end();
}

std::string branch_text(const TraceBranch& branch) {
    const auto shown = [](const std::string& value) { return value.empty() ? std::string("none") : value; };
    std::string out;
    for (const TraceBranch::Change& change : branch.changes) out += (out.empty() ? "" : ", ") + change.path.substr(change.path.rfind('.') + 1) + ' ' + shown(change.from) + " -> " + shown(change.to);
    return out.empty() ? "nothing" : out;
}

std::string instead_text(const TraceInstead& instead) { return instead.what == "next" ? "a waiter is let go" : instead.what == "nobody" ? "nobody is let go" : instead.what + " is let go"; }

TraceHeader header_without_claims(TraceHeader header) {
    for (std::string* claim : {&header.source, &header.backend, &header.policy, &header.made_by, &header.clock, &header.host, &header.scenario, &header.scenario_text}) claim->clear();
    header.sets.clear();
    header.branches.clear();
    header.instead = {};
    header.seed = 0;
    header.until_ns = -1;
    for (TracePort& port : header.ports) {
        port.concurrency = port.limit = 0;
        port.policy.clear();
    }
    for (TraceProgramPort& port : header.program.ports) port.limit_known = false;
    for (TraceDevice& device : header.devices) device.real.clear();
    return header;
}

TraceHeader header_of(const Scenario& scenario) {
    TraceHeader header;
    header.version = kTraceVersion;
    header.scenario = scenario.name;
    header.scenario_text = scenario.text;
    header.sets = scenario.sets;
    header.seed = scenario.seed;
    header.until_ns = scenario.until ? scenario.until->ns : -1;
    header.processors_asked = scenario.machine.processors;
    header.processors_used = scenario.machine.processors;
    for (const PortParams& port : scenario.ports)
        header.ports.push_back({.name = port.name, .concurrency = port.concurrency, .limit = limit_in_force(port, scenario.machine.processors), .policy = std::string(policy_name(port.policy))});
    if (!header.ports.empty()) header.policy = header.ports.front().policy;
    for (uint32_t t = 0; t < thread_count(scenario); ++t) header.threads.push_back(thread_name(scenario, {t}));
    for (const SourceParams& source : scenario.sources) {
        header.sources.push_back(source.name);
        header.source_clients.push_back(source.kind == SourceParams::Kind::closed ? source.clients : 0);
    }
    for (const ProgramParams& program : scenario.programs)
        for (uint32_t i = 0; i < program.count && !program.background; ++i) {
            header.sources.push_back(program_thread_name(program, i));   // their packets have identities of their own
            header.source_clients.push_back(0);
        }
    if (posts_aside(scenario))                                                  // and those of workers that handle no packet
        for (uint32_t t = 0; t < worker_thread_count(scenario); ++t) {
            header.sources.push_back(thread_name(scenario, {t}));
            header.source_clients.push_back(0);
        }
    for (const DeviceParams& device : scenario.devices) header.devices.push_back({.name = device.name, .channels = device.channels, .real = {}});
    header.locks = scenario.locks;
    if (names_files(scenario))
        for (const FileParams& file : scenario.files) header.files.push_back(file.name);
    header.operations = scenario.operations;
    header.background = background_thread_count(scenario);
    add_placements(header, scenario);
    return header;
}

}  // namespace sim
