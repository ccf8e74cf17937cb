// Policy `nt`: the port of Windows by rules K1-K31, the default and the reference.
#pragma once
#include "sim/port/policy.h"

namespace sim {

extern const PolicyDefinition kNt;

enum class QueueEnd : uint8_t { tail, head };

/// K1, K2; `end` is where a packet goes that is queued (head: K3).
void nt_post(PortState& state, PortId port, PacketId packet, QueueEnd end, Effects& effects);

/// K25: a thread that a kernel APC took out of its wait, and that does not count now, looks again.
void nt_look_again(PortState& state, ThreadId thread, Rule rule, Effects& effects);

}  // namespace sim
