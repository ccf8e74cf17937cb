#include "sim/identify/prediction.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace sim {
namespace {

constexpr size_t kTrialsMax = 1000;

// The order as it would be if every call were decided at once: who waits, and whom the posts so far have woken.
class Order {
public:
    Order(const CallHistory& history, bool newest) : h_(history), newest_(newest), asked_at_(history.asks.size(), 0), posted_at_(history.posts.size(), 0) {
        for (uint32_t p = 0; p < h_.posts.size(); ++p) post_of_[h_.posts[p].packet] = p;
    }
    void run(std::vector<double>& chances, uint64_t& hits) {
        for (uint32_t i = 0; i < h_.steps.size() && chances.size() < kTrialsMax; ++i) {
            const CallStep& step = h_.steps[i];
            if (step.what == CallStep::What::asked) {
                asked_at_[step.number] = i;
                ask_of_[h_.asks[step.number].thread] = step.number;
                waiting_.push_back(step.number);
            } else if (step.what == CallStep::What::post_begins) {
                posted_at_[step.number] = i;
                ++queued_;
                wake();
            } else if (step.what == CallStep::What::returned) {
                returned(step.number, chances, hits);
            } else if (step.what == CallStep::What::runs && step.surely) {
                released(ask_of(step.number), chances, hits);
            } else if (step.what == CallStep::What::rests && step.surely) {
                parks(ask_of(step.number));
            }
        }
    }

private:
    const CallHistory& h_;
    const bool newest_;
    std::vector<uint32_t> asked_at_, posted_at_, waiting_, woken_;
    std::unordered_map<uint32_t, uint32_t> post_of_;
    std::vector<uint32_t> ask_of_ = std::vector<uint32_t>(h_.threads, kNoAsk);   // by thread: its get
    std::vector<bool> told_ = std::vector<bool>(h_.asks.size(), false);          // by get: its release has been counted
    size_t queued_ = 0;                                   // posted, and not returned

    void wake() {
        if (waiting_.empty()) return;
        const auto next = newest_ ? waiting_.end() - 1 : waiting_.begin();
        woken_.push_back(*next);
        waiting_.erase(next);
    }
    uint32_t ask_of(uint32_t thread) const { return thread < ask_of_.size() ? ask_of_[thread] : kNoAsk; }
    // Processors tell when it went to sleep: it waits since then.
    void parks(uint32_t number) {
        if (std::erase(waiting_, number) > 0) waiting_.push_back(number);
    }
    void released(uint32_t number, std::vector<double>& chances, uint64_t& hits) {
        if (number == kNoAsk || told_[number]) return;
        const AskCall& ask = h_.asks[number];
        const auto post = ask.packets.empty() ? post_of_.end() : post_of_.find(ask.packets.front());
        const bool waited = post != post_of_.end() && posted_at_[post->second] > asked_at_[number];
        const double share = static_cast<double>(woken_.size()) / static_cast<double>(std::max<size_t>(woken_.size() + waiting_.size(), 1));
        if (!waited || share <= 0 || share >= 1) return;
        told_[number] = true;
        chances.push_back(share);
        if (std::find(woken_.begin(), woken_.end(), number) != woken_.end()) ++hits;
    }
    void returned(uint32_t number, std::vector<double>& chances, uint64_t& hits) {
        released(number, chances, hits);
        ask_of_[h_.asks[number].thread] = kNoAsk;
        const AskCall& ask = h_.asks[number];
        std::erase(woken_, number);
        std::erase(waiting_, number);
        queued_ -= std::min(queued_, ask.packets.size());
        while (woken_.size() > queued_) {                 // a running thread was faster: who was woken waits again, as the newest
            waiting_.push_back(woken_.front());
            woken_.erase(woken_.begin());
        }
    }
};

}  // namespace

double chance_of_at_least(const std::vector<double>& chances, uint64_t hits) {
    std::vector<double> exactly(chances.size() + 1, 0.0);
    exactly[0] = 1;
    for (size_t n = 0; n < chances.size(); ++n)
        for (size_t k = n + 1;; --k) {
            exactly[k] = exactly[k] * (1 - chances[n]) + (k > 0 ? exactly[k - 1] * chances[n] : 0);
            if (k == 0) break;
        }
    double sum = 0;
    for (size_t k = hits; k < exactly.size(); ++k) sum += exactly[k];
    return std::min(sum, 1.0);
}

Prediction predict_releases(const std::vector<CallHistory>& histories, ReleaseOrder order) {
    Prediction out;
    std::vector<double> chances;
    for (const CallHistory& history : histories) Order(history, order != ReleaseOrder::oldest).run(chances, out.hits);
    out.trials = chances.size();
    out.p = chance_of_at_least(chances, out.hits);
    return out;
}

}  // namespace sim
