#include "recorder/linux/record_command_agent.h"

#include <algorithm>

#include "recorder/linux/record_command_json.h"
#include "recorder/linux/wine_host.h"

namespace recorder {

AgentCosts measure_agent(uint64_t records, const std::string& folder) {
    if (const sim::Status there = wine_is_there("the agent"); !there) return {.absent = there.error().what};
    std::error_code failed;
    if (!std::filesystem::exists(wine_prefix() / "system.reg", failed)) return {.absent = "Wine's folder " + wine_prefix().string() + " is not there yet: portside record --backend iocp makes it"};
    const std::filesystem::path log = folder + "/agent.log";
    constexpr uint64_t kFewest = 10'000, kMost = 10'000'000;
    const int status = run_limited({"wine", windows_recorder().string(), "cost", "--records", std::to_string(std::clamp(records, kFewest, kMost))}, wine_prefix(), log, std::chrono::seconds(60));
    const std::string said = last_lines(log);
    if (status != 0 || number_in_json(said, "warm") <= 0) return {.absent = "the Windows recorder failed under Wine: " + said};
    return {.warm_ns = number_in_json(said, "warm"), .cold_ns = number_in_json(said, "cold"), .clock_ns = number_in_json(said, "clock_ns"), .cold_rings = static_cast<uint32_t>(number_in_json(said, "cold_rings")), .absent = {}};
}

}  // namespace recorder
