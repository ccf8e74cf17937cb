// Calls that overlap, against one variant: is there an order of them that the variant's port (sim/port) answers as was recorded?
// In the manner of a linearizability check: every state that some order leads to is kept, and where a call has ended those remain
// in which it was decided as recorded. None: the decision contradicts. Hidden steps are part of every order: a woken thread that
// looks in vain and waits again, the moment at which a get parks, a post that is late. Both search and memory are bounded; what
// is beyond is counted as can't be told, and so is all that follows from there, since one state too few would be a false alarm.
#pragma once
#include "sim/base/stop.h"
#include "sim/identify/history.h"
#include "sim/identify/variant.h"
#include "sim/trace/header.h"

namespace sim {

/// Adds to `explained`. A decision is a get that returned. At most `states_max` states in all.
void explain_calls(const TraceHeader& header, const CallHistory& history, const Variant& variant, uint64_t states_max, Explained& explained, const Stop& stop = {});

}  // namespace sim
