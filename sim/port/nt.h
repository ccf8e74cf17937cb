// Policy `nt`: the port of Windows by rules K1-K31. Called by port.cpp only, which has checked states and set associations.
#pragma once
#include "sim/model/port.h"

namespace sim {

enum class QueueEnd : uint8_t { tail, head };

/// K1, K2; `end` is where a packet goes that is queued (head: K3).
void nt_post(PortState& state, PortId port, PacketId packet, QueueEnd end, Effects& effects);

/// K2 whatever the counts say. `rule` is the reason to name.
void nt_queue(PortState& state, PortId port, PacketId packet, Rule rule, Effects& effects);

/// A get of a thread already associated; `again` = it was so before this call (K8, else K9).
void nt_get(PortState& state, ThreadId thread, PortId port, bool again, bool poll, Effects& effects);

/// A counted thread stops counting (K17); at most one waiter goes. `rule` names the occasion.
void nt_free_slot(PortState& state, PortId port, Rule rule, Effects& effects);

/// The wait of a parked thread ends without a packet (K22).
void nt_timeout(PortState& state, ThreadId thread, Effects& effects);

/// K28 for a parked thread.
void nt_suspend_waiter(PortState& state, ThreadId thread, Effects& effects);
void nt_resume_waiter(PortState& state, ThreadId thread, Effects& effects);

/// K30: every waiter returns abandoned, newest first.
void nt_close(PortState& state, PortId port, Effects& effects);

}  // namespace sim
