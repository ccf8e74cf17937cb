#include <algorithm>
#include <cstdio>

#include "sim/cli/commands.h"
#include "sim/cli/json.h"

namespace sim {

int cmd_scenarios(bool json) {
    const Result<std::vector<ScenarioEntry>> entries = scenario_list();
    if (!entries) {
        return fail("scenarios", entries.error());
    }
    if (json) {
        std::printf("%s\n", scenarios_json(entries.value()).c_str());
        return kExitDone;
    }
    size_t widest = 0;
    for (const ScenarioEntry& entry : entries.value()) widest = std::max(widest, entry.name.size());
    for (const ScenarioEntry& entry : entries.value()) std::printf("%2u  %-*s  %s\n", entry.number, static_cast<int>(widest), entry.name.c_str(), entry.title.c_str());
    return kExitDone;
}

}  // namespace sim
