// The processor scheduler's decisions (3a.8): where a ready thread goes, whom it preempts, what a switch costs, when a quantum
// ends. Decides only; sim/engine acts.
#pragma once
#include <algorithm>
#include <vector>

#include "sim/model/processor.h"
#include "sim/model/scenario.h"
#include "sim/model/thread.h"

namespace sim {

/// Where a thread goes whose last processor is busy (or that had none): the idle one of lowest number, else the one that runs the
/// lowest priority below its own, of lowest number on ties, whose thread it preempts. Only of those that it may use. None: it waits.
ProcessorId sched_other_processor_for(const Scenario& scenario, const Machine& machine, const std::vector<Thread>& threads, const Thread& thread);

/// The processor that a ready thread gets: its last one if idle, which it may use, for it did; else another.
inline ProcessorId sched_processor_for(const Scenario& scenario, const Machine& machine, const std::vector<Thread>& threads, const Thread& thread) {
    const ProcessorId last = thread.last_processor;
    if (last.valid() && !machine.processors[last.value].thread.valid()) return last;
    return sched_other_processor_for(scenario, machine, threads, thread);
}

/// The first of the threads that wait which may have a processor, and that processor: sched_processor_for. None: all wait on.
struct Placed { ThreadId thread; ProcessorId processor; };
Placed sched_next(const Scenario& scenario, const Machine& machine, const std::vector<Thread>& threads);

/// Processor time before `next` runs on `processor`: context_switch, unless it ran last there or nothing ran yet.
inline Duration sched_switch_cost(const MachineParams& params, const Processor& processor, ThreadId next) {
    return !processor.last.valid() || processor.last == next ? Duration{0} : params.context_switch;
}

/// At the end of its quantum a thread gives its processor up if one of its priority waits that may use it.
bool sched_quantum_preempts(const Scenario& scenario, const Machine& machine, const std::vector<Thread>& threads, const Thread& thread);

/// How long the thread runs until its activity or its quantum ends.
inline Duration sched_slice(const Thread& thread) { return std::min(thread.remaining, thread.quantum_left); }

}  // namespace sim
