// How many processors this process may use.
#pragma once

namespace sim {

/// At least 1. On Linux by its affinity (taskset), elsewhere those that the machine has.
unsigned usable_processors();

}  // namespace sim
