// `portside info --strip-header`: the same records under a header that claims nothing.
#include <cstdio>
#include <filesystem>

#include "sim/cli/commands.h"
#include "sim/trace/file.h"

namespace sim {
int cmd_info_strip(const InfoOptions& options) {
    std::error_code ignored;
    if (std::filesystem::equivalent(options.trace, options.out, ignored))
        return fail("info", {.file = options.out, .what = "that is the trace itself", .hint = "give -o another name"});
    Result<Trace> trace = trace_read(options.trace);
    if (!trace) return fail("info", trace.error());
    // What is not whole must not look whole: the copy says what was left out.
    for (const std::string& damage : trace->damage) {
        std::fprintf(stderr, "portside info: left out: %s\n", damage.c_str());
        trace->losses.push_back({"left out when the header was stripped: " + damage, 1});
    }
    if (!trace->whole && trace->damage.empty()) trace->losses.push_back({"the recording was not finished", 1});
    trace->header = header_without_claims(std::move(trace->header));
    if (const Status written = trace_write(options.out, trace.value()); !written) return fail("info", written.error());
    std::printf("%s: %zu records, and a header without scenario, source, backend, policy, concurrency and host\n", options.out.c_str(), trace->records.size());
    return kExitDone;
}

}  // namespace sim
