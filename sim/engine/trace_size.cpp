#include "sim/engine/trace_size.h"

#include <algorithm>

#include "sim/engine/step.h"
#include "sim/scenario/arrivals.h"

namespace sim {

std::optional<uint64_t> estimated_records(const Scenario& scenario) {
    constexpr uint64_t kPilot = 1'000'000;
    Scratch<Record> opening;
    World world = world_begin(scenario, opening);
    Stepper stepper(scenario, world, nullptr);
    const Stepped stepped = stepper.run(kPilot);
    if (stepped == Stepped::endless) return std::nullopt;
    if (stepped == Stepped::ended) return world.record_count;
    // The part of the run that the pilot was: of the packets that sources send and the rounds of threads with a program, or of the time.
    double part = 0, all = 0, done = 0;
    bool finite = true;
    for (size_t s = 0; s < scenario.sources.size(); ++s) {
        const std::optional<uint64_t> packets = packets_in_all(scenario.sources[s]);
        finite = finite && packets.has_value();
        all += static_cast<double>(packets.value_or(0));
        done += static_cast<double>(world.sources[s].next);
    }
    for (const ProgramState& program : world.programs) {
        const std::optional<uint64_t> rounds = scenario.programs[program.table].repeat;
        finite = finite && rounds.has_value();
        all += static_cast<double>(rounds.value_or(0));
        done += static_cast<double>(program.round);
    }
    if (finite && all > 0) part = done / all;
    if (scenario.until && scenario.until->ns > 0) part = std::max(part, static_cast<double>(world.now.ns) / static_cast<double>(scenario.until->ns));
    if (part <= 0) return std::nullopt;
    return static_cast<uint64_t>(static_cast<double>(world.record_count) / part);
}

}  // namespace sim
