// Who gets a lock (3a.10): first come, first served, and handed over, so that nobody who comes later can be faster.
// Decides only; sim/engine acts.
#pragma once
#include "sim/model/lock.h"

namespace sim {

/// The thread asks for the lock and gets it if it is free; else it waits behind all others (false).
bool lock_take(Lock& lock, ThreadId thread);

/// The holder gives the lock back: the thread that holds it from now on, none if nobody waited.
ThreadId lock_hand_over(Lock& lock);

}  // namespace sim
