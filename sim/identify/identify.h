// Which policy a trace's records speak for. Called by `portside identify` and by tests. The header is asked for nothing but names
// for sentences: what it claims plays no part.
#pragma once
#include <string>
#include <vector>

#include "sim/base/stop.h"
#include "sim/identify/variant.h"
#include "sim/trace/file.h"

namespace sim {

struct PolicyAnswer {
    std::string policy;
    Explained explained;                  ///< of its variant that explains most
    uint32_t limit = 0;                   ///< inferred; 0: recorded, or without meaning
    std::vector<std::string> options;     ///< other than the usual: "poll_at_limit=take"
    bool candidate = false;
    std::string why_not;                  ///< not contradicted and no candidate: why
};

struct Identification {
    std::string verdict;                  ///< a policy, "undecided" or "none"
    std::vector<std::string> candidates;  ///< where undecided
    std::vector<PolicyAnswer> policies;   ///< in the order of the list
    std::vector<std::string> notes;       ///< what the answer rests on, and what it could not look at
};

Identification identify(const Trace& trace, const Stop& stop = {});

/// The same for one variant alone: how many of the recorded decisions agree with it, contradict it, can't be told. variant.limit
/// counts where no record tells the limit in force.
Explained explain_by(const Trace& trace, Variant variant, const Stop& stop = {});

/// For a terminal.
std::string identification_text(const Identification& answer);

}  // namespace sim
