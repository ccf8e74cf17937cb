// A lock of a scenario: who holds it and who waits for it. Only sim/sched changes it. Copyable.
#pragma once
#include <deque>

#include "sim/base/ids.h"

namespace sim {

struct Lock {
    ThreadId holder;                  ///< none: free
    std::deque<ThreadId> waiters;     ///< blocked, the first is next
};

}  // namespace sim
