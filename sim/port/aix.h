// Policy `aix`: IOCP of AIX (docs/port-rules.md 3). Which waiter goes and what the thread count does is not known in public.
#pragma once
#include "sim/port/policy.h"

namespace sim {

extern const PolicyDefinition kAix;

}  // namespace sim
