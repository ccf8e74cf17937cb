// The processor scheduler's decisions (3a.8): where a ready thread goes, what a switch costs, when a quantum ends.
// Decides only; sim/engine acts.
#pragma once
#include <algorithm>

#include "sim/model/processor.h"
#include "sim/model/scenario.h"
#include "sim/model/thread.h"

namespace sim {

/// The processor that a thread which becomes ready gets: its last one if idle, else the idle one of lowest number; none:
/// it goes to the tail of the ready queue.
ProcessorId sched_processor_for(const Machine& machine, const Thread& thread);

/// Processor time before `next` runs on `processor`: context_switch, unless it ran last there or nothing ran yet.
inline Duration sched_switch_cost(const MachineParams& params, const Processor& processor, ThreadId next) {
    return !processor.last.valid() || processor.last == next ? Duration{0} : params.context_switch;
}

/// At the end of its quantum a thread goes to the tail of the ready queue if another one is ready.
inline bool sched_preempts(const Machine& machine) { return !machine.ready.empty(); }

/// How long the thread runs until its activity or its quantum ends.
inline Duration sched_slice(const Thread& thread) { return std::min(thread.remaining, thread.quantum_left); }

}  // namespace sim
