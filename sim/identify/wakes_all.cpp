#include "sim/identify/wakes_all.h"

#include <algorithm>
#include <unordered_map>

#include "sim/identify/passed_over.h"
#include "sim/identify/prediction.h"
#include "sim/port/policy.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

// For how long a processor has to have stood idle beside a sleeper: for two sleeps, and for one that is alone. What stands idle in a trace may
// do another program's work, so it is longer than a scheduler lets anybody wait, and so many times as long as the slowest of those that did get
// the packet that came while they slept, and of those that were preempted, waited. And not fewer than a third of all that slept do so: Linux'
// io_uring now and then leaves one asleep.
struct Enough {
    int64_t least_ns, times_longest;
    int64_t of(int64_t longest_ns) const { return std::max(least_ns, times_longest * longest_ns); }
};
constexpr Enough kForTwo{8'000'000, 4}, kForOne{25'000'000, 10};
// Where every waiter is woken, whoever looks first takes what is there: only the order of the packets is left to look at. A packet
// that was surely posted before another surely leaves before it.
void explain_queue(const TraceHeader& header, const CallHistory& history, const Variant& variant, Explained& out) {
    std::vector<uint32_t> by_call(history.asks.size()), by_return(history.asks.size());
    for (uint32_t a = 0; a < by_call.size(); ++a) by_call[a] = by_return[a] = a;
    std::stable_sort(by_return.begin(), by_return.end(), [&](uint32_t a, uint32_t b) { return history.asks[a].returned_ns < history.asks[b].returned_ns; });
    std::stable_sort(by_call.begin(), by_call.end(), [&](uint32_t a, uint32_t b) { return history.asks[a].called_ns < history.asks[b].called_ns; });
    std::unordered_map<uint32_t, const PostCall*> post_of;
    for (const PostCall& post : history.posts) post_of[post.packet] = &post;
    int64_t latest_ns = -1;                               // beginning of the latest post that a get had surely brought
    size_t next = 0;
    for (const uint32_t a : by_call) {
        const AskCall& ask = history.asks[a];
        if (ask.end == AskCall::End::timed_out) ++out.agree;
        if (ask.end != AskCall::End::packets) continue;
        for (; next < by_return.size() && history.asks[by_return[next]].returned_ns < ask.called_ns; ++next)
            for (const uint32_t packet : history.asks[by_return[next]].packets)
                if (const auto at = post_of.find(packet); at != post_of.end()) latest_ns = std::max(latest_ns, at->second->begins_ns);
        const auto at = post_of.find(ask.packets.front());
        if (at == post_of.end() || at->second->ends_ns >= latest_ns) {
            ++out.agree;
            continue;
        }
        ++out.contradict;
        if (!out.keeps(ask.returned_ns)) continue;
        out.keep({ask.returned_ns, "At " + time_text(ask.returned_ns) + " " + thread_label(header, ask.thread) + " has packet " + std::to_string(ask.packets.front()) + ", which was posted before one that had left before (" + reason_text(variant.policy, Rule::none) + ")"});
    }
}

// The threads that wait in a get and have no processor, while posts come.
class Sleepers {
public:
    Sleepers(const CallHistory& history, bool one_only) : h_(history), one_only_(one_only), threads_(history.threads) {}

    struct Slept { uint32_t post, thread; int64_t time_ns, idle_ns; };   ///< when it got a processor, or the history ended
    /// Empty: nobody, as far as can be told.
    std::vector<Slept> run() {
        for (uint32_t a = 0; a < h_.asks.size(); ++a)
            if (!h_.asks[a].packets.empty()) ask_of_.emplace(h_.asks[a].packets.front(), a);
        walk(INT64_MAX);
        std::fill(threads_.begin(), threads_.end(), Thread{});
        walk(kForTwo.of(longest_ns_));
        const bool alone = std::any_of(slept_.begin(), slept_.end(), [this](const Slept& one) { return one.idle_ns >= kForOne.of(longest_ns_); });
        if ((slept_.size() < 2 && !alone) || slept_.size() * 3 < slept_.size() + awoken_) slept_.clear();
        return std::move(slept_);
    }

private:
    struct Thread {
        uint32_t ask = kNoAsk;                            // the get that it is in
        bool off = false, ready = false;                  // it waits; it was preempted
        int64_t ready_ns = 0;                             // since then
        uint32_t post = UINT32_MAX;                       // came while it slept
        int64_t idle_ns = 0, time_ns = 0;                 // at that post
    };
    const CallHistory& h_;
    const bool one_only_;                                 // gets of more than one packet may wait for more
    std::vector<Thread> threads_;
    std::unordered_map<uint32_t, uint32_t> ask_of_;       // by first packet
    std::vector<Slept> slept_;
    int64_t longest_ns_ = 0;
    size_t awoken_ = 0;                                   // sleeps that ended soon

    void settle(uint32_t thread, const CallStep& step, int64_t enough) {
        Thread& t = threads_[thread];
        if (t.post == UINT32_MAX) return;
        const int64_t idle_ns = step.idle_ns - t.idle_ns;
        if (idle_ns >= enough) slept_.push_back({t.post, thread, step.time_ns, idle_ns});
        else if (enough != INT64_MAX) ++awoken_;
        const auto brought = ask_of_.find(h_.posts[t.post].packet);
        if (enough == INT64_MAX && brought != ask_of_.end() && brought->second == t.ask) longest_ns_ = std::max(longest_ns_, step.time_ns - t.time_ns);
        t.post = UINT32_MAX;
    }
    void walk(int64_t enough) {
        for (const CallStep& step : h_.steps) {
            switch (step.what) {
                case CallStep::What::asked: threads_[h_.asks[step.number].thread].ask = step.number; break;
                case CallStep::What::returned: {
                    const uint32_t thread = h_.asks[step.number].thread;
                    settle(thread, step, enough);         // it had a processor, if no record says so
                    threads_[thread].ask = kNoAsk;
                    threads_[thread].off = false;
                    break;
                }
                case CallStep::What::post_begins: arrives(step, enough); break;
                case CallStep::What::runs:
                    if (step.number >= threads_.size()) break;
                    settle(step.number, step, enough);
                    if (threads_[step.number].ready) longest_ns_ = std::max(longest_ns_, step.time_ns - threads_[step.number].ready_ns);
                    threads_[step.number].off = threads_[step.number].ready = false;
                    break;
                case CallStep::What::rests:
                    if (step.number >= threads_.size()) break;
                    threads_[step.number].off = step.surely;
                    threads_[step.number].ready = !step.surely;
                    threads_[step.number].ready_ns = step.time_ns;
                    break;
                case CallStep::What::parked_at_start: threads_[h_.asks[step.number].thread].off = true; break;
                case CallStep::What::post_ends: case CallStep::What::block_begins: case CallStep::What::block_ends: case CallStep::What::leaves: case CallStep::What::sleeps: break;
            }
        }
        if (h_.steps.empty()) return;
        for (uint32_t t = 0; t < threads_.size(); ++t) settle(t, h_.steps.back(), enough);
    }
    void arrives(const CallStep& step, int64_t enough) {
        for (uint32_t t = 0; t < threads_.size(); ++t) {
            Thread& thread = threads_[t];
            if (!thread.off || thread.ask == kNoAsk || (one_only_ && h_.asks[thread.ask].most > 1)) continue;
            if (thread.post != UINT32_MAX && step.idle_ns - thread.idle_ns < enough) continue;
            settle(t, step, enough);                      // through one already: the next one
            thread.post = step.number;
            thread.idle_ns = step.idle_ns;
            thread.time_ns = step.time_ns;
        }
    }
};

void contradicts(const TraceHeader& header, const CallHistory& history, const Variant& variant, Explained& out, uint32_t number, uint32_t thread, int64_t until_ns, const std::string& meanwhile) {
    ++out.contradict;
    const PostCall& post = history.posts[number];
    if (!out.keeps(post.begins_ns)) return;
    out.keep({post.begins_ns, "At " + time_text(post.begins_ns) + " packet " + std::to_string(post.packet) + " is posted, and " + thread_label(header, thread) + ", which waits, sleeps on until " + time_text(until_ns) + ' ' + meanwhile + " (" +
                                 reason_text(variant.policy, Rule::none) + ")"});
}

void explain_sleepers(const TraceHeader& header, const CallHistory& history, const Variant& variant, Explained& out) {
    if (history.steps.empty() || history.steps.back().idle_ns == 0) return;
    const bool one_only = policy_row(variant.policy).delivery == Delivery::min_to_max;
    for (const Sleepers::Slept& one : Sleepers(history, one_only).run()) contradicts(header, history, variant, out, one.post, one.thread, one.time_ns, "while a processor stands idle for " + time_text(one.idle_ns));
    if (const PassedOver most = passed_over(history, one_only); most.p < kBetterThanChance)
        contradicts(header, history, variant, out, most.post, most.thread, most.until_ns,
"; in " + std::to_string(most.times) + " of its " + std::to_string(most.sleeps) + " sleeps through posts others are given each processor again and again before it is, as happens to who is known to be ready with a chance of " + formatted("%.2f", most.chance) + formatted(": p = %.2g", most.p));
}

}  // namespace

void explain_wakes_all(const TraceHeader& header, const CallHistory& history, const Variant& variant, Explained& explained) {
    explain_queue(header, history, variant, explained);
    explain_sleepers(header, history, variant, explained);
}

}  // namespace sim
