// How well an order of release foretells which waiter gets a packet, compared with chance. Calls are taken to be decided when they
// began, which nobody knows: weak evidence, for what intervals leave open.
#pragma once
#include "sim/identify/history.h"
#include "sim/model/policy.h"

namespace sim {

struct Prediction {
    uint64_t trials = 0, hits = 0;        ///< packets that a waiter got while others, not woken yet, waited too; it was one of the woken
    double p = 1;                         ///< chance of at least as many hits where each of them is as likely
};
/// Of independent trials with their chances: at least so many hits.
double chance_of_at_least(const std::vector<double>& chances, uint64_t hits);

/// newest or oldest.
Prediction predict_releases(const std::vector<CallHistory>& histories, ReleaseOrder order);

/// Below it a prediction is better than chance.
inline constexpr double kBetterThanChance = 0.001;

}  // namespace sim
