#include "sim/identify/variant.h"

#include <algorithm>

#include "sim/port/rules.h"

namespace sim {

void Explained::keep(Contradiction one) {
    const auto later = std::upper_bound(contradictions.begin(), contradictions.end(), one.time_ns, [](int64_t ns, const Contradiction& c) { return ns < c.time_ns; });
    contradictions.insert(later, std::move(one));
    if (contradictions.size() > kept_max) contradictions.pop_back();
    first_ns = contradictions.front().time_ns;
    first_contradiction = contradictions.front().text;
}

void Explained::rule_nothing_out() {
    undecided += contradict;
    contradict = 0;
    contradictions.clear();
}

std::vector<Variant> variants(const std::vector<uint32_t>& limits) {
    std::vector<Variant> out;
    for (size_t i = 0; i < policy_names().size(); ++i) {
        const auto policy = static_cast<Policy>(i);
        if (policy_row(policy).limit == AdmissionLimit::none) {
            out.push_back({.policy = policy, .limit = limits.empty() ? 0u : 1u, .options = {}});
            continue;
        }
        for (const uint32_t limit : limits.empty() ? std::vector<uint32_t>{0} : limits)
            for (int bits = 0; bits < (policy == Policy::nt ? 4 : 1); ++bits) {
                Variant one{.policy = policy, .limit = limit, .options = {}};
                one.options.drains_on_wake = (bits & 1) != 0;
                one.options.poll_takes = (bits & 2) != 0;
                out.push_back(one);
            }
    }
    return out;
}

std::string reason_text(Policy policy, Rule rule) {
    if (rule != Rule::none) return std::string(rule_label(rule)) + ": " + std::string(rule_text(rule));
    const PolicyRow& row = policy_row(policy);
    return std::string(row.about) + " " + std::string(row.evidence);
}

}  // namespace sim
