// States of the window for tests: a scenario opened, and sides beside it.
#pragma once
#include "gui/app/commands.h"
#include "gui/app/state.h"
#include "tests/scenario_text.h"

inline gui::AppState opened(const std::string& scenario, const std::vector<std::string>& sets = {}) {
    gui::AppState state;
    const sim::Status status = gui::app_open(state, {std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/" + scenario + ".toml"}, sets);
    REQUIRE_MESSAGE(status.ok(), (status ? std::string() : status.error().text()));
    return state;
}

inline void add_side(gui::AppState& state, sim::Trace trace) {
    state.sides.push_back(gui::side_build(std::move(trace)));
    gui::app_compare(state);
}

/// The scenario with its first port under wine8.
inline sim::Scenario under_wine8(const std::string& scenario) { return scenario_named(scenario, {"port." + scenario_named(scenario).ports[0].name + ".policy=wine8"}); }
/// The same scenario under wine8, as if another run had been simulated.
inline void add_side(gui::AppState& state, const std::string& scenario) { add_side(state, run_checked(under_wine8(scenario))); }

/// What a recorder of a kernel's port would have kept of this run: calls, no decisions, no processors.
inline sim::Trace as_recorded(sim::Trace trace) {
    sim::TraceHeader& header = trace.header;
    header.source = "measured", header.backend = "iocp", header.policy.clear(), header.made_by = "completion port, Wine 8.0";
    header.processors_asked = 4, header.processors_used = 2, header.record_cost_ns = 75.2;
    header.has_decisions = header.has_processors = false;
    for (sim::TracePort& port : header.ports) port.policy.clear();
    std::erase_if(trace.records, [](const sim::Record& record) {
        switch (record.kind) {
            case sim::Kind::parked: case sim::Kind::released: case sim::Kind::queued: case sim::Kind::handed_over: case sim::Kind::taken: case sim::Kind::ready: case sim::Kind::on_processor: case sim::Kind::off_processor: return true;
            default: return false;
        }
    });
    return trace;
}

/// A simulated side, one as the `port` backend records it, one as the `iocp` backend does.
inline gui::AppState opened_with_recordings(const std::string& scenario, size_t sides = 3) {
    gui::AppState state = opened(scenario);
    sim::Trace port = run_checked(scenario_named(scenario, {"seed=11", "machine.processors=2"}));
    port.header.source = "measured", port.header.backend = "port", port.header.made_by = "nt rules in user mode on Linux", port.header.record_cost_ns = 20.4, port.header.processors_asked = 4;
    if (sides > 1) add_side(state, std::move(port));
    if (sides > 2) add_side(state, as_recorded(run_checked(under_wine8(scenario))));
    return state;
}
