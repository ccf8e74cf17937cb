#include <cstdio>

#include "sim/cli/commands.h"
#include "sim/cli/json.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

void line(const char* name, const std::string& value) {
    if (!value.empty()) std::printf("%-12s %s\n", name, value.c_str());
}

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
    return out;
}

void print_info(const TraceOverview& trace) {
    const TraceHeader& header = trace.header;
    line("made by", header.made_by);
    line("source", header.source + ", backend " + header.backend);
    line("scenario", header.scenario + ", seed " + std::to_string(header.seed));
    line("set", joined(header.sets));
    for (const TracePort& port : header.ports) line("port", port.name + (port.policy.empty() ? ": " : ": policy " + port.policy + ", ") + "limit " + std::to_string(port.limit));
    line("threads", std::to_string(header.threads.size()));
    line("processors", std::to_string(header.processors_used) + (header.processors_used == header.processors_asked ? "" : " (the scenario asks for " + std::to_string(header.processors_asked) + ")"));
    line("host", header.host);
    line("clock", header.clock);
    line("blocking", blocking_text(header.blocking));
    if (header.record_cost_ns > 0) line("cost", std::to_string(static_cast<int>(header.record_cost_ns + 0.5)) + " ns a record");
    line("records", std::to_string(trace.records) + (trace.records == 0 ? "" : ", to " + time_text(trace.last_ns)));
    for (size_t kind = 0; kind < trace.counts.size(); ++kind)
        if (trace.counts[kind] > 0) std::printf("  %-14s %llu\n", std::string(kind_name(static_cast<Kind>(kind))).c_str(), static_cast<unsigned long long>(trace.counts[kind]));
    line("lost", std::to_string(lost_records(trace.losses)) + " records");
    for (const Loss& loss : trace.losses) std::printf("  %llu: %s\n", static_cast<unsigned long long>(loss.records), loss.what.c_str());
    line("whole", trace.whole ? "yes" : "no");
    for (const std::string& damage : trace.damage) std::printf("  %s\n", damage.c_str());
}

}  // namespace

int cmd_info(const InfoOptions& options) {
    const Result<TraceOverview> trace = trace_overview(options.trace);
    if (!trace) {
        std::fprintf(stderr, "portside info: %s\n", trace.error().text().c_str());
        return kExitBadInput;
    }
    if (options.json) std::printf("%s\n", info_json(trace.value()).c_str());
    else print_info(trace.value());
    return kExitDone;
}

}  // namespace sim
