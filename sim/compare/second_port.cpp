#include "sim/compare/second_port.h"

#include <algorithm>

namespace second_port {

uint64_t Ports::active(int port) const {
    uint64_t count = 0;
    for (const Thread& t : threads)
        if (t.serves == port && t.state == State::running) ++count;
    return count;
}

Effects Ports::open(const std::string& name, uint64_t limit, const std::string& policy) {
    ports.push_back({.name = name, .policy = policy, .limit = limit, .open = true, .packets = {}, .waiters = {}});
    return {{"opened", name, {}}};
}

void Ports::stop_waiting(int thread) {
    for (Port& port : ports) std::erase(port.waiters, thread);
}

// K17 under nt: one packet and the newest waiter, if the limit allows. The thread that left is not running any more.
void Ports::slot_freed(int port, Effects& out) {
    if (port < 0) return;
    Port& p = ports[static_cast<size_t>(port)];
    if (!p.open || p.policy != "nt" || p.packets.empty() || p.waiters.empty() || active(port) >= p.limit) return;
    const int next = p.waiters.back();
    const std::string packet = p.packets.front();
    p.waiters.pop_back();
    p.packets.erase(p.packets.begin());
    Thread& t = threads[static_cast<size_t>(next)];
    t.state = State::running;
    t.waits_on = -1;
    out.push_back({"released", t.name, {packet}});
}

// The thread looks at the queue; it is not counted while it looks (K8).
void Ports::look(int thread, int port, bool poll, Effects& out) {
    Thread& t = threads[static_cast<size_t>(thread)];
    Port& p = ports[static_cast<size_t>(port)];
    t.serves = port;
    t.state = State::waiting;
    const bool allowed = p.policy != "nt" || active(port) < p.limit;
    if (allowed && !p.packets.empty()) {                        // K11, K12, K36, K37, K39
        Effect took{"took", t.name, {}};
        while (!p.packets.empty() && took.packets.size() < t.most) {
            took.packets.push_back(p.packets.front());
            p.packets.erase(p.packets.begin());
        }
        t.state = State::running;
        t.waits_on = -1;
        out.push_back(took);
        return;
    }
    if (poll) {                                                 // K13c, K14
        t.state = State::running;
        out.push_back({"timed_out", t.name, {}});
        return;
    }
    t.waits_on = port;                                          // K13d
    p.waiters.push_back(thread);
    out.push_back({"waits", t.name, {}});
}

Effects Ports::get(int thread, int port, uint64_t most, bool poll) {
    Effects out;
    Thread& t = threads[static_cast<size_t>(thread)];
    t.most = most;
    t.abandoned = false;
    const int former = t.serves;
    if (former != port && former >= 0) {                        // K10
        t.serves = -1;
        slot_freed(former, out);
    }
    look(thread, port, poll, out);
    return out;
}

Effects Ports::post(int port, const std::string& packet) {
    Port& p = ports[static_cast<size_t>(port)];
    if (nt(port)) {
        if (active(port) < p.limit && !p.waiters.empty()) {     // K1
            Thread& t = threads[static_cast<size_t>(p.waiters.back())];
            p.waiters.pop_back();
            t.state = State::running;
            t.waits_on = -1;
            return {{"released", t.name, {packet}}};
        }
        p.packets.push_back(packet);                            // K2
        return {{"queued", packet, {}}};
    }
    p.packets.push_back(packet);                                // wine8: always queued, then the oldest that is not suspended looks
    for (const int waiter : p.waiters) {
        Thread& t = threads[static_cast<size_t>(waiter)];
        if (t.state != State::waiting) continue;
        const std::string head = p.packets.front();
        p.packets.erase(p.packets.begin());
        std::erase(p.waiters, waiter);
        t.state = State::running;
        t.waits_on = -1;
        return {{"released", t.name, {head}}};
    }
    return {{"queued", packet, {}}};
}

Effects Ports::block(int thread) {
    Thread& t = threads[static_cast<size_t>(thread)];
    t.state = State::blocked;
    Effects out{{"blocked", t.name, {}}};
    slot_freed(t.serves, out);                                  // K17
    return out;
}

Effects Ports::wake(int thread) {
    Thread& t = threads[static_cast<size_t>(thread)];
    t.state = State::running;                                   // K19: whatever the limit
    return {{"woke", t.name, {}}};
}

Effects Ports::timeout(int thread) {
    Thread& t = threads[static_cast<size_t>(thread)];
    stop_waiting(thread);
    t.state = State::running;                                   // K22: associated, and counts
    t.waits_on = -1;
    return {{"timed_out", t.name, {}}};
}

Effects Ports::suspend(int thread) {
    Thread& t = threads[static_cast<size_t>(thread)];
    Effects out{{"suspended", t.name, {}}};
    if (t.state == State::running) {
        t.state = State::suspended;
        slot_freed(t.serves, out);                              // K28, K17
        return out;
    }
    t.state = State::suspended_in_wait;
    if (t.waits_on >= 0 && nt(t.waits_on)) stop_waiting(thread);   // wine8 keeps its place
    return out;
}

Effects Ports::resume(int thread) {
    Thread& t = threads[static_cast<size_t>(thread)];
    Effects out{{"resumed", t.name, {}}};
    if (t.state == State::suspended) {
        t.state = State::running;
        return out;
    }
    if (t.abandoned) {                                          // nt: its port was closed meanwhile
        t.abandoned = false;
        t.waits_on = -1;
        t.state = State::running;
        out.push_back({"abandoned", t.name, {}});
        return out;
    }
    const int port = t.waits_on;
    if (nt(port)) {                                             // K28: back into the get, parks as the newest
        look(thread, port, false, out);
        return out;
    }
    t.state = State::waiting;
    Port& p = ports[static_cast<size_t>(port)];
    if (p.open && !p.packets.empty()) {
        std::erase(p.waiters, thread);
        look(thread, port, false, out);
    }
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

Effects Ports::close(int port) {
    Port& p = ports[static_cast<size_t>(port)];
    Effects out{{"closed", p.name, {}}};
    p.open = false;
    p.packets.clear();                                          // K31
    const std::vector<int> waiters = p.waiters;
    p.waiters.clear();
    for (Thread& t : threads) {
        if (t.serves == port) t.serves = -1;
        if (p.policy == "nt" && t.state == State::suspended_in_wait && t.waits_on == port) t.abandoned = true;
    }
    if (p.policy != "nt") return out;                           // wine8: nobody is told
    for (size_t i = waiters.size(); i > 0; --i) {               // K30, newest first
        Thread& t = threads[static_cast<size_t>(waiters[i - 1])];
        t.state = State::running;
        t.waits_on = -1;
        out.push_back({"abandoned", t.name, {}});
    }
    return out;
}

}  // namespace second_port
