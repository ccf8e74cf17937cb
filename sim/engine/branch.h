// How a run can differ from what its scenario says from time 0 on: from some moment it goes on as another scenario, or one decision
// goes another way. Up to there it is the same run, record for record.
#pragma once
#include <vector>

#include "sim/engine/step.h"

namespace sim {

/// The run goes on as one of `scenario`.
struct Branch {
    Instant at;                           ///< when all is done that happens before this moment ...
    uint64_t records = UINT64_MAX;        ///< ... and at it, or at least so many records are written
    Scenario scenario;
};

struct Course {
    std::vector<Branch> branches;         ///< in order of time; each is a branch of what the one before made of the run
    Instead instead;
    bool straight() const { return branches.empty() && !instead.wanted(); }
};

/// Whether all has happened that happens before the branch.
bool branch_due(const World& world, const Branch& branch);

/// Makes a branch that is due in a world which was run with `before` so far. Values that hold at a next occasion (times, chances,
/// costs, limits, counts of packets still to come) are taken over; what the world is made of can't change. Error: which value that
/// is; the world is as before.
Status branch_take(const Scenario& before, World& world, const Branch& branch, Scratch<Record>& out);

/// Why the decision that was to go another way did not; "": it did, or none was to.
std::string instead_failed(const World& world, const Instead& wanted);

}  // namespace sim
