// Small scenarios for tests, written as a file would be.
#pragma once
#include <doctest/doctest.h>

#include <string>

#include "sim/engine/run.h"
#include "sim/scenario/load.h"

/// `text` has to be right; `sets` as on the command line.
inline sim::Scenario scenario_of(const std::string& text, std::vector<std::string> sets = {}) {
    sim::Result<sim::Scenario> scenario = sim::scenario_parse(text, "test.toml", std::move(sets));
    REQUIRE_MESSAGE(scenario.ok(), (scenario ? std::string() : scenario.error().text()));
    return scenario.value();
}

inline sim::Scenario scenario_named(const std::string& name, std::vector<std::string> sets = {}) {
    sim::Result<sim::Scenario> scenario = sim::scenario_load(std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/" + name + (name.ends_with(".toml") ? "" : ".toml"), std::move(sets));
    REQUIRE_MESSAGE(scenario.ok(), (scenario ? std::string() : scenario.error().text()));
    return scenario.value();
}

/// What is said of `good` with the last `from` in it replaced by `to`: the error, or "fine".
inline std::string answer_to(std::string good, const std::string& from, const std::string& to, std::vector<std::string> sets = {}) {
    const size_t at = good.rfind(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    const sim::Result<sim::Scenario> scenario = sim::scenario_parse(good.replace(at, from.size(), to), "x.toml", std::move(sets));
    return scenario ? "fine" : scenario.error().text();
}

/// Runs with every check on.
inline sim::Trace run_checked(const sim::Scenario& scenario) {
    sim::Result<sim::Trace> trace = sim::run_to_trace(scenario, {.check = true, .records_max = 10'000'000});
    REQUIRE_MESSAGE(trace.ok(), (trace ? std::string() : trace.error().text()));
    return trace.value();
}
