// One number for a whole world: equal worlds have equal hashes, and different ones different hashes for all that matters here.
#pragma once
#include <cstdint>

#include "sim/model/world.h"

namespace sim {

uint64_t world_hash(const World& world);

}  // namespace sim
