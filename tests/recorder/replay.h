// Is what was recorded a history that the rules allow? The recorded calls go through sim/port again, in recorded order, and every
// recorded decision must be the one that it makes.
#pragma once
#include <string>

#include "sim/trace/file.h"

namespace test {

/// Empty: every decision follows the rules. Else the first that does not, in words.
std::string illegal_decision(const sim::Trace& trace);

}  // namespace test
