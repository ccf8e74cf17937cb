#include "sim/engine/resimulate.h"

namespace sim {

std::vector<std::string> sets_as_run(const TraceHeader& header) {
    std::vector<std::string> sets = header.sets;
    if (header.processors_used > 0 && header.processors_used != header.processors_asked) sets.push_back("machine.processors=" + std::to_string(header.processors_used));
    return sets;
}

}  // namespace sim
