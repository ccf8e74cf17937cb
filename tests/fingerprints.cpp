// Prints the fingerprint of every scenario in a folder: "0123456789abcdef  name", by name. Built by other compilers, with other
// optimisation and for Windows, it has to print the same (tools/test.sh --all).
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <span>
#include <vector>

#include "sim/engine/run.h"
#include "sim/scenario/load.h"
#include "sim/trace/summary.h"

int main(int argc, char** argv) {
    if (argc != 2) return std::fprintf(stderr, "usage: fingerprints FOLDER\n"), 2;
    std::vector<std::string> paths;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(argv[1], error))
        if (entry.path().extension() == ".toml") paths.push_back(entry.path().generic_string());
    if (error || paths.empty()) return std::fprintf(stderr, "fingerprints: no scenario in %s\n", argv[1]), 1;
    std::sort(paths.begin(), paths.end());
    for (const std::string& path : paths) {
        const sim::Result<sim::Scenario> scenario = sim::scenario_load(path);
        if (!scenario) return std::fprintf(stderr, "fingerprints: %s\n", scenario.error().text().c_str()), 1;
        sim::Fingerprint fingerprint;
        const sim::Result<sim::World> world = sim::run(scenario.value(), [&](std::span<const sim::Record> records) { fingerprint.add(records.data(), records.size()); });
        if (!world) return std::fprintf(stderr, "fingerprints: %s\n", world.error().text().c_str()), 1;
        std::printf("%s  %s\n", fingerprint.text().c_str(), scenario->name.c_str());
    }
    return 0;
}
