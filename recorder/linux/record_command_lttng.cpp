#include "recorder/linux/record_command_lttng.h"

#include <cstdio>
#include <filesystem>

#include "recorder/linux/record_command_json.h"

namespace recorder {
LttngCost measure_lttng(uint64_t records) {
    std::error_code failed;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failed).parent_path() / "portside-lttng";
    if (!std::filesystem::exists(program, failed)) return {.absent = "not built: liblttng-ust-dev was not there"};
    std::FILE* pipe = popen(("'" + program.string() + "' " + std::to_string(records) + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return {.absent = "portside-lttng could not be started"};
    std::string text;
    char line[512];
    while (std::fgets(line, sizeof line, pipe) != nullptr) text += line;
    const bool good = pclose(pipe) == 0;
    while (!text.empty() && text.back() == '\n') text.pop_back();
    if (!good || number_in_json(text, "event_ns") <= 0) return {.absent = text.empty() ? "portside-lttng failed" : text};
    return {.event_ns = number_in_json(text, "event_ns"), .discarded = static_cast<uint64_t>(number_in_json(text, "discarded")), .absent = {}};
}

}  // namespace recorder
