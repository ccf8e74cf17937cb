// Breakpoints: playback stops behind the next record of a rule.
#pragma once
#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/model/rule.h"

namespace gui {

struct AppState;

struct Breaks {
    std::vector<sim::Rule> rules;         ///< empty: none
    std::string text;                     ///< "K17 K19"
};

/// "K17 K19": these rules instead of those before; "" none. Error: what is no rule.
sim::Status app_break_at(AppState& state, const std::string& rules);
/// Stops playback behind the first record of these rules in [from, to) of the side that is explained. False: there is none.
bool app_break_between(AppState& state, uint64_t from, uint64_t to);

}  // namespace gui
