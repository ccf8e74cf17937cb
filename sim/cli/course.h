// --branch-at, --branch-set and --instead: where a run leaves its scenario, as the command line says it.
#pragma once
#include <string>
#include <vector>

#include "sim/engine/branch.h"

namespace sim {

struct CourseOptions {
    std::string branch_at;                    ///< "2ms", "record:120"; "": nowhere
    std::vector<std::string> branch_sets;     ///< as --set, from there on
    std::string instead;                      ///< "packet:12=worker.1", "record:57=nobody"; "": every decision by the rules
    bool straight() const { return branch_at.empty() && instead.empty(); }
};

/// Error: how the options are written. Nothing is run for it.
Status course_check(const CourseOptions& options);
/// The same scenario, read with these values as well, which the run goes on as. Error: what they say of the scenario, or of its run.
/// `so_far`: branches that are there already.
Result<Course> course_of(const Scenario& scenario, const CourseOptions& options, Course so_far = {});

}  // namespace sim
