#include "recorder/common/sources.h"

#include <algorithm>
#include <chrono>

#include "sim/scenario/arrivals.h"
#include "sim/scenario/handler.h"

namespace recorder {

using sim::SourceParams;

namespace {

constexpr int64_t kIdleNs = 40'000'000, kLookNs = 10'000'000;

bool may_lose_packets(const sim::Scenario& scenario) {
    return sim::any_step(scenario, [](const sim::Step& step) { return step.kind == sim::Step::Kind::exit || step.kind == sim::Step::Kind::close || step.kind == sim::Step::Kind::serve; });
}

}  // namespace

Sources::Sources(Session& session, Backend& backend) : session_(session), backend_(backend), may_lose_(may_lose_packets(session.scenario)), served_(session.scenario.ports.size()) {
    for (const sim::WorkerParams& worker : session.scenario.workers) served_[worker.port.value] = true;
    if (sim::any_step(session.scenario, [](const sim::Step& step) { return step.kind == sim::Step::Kind::serve; })) served_.assign(served_.size(), true);
    plan_first();
}

void Sources::plan_first() {
    for (uint32_t s = 0; s < session_.scenario.sources.size(); ++s) {
        const SourceParams& source = session_.scenario.sources[s];
        if (source.kind == SourceParams::Kind::closed) {
            for (uint32_t client = 0; client < source.clients; ++client) plan(s, client, 0, 0);
        } else {
            plan(s, 0, 0, 0);
        }
    }
}

// from_ns: when the one before came (open sources), when its answer came (clients). The caller holds the mutex, or is alone.
void Sources::plan(uint32_t s, uint32_t client, uint64_t index, int64_t from_ns) {
    const SourceParams& source = session_.scenario.sources[s];
    int64_t at_ns = from_ns;
    switch (source.kind) {
        case SourceParams::Kind::at:
            if (index >= source.at.size()) return;
            at_ns = source.at[index].ns;
            break;
        case SourceParams::Kind::every:
        case SourceParams::Kind::poisson:
            if (source.count && index >= *source.count) return;
            at_ns += sim::arrival_gap(session_.scenario, {s}, index).ns;
            break;
        case SourceParams::Kind::closed: at_ns += sim::think_time(session_.scenario, {s}, client, index).ns; break;
    }
    at_ns = std::min(at_ns, sim::kDurationMax.ns);   // from_ns may be as large: no overflow after it
    const uint64_t order = (uint64_t{s} << 44) | (planned_++ & 0xFFF'FFFF'FFFFu);
    arrivals_.push({at_ns, order, s, client, index});
}

void Sources::arrive(const Arrival& arrival, std::vector<Posting>& postings) {
    const SourceParams& source = session_.scenario.sources[arrival.source];
    const bool closed = source.kind == SourceParams::Kind::closed;
    sim::Packet packet;
    packet.work = sim::source_packet(session_.scenario, {arrival.source}, closed ? arrival.index * source.clients + arrival.client : arrival.index);
    packet.key = source.key;
    const uint32_t number = session_.packets.add(packet);
    if (number == Packets::kMax) {           // counted as lost; nothing that follows could be whole
        finished_ = true;
        return;
    }
    will_post(source.port);
    postings.push_back({source.port, number});
}

// Everything planned for the instant of the first arrival that is due. The caller holds the mutex.
std::vector<Sources::Arrival> Sources::take_due() {
    std::vector<Arrival> due;
    if (arrivals_.empty() || arrivals_.top().at_ns > session_.clock.now_ns()) return due;
    const int64_t at_ns = arrivals_.top().at_ns;
    while (!arrivals_.empty() && arrivals_.top().at_ns == at_ns) {
        const Arrival arrival = arrivals_.top();
        arrivals_.pop();
        // Open arrivals follow their plan, not the time at which they were carried out: lateness does not add up.
        if (session_.scenario.sources[arrival.source].kind != SourceParams::Kind::closed) plan(arrival.source, 0, arrival.index + 1, arrival.at_ns);
        due.push_back(arrival);
    }
    return due;
}

void Sources::at(int64_t at_ns, std::function<void()> act) {
    const std::lock_guard lock(mutex_);
    timers_.push({at_ns, planned_++, std::move(act)});
    changed_.notify_one();
}

std::vector<std::function<void()>> Sources::take_timers() {
    std::vector<std::function<void()>> due;
    while (!timers_.empty() && timers_.top().at_ns <= session_.clock.now_ns()) {
        due.push_back(timers_.top().act);
        timers_.pop();
    }
    return due;
}

// Where packets can be lost nobody counts them: nothing is left to happen when every thread waits for its port or has exited.
bool Sources::is_idle() const {
    for (uint32_t t = 0; t < sim::thread_count(session_.scenario); ++t)
        if (!session_.ended[t].load() && !backend_.is_waiting(t)) return false;
    return true;
}

void Sources::run() {
    const auto start = std::chrono::steady_clock::now() - std::chrono::nanoseconds(session_.clock.now_ns());
    const auto until = session_.scenario.until;
    int64_t idle_from_ns = INT64_MAX;
    std::unique_lock lock(mutex_);
    while (!finished_) {
        const int64_t now_ns = session_.clock.now_ns();
        const bool over = until && now_ns >= until->ns, nothing_comes = arrivals_.empty() && timers_.empty();
        if (over || (nothing_comes && outstanding_.load() == 0)) return;
        const int64_t first_ns = std::min(arrivals_.empty() ? INT64_MAX : arrivals_.top().at_ns, timers_.empty() ? INT64_MAX : timers_.top().at_ns);
        int64_t wake_ns = until ? std::min(until->ns, first_ns) : first_ns;
        if (const std::vector<std::function<void()>> acts = take_timers(); !acts.empty()) {
            lock.unlock();
            for (const auto& act : acts) act();
            lock.lock();
        } else if (const std::vector<Arrival> due = take_due(); !due.empty()) {
            lock.unlock();
            std::vector<Posting> postings;
            for (const Arrival& arrival : due) arrive(arrival, postings);
            for (const Posting& refused : backend_.post(sim::kNoThread, postings)) is_lost(refused.port);
            lock.lock();
        } else {
            if (nothing_comes && may_lose_) {
                if (!is_idle()) idle_from_ns = INT64_MAX;
                else if (idle_from_ns == INT64_MAX) idle_from_ns = now_ns;
                if (idle_from_ns != INT64_MAX && now_ns - idle_from_ns >= kIdleNs) return;
                wake_ns = std::min(wake_ns, now_ns + kLookNs);
            }
            if (wake_ns == INT64_MAX) changed_.wait(lock);
            else changed_.wait_until(lock, start + std::chrono::nanoseconds(wake_ns));
        }
    }
}

// Only the last one takes the lock: a worker that waited for it here would block, and the kernel would tell.
void Sources::ends_one() {
    if (outstanding_.fetch_sub(1) != 1) return;
    const std::lock_guard lock(mutex_);
    changed_.notify_one();
}

void Sources::completed(const sim::Packet& packet) {
    const std::optional<sim::ClientRound> waits = sim::client_of(session_.scenario, packet.work.identity);
    if (!waits) return ends_one();
    const std::lock_guard lock(mutex_);
    plan(waits->source.value, waits->client, waits->round + 1, session_.clock.now_ns());
    outstanding_.fetch_sub(1);
    changed_.notify_one();
}

void Sources::finish() {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    changed_.notify_one();
}

}  // namespace recorder
