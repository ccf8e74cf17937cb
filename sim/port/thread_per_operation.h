// Policy `thread_per_operation`: no port at all, a thread for each operation, as what the others are held against.
#pragma once
#include "sim/port/policy.h"

namespace sim {

extern const PolicyDefinition kThreadPerOperation;

}  // namespace sim
