#include "sim/sched/sched.h"

#include <algorithm>

namespace sim {

ProcessorId sched_processor_for(const Machine& machine, const Thread& thread) {
    const ProcessorId last = thread.last_processor;
    if (last.valid() && !machine.processors[last.value].thread.valid()) return last;
    for (uint32_t p = 0; p < machine.processors.size(); ++p)
        if (!machine.processors[p].thread.valid()) return {p};
    return {};
}

Duration sched_switch_cost(const MachineParams& params, const Processor& processor, ThreadId next) {
    if (!processor.last.valid() || processor.last == next) return {0};
    return params.context_switch;
}

bool sched_preempts(const Machine& machine) { return !machine.ready.empty(); }

Duration sched_slice(const Thread& thread) { return std::min(thread.remaining, thread.quantum_left); }

}  // namespace sim
