// Policy `wine8`: the port of Wine 8.0, as measured (docs/port-rules.md 0.1). No limit, no hand-over, oldest waiter first,
// and a woken thread must look for itself. Called by port.cpp only. `active` counts as under nt (I1) and decides nothing.
#pragma once
#include "sim/model/port.h"

namespace sim {

/// Always queued; then the oldest waiter that is not suspended is woken. `queued` [`woken`].
void wine8_post(PortState& state, PortId port, PacketId packet, Effects& effects);

/// Takes the head packet whoever is woken, else waits. `again` as in nt_get.
void wine8_get(PortState& state, ThreadId thread, PortId port, bool again, bool poll, Effects& effects);

/// A woken thread runs: `took`, or `waits` again as the newest if another was faster.
void wine8_look(PortState& state, ThreadId thread, Effects& effects);

void wine8_timeout(PortState& state, ThreadId thread, Effects& effects);

/// A suspended waiter keeps its place and is passed over; resumed, it takes a packet that is there.
void wine8_suspend_waiter(PortState& state, ThreadId thread, Effects& effects);
void wine8_resume_waiter(PortState& state, ThreadId thread, Effects& effects);

}  // namespace sim
