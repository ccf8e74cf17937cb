#include "recorder/common/measure_release.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>

#include "recorder/common/own_port.h"
#include "recorder/common/thread_activity.h"
#include "recorder/common/work.h"
#include "sim/trace/arguments.h"

namespace recorder {
namespace {

constexpr uint32_t kWaiters = 4;
// Enough for each of three questions at p < 0.001 with a few strays (sim/identify/tried.cpp): whether the oldest or the newest is let go, and whether all are woken.
constexpr uint32_t kTries = 16, kLimitTries = 8;
// A thread that has called its get and has had no processor for so long waits: under Wine a get first asks Wine's server, which answers sooner.
constexpr int64_t kQuietNs = 2'000'000, kLookNs = 250'000;
constexpr int64_t kLongestNs = 300'000'000;       // for each of the two

struct Waiter {
    std::atomic<uint32_t> number{0};      // to thread_activity()
    std::atomic<int64_t> called_ns{0};    // its get; 0: it is in none
    uint32_t waits_since = 0;             // the try after which it went to wait; those of the same one did so in no known order
};

// The threads that wait, and the one that posts and looks, which lives in run().
class Trial {
public:
    Trial(Session& session, Backend& backend) : session_(session), backend_(backend) {}

    struct Tried { std::vector<sim::ReleaseTry> releases; std::vector<sim::LimitTry> limits; };
    Tried run() {
        Tried tries;
        std::vector<std::thread> threads;
        // Started by a thread that is as they are to be: the one that looks runs before others.
        try {
            std::thread([&] { start_and_measure(threads, tries); }).join();
        } catch (const std::system_error&) {}              // no more threads: the run will say so
        return tries;
    }

private:
    static constexpr uint32_t kNobody = UINT32_MAX;
    using Look = std::array<ThreadActivity, kWaiters>;

    Session& session_;
    Backend& backend_;
    std::array<Waiter, kWaiters> waiters_;
    std::atomic<uint32_t> taker_{kNobody};
    std::atomic<bool> holds_{false};      // who gets a packet runs on
    int64_t until_ns_ = 0;

    void start_and_measure(std::vector<std::thread>& threads, Tried& tries) {
        if (!backend_.before_workers()) return;
        try {
            for (uint32_t t = 0; t < kWaiters; ++t) threads.emplace_back([this, t] { wait(t); });
            std::thread([&] { tries = measure(); }).join();
        } catch (const std::system_error&) {}              // as above
        session_.stopped_ns.store(monotonic_ns());
        session_.stop.store(true);
        for (Gate& gate : session_.gates) gate.open();
        backend_.stop();
        for (std::thread& thread : threads) thread.join();
    }

    void wait(uint32_t thread) {
        Waiter& self = waiters_[thread];
        self.number.store(activity_number());
        session_.gates[thread].wait();                     // in order (3a.3)
        Got got;
        while (!session_.stop.load()) {
            self.called_ns.store(monotonic_ns());
            backend_.get(thread, {0}, got);
            self.called_ns.store(0);
            if (got.how != Got::How::packets) return;
            taker_.store(thread);
            while (holds_.load() && !session_.stop.load()) {}   // busy: a thread that waits would give its slot away
        }
    }

    bool over() const { return monotonic_ns() >= until_ns_ || stop_was_requested(); }
    void pause() const { work_block({kLookNs}, session_.stop); }

    // None: some thread, of the first so many, does not wait; `except` need not.
    std::optional<Look> look(uint32_t threads, uint32_t except) const {
        Look out;
        for (uint32_t t = 0; t < threads; ++t) {
            if (t == except) continue;
            if (waiters_[t].called_ns.load() == 0) return std::nullopt;
            if (const uint32_t number = waiters_[t].number.load(); number != 0) out[t] = thread_activity(number);
            if (out[t].told && !out[t].sleeps) return std::nullopt;
        }
        return out;
    }
    int64_t last_called_ns(uint32_t threads) const {
        int64_t last_ns = 0;
        for (uint32_t t = 0; t < threads; ++t) last_ns = std::max(last_ns, waiters_[t].called_ns.load());
        return last_ns;
    }
    // Returns when the first so many threads surely wait; none: there was no time for it.
    std::optional<Look> quiet(uint32_t threads, uint32_t except = kNobody) const {
        std::optional<Look> before;
        for (int64_t since_ns = 0; !over(); pause()) {
            const int64_t now_ns = monotonic_ns();
            const std::optional<Look> now = look(threads, except);
            if (now && before == now && now_ns - std::max(since_ns, last_called_ns(threads)) >= kQuietNs) return now;
            if (!now || before != now) since_ns = monotonic_ns();
            before = now;
        }
        return std::nullopt;
    }

    void post() { backend_.post(sim::kNoThread, {{{0}, session_.packets.add({})}}); }
    // Who got a packet; kNobody: there was no time for it.
    uint32_t taken() {
        while (taker_.load() == kNobody && !over()) pause();
        return taker_.exchange(kNobody);
    }

    Tried measure() {
        Tried out{.releases = measure_order(), .limits = {}};
        if (out.releases.empty()) return out;
        until_ns_ = monotonic_ns() + kLongestNs;
        for (uint32_t n = 0; n < kLimitTries && quiet(kWaiters); ++n)
            if (const std::optional<sim::LimitTry> one = try_limit()) out.limits.push_back(*one);
        return out;
    }

    std::vector<sim::ReleaseTry> measure_order() {
        work_run_first();
        until_ns_ = monotonic_ns() + kLongestNs;
        std::optional<Look> before;
        for (uint32_t t = 0; t < kWaiters; ++t) {
            session_.gates[t].open();
            waiters_[t].waits_since = t;
            before = quiet(t + 1);
            if (!before) return {};
        }
        std::vector<sim::ReleaseTry> tries;
        for (uint32_t n = 0; n < kTries; ++n) {
            post();
            const uint32_t taker = taken();
            const std::optional<Look> after = quiet(kWaiters);
            if (!after || taker == kNobody) break;
            tries.push_back(seen(*before, *after, taker, kWaiters + n));
            before = after;
        }
        return tries;
    }

    // One thread gets a packet and runs on, and there is a second one. Not counted where those that wait neither get it nor surely sleep on.
    std::optional<sim::LimitTry> try_limit() {
        std::optional<sim::LimitTry> out;
        holds_.store(true);
        post();
        const uint32_t holder = taken();
        const std::optional<Look> before = holder == kNobody ? std::nullopt : quiet(kWaiters, holder);
        if (before) post();
        const bool told = before && (*before)[holder == 0 ? 1 : 0].told;
        const int64_t posted_ns = monotonic_ns(), enough_ns = told ? kQuietNs : 5 * kQuietNs;
        for (int64_t now_ns = posted_ns; before && !out && !over(); pause(), now_ns = monotonic_ns()) {
            const bool slept = look(kWaiters, holder) == before;
            if (taker_.exchange(kNobody) != kNobody) out = {.limit = 1, .waiters = kWaiters - 1, .exceeded = true};
            else if (slept && now_ns - posted_ns >= enough_ns) out = {.limit = 1, .waiters = kWaiters - 1, .exceeded = false};
        }
        holds_.store(false);
        if (before && !(out && out->exceeded)) taken();
        return out;
    }

    // number: of the try. Who has run, for the packet or in vain, waits again as one of the newest.
    sim::ReleaseTry seen(const Look& before, const Look& after, uint32_t taker, uint32_t number) {
        const uint32_t since = waiters_[taker].waits_since;
        const auto waits_as_long = [since](const Waiter& one) { return one.waits_since == since; };
        const auto waits_longer = [since](const Waiter& one) { return one.waits_since < since; };
        const auto told = [](const Look& look) { return std::all_of(look.begin(), look.end(), [](const ThreadActivity& one) { return one.told; }); };
        sim::ReleaseTry out{.waiters = kWaiters};
        if (std::count_if(waiters_.begin(), waiters_.end(), waits_as_long) == 1) out.place = static_cast<uint16_t>(std::count_if(waiters_.begin(), waiters_.end(), waits_longer));
        if (told(before) && told(after)) out.in_vain = 0;
        waiters_[taker].waits_since = number;
        for (uint32_t t = 0; t < kWaiters; ++t) {
            if (t == taker || out.in_vain == sim::ReleaseTry::not_told || before[t].switches == after[t].switches) continue;
            ++out.in_vain;
            waiters_[t].waits_since = number;
        }
        return out;
    }
};

}  // namespace

std::vector<sim::Record> measure_release(const BackendInfo& info, std::span<const sim::PortParams> ports, uint32_t processors, const std::string& file) {
    if (stop_was_requested()) return {};
    sim::Policy policy = sim::Policy::nt;
    if (info.has_decisions && !ports.empty()) {
        policy = ports.front().policy;
        if (!std::all_of(ports.begin(), ports.end(), [policy](const sim::PortParams& port) { return port.policy == policy; })) return {};
    }
    const std::unique_ptr<OwnPort> port = OwnPort::make(info, {.threads = kWaiters, .policy = std::string(sim::policy_name(policy)), .limit_processors = processors}, processors, file);
    if (port == nullptr || !port->backend().open()) return {};
    const Trial::Tried tried = Trial(port->session(), port->backend()).run();
    std::vector<sim::Record> out;
    const auto add = [&out](sim::Kind kind, uint64_t argument) {
        sim::Record& record = out.emplace_back();
        record.kind = kind;
        record.argument = argument;
    };
    for (const sim::ReleaseTry& one : tried.releases) add(sim::Kind::release_tried, sim::release_try_argument(one));
    for (const sim::LimitTry& one : tried.limits) add(sim::Kind::limit_tried, sim::limit_try_argument(one));
    return out;
}

}  // namespace recorder
