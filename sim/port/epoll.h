// Policy `epoll`: exclusive waiters of one Linux epoll (docs/port-rules.md 3); MAX is maxevents.
#pragma once
#include "sim/port/policy.h"

namespace sim {

extern const PolicyDefinition kEpoll;

}  // namespace sim
