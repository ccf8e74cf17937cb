#include "sim/trace/header.h"

#include "sim/trace/record.h"

namespace sim {

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
        for (uint32_t i = 0; i < program.count; ++i) {
            header.sources.push_back(program.name + '.' + std::to_string(i));   // their packets have identities of their own
            header.source_clients.push_back(0);
        }
    for (const DeviceParams& device : scenario.devices) header.devices.push_back({.name = device.name, .channels = device.channels});
    header.locks = scenario.locks;
    if (names_files(scenario))
        for (const FileParams& file : scenario.files) header.files.push_back(file.name);
    header.operations = scenario.operations;
    return header;
}

}  // namespace sim
