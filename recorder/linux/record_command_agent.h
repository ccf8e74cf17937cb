// Part of `portside bench record`: what a record costs inside a Windows program, from the agent that such a program loads, under Wine.
#pragma once
#include <cstdint>
#include <string>

namespace recorder {

struct AgentCosts {
    double warm_ns = 0, cold_ns = 0;      ///< a record without the clock: always into one ring, and into cold_rings in turn
    double clock_ns = 0;                  ///< tells the processor too
    uint32_t cold_rings = 0;
    std::string absent;                   ///< why there are no figures
};

/// Never makes Wine's folder, which takes half a minute: where it is not there yet, that is said.
AgentCosts measure_agent(uint64_t records, const std::string& folder);

}  // namespace recorder
