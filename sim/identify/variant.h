// One way in which a trace may have come about: a policy, with what its ports leave open.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/model/policy.h"
#include "sim/model/port_options.h"
#include "sim/model/rule.h"

namespace sim {

struct Variant {
    Policy policy = Policy::nt;
    uint32_t limit = 0;                   ///< of ports whose limit no record tells; 0: every record does
    PortOptions options;                  ///< O1, O2: those that ordinary calls show
};

struct Contradiction { int64_t time_ns = 0; std::string text; };

/// What one variant makes of a trace's decisions.
struct Explained {
    static constexpr size_t kept_max = 10;
    uint64_t agree = 0, contradict = 0, undecided = 0;
    std::string first_contradiction;      ///< a sentence
    int64_t first_ns = -1;                ///< its moment
    std::vector<Contradiction> contradictions;   ///< the first ones, in order of time: at most kept_max
    uint64_t decisions() const { return agree + contradict + undecided; }
    /// Whether one of that moment would be among those that are kept.
    bool keeps(int64_t time_ns) const { return contradictions.size() < kept_max || time_ns < contradictions.back().time_ns; }
    void keep(Contradiction one);
    /// Of a trace that is not whole: what is missing may be what contradicts.
    void rule_nothing_out();
};

/// All of every policy in the list; `limits`: to be tried where a limit matters and is not recorded, empty where it is.
std::vector<Variant> variants(const std::vector<uint32_t>& limits);

/// "nt lets it go to worker.3 (K1: ...)": why a policy decides as it does: the rule, or what tells the policy apart.
std::string reason_text(Policy policy, Rule rule);

}  // namespace sim
