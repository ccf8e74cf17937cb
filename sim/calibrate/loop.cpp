#include "sim/calibrate/loop.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>


namespace sim {
namespace {

constexpr double kSure = 6;               // e^6 = 400 to 1
constexpr uint32_t kMoreClients = 64;     // that may always have been thinking
constexpr double kEven = 0.2;             // standard deviation of gaps over their mean

struct Occupancy { double time_ns = 0; uint64_t posts = 0; };   // while so many were in the system

struct Moments {
    std::vector<int64_t> ends;            // sorted
    std::map<uint32_t, Occupancy> levels;
    uint32_t most = 0;
};

// An answer and a packet of one moment: the answer first.
Moments moments_of(const std::vector<Arrival>& arrivals, int64_t end_ns) {
    Moments out;
    for (const Arrival& a : arrivals)
        if (a.completed_ns >= 0) out.ends.push_back(std::max(a.completed_ns, a.posted_ns + 1));
    std::sort(out.ends.begin(), out.ends.end());
    size_t ended = 0;
    uint32_t inside = 0;
    int64_t now = 0;
    const auto pass = [&](int64_t to) {
        out.levels[inside].time_ns += static_cast<double>(to - now);
        now = to;
    };
    const auto answers_until = [&](int64_t to) {
        for (; ended < out.ends.size() && out.ends[ended] <= to; ++ended) {
            pass(out.ends[ended]);
            --inside;
        }
        pass(to);
    };
    for (const Arrival& a : arrivals) {
        answers_until(a.posted_ns);
        ++out.levels[inside].posts;
        out.most = std::max(out.most, ++inside);
    }
    answers_until(std::max(end_ns, now));
    return out;
}

// Of posts at rate(n) per ns while n are in the system, up to what does not depend on the rates.
template <class Rate>
double log_likelihood(const Moments& moments, Rate rate) {
    double sum = 0;
    for (const auto& [inside, level] : moments.levels) {
        const double r = rate(inside);
        if (level.posts > 0) sum += r > 0 ? static_cast<double>(level.posts) * std::log(r) : -1e9;
        sum -= r * level.time_ns;
    }
    return sum;
}

double of_closed(const Moments& moments, uint32_t clients, uint64_t posts) {
    double free_ns = 0;                   // clients that think, times time
    for (const auto& [inside, level] : moments.levels) free_ns += level.time_ns * (static_cast<double>(clients) - inside);
    const double think = std::max(free_ns, 1.0) / static_cast<double>(posts);
    return log_likelihood(moments, [&](uint32_t inside) { return (static_cast<double>(clients) - inside) / think; });
}

// The answers in their order, behind the clients that begin: who has been thinking longest sends first.
std::vector<int64_t> thinks_of(const std::vector<Arrival>& arrivals, const std::vector<int64_t>& ends, uint32_t clients) {
    std::vector<int64_t> out;
    std::deque<int64_t> idle(clients, 0);
    size_t ended = 0;
    for (const Arrival& a : arrivals) {
        for (; ended < ends.size() && ends[ended] <= a.posted_ns; ++ended) idle.push_back(ends[ended]);
        if (idle.empty()) continue;
        out.push_back(a.posted_ns - idle.front());
        idle.pop_front();
    }
    return out;
}

double variation(const Fit& seen) { return seen.mean_ns > 0 ? seen.deviation_ns / seen.mean_ns : 0; }

// ns that clients spent thinking, added up, between one packet and the next: exponential with the mean of one think time where those are.
std::vector<int64_t> thought_between(const std::vector<Arrival>& arrivals, const std::vector<int64_t>& ends, uint32_t clients) {
    std::vector<int64_t> out;
    size_t ended = 0;
    int64_t now = 0;
    double thinking = clients, sum = 0;
    const auto pass = [&](int64_t to) {
        sum += thinking * static_cast<double>(to - now);
        now = to;
    };
    for (const Arrival& a : arrivals) {
        for (; ended < ends.size() && ends[ended] <= a.posted_ns; ++ended) {
            pass(ends[ended]);
            ++thinking;
        }
        pass(a.posted_ns);
        out.push_back(rounded(sum).ns);
        sum = 0;
        --thinking;
    }
    return out;
}

Fit think_of(const std::vector<Arrival>& arrivals, const std::vector<int64_t>& ends, uint32_t clients) {
    const Fit between = fit(thought_between(arrivals, ends, clients));
    return between.distribution.kind == Distribution::Kind::exponential ? between : fit(thinks_of(arrivals, ends, clients));
}

}  // namespace

LoopAnswer tell_loop(const std::vector<Arrival>& arrivals, int64_t end_ns) {
    LoopAnswer out;
    int64_t before = 0;
    for (const Arrival& a : arrivals) {
        out.gaps.push_back(std::max<int64_t>(a.posted_ns - before, 0));
        before = a.posted_ns;
    }
    if (arrivals.size() < 10) return out;
    // An open loop may be over with its last packet; clients of a closed one would go on.
    const Moments open_part = moments_of(arrivals, arrivals.back().posted_ns), whole = moments_of(arrivals, end_ns);
    const double rate = static_cast<double>(arrivals.size()) / std::max<double>(static_cast<double>(arrivals.back().posted_ns), 1);
    const double open = log_likelihood(open_part, [&](uint32_t) { return rate; });
    double best = -1e300;
    for (uint32_t clients = whole.most; clients <= whole.most + kMoreClients; ++clients) {
        const double closed = of_closed(whole, clients, arrivals.size());
        if (closed > best) {
            best = closed;
            out.clients = clients;
        }
    }
    out.evidence = best - open;
    // With as many clients as were tried, or far more than ever waited, a closed loop is an open one.
    out.closed = out.evidence > kSure && out.clients < whole.most + kMoreClients;
    out.sure = out.closed || out.evidence < 0.5;
    if (!out.closed) {
        out.clients = 0;
        return out;
    }
    out.think = think_of(arrivals, whole.ends, out.clients);
    // Packets at even times are no Poisson stream, and only look as if they waited for answers.
    const double gaps = variation(fit(out.gaps)), thinks = variation(out.think);
    if (gaps < kEven && gaps <= thinks) {
        out.closed = false;
        out.sure = 2 * gaps < thinks;
        out.clients = 0;
        out.think = {};
    }
    return out;
}

}  // namespace sim
