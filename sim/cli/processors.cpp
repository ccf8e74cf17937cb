// Where the system has no affinity that this program could ask for.
#include "sim/cli/processors.h"

#include <algorithm>
#include <thread>

namespace sim {

unsigned usable_processors() { return std::max(std::thread::hardware_concurrency(), 1u); }

}  // namespace sim
