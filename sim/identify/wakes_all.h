// Calls against a policy that wakes every waiter. Whoever looks first takes what is there, so it explains every order of the threads; what is
// left to contradict it: packets that leave in another order than they came, and, where records tell of processors, waiters that sleep through
// posts: who is woken gets a processor soon after one has stood idle.
#pragma once
#include "sim/identify/history.h"
#include "sim/identify/variant.h"
#include "sim/trace/header.h"

namespace sim {

/// Adds to `explained`: a get that returned with packets or timed out is a decision, and so is a post that a waiter slept through.
void explain_wakes_all(const TraceHeader& header, const CallHistory& history, const Variant& variant, Explained& explained);

}  // namespace sim
