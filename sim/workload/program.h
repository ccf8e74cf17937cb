// What a thread does next that runs a program of its own ([[thread]]). Decides only.
#pragma once
#include <optional>
#include <string>

#include "sim/model/program.h"
#include "sim/scenario/handler.h"

namespace sim {

/// The state before the first step. number: of the thread among those of all [[thread]] tables.
ProgramState program_begin(const Scenario& scenario, uint32_t number);

/// Moves the program on by one step that does something; done() after the last round. None: round after round does nothing at
/// all, so that time would never go on.
std::optional<Action> program_next_action(const Scenario& scenario, ProgramState& program);

/// "thread 'producer', step 'post' in line 12"
std::string program_place(const Scenario& scenario, const ProgramState& program);

}  // namespace sim
