#include <cstdio>

#include "sim/cli/commands.h"
#include "sim/cli/json.h"
#include "sim/scenario/changes.h"
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

std::string port_line(const TracePort& port) {
    return port.name + (port.policy.empty() ? ": " : ": policy " + port.policy + ", ") + "limit " + std::to_string(port.limit);
}

// "from 1.500 ms on: port.port.concurrency 1 -> 2"
std::string branch_line(const TraceBranch& branch) {
    std::vector<std::string> changes;
    for (const TraceBranch::Change& change : branch.changes) changes.push_back(change_text({change.path, change.from, change.to}));
    return "from " + time_text(branch.at_ns) + (branch.records < 0 ? "" : ", record " + std::to_string(branch.records)) + " on: " + (changes.empty() ? "nothing" : joined(changes));
}

// "1 (203 times), 2 (17), 3 to 8 (4)": how many packets gets brought.
std::string batches_text(const std::map<uint32_t, uint64_t>& batches) {
    std::string out;
    for (const auto& [packets, gets] : batches) out += (out.empty() ? "" : ", ") + std::to_string(packets) + " (" + std::to_string(gets) + (out.empty() ? " times)" : ")");
    return out.empty() ? "none" : out;
}

// Of an unmodified program: its ports by the concurrency that it asked for, and what their gets brought.
void print_program(const TraceHeader& header) {
    const TraceProgram& program = header.program;
    line("program", program.name + ", process " + std::to_string(program.process));
    for (size_t p = 0; p < header.ports.size() && p < program.ports.size(); ++p) {
        const TraceProgramPort& use = program.ports[p];
        char handle[32];
        std::snprintf(handle, sizeof handle, ", handle 0x%x", use.handle);
        line("port", header.ports[p].name + (use.limit_known ? ": concurrency " + std::to_string(header.ports[p].concurrency) + (header.ports[p].concurrency == 0 ? " (" + std::to_string(header.ports[p].limit) + " processors)" : "") : ": concurrency not seen, it was there before") + handle);
        std::printf("  packets a get: %s%s\n", batches_text(use.batches).c_str(), use.depth_max > 0 ? ("; most left in the queue: " + std::to_string(use.depth_max)).c_str() : "");
    }
    std::printf("%-12s %zu system calls\n", "recorded", program.hooks.size());
    for (const std::string& refused : program.refused) line("not recorded", refused);
    if (program.kernel.told)
        line("kernel", std::to_string(program.kernel.switches) + " times on a processor, " + std::to_string(program.kernel.readied) + " times made ready; its queues: " + std::to_string(program.kernel.queued) + " queued, " + std::to_string(program.kernel.taken) + " taken; of " +
                           std::to_string(program.kernel.moments) + " packets from it the moment of queuing is known");
}

void print_info(const TraceOverview& trace) {
    const TraceHeader& header = trace.header;
    line("made by", header.made_by);
    line("source", header.source + ", backend " + header.backend);
    if (!header.program.name.empty()) {
        print_program(header);
    } else {
        line("scenario", header.scenario + ", seed " + std::to_string(header.seed));
        line("set", joined(header.sets));
        for (const TraceBranch& branch : header.branches) line("branch", branch_line(branch));
        if (header.instead.record >= 0) line("instead", "at record " + std::to_string(header.instead.record) + ' ' + instead_text(header.instead) + ", against the rules");
        for (const TracePort& port : header.ports) line("port", port_line(port));
        for (const TraceDevice& device : header.devices)
            if (!device.real.empty()) line("device", device.name + ": " + device.real);
    }
    line("threads", std::to_string(header.threads.size()));
    line("processors", std::to_string(header.processors_used) + (header.processors_used == header.processors_asked ? "" : " (the scenario asks for " + std::to_string(header.processors_asked) + ")"));
    line("host", header.host);
    line("clock", header.clock);
    line("blocking", blocking_text(header.blocking));
    line("round trip", round_trip_text(header.program));
    line("releases", release_tries_text(trace.tries).empty() ? "" : "tried before the run: " + release_tries_text(trace.tries));
    if (header.record_cost_ns > 0) line("cost", std::to_string(static_cast<int>(header.record_cost_ns + 0.5)) + " ns a record" + (header.program.clock_cost_ns > 0 ? ", of them " + std::to_string(static_cast<int>(header.program.clock_cost_ns + 0.5)) + " to read the clock" : ""));
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
    if (options.follow) return cmd_info_follow(options);
    if (options.strip_header) return cmd_info_strip(options);
    const Result<TraceOverview> trace = trace_overview(options.trace);
    if (!trace) return fail("info", trace.error());
    if (options.json) std::printf("%s\n", info_json(trace.value()).c_str());
    else print_info(trace.value());
    return kExitDone;
}

int cmd_info_line(const std::string& path) {
    const Result<TraceOverview> trace = trace_overview(path);
    if (!trace) return fail("info", trace.error());
    std::printf("%s\n", info_json(trace.value(), JsonShape::line).c_str());
    return kExitDone;
}

}  // namespace sim
