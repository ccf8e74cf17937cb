#include "sim/identify/identify.h"

#include <algorithm>

#include "sim/identify/exact.h"
#include "sim/model/port_options.h"

namespace sim {
namespace {

// Limits to be tried, where no record tells the one in force.
std::vector<uint32_t> limits_to_try(const Trace& trace) {
    bool told = false, missing = false;
    uint32_t threads = 0;
    for (const Record& record : trace.records) {
        if (record.kind == Kind::port_opened) (record.argument > 0 ? told : missing) = true;
        if (record.kind == Kind::get_called) threads = std::max(threads, record.thread + 1);
    }
    if (told && !missing) return {};
    std::vector<uint32_t> limits;
    for (uint32_t limit = 1; limit <= std::min(threads, uint32_t{16}); ++limit) limits.push_back(limit);
    limits.push_back(UINT32_MAX);
    return limits;
}

std::vector<std::string> options_text(const PortOptions& options) {
    std::vector<std::string> out;
    for (const PortOptionEntry& entry : kPortOptions)
        if (options.*entry.set) out.push_back(std::string(entry.name) + '=' + std::string(entry.other));
    return out;
}

// Each policy by the variant that is contradicted least; of equals the first, which is the usual one.
std::vector<PolicyAnswer> best_of_each(const std::vector<Variant>& variants, const std::vector<Explained>& explained) {
    std::vector<PolicyAnswer> out(policy_names().size());
    for (size_t p = 0; p < out.size(); ++p) {
        out[p].policy = std::string(policy_names()[p]);
        const Explained* best = nullptr;
        for (size_t i = 0; i < variants.size(); ++i) {
            if (static_cast<size_t>(variants[i].policy) != p || (best != nullptr && explained[i].contradict >= best->contradict)) continue;
            best = &explained[i];
            out[p].limit = policy_row(variants[i].policy).limit != AdmissionLimit::none ? variants[i].limit : 0;
            out[p].options = options_text(variants[i].options);
        }
        if (best != nullptr) out[p].explained = *best;
    }
    return out;
}

void decide(Identification& answer) {
    for (PolicyAnswer& one : answer.policies) {
        one.candidate = one.explained.contradict == 0 && one.why_not.empty();
        if (one.candidate) answer.candidates.push_back(one.policy);
    }
    const bool told = std::any_of(answer.policies.begin(), answer.policies.end(), [](const PolicyAnswer& one) { return one.explained.agree > 0; });
    if (answer.candidates.size() == 1 && told) {
        answer.verdict = answer.candidates.front();
        answer.candidates.clear();
    } else {
        answer.verdict = answer.candidates.empty() ? "none" : "undecided";
    }
}

}  // namespace

Identification identify(const Trace& trace) {
    Identification answer;
    const std::vector<Variant> all = variants(limits_to_try(trace));
    answer.policies = best_of_each(all, explain_decisions(trace, all));
    answer.notes.push_back("the records tell the port's decisions: each is held against what the policy decides in the recorded state");
    if (!trace.whole || lost_records(trace) > 0) {
        answer.notes.push_back("the trace is not whole: what is missing may be what contradicts, so no policy is ruled out");
        for (PolicyAnswer& one : answer.policies) {
            one.explained.undecided += one.explained.contradict;
            one.explained.contradict = 0;
        }
    }
    for (PolicyAnswer& one : answer.policies)
        if (one.policy == "aix") one.why_not = "whom it releases is not known in public";
    decide(answer);
    return answer;
}

}  // namespace sim
