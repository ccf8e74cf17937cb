// Policy `event_ports`: port_getn of Solaris and illumos (docs/port-rules.md 3); the minimum is nget.
#pragma once
#include "sim/port/policy.h"

namespace sim {

extern const PolicyDefinition kEventPorts;

}  // namespace sim
