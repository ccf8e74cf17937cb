// Simulated traces for the tests of calibrate and predict: two processors, one port, threads that compute and sometimes block.
#pragma once
#include <string>
#include <vector>

#include "sim/engine/run.h"
#include "tests/scenario_text.h"

namespace test {

inline constexpr const char* kOnePort = "[machine]\nprocessors = 2\nwake_latency = \"10us\"\ncontext_switch = \"3us\"\nget_cost = \"1us\"\n[[port]]\nname = \"port\"\nconcurrency = 2\n";

/// Up to the arrivals of the one source.
inline std::string handlers(int threads) {
    return std::string(kOnePort) + "[[worker]]\nname = \"worker\"\nport = \"port\"\ncount = " + std::to_string(threads) +
           "\non_packet = [ { compute = { exponential = \"800us\" } }, { chance = 0.35, steps = [ { block = { exponential = \"3ms\" } }, { compute = \"200us\" } ] } ]\n"
           "[[source]]\nname = \"clients\"\nport = \"port\"\nkey = 1\n";
}

/// `top`: what stands before the tables.
inline sim::Trace run_of(const std::string& text, const std::string& top = "", std::vector<std::string> sets = {}) {
    const sim::Result<sim::Trace> trace = sim::run_to_trace(scenario_of(top + text, std::move(sets)), {.records_max = 5'000'000});
    REQUIRE_MESSAGE(trace.ok(), (trace ? std::string() : trace.error().text()));
    return trace.value();
}

}  // namespace test
