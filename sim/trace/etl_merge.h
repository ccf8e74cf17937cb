// Adds what the Windows kernel's own events tell to the recording of a program: which processor ran whom and when, blocks as they were, who was made
// ready, and the moments at which the kernel queued packets. Nothing that lies across a hole in the events is told.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/trace/etl_read.h"
#include "sim/trace/raw_read.h"

namespace sim {

/// A thread of the trace by the system's number, from its thread_start to its thread_exit.
struct RawLife { uint32_t id = 0, number = 0; int64_t begin_ns = 0, end_ns = INT64_MAX; };

/// The trace is in time order, before and after. A log on another clock is refused in `losses`, and the trace stays as it was.
void etl_merge(const Etl& etl, const RawTrace& raw, const std::vector<RawLife>& lives, Trace& trace);

}  // namespace sim
