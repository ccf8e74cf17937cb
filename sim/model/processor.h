// Processors and the threads that wait for one (3a.8).
#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/ids.h"
#include "sim/model/ready_queues.h"

namespace sim {

struct Processor {
    ThreadId thread;              ///< on it, or being switched to; none: idle
    ThreadId last;                ///< the last one it ran
    bool switching = false;       ///< context_switch is being paid: `thread` is still ready
};

struct Machine {
    std::vector<Processor> processors;
    ReadyQueues ready;            ///< threads without a processor
};

}  // namespace sim
