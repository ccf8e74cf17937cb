#include <cstdio>

#include "sim/cli/commands.h"
#include "sim/cli/json.h"
#include "sim/cli/sides.h"
#include "sim/compare/compare.h"

namespace sim {

int cmd_compare(const CompareOptions& options) {
    const Result<Sides> sides = load_sides({options.a, options.b});
    if (!sides) {
        std::fprintf(stderr, "portside compare: %s\n", sides.error().text().c_str());
        return kExitBadInput;
    }
    Comparison comparison = compare_traces(sides->traces[0], sides->traces[1]);
    comparison.notes.insert(comparison.notes.begin(), sides->notes.begin(), sides->notes.end());
    if (options.json) std::printf("%s\n", compare_json(comparison).c_str());
    else std::fputs(comparison_text(comparison).c_str(), stdout);
    return kExitDone;
}

}  // namespace sim
