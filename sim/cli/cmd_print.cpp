#include <cstdio>

#include "sim/cli/commands.h"
#include "sim/scenario/load.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

Result<Duration> moment(const char* option, const std::string& text, Duration otherwise) {
    if (text.empty()) return otherwise;
    Result<Duration> at = parse_duration(text);
    if (at) return at;
    Error error = at.error();
    error.file = option;
    return error;
}

}  // namespace

int cmd_print(const PrintOptions& options) {
    const Result<Trace> trace = trace_read(options.trace);
    if (!trace) return fail("print", trace.error());
    const Result<Duration> from = moment("--from", options.from, {INT64_MIN}), to = moment("--to", options.to, kInfinite);
    if (!from) return fail("print", from.error());
    if (!to) return fail("print", to.error());
    const TraceHeader& header = trace.value().header;
    TraceState state = trace_state_begin(header);
    for (const Record& record : trace.value().records) {
        if (record.time_ns > to.value().ns) break;
        if (record.time_ns >= from.value().ns) {
            const std::string text = options.narrate ? narrate(header, state, record) : record_line(header, state, record);
            if (!text.empty()) std::puts((options.narrate ? narration_line(record.time_ns, text) : text).c_str());
        }
        trace_state_apply(state, header, record);
    }
    for (const std::string& damage : trace.value().damage) std::fprintf(stderr, "portside print: %s: %s\n", options.trace.c_str(), damage.c_str());
    return kExitDone;
}

}  // namespace sim
