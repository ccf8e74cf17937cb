// Where the scenarios that come with the program are.
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "sim/scenario/load.h"
#include "sim/scenario/samples.h"

namespace sim {
namespace {

namespace fs = std::filesystem;

// The folder of the running program; empty where the system does not tell without a call of its own.
fs::path program_folder() {
    std::error_code code;
    const fs::path program = fs::read_symlink("/proc/self/exe", code);
    return code ? fs::path() : program.parent_path();
}

std::vector<fs::path> places() {
    if (const char* given = std::getenv("PORTSIDE_SCENARIOS")) return {given};
    std::vector<fs::path> out;
    if (const fs::path folder = program_folder(); !folder.empty()) {
        out.push_back(folder / "../share/portside/scenarios");       // installed
        out.push_back(folder / "../../scenarios");                   // build/X/portside
    }
    out.push_back(PORTSIDE_SCENARIOS_DIR);                           // where it was built from
    return out;
}

}  // namespace

Result<std::string> scenario_path(const std::string& relative) {
    Error error;
    error.file = relative;
    error.what = "is not among the scenarios that come with the program";
    for (const fs::path& place : places()) {
        std::error_code code;
        if (const fs::path path = place / relative; fs::is_regular_file(path, code)) return path.lexically_normal().string();
    }
    return error;
}

Result<std::vector<ScenarioEntry>> scenario_list() {
    Error error;
    error.what = "can't find the scenarios that come with the program, expected";
    for (const fs::path& place : places()) {
        error.what += " " + place.string();
        std::error_code code;
        if (!fs::is_directory(place, code)) continue;
        std::vector<ScenarioEntry> entries;
        for (const fs::directory_entry& file : fs::directory_iterator(place, code)) {
            if (file.path().extension() != ".toml") continue;
            const std::string path = file.path().lexically_normal().string();
            Result<Scenario> scenario = scenario_load(path);
            if (!scenario) return scenario.error();
            entries.push_back({scenario->number, scenario->name, scenario->title, scenario->about, path});
        }
        std::sort(entries.begin(), entries.end(), [](const ScenarioEntry& a, const ScenarioEntry& b) {
            const uint32_t a_number = a.number == 0 ? UINT32_MAX : a.number;           // without a number: last
            const uint32_t b_number = b.number == 0 ? UINT32_MAX : b.number;
            return a_number != b_number ? a_number < b_number : a.name < b.name;
        });
        if (!entries.empty()) return entries;
    }
    error.hint = "set PORTSIDE_SCENARIOS to the folder that holds limit-1-burst.toml";
    return error;
}

}  // namespace sim
