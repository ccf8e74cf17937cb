// Policy `wine8`: the port of Wine 8.0, as measured (docs/port-rules.md 0.1).
#pragma once
#include "sim/port/policy.h"

namespace sim {

extern const PolicyDefinition kWine8;

}  // namespace sim
