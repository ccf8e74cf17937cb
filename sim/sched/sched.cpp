#include "sim/sched/sched.h"

namespace sim {

ProcessorId sched_processor_for(const Machine& machine, const Thread& thread) {
    const ProcessorId last = thread.last_processor;
    if (last.valid() && !machine.processors[last.value].thread.valid()) return last;
    for (uint32_t p = 0; p < machine.processors.size(); ++p)
        if (!machine.processors[p].thread.valid()) return {p};
    return {};
}

}  // namespace sim
