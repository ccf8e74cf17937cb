// Looks at a whole world and says what is impossible in it. On in every build that tests run, and under `sim --check`.
#pragma once
#include <string>

#include "sim/model/scenario.h"
#include "sim/model/world.h"

namespace sim {

/// The first invariant that does not hold, in a sentence; empty: all hold. I1 and conservation of packets under every policy,
/// I2 under those that hand over, each thread in exactly one place, each processor with at most one thread, each lock with at most one
/// holder and nobody waiting for it while it is free, operations of devices conserved and no channel idle while one waits.
std::string world_broken(const Scenario& scenario, const World& world);

}  // namespace sim
