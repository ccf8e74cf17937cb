#include "sim/identify/identify.h"

#include <algorithm>

#include "sim/identify/exact.h"
#include "sim/identify/intervals.h"
#include "sim/identify/prediction.h"
#include "sim/identify/tried.h"
#include "sim/model/port_options.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

constexpr uint64_t kTrialsSeen = 16;        // releases, in which nobody is woken in vain where that would be seen
constexpr uint64_t kStatesMax = 150'000;    // looked at for one variant, all ports together

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

std::vector<Explained> explain_histories(const Trace& trace, const std::vector<CallHistory>& histories, const std::vector<Variant>& all, const Stop& stop) {
    std::vector<Explained> out(all.size());
    for (size_t v = 0; v < all.size(); ++v)
        for (const CallHistory& history : histories) explain_calls(trace.header, history, all[v], kStatesMax / histories.size(), out[v], stop);
    return out;
}

std::string prediction_text(const Prediction& p) {
    return std::to_string(p.hits) + " of " + std::to_string(p.trials) + " releases foretold, p " + (p.p < 1e-9 ? "< 1e-9" : formatted("= %.2g", p.p));
}

// What was tried where nothing else went on says more than the run, in which releases overlap; where it says nothing the run is asked.
Prediction predict(const std::vector<CallHistory>& histories, const ReleaseTries& tries, ReleaseOrder order) {
    const Prediction tried = predict_tries(tries, order);
    return tried.p < kBetterThanChance ? tried : predict_releases(histories, order);
}

// What intervals leave open, by whom an order of release foretells: a policy that wakes all explains every order, so it stands back
// behind one that names a waiter and is right more often than chance; so does one that names another and is not.
void weigh_predictions(Identification& answer, const std::vector<CallHistory>& histories, const ReleaseTries& tries) {
    const Prediction newest = predict(histories, tries, ReleaseOrder::newest), oldest = predict(histories, tries, ReleaseOrder::oldest);
    const auto order_of = [](const PolicyAnswer& one) { return policy_row(*policy_from_name(one.policy)).release; };
    const auto prediction_of = [&](ReleaseOrder order) -> const Prediction& { return order == ReleaseOrder::oldest ? oldest : newest; };
    const PolicyAnswer* best = nullptr;
    for (const PolicyAnswer& one : answer.policies) {
        if (one.explained.contradict > 0 || !one.why_not.empty() || order_of(one) == ReleaseOrder::all || prediction_of(order_of(one)).p >= kBetterThanChance) continue;
        if (best == nullptr || prediction_of(order_of(one)).p < prediction_of(order_of(*best)).p) best = &one;
    }
    answer.notes.push_back("newest first: " + prediction_text(newest) + "; oldest first: " + prediction_text(oldest));
    if (best == nullptr) return;
    // A system that wakes all may do so in the order in which they came. Where processors are told of, those that were woken in vain are seen.
    uint64_t in_vain = 0;
    bool sees_waits = false;
    for (const CallHistory& history : histories) {
        in_vain += history.in_vain;
        sees_waits = sees_waits || history.sees_waits;
    }
    const bool may_wake_all = in_vain > 0 || (sees_waits && prediction_of(order_of(*best)).trials < kTrialsSeen);
    if (in_vain > 0) answer.notes.push_back("threads were woken in vain " + std::to_string(in_vain) + " times: whom an order foretells sets no policy aside that wakes all");
    const std::string than = best->policy + " names one waiter and is right more often than chance (" + prediction_text(prediction_of(order_of(*best))) + ")";
    for (PolicyAnswer& one : answer.policies) {
        if (one.explained.contradict > 0 || !one.why_not.empty()) continue;
        if (order_of(one) == ReleaseOrder::all && may_wake_all) continue;
        if (order_of(one) == ReleaseOrder::all) one.why_not = "it explains every order, and " + than;
        else if (prediction_of(order_of(one)).p >= kBetterThanChance) one.why_not = "it is right no more often than chance, and " + than;
    }
}

// No system is known to release one thread an operation as the model's contrast does: where calls alone fit it and one that exists, they are
// that one's.
void prefer_real_ones(Identification& answer) {
    const auto stands = [](const PolicyAnswer& one) { return one.explained.contradict == 0 && one.why_not.empty(); };
    const auto contrast = [](const PolicyAnswer& one) { return one.policy == "thread_per_operation"; };
    const auto real = std::find_if(answer.policies.begin(), answer.policies.end(), [&](const PolicyAnswer& one) { return stands(one) && !contrast(one); });
    if (real == answer.policies.end()) return;
    for (PolicyAnswer& one : answer.policies)
        if (contrast(one) && stands(one)) one.why_not = "it is a contrast that no system is known to have, and " + real->policy + " explains as much";
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

bool is_partial(const Trace& trace) { return !trace.whole || lost_records(trace) > 0; }

}  // namespace

Explained explain_by(const Trace& trace, Variant variant, const Stop& stop) {
    if (limits_to_try(trace).empty()) variant.limit = 0;              // the records tell it
    Explained out = tells_decisions(trace.records) ? explain_decisions(trace, {variant}, stop).front() : explain_histories(trace, call_histories(trace.records, stop), {variant}, stop).front();
    if (is_partial(trace)) out.rule_nothing_out();
    return out;
}

Identification identify(const Trace& trace, const Stop& stop) {
    Identification answer;
    const std::vector<Variant> all = variants(limits_to_try(trace));
    const bool exact = tells_decisions(trace.records);
    std::vector<CallHistory> histories;
    if (exact) {
        answer.policies = best_of_each(all, explain_decisions(trace, all, stop));
        answer.notes.push_back("the records tell the port's decisions: each is held against what the policy decides in the recorded state");
    } else {
        histories = call_histories(trace.records, stop);
        answer.policies = best_of_each(all, explain_histories(trace, histories, all, stop));
        answer.notes.push_back("the records tell calls, not decisions: one contradicts if no order of the calls that overlap explains it");
    }
    const ReleaseTries tries = release_tries(trace.records);
    if (tries.tries > 0 || tries.limits > 0) {
        for (PolicyAnswer& one : answer.policies) explain_tries(tries, *policy_from_name(one.policy), one.explained);
        answer.notes.push_back("before the run releases were tried on a port of its own: " + release_tries_text(tries));
    }
    if (is_partial(trace)) {
        answer.notes.push_back("the trace is not whole: what is missing may be what contradicts, so no policy is ruled out");
        for (PolicyAnswer& one : answer.policies) one.explained.rule_nothing_out();
    }
    for (PolicyAnswer& one : answer.policies)
        if (one.policy == "aix") one.why_not = "whom it releases is not known in public";
    if (!exact && !stop.asked()) {
        weigh_predictions(answer, histories, tries);
        prefer_real_ones(answer);
    }
    decide(answer);
    return answer;
}

}  // namespace sim
