#include "sim/engine/resimulate.h"

#include "sim/scenario/load.h"

namespace sim {

Result<Scenario> scenario_as_run(const TraceHeader& header) {
    if (header.scenario_text.empty())
        return Error{.file = header.scenario, .line = 0, .column = 0, .what = "the trace does not carry its scenario", .hint = "name a scenario file to compare with"};
    std::vector<std::string> sets = header.sets;
    if (header.processors_used > 0 && header.processors_used != header.processors_asked) sets.push_back("machine.processors=" + std::to_string(header.processors_used));
    return scenario_parse(header.scenario_text, header.scenario + ".toml", std::move(sets));
}

}  // namespace sim
