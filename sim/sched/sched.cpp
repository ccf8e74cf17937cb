#include "sim/sched/sched.h"

namespace sim {
namespace {

ProcessorId idle_processor(const Machine& machine, const Affinity& affinity) {
    for (uint32_t p = 0; p < machine.processors.size(); ++p)
        if (!machine.processors[p].thread.valid() && affinity.allows({p})) return {p};
    return {};
}

// Of processors that are all busy, as far as the thread may use them.
ProcessorId outranked_processor(const Machine& machine, const std::vector<Thread>& threads, const Affinity& affinity, const Thread& thread) {
    ProcessorId best;
    uint8_t lowest = thread.priority;
    for (uint32_t p = 0; p < machine.processors.size(); ++p) {
        if (!affinity.allows({p})) continue;
        const uint8_t priority = threads[machine.processors[p].thread.value].priority;
        if (priority >= lowest) continue;
        best = {p};
        lowest = priority;
    }
    return best;
}

bool has_idle(const Machine& machine) {
    return std::any_of(machine.processors.begin(), machine.processors.end(), [](const Processor& processor) { return !processor.thread.valid(); });
}

}  // namespace

ProcessorId sched_other_processor_for(const Scenario& scenario, const Machine& machine, const std::vector<Thread>& threads, const Thread& thread) {
    const Affinity& affinity = scenario.affinities[thread.affinity];
    const ProcessorId idle = idle_processor(machine, affinity);
    return idle.valid() || !scenario.priorities_differ ? idle : outranked_processor(machine, threads, affinity, thread);
}

Placed sched_next(const Scenario& scenario, const Machine& machine, const std::vector<Thread>& threads) {
    if (!scenario.priorities_differ && !has_idle(machine)) return {};
    const bool all_alike = scenario.affinities.size() == 1;     // where the first one waits, so do those behind it
    ProcessorId processor;
    const ThreadId thread = machine.ready.find(0, [&](ThreadId id) {
        processor = sched_processor_for(scenario, machine, threads, threads[id.value]);
        return processor.valid() || all_alike;
    });
    return processor.valid() ? Placed{thread, processor} : Placed{};
}

bool sched_quantum_preempts(const Scenario& scenario, const Machine& machine, const std::vector<Thread>& threads, const Thread& thread) {
    return machine.ready.find(thread.priority, [&](ThreadId id) { return scenario.affinities[threads[id.value].affinity].allows(thread.processor); }).valid();
}

}  // namespace sim
