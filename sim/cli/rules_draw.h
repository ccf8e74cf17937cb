// The ports of `portside rules` as a person would sketch them. Called by cmd_rules.cpp after each line at a terminal, and by tests.
#pragma once
#include <string>

#include "sim/cli/rules_script.h"

namespace sim {

/// A block of lines for each open port: its queue, the slots of its limit and who is in them, the stack of waiters with the next
/// to go on top, who is blocked, who waits on its handle. Then the threads of no port. "" while there is nothing to draw.
std::string rules_drawing(const RulesScript& script);

}  // namespace sim
