// SIM_CHECK stops the process when the program itself is wrong; it stays on in release builds.
// Bad input from outside is a Result (result.h), never a check.
#pragma once
#include "sim/base/time.h"

namespace sim {

/// Prints `file:line: what (at T ns)` to stderr and aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* what);

/// While one is there (one per OS thread), a failed check names the simulated time.
class CheckClock {
public:
    explicit CheckClock(const Instant& now) : before_(now_) { now_ = &now; }
    ~CheckClock() { now_ = before_; }
    CheckClock(const CheckClock&) = delete;
    CheckClock& operator=(const CheckClock&) = delete;
    /// Null: none is there.
    static const Instant* now() { return now_; }

private:
    static inline constinit thread_local const Instant* now_ = nullptr;
    const Instant* before_;
};

}  // namespace sim

#define SIM_CHECK(condition, what) ((condition) ? void() : ::sim::check_failed(__FILE__, __LINE__, (what)))
