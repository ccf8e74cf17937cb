#include "sim/identify/tried.h"

namespace sim {
namespace {

// A policy that knows a limit holds it, one that does not exceeds it, in at least nine tries of ten. A policy that names one waiter meets it in at least nine tries of ten, and wakes somebody else in at most one of ten. One that wakes all does so in
// at least half of them. Measured in 16 tries before each of 728 recordings (Linux 6.18 and Wine 8, 324 of them on a busy machine): epoll and Wine 8 met
// theirs in every try and woke nobody else, io_uring left none of 15,360 other waiters asleep; in a run it does, now and then.
constexpr double kStrays = 0.1, kSleepsOn = 0.5;

bool more_than_chance(uint64_t tries, uint64_t times, double chance) { return times > 0 && chance_of_at_least(std::vector<double>(tries, chance), times) < kBetterThanChance; }

// `good` of them agree; the rest contradict, or, where so many may be chance, tell nothing.
void weigh(uint64_t tries, uint64_t good, double stray, Policy policy, const std::string& what, Explained& out) {
    const uint64_t bad = tries - good;
    out.agree += good;
    if (!more_than_chance(tries, bad, stray)) {
        out.undecided += bad;
        return;
    }
    out.contradict += bad;
    if (out.keeps(0)) out.keep({0, "Before the run, in " + std::to_string(bad) + " of " + std::to_string(tries) + " tries on a port of its own, " + what + " (" + reason_text(policy, Rule::none) + ")"});
}

}  // namespace

void explain_tries(const ReleaseTries& tries, Policy policy, Explained& explained) {
    const bool limited = policy_row(policy).limit == AdmissionLimit::fixed;
    weigh(tries.limits, limited ? tries.limits - tries.exceeded : tries.exceeded, kStrays, policy, limited ? "a waiter got a packet while a thread ran, over the limit of 1" : "no waiter got a packet while a thread ran, as if the limit of 1 counted", explained);
    const ReleaseOrder order = policy_row(policy).release;
    if (order == ReleaseOrder::all) return weigh(tries.told, tries.woken, kSleepsOn, policy, "with one packet all other waiters slept on", explained);
    const bool oldest = order == ReleaseOrder::oldest;
    weigh(tries.chances.size(), oldest ? tries.oldest : tries.newest, kStrays, policy, oldest ? "a waiter got the only packet that had not waited longest" : "another waiter than the newest got the only packet", explained);
    weigh(tries.told, tries.told - tries.woken, kStrays, policy, "others were woken by one packet and found nothing", explained);
}

Prediction predict_tries(const ReleaseTries& tries, ReleaseOrder order) {
    const uint64_t hits = order == ReleaseOrder::oldest ? tries.oldest : tries.newest;
    return {.trials = tries.chances.size(), .hits = hits, .p = chance_of_at_least(tries.chances, hits)};
}

}  // namespace sim
