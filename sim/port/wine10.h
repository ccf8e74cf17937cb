// Policy `wine10`: the port of newest Wine (docs/port-rules.md 3).
#pragma once
#include "sim/port/policy.h"

namespace sim {

extern const PolicyDefinition kWine10;

}  // namespace sim
