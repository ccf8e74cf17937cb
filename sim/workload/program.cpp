#include "sim/workload/program.h"

#include "sim/workload/worker.h"

namespace sim {
namespace {

constexpr uint32_t kIdleRoundsMax = 1'000'000;   // 3a.12

}  // namespace

ProgramState program_begin(const Scenario& scenario, uint32_t number) {
    ProgramState program;
    program.index = number;
    while (program.index >= scenario.programs[program.table].count) program.index -= scenario.programs[program.table++].count;
    program.work = program_round(scenario, program.table, program.index, 0);
    return program;
}

std::optional<Action> program_next_action(const Scenario& scenario, ProgramState& program) {
    const ProgramParams& params = scenario.programs[program.table];
    for (uint32_t idle = 0; idle < kIdleRoundsMax;) {
        const Action action = next_action(params.steps, program.work);
        if (!action.done()) {
            if (!action.does_nothing()) return action;
            continue;
        }
        ++idle;
        ++program.round;
        if (params.repeat && program.round >= *params.repeat) return action;
        program.work = program_round(scenario, program.table, program.index, program.round);
    }
    return std::nullopt;
}

std::string program_place(const Scenario& scenario, const ProgramState& program) {
    const ProgramParams& params = scenario.programs[program.table];
    return "thread '" + params.name + "'" + step_place(params.steps, program.work.next_step);
}

}  // namespace sim
