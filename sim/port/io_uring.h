// Policy `io_uring`: threads that wait on one completion ring (docs/port-rules.md 3); the minimum is wait_nr.
#pragma once
#include "sim/port/policy.h"

namespace sim {

extern const PolicyDefinition kIoUring;

}  // namespace sim
