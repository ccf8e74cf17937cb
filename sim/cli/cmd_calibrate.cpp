#include <cstdio>
#include <filesystem>
#include <fstream>

#include "sim/calibrate/calibrate.h"
#include "sim/cli/commands.h"
#include "sim/cli/json.h"
#include "sim/cli/whole_file.h"

namespace sim {
namespace {

// Not over a file that a person may have written.
Status write_scenario(const std::string& path, const std::string& text) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored)) {
        std::ifstream old(path);
        std::string first;
        std::getline(old, first);
        if (first != text.substr(0, text.find('\n'))) return Error{.file = path, .what = "there is such a file, and calibrate did not write it", .hint = "give -o another name"};
    }
    return write_whole_file(path, text);
}

}  // namespace

int cmd_calibrate(const CalibrateCommandOptions& options) {
    std::error_code ignored;
    if (!options.out.empty() && std::filesystem::equivalent(options.trace, options.out, ignored)) return fail("calibrate", {.file = options.out, .what = "that is the trace itself", .hint = "give -o another name"});
    const Result<Trace> trace = trace_read(options.trace);
    if (!trace) return fail("calibrate", trace.error());
    for (const std::string& damage : trace->damage) std::fprintf(stderr, "portside calibrate: left out: %s\n", damage.c_str());
    Result<Calibration> found = calibrate(trace.value(), {.keep_moments = options.moments});
    if (!found) {
        Error error = found.error();
        error.file = options.trace;
        return fail("calibrate", error);
    }
    if (options.out.empty()) {
        std::fputs(calibration_text(found.value()).c_str(), stderr);
        std::fputs(found->scenario.c_str(), stdout);
        return kExitDone;
    }
    if (const Status written = write_scenario(options.out, found->scenario); !written) return fail("calibrate", written.error());
    std::fputs(options.json ? (calibrate_json(found.value()) + '\n').c_str() : calibration_text(found.value()).c_str(), stdout);
    std::fprintf(stderr, "wrote %s; simulate it: portside sim %s\n", options.out.c_str(), options.out.c_str());
    return kExitDone;
}

}  // namespace sim
