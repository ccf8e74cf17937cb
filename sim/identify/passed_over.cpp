#include "sim/identify/passed_over.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace sim {
namespace {

// What is taken for known of a scheduler that is fair, before anything was measured: in one of ten waits. It is not taken for better.
constexpr double kChanceBefore = 0.1, kMeasuredBefore = 10;

// Of independent trials with this chance: that so many or more hit.
double tail(uint64_t trials, uint64_t hits, double chance) {
    if (hits == 0) return 1;
    const auto n = static_cast<double>(trials);
    double log_term = n * std::log(chance), sum = 0;      // of all, all but one, ...
    for (uint64_t missed = 0; missed <= trials - hits; ++missed) {
        sum += std::exp(log_term);
        log_term += std::log(n - static_cast<double>(missed)) - std::log(static_cast<double>(missed + 1)) + std::log1p(-chance) - std::log(chance);
    }
    return std::min(sum, 1.0);
}

class Count {
public:
    Count(const CallHistory& history, bool one_only) : h_(history), one_only_(one_only), threads_(history.threads) {}

    PassedOver run() {
        for (at_ = 0; at_ < h_.steps.size(); ++at_) read(h_.steps[at_]);
        --at_;
        for (uint32_t t = 0; t < threads_.size(); ++t) ends(t);
        const double chance = std::max(kChanceBefore, (static_cast<double>(ready_times_) + kChanceBefore * kMeasuredBefore) / (static_cast<double>(ready_) + kMeasuredBefore));
        PassedOver most;
        for (uint32_t t = 0; t < threads_.size(); ++t) {
            const Thread& thread = threads_[t];
            const double p = std::min(1.0, tail(thread.sleeps, thread.times, chance) * static_cast<double>(threads_.size()));
            if (p < most.p) most = {.thread = t, .sleeps = thread.sleeps, .times = thread.times, .post = thread.longest_post, .until_ns = thread.longest_until_ns, .chance = chance, .p = p};
        }
        return most;
    }

private:
    enum class Waits : uint8_t { not_at_all, sleeps, ready };
    struct Thread {
        uint32_t ask = kNoAsk;                            // the get that it is in
        bool off = false;                                 // in it, and not preempted
        Waits waits = Waits::not_at_all;                  // sleeps: and a post has come since
        size_t since = 0, slept_at = 0;                   // steps: it waits; it last slept, for whatever
        uint32_t post = 0;
        std::vector<uint32_t> given;                      // since then, to others who slept since then, by place in processors
        uint64_t sleeps = 0, times = 0;
        uint32_t longest = 0, longest_post = 0;
        int64_t longest_until_ns = 0;
    };
    const CallHistory& h_;
    const bool one_only_;
    std::vector<Thread> threads_;
    size_t at_ = 0;
    uint64_t ready_ = 0, ready_times_ = 0;                // waits of those known to be ready; in which they were passed over

    void begins(Thread& t, Waits waits) {
        t.waits = waits;
        t.since = at_;
        t.given.assign(h_.processors.size(), 0);
    }
    void ends(uint32_t thread) {
        Thread& t = threads_[thread];
        const Waits waited = std::exchange(t.waits, Waits::not_at_all);
        if (waited == Waits::not_at_all) return;
        const uint32_t least = *std::min_element(t.given.begin(), t.given.end());
        if (waited == Waits::ready) {
            ++ready_;
            ready_times_ += least > 0 ? 1 : 0;
            return;
        }
        ++t.sleeps;
        t.times += least > 0 ? 1 : 0;
        if (least < t.longest) return;
        t.longest = least;
        t.longest_post = t.post;
        t.longest_until_ns = h_.steps[at_].time_ns;
    }
    // Who slept, and was woken, while another was ready is behind it.
    void given_to(uint32_t thread, uint16_t processor) {
        const auto at = std::find(h_.processors.begin(), h_.processors.end(), processor);
        if (at == h_.processors.end()) return;
        const Thread& who = threads_[thread];
        for (Thread& t : threads_)
            if (&t != &who && t.waits != Waits::not_at_all && who.slept_at > t.since) ++t.given[static_cast<size_t>(at - h_.processors.begin())];
    }
    void read(const CallStep& step) {
        switch (step.what) {
            case CallStep::What::asked: threads_[h_.asks[step.number].thread].ask = step.number; break;
            case CallStep::What::parked_at_start: threads_[h_.asks[step.number].thread].off = true; break;
            case CallStep::What::returned: {
                const uint32_t thread = h_.asks[step.number].thread;
                ends(thread);                             // it had a processor, if no record says so
                threads_[thread].ask = kNoAsk;
                threads_[thread].off = false;
                break;
            }
            case CallStep::What::post_begins:
                for (Thread& t : threads_) {
                    if (!t.off || t.waits != Waits::not_at_all || t.ask == kNoAsk || (one_only_ && h_.asks[t.ask].most > 1)) continue;
                    t.post = step.number;
                    begins(t, Waits::sleeps);
                }
                break;
            case CallStep::What::runs:
                if (step.number >= threads_.size()) break;
                given_to(step.number, step.processor);
                ends(step.number);
                threads_[step.number].off = false;
                break;
            case CallStep::What::rests:
                if (step.number >= threads_.size()) break;
                threads_[step.number].off = step.surely && threads_[step.number].ask != kNoAsk;
                if (step.surely) threads_[step.number].slept_at = at_;
                else begins(threads_[step.number], Waits::ready);
                break;
            case CallStep::What::post_ends: case CallStep::What::block_begins: case CallStep::What::block_ends: case CallStep::What::leaves: case CallStep::What::sleeps: break;
        }
    }
};

}  // namespace

PassedOver passed_over(const CallHistory& history, bool one_only) {
    if (history.steps.empty() || history.processors.empty()) return {};
    return Count(history, one_only).run();
}

}  // namespace sim
