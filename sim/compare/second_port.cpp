#include "sim/compare/second_port.h"

#include <algorithm>

namespace second_port {

bool kind_of(const std::string& policy, Kind& kind) {
    using Goes = Kind::Goes;
    kind = {};
    if (policy == "nt") kind = {.goes = Goes::newest, .limited = true, .hands_over = true, .alertable = true, .handle = true, .abandons = true};
    else if (policy == "wine8") kind = {.goes = Goes::oldest, .handle = true};
    else if (policy == "wine10") kind = {.goes = Goes::newest, .hands_over = true, .alertable = true, .handle = true, .abandons = true};
    else if (policy == "epoll") kind = {.goes = Goes::newest};
    else if (policy == "io_uring") kind = {.goes = Goes::everybody, .knows_minimum = true};
    else if (policy == "kqueue") kind = {.goes = Goes::everybody};
    else if (policy == "event_ports") kind = {.goes = Goes::smallest, .knows_minimum = true};
    else if (policy == "aix") kind = {.goes = Goes::oldest, .knows_minimum = true};
    else if (policy == "thread_per_operation") kind = {.goes = Goes::oldest, .hands_over = true, .one_packet = true};
    else return false;
    return true;
}

Kind Ports::kind(int port) const {
    Kind kind;
    const Port& p = ports[static_cast<size_t>(port)];
    kind_of(p.policy, kind);
    if (p.options.never_abandon) kind.abandons = false;         // O4
    return kind;
}

uint64_t Ports::active(int port) const {
    uint64_t count = 0;
    for (const Thread& t : threads)
        if (t.serves == port && (t.state == State::running || t.slot_kept)) ++count;
    return count;
}

Effects Ports::open(size_t number, const std::string& name, uint64_t limit, const std::string& policy, const Options& options) {
    while (ports.size() <= number) ports.emplace_back().open = false;
    ports[number] = {.name = name, .policy = policy, .options = options, .limit = limit, .open = true, .files = 0, .packets = {}, .waiters = {}, .watchers = {}};
    return {{"opened", name, {}}};
}

// Whatever it waited for: it runs.
void Ports::let_go(int thread) {
    for (Port& port : ports) {
        std::erase(port.waiters, thread);
        std::erase(port.watchers, thread);
    }
    Thread& t = threads[static_cast<size_t>(thread)];
    t.state = State::running;
    t.waits_on = -1;
}

bool Ports::enough(int thread, int port) const {
    const size_t queued = ports[static_cast<size_t>(port)].packets.size();
    return queued > 0 && queued >= threads[static_cast<size_t>(thread)].least;
}

// The waiter whose turn it is, with what is queued: -1 none. Those that are suspended or want more are passed over.
int Ports::next(int port) const {
    const Kind::Goes goes = kind(port).goes;
    int best = -1;
    for (const int waiter : ports[static_cast<size_t>(port)].waiters) {
        if (threads[static_cast<size_t>(waiter)].state != State::waiting || !enough(waiter, port)) continue;
        const bool later_wins = goes == Kind::Goes::newest || (goes == Kind::Goes::smallest && best >= 0 && threads[static_cast<size_t>(waiter)].least <= threads[static_cast<size_t>(best)].least);
        if (best < 0 || later_wins) best = waiter;
    }
    return best;
}

// K11, K36, K37, K39: up to MAX, oldest first.
void Ports::take(int thread, int port, const std::string& word, Effects& out) {
    Thread& t = threads[static_cast<size_t>(thread)];
    Port& p = ports[static_cast<size_t>(port)];
    Effect taken{word, t.name, {}};
    while (!p.packets.empty() && taken.packets.size() < t.most) {
        taken.packets.push_back(p.packets.front());
        p.packets.erase(p.packets.begin());
    }
    let_go(thread);
    out.push_back(taken);
}

// K17 under nt: one packet and the newest waiter, if the limit allows. The thread that left is not running any more.
void Ports::slot_freed(int port, Effects& out) {
    if (port < 0) return;
    Port& p = ports[static_cast<size_t>(port)];
    if (!kind(port).limited || p.packets.empty() || p.waiters.empty() || active(port) >= p.limit) return;
    const int waiter = p.waiters.back();
    Thread& t = threads[static_cast<size_t>(waiter)];
    const uint64_t most = t.most;
    if (!p.options.drain) t.most = 1;                           // O1
    take(waiter, port, "released", out);
    t.most = most;
}

// A new slot is as good as one that became free.
Effects Ports::set_limit(int port, uint64_t limit) {
    Effects out;
    ports[static_cast<size_t>(port)].limit = limit;
    for (size_t before = SIZE_MAX; out.size() != before;) {
        before = out.size();
        slot_freed(port, out);
    }
    return out;
}

// The thread looks at the queue; it is not counted while it looks (K8).
void Ports::look(int thread, int port, bool poll, Effects& out) {
    Thread& t = threads[static_cast<size_t>(thread)];
    Port& p = ports[static_cast<size_t>(port)];
    t.serves = port;
    t.state = State::waiting;
    const bool allowed = !kind(port).limited || active(port) < p.limit || (poll && p.options.poll_takes);   // O2
    if (allowed && enough(thread, port)) return take(thread, port, "took", out);   // K11, K12
    if (t.alertable && t.apcs > 0) {                            // K13b
        t.apcs = 0;
        let_go(thread);
        out.push_back({"apc", t.name, {}});
        return;
    }
    if (poll) {                                                 // K13c, K14
        let_go(thread);
        out.push_back({"timed_out", t.name, {}});
        return;
    }
    t.waits_on = port;                                          // K13d
    p.waiters.push_back(thread);
    out.push_back({"waits", t.name, {}});
}

Effects Ports::get(int thread, int port, Get call) {
    Effects out;
    Thread& t = threads[static_cast<size_t>(thread)];
    const int former = t.serves;
    if (call.alertable && t.apcs > 0 && former != port && !ports[static_cast<size_t>(port)].options.classic) {   // K26, O3
        t.apcs = 0;
        return {{"apc", t.name, {}}};
    }
    t.least = call.least;
    t.most = kind(port).one_packet ? 1 : call.most;
    t.alertable = call.alertable;
    t.abandoned = false;
    if (former != port && former >= 0) {                        // K10
        t.serves = -1;
        slot_freed(former, out);
    }
    look(thread, port, call.poll, out);
    return out;
}

// All who are not suspended are woken, look in their order, and park again behind the suspended ones if they find too little.
void Ports::everybody_looks(int port, Effects& out) {
    Port& p = ports[static_cast<size_t>(port)];
    const std::vector<int> before = p.waiters;
    std::vector<int> again;
    for (const int waiter : before) {
        if (threads[static_cast<size_t>(waiter)].state != State::waiting) continue;
        if (enough(waiter, port)) take(waiter, port, "released", out);
        else again.push_back(waiter);
    }
    for (const int waiter : again) std::erase(p.waiters, waiter);
    p.waiters.insert(p.waiters.end(), again.begin(), again.end());
}

Effects Ports::post(int port, const std::string& packet) {
    Port& p = ports[static_cast<size_t>(port)];
    const Kind k = kind(port);
    Effects out;
    p.packets.push_back(packet);
    if (k.goes == Kind::Goes::everybody) {
        everybody_looks(port, out);
    } else if (!k.limited || active(port) < p.limit) {          // K1
        const int waiter = next(port);
        if (waiter >= 0) {
            const uint64_t most = threads[static_cast<size_t>(waiter)].most;
            if (k.hands_over) threads[static_cast<size_t>(waiter)].most = 1;
            take(waiter, port, "released", out);
            threads[static_cast<size_t>(waiter)].most = most;
        }
    }
    const bool handed_over = k.hands_over && !out.empty();      // K34
    if (out.empty()) out.push_back({"queued", packet, {}});     // K2
    if (!handed_over) signal(port, out);
    return out;
}

// K33, K35.
void Ports::signal(int port, Effects& out) {
    const std::vector<int> watchers = ports[static_cast<size_t>(port)].watchers;
    for (const int watcher : watchers) {
        let_go(watcher);
        out.push_back({"signalled", threads[static_cast<size_t>(watcher)].name, {}});
    }
}

Effects Ports::block(int thread, bool for_a_page) {
    Thread& t = threads[static_cast<size_t>(thread)];
    t.state = State::blocked;
    t.slot_kept = for_a_page && t.serves >= 0 && ports[static_cast<size_t>(t.serves)].options.page_runs;   // O6
    Effects out{{"blocked", t.name, {}}};
    if (!t.slot_kept) slot_freed(t.serves, out);                // K17
    return out;
}

Effects Ports::wake(int thread) {
    Thread& t = threads[static_cast<size_t>(thread)];
    t.state = State::running;                                   // K19: whatever the limit
    t.slot_kept = false;
    return {{"woke", t.name, {}}};
}

Effects Ports::timeout(int thread) {
    let_go(thread);                                             // K22: associated, and counts
    return {{"timed_out", threads[static_cast<size_t>(thread)].name, {}}};
}

Effects Ports::suspend(int thread, bool before_it_ran) {
    Thread& t = threads[static_cast<size_t>(thread)];
    Effects out{{"suspended", t.name, {}}};
    if (t.state == State::running) {
        t.state = State::suspended;
        t.slot_kept = before_it_ran && t.serves >= 0 && !ports[static_cast<size_t>(t.serves)].options.unrun_inactive;   // O5
        if (!t.slot_kept) slot_freed(t.serves, out);            // K28, K17
        return out;
    }
    t.state = State::suspended_in_wait;
    if (kind(t.waits_on).limited) std::erase(ports[static_cast<size_t>(t.waits_on)].waiters, thread);   // all others keep their place
    return out;
}

Effects Ports::suspend_wait(int thread) {
    Thread& t = threads[static_cast<size_t>(thread)];
    Effects out;
    if (!t.slot_kept) return out;
    t.slot_kept = false;
    slot_freed(t.serves, out);
    return out;
}

Effects Ports::resume(int thread) {
    Thread& t = threads[static_cast<size_t>(thread)];
    Effects out{{"resumed", t.name, {}}};
    if (t.state == State::suspended) {
        t.state = State::running;
        t.slot_kept = false;
        return out;
    }
    if (t.abandoned) {                                          // its port was closed meanwhile
        t.abandoned = false;
        let_go(thread);
        out.push_back({"abandoned", t.name, {}});
        return out;
    }
    const int port = t.waits_on;
    Port& p = ports[static_cast<size_t>(port)];
    t.state = State::waiting;
    if (!p.open && p.files == 0) return out;                    // for ever
    if (!kind(port).limited && !enough(thread, port) && !(t.alertable && t.apcs > 0)) return out;   // in its old place
    std::erase(p.waiters, thread);
    look(thread, port, false, out);                             // K28: back into the get; parks as the newest
    return out;
}

Effects Ports::exit(int thread) {
    Thread& t = threads[static_cast<size_t>(thread)];
    t.state = State::exited;
    Effects out{{"exited", t.name, {}}};
    const int port = t.serves;
    t.serves = -1;
    slot_freed(port, out);                                      // K27
    return out;
}

// K31: nothing refers to the port any more.
void Ports::gone(int port) {
    Port& p = ports[static_cast<size_t>(port)];
    p.packets.clear();
    p.waiters.clear();
    for (Thread& t : threads) {
        if (t.serves != port) continue;
        t.serves = -1;
        t.slot_kept = false;
    }
}

Effects Ports::close(int port) {
    Port& p = ports[static_cast<size_t>(port)];
    Effects out{{"closed", p.name, {}}};
    p.open = false;
    if (kind(port).abandons) {                                  // K30, newest first
        const std::vector<int> waiters(p.waiters.rbegin(), p.waiters.rend());
        for (const int waiter : waiters) {
            if (threads[static_cast<size_t>(waiter)].state != State::waiting) continue;
            let_go(waiter);
            out.push_back({"abandoned", threads[static_cast<size_t>(waiter)].name, {}});
        }
        for (Thread& t : threads)
            if (t.state == State::suspended_in_wait && t.waits_on == port) t.abandoned = true;
    }
    if (p.files == 0) gone(port);
    signal(port, out);                                          // K35
    return out;
}

void Ports::add_file(int port) { ++ports[static_cast<size_t>(port)].files; }

void Ports::close_file(int port) {
    Port& p = ports[static_cast<size_t>(port)];
    if (--p.files == 0 && !p.open) gone(port);                  // K32
}

Effects Ports::apc(int thread) {
    Thread& t = threads[static_cast<size_t>(thread)];
    ++t.apcs;
    if (t.state != State::waiting || !t.alertable) return {};   // K24
    t.apcs = 0;
    let_go(thread);                                             // K23
    return {{"apc", t.name, {}}};
}

Effects Ports::kernel_apc(int thread, int port, const std::string& packet) {
    const int own = threads[static_cast<size_t>(thread)].waits_on;
    Effects out;
    let_go(thread);                                             // K25: it counts while the APC runs
    if (port == own) {                                          // K5
        ports[static_cast<size_t>(own)].packets.push_back(packet);
        out.push_back({"queued", packet, {}});
        signal(own, out);
    } else if (port >= 0) {
        out = post(port, packet);
    }
    look(thread, own, false, out);
    return out;
}

Effects Ports::watch(int thread, int port) {
    Thread& t = threads[static_cast<size_t>(thread)];
    Port& p = ports[static_cast<size_t>(port)];
    if (!p.packets.empty()) return {{"signalled", t.name, {}}};   // K33, K18
    t.state = State::watching;
    t.waits_on = port;
    p.watchers.push_back(thread);
    Effects out{{"watching", t.name, {}}};
    slot_freed(t.serves, out);                                  // K17
    return out;
}

}  // namespace second_port
