#include "sim/cli/sides.h"

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>

#include "sim/engine/resimulate.h"
#include "sim/engine/run.h"
#include "sim/scenario/load.h"

namespace sim {
namespace {

std::optional<TraceHeader> first_measured(const std::vector<Result<Trace>>& traces) {
    for (const Result<Trace>& trace : traces)
        if (trace && trace.value().header.source == "measured") return trace.value().header;
    return std::nullopt;
}

// The scenario as a file says it, run the way the recording was.
Result<Trace> simulate_beside(const std::string& name, const std::optional<TraceHeader>& measured, std::vector<std::string>& notes) {
    std::vector<std::string> sets;
    if (measured) {
        const TraceHeader& header = *measured;
        sets = sets_as_run(header);
        if (header.processors_used > 0 && header.processors_used != header.processors_asked) {
            notes.push_back("simulated with " + std::to_string(header.processors_used) + " processors, as recorded; the scenario asks for " + std::to_string(header.processors_asked));
        }
    }
    const Result<Scenario> scenario = scenario_load(name, sets);
    if (!scenario) return scenario.error();
    if (measured && measured->scenario_text != scenario.value().text)
        notes.push_back("the recording was made from another text of scenario '" + measured->scenario + "'");
    return run_to_trace(scenario.value());
}

}  // namespace

bool is_trace_file(const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) return false;
    char head[6] = {};
    const size_t got = std::fread(head, 1, sizeof head, file);
    std::fclose(file);
    return got == sizeof head && (std::memcmp(head, "PTRACE", 6) == 0 || std::memcmp(head, "PTRING", 6) == 0);
}

Result<Sides> load_sides(const std::vector<std::string>& names) {
    std::vector<Result<Trace>> read;
    for (const std::string& name : names) {
        std::error_code ignored;
        if (std::filesystem::is_directory(name, ignored)) return Error{.file = name, .line = 0, .column = 0, .what = "that is a folder, expected a trace or a scenario", .hint = {}};
        const bool trace = is_trace_file(name) || std::filesystem::path(name).extension() == ".ptrace";
        read.push_back(trace ? trace_read(name) : Result<Trace>(Error{}));
        if (trace && !read.back()) return read.back().error();
    }
    Sides sides;
    const std::optional<TraceHeader> measured = first_measured(read);
    for (size_t i = 0; i < names.size(); ++i) {
        if (!read[i]) {
            Result<Trace> simulated = simulate_beside(names[i], measured, sides.notes);
            if (!simulated) return simulated.error();
            sides.traces.push_back(std::move(simulated.value()));
        } else {
            sides.traces.push_back(std::move(read[i].value()));
        }
    }
    return sides;
}

}  // namespace sim
