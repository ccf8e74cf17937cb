// `portside info --strip-header`: the same records under a header that claims nothing.
#include <cstdio>
#include <filesystem>

#include "sim/cli/commands.h"
#include "sim/trace/file.h"

namespace sim {
namespace {

int fail(const Error& error) {
    std::fprintf(stderr, "portside info: %s\n", error.text().c_str());
    return kExitBadInput;
}

}  // namespace

int cmd_info_strip(const InfoOptions& options) {
    std::error_code ignored;
    if (std::filesystem::equivalent(options.trace, options.out, ignored))
        return fail({.file = options.out, .what = "that is the trace itself", .hint = "give -o another name"});
    Result<Trace> trace = trace_read(options.trace);
    if (!trace) return fail(trace.error());
    for (const std::string& damage : trace->damage) std::fprintf(stderr, "portside info: left out: %s\n", damage.c_str());
    trace->header = header_without_claims(std::move(trace->header));
    if (const Status written = trace_write(options.out, trace.value()); !written) return fail(written.error());
    std::printf("%s: %zu records, and a header without scenario, source, backend, policy, concurrency and host\n", options.out.c_str(), trace->records.size());
    return kExitDone;
}

}  // namespace sim
