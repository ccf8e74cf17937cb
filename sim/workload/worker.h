// Where a worker thread is, in words.
#pragma once
#include <string>

#include "sim/model/scenario.h"
#include "sim/model/thread.h"

namespace sim {

/// "worker 'clients', step 'post' in line 12": what the thread is at, for messages.
std::string worker_place(const Scenario& scenario, const Thread& thread);

/// ", step 'post' in line 12"
std::string step_place(const Handler& handler, uint32_t next_step);

}  // namespace sim
