#include <cstdio>
#include <filesystem>

#include "sim/cli/commands.h"
#include "sim/cli/json.h"
#include "sim/cli/whole_file.h"
#include "sim/cli/sides.h"
#include "sim/cli/version.h"
#include "sim/compare/comparable.h"
#include "sim/compare/compare.h"
#include "sim/report/report.h"

namespace sim {
namespace {

Status write_page(const CompareOptions& options, const std::vector<Trace>& traces, const std::vector<Comparison>& comparisons) {
    std::error_code ignored;
    for (const std::string& side : options.sides)
        if (side == options.html || std::filesystem::equivalent(side, options.html, ignored)) return Error{.file = options.html, .line = 0, .column = 0, .what = "that is one of the sides", .hint = "give --html another name"};
    const std::string page = report_page(traces, comparisons, kVersion);
    if (const Status written = write_whole_file(options.html, page); !written) return written.error();
    std::fprintf(stderr, "wrote %s\n", options.html.c_str());
    return Done{};
}

// Every record is in memory, and what is made of its packets: for 883 MB of files 1.13 GB were resident.
void say_memory(const std::vector<std::string>& sides) {
    constexpr double kSaid = 256e6, kTimes = 1.3;
    double bytes = 0;
    for (const std::string& side : sides) {
        std::error_code none;
        if (const uintmax_t size = std::filesystem::file_size(side, none); !none) bytes += static_cast<double>(size);
    }
    if (bytes >= kSaid) std::fprintf(stderr, "portside compare: %.0f MB of traces; it needs about %.1f GB of memory\n", bytes / 1e6, bytes * kTimes / 1e9);
}

}  // namespace

int cmd_compare(const CompareOptions& options) {
    say_memory(options.sides);
    const Result<Sides> sides = load_sides(options.sides);
    if (!sides) {
        return fail("compare", sides.error());
    }
    for (size_t i = 0; i < sides->traces.size(); ++i)
        if (std::string why = nothing_to_compare(sides->traces[i], side_name(i)); !why.empty()) return fail("compare", {.file = options.sides[i], .what = std::move(why), .hint = {}});
    std::vector<Comparison> comparisons;
    for (size_t i = 1; i < sides->traces.size(); ++i) {
        comparisons.push_back(compare_closely(sides->traces[0], sides->traces[i], side_name(i)));
        comparisons.back().notes.insert(comparisons.back().notes.begin(), sides->notes.begin(), sides->notes.end());
    }
    if (!options.html.empty())
        if (const Status written = write_page(options, sides->traces, comparisons); !written) return fail("compare", written.error());
    const bool two = comparisons.size() == 1;
    const std::string text = options.json ? (two ? compare_json(comparisons[0]) : compare_json(comparisons)) + '\n' : two ? comparison_text(comparisons[0]) : comparisons_text(comparisons);
    std::fputs(text.c_str(), stdout);
    return kExitDone;
}

}  // namespace sim
