// Looks at a whole world and says what is impossible in it. On in every build that tests run, and under `sim --check`.
#pragma once
#include <string>

#include "sim/model/scenario.h"
#include "sim/model/world.h"

namespace sim {

/// The first invariant that does not hold, in a sentence; empty: all hold. I1 and conservation of packets under every policy,
/// I2 under those that hand over, each thread in exactly one place, each processor with at most one thread.
std::string world_broken(const Scenario& scenario, const World& world);

}  // namespace sim
