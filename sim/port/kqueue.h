// Policy `kqueue`: threads that sleep in one BSD kqueue (docs/port-rules.md 3); MAX is nevents.
#pragma once
#include "sim/port/policy.h"

namespace sim {

extern const PolicyDefinition kKqueue;

}  // namespace sim
