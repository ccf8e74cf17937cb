// Each recorded decision of one side against the policy that the other was simulated with. The judge is sim/identify: this only says
// who is judged by what.
#pragma once
#include <optional>
#include <string>

#include "sim/base/stop.h"
#include "sim/identify/variant.h"
#include "sim/trace/file.h"

namespace sim {

struct Verdicts {
    bool of_a = false;                ///< side a is judged, by b's policy; else b by a's
    std::string policy;               ///< "nt"
    bool by_calls = false;            ///< the judged side tells calls, not decisions: one contradicts if no order of those that overlap explains it
    Explained explained;              ///< how many agree, contradict, can't be told; the first contradictions
};

/// The measured side by the simulated one's policy and options; of two simulated ones b by a's. None, and `why_not` in a sentence,
/// where neither is simulated, its ports follow different policies, or what its policy does is not known.
std::optional<Verdicts> judge_sides(const Trace& a, const Trace& b, std::string& why_not, const Stop& stop = {});

}  // namespace sim
