#include "recorder/linux/blocking.h"

namespace recorder {

void Blocking::rests(uint32_t thread, int64_t from_ns, int64_t intended_ns, uint16_t reason) {
    threads_[thread].reason.store(reason, std::memory_order_relaxed);
    threads_[thread].intended_ns.store(intended_ns, std::memory_order_relaxed);
    threads_[thread].rests_from_ns.store(from_ns, std::memory_order_release);
}

// Whether the thread was outside the port's calls at that moment. Who is seen entering has left before that, in this order: so
// the entry is read first.
bool Blocking::is_outside(const Thread& thread, int64_t time_ns) const {
    const int64_t entered_ns = thread.entered_ns.load(std::memory_order_acquire);
    const int64_t left_ns = thread.left_ns.load(std::memory_order_acquire);
    if (time_ns <= left_ns || left_ns == 0) return false;
    return entered_ns < left_ns || time_ns < entered_ns;
}

void Blocking::interpret(const std::vector<Switch>& switches, std::vector<Seen>& seen) {
    for (size_t i = 0; i < switches.size(); ++i) {
        const auto thread = by_tid_.find(switches[i].tid);
        if (switches[i].what == Switch::What::on && thread != by_tid_.end()) threads_[thread->second].runs_at = i + 1;
    }
    for (size_t i = 0; i < switches.size(); ++i) {
        const Switch& one = switches[i];
        Seen what{.time_ns = one.time_ns, .processor = one.processor, .ring = one.ring};
        if (one.what == Switch::What::lost) {
            what.what = Seen::What::lost;
            what.count = one.count;
            seen.push_back(what);
            continue;
        }
        const auto thread = by_tid_.find(one.tid);
        if (thread == by_tid_.end()) continue;                  // of the process, and no worker
        what.thread = thread->second;
        if (one.what == Switch::What::on) gets_processor(what);
        else leaves_processor(one, threads_[what.thread].runs_at > i + 1, what);
        seen.push_back(what);
    }
    for (const auto& [tid, thread] : by_tid_) threads_[thread].runs_at = 0;
}

// over: it is known already that the thread runs again.
void Blocking::leaves_processor(const Switch& one, bool over, Seen& seen) {
    Thread& thread = threads_[seen.thread];
    thread.last = Last::off;
    seen.what = Seen::What::preempted;
    if (one.what == Switch::What::preempted) return;
    seen.what = Seen::What::waits_at_port;
    if (!is_outside(thread, one.time_ns)) return;
    seen.what = over ? Seen::What::blocked_shortly : Seen::What::blocks;
    thread.last = over ? Last::blocked_shortly : Last::blocked;
    if (one.time_ns < thread.rests_from_ns.load(std::memory_order_acquire)) return;
    seen.intended_ns = thread.intended_ns.load(std::memory_order_relaxed);
    seen.reason = thread.reason.load(std::memory_order_relaxed);
}

void Blocking::gets_processor(Seen& seen) {
    Thread& thread = threads_[seen.thread];
    seen.what = thread.last == Last::blocked ? Seen::What::returns : thread.last == Last::blocked_shortly ? Seen::What::returns_unseen : Seen::What::runs;
    thread.last = Last::on;
}

}  // namespace recorder
