// What handlers do, for real. linux/ and windows/ implement it.
#pragma once
#include <atomic>
#include <cstdint>
#include <string>

#include "sim/base/time.h"

namespace recorder {

/// Uses processor time of the calling thread: Linux by its own processor clock; Windows by spinning against the clock without
/// the gaps in which it had no processor (measured on Wine 8: thread times step by 10 ms, QueryThreadCycleTime fails; 600 ms of
/// work by 6 threads on 2 busy processors use 610 to 620 ms of processor time). Returns early when `stop` is set.
void work_compute(sim::Duration duration, const std::atomic<bool>& stop);

/// A wait that the kernel sees. Returns early, within 10 ms, when `stop` is set.
void work_block(sim::Duration duration, const std::atomic<bool>& stop);

/// The calling thread brings packets from outside: where the system allows, it runs before the workers, so that arrivals are
/// not late because workers are busy.
void work_run_first();

/// Restricts the process to so many processors; returns how many it got (at most the host's).
uint32_t work_use_processors(uint32_t asked);

/// OS, kernel or Wine version, processor model and count. No names of hosts, users or paths.
std::string host_text();

}  // namespace recorder
