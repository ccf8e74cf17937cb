// Where threads may run, and who goes first: `priority` and `affinity`.
#include <algorithm>
#include <set>

#include "sim/scenario/check.h"

namespace sim {

std::vector<uint32_t> read_processors(Checker& check, const Value& value, std::string_view name, const Scenario& scenario) {
    const std::string field(name);
    const uint32_t count = scenario.machine.processors;
    std::vector<uint32_t> processors;
    if (value.kind != Value::Kind::array) {
        check.fail(value.at, field + " is " + shown(value) + ", expected a list of processors such as [0, 1]");
        return processors;
    }
    for (const Value& item : value.items) {
        if (item.kind != Value::Kind::whole || item.whole < 0 || item.whole >= count) {
            check.fail(item.at, field + " names " + shown(item) + ", expected processors from 0 to " + std::to_string(count - 1), "the machine has processors = " + std::to_string(count));
            return processors;
        }
        const auto processor = static_cast<uint32_t>(item.whole);
        if (std::find(processors.begin(), processors.end(), processor) != processors.end()) check.fail(item.at, field + " names processor " + std::to_string(processor) + " twice, expected it once");
        processors.push_back(processor);
    }
    return processors;
}

uint32_t affinity_of(Scenario& scenario, const std::vector<uint32_t>& processors) {
    if (processors.empty() || processors.size() == scenario.machine.processors) return 0;
    Affinity affinity;
    for (const uint32_t processor : processors) affinity.add({processor});
    const auto at = std::find(scenario.affinities.begin(), scenario.affinities.end(), affinity);
    const auto number = static_cast<uint32_t>(at - scenario.affinities.begin());
    if (at == scenario.affinities.end()) scenario.affinities.push_back(std::move(affinity));
    return number;
}

void read_priority(Checker& check, const Value& table, uint8_t& out) {
    if (const Value* value = table.find("priority")) out = static_cast<uint8_t>(read_whole(check, *value, "priority", 0, kPriorities - 1));
    else note_default(check, table, "priority", {.kind = Field::Kind::whole, .value = std::to_string(out), .high = kPriorities - 1});
}

void read_placement(Checker& check, const Value& table, Scenario& scenario, uint8_t& priority, uint32_t& affinity) {
    read_priority(check, table, priority);
    if (const Value* value = table.find("affinity")) affinity = affinity_of(scenario, read_processors(check, *value, "affinity", scenario));
}

bool priorities_differ(const Scenario& scenario) {
    std::set<uint8_t> priorities;
    for (const WorkerParams& worker : scenario.workers) priorities.insert(worker.priority);
    for (const ProgramParams& program : scenario.programs) priorities.insert(program.priority);
    return priorities.size() > 1;
}

}  // namespace sim
