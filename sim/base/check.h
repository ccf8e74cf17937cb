// SIM_CHECK stops the process when the program itself is wrong; it stays on in release builds.
// Bad input from outside is a Result (result.h), never a check.
#pragma once
#include "sim/base/time.h"

namespace sim {

/// Prints `file:line: what (at T ns)` to stderr and aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* what);

/// The simulated time that a failed check names, -1: none.
inline thread_local Instant check_now{-1};
/// The engine sets it before each step (one per OS thread).
inline void check_set_now(Instant now) { check_now = now; }

}  // namespace sim

#define SIM_CHECK(condition, what) ((condition) ? void() : ::sim::check_failed(__FILE__, __LINE__, (what)))
