// What ports without a limit do: nothing but the row tells them apart (who is released, hand-over or wake-and-look, how many
// packets a get brings). `active` counts as under nt (I1) and decides nothing. Used by the policies' own files.
#pragma once
#include "sim/port/policy.h"

namespace sim {

/// Post by the row's release order and wake style; a get takes whenever its minimum is there; a woken thread that finds too
/// little waits again as the newest; closing wakes nobody. A suspended waiter is passed over and, resumed, takes what is there.
extern const PolicyOperations kUnlimited;

/// As above, but closing abandons every waiter, newest first.
extern const PolicyOperations kUnlimitedThatAbandon;

/// The waiter that `packets` in the queue would let go first; none if nobody's minimum is met.
ThreadId unlimited_next(const PortState& state, const Port& port, size_t packets);

}  // namespace sim
