// Processors and the one ready queue (3a.8).
#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/base/ids.h"

namespace sim {

struct Processor {
    ThreadId thread;              ///< on it, or being switched to; none: idle
    ThreadId last;                ///< the last one it ran
    bool switching = false;       ///< context_switch is being paid: `thread` is still ready
};

struct Machine {
    std::vector<Processor> processors;
    std::deque<ThreadId> ready;   ///< threads without a processor, head runs next
};

}  // namespace sim
