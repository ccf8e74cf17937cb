#include "sim/identify/prediction.h"

#include <algorithm>

namespace sim {
namespace {

constexpr size_t kTrialsMax = 1000;

// Of independent trials with their chances: at least `hits`.
double tail(const std::vector<double>& chances, uint64_t hits) {
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

void predict(const CallHistory& history, bool newest, std::vector<double>& chances, uint64_t& hits) {
    std::vector<uint32_t> waiting;                        // gets, as they were called
    for (const CallStep& step : history.steps) {
        if (chances.size() >= kTrialsMax) return;
        if (step.what == CallStep::What::asked) waiting.push_back(step.number);
        if (step.what == CallStep::What::returned) std::erase(waiting, step.number);
        if (step.what != CallStep::What::post_begins || waiting.empty()) continue;
        const uint32_t got = history.posts[step.number].ask, foretold = newest ? waiting.back() : waiting.front();
        const auto at = std::find(waiting.begin(), waiting.end(), got);
        if (at == waiting.end()) {                        // a running thread was faster: who was woken waits again, as the newest
            if (!newest && got != kNoAsk) std::rotate(waiting.begin(), waiting.begin() + 1, waiting.end());
            continue;
        }
        if (waiting.size() > 1) {
            chances.push_back(1.0 / static_cast<double>(waiting.size()));
            if (got == foretold) ++hits;
        }
        waiting.erase(at);
    }
}

}  // namespace

Prediction predict_releases(const std::vector<CallHistory>& histories, ReleaseOrder order) {
    Prediction out;
    std::vector<double> chances;
    for (const CallHistory& history : histories) predict(history, order != ReleaseOrder::oldest, chances, out.hits);
    out.trials = chances.size();
    out.p = tail(chances, out.hits);
    return out;
}

}  // namespace sim
