#include <cstdio>

#include "sim/cli/commands.h"
#include "sim/cli/json.h"
#include "sim/identify/identify.h"

namespace sim {

int cmd_identify(const IdentifyOptions& options) {
    const Result<Trace> trace = trace_read(options.trace);
    if (!trace) {
        std::fprintf(stderr, "portside identify: %s\n", trace.error().text().c_str());
        return kExitBadInput;
    }
    for (const std::string& damage : trace->damage) std::fprintf(stderr, "portside identify: left out: %s\n", damage.c_str());
    const Identification answer = identify(trace.value());
    std::fputs(options.json ? (identify_json(answer) + '\n').c_str() : identification_text(answer).c_str(), stdout);
    return kExitDone;
}

}  // namespace sim
