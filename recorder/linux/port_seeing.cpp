// What the kernel tells of the workers' context switches, told to the port: a wait elsewhere frees its slot (K17), its end takes
// one again (K19). A watcher thread listens; whoever is about to decide something listens first.
#include <poll.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "recorder/linux/os.h"
#include "recorder/linux/port_backend.h"
#include "sim/port/port.h"

namespace recorder {

using sim::Kind;
using sim::PortThreadState;
using sim::Record;

// Under the lock. A switch that is older than this call is heard before it decides, so that no decision goes against what the
// kernel had already told; one that a processor had not written yet comes with the next call, and its time after this one's.
void PortBackend::catch_up(Outcome& outcome) {
    const int64_t now_ns = monotonic_ns();
    caught_up_ns_ = session_.clock.started() ? now_ns - session_.clock.start_ns() : 0;
    if (switches_ == nullptr) return;
    batch_.clear();
    seen_.clear();
    switches_->read(now_ns, batch_);
    blocking_.interpret(batch_, seen_);
    for (const Seen& seen : seen_) heard(seen, outcome);
}

void PortBackend::heard(const Seen& seen, Outcome& outcome) {
    Ring& ring = session_.rings.more(1 + seen.ring);
    if (seen.what == Seen::What::lost) return ring.lose(seen.count);
    if (!session_.clock.started() || seen.time_ns <= session_.clock.start_ns() || seen.time_ns > session_.stopped_ns.load()) return;   // all are parked before time 0
    Record record = session_.record(Kind::off_processor, seen.thread);
    record.time_ns = last_seen_ns_ = std::max({seen.time_ns - session_.clock.start_ns(), last_seen_ns_ + 1, last_call_ns_ + 1});
    record.processor = seen.processor;
    record.packet = slots_[seen.thread].working;
    const sim::PortThread& thread = state_.threads[seen.thread];
    const bool goes_off = seen.what == Seen::What::blocks || seen.what == Seen::What::blocked_shortly;
    if (thread.state == PortThreadState::blocked && !goes_off) heard_return(record, ring);
    if (goes_off && thread.state == PortThreadState::running) heard_block(record, seen, outcome);
    if (seen.what == Seen::What::returns_unseen) {
        record.kind = Kind::block_end;
        describe_end(record);
        record.flags |= sim::kKeepsSlot;
        record.port = sim::number_of(thread.association);
        ring.push(record);
        record.flags = 0;
        record.argument = 0;
        record.port = sim::kNoPort;
    }
    const bool on = seen.what == Seen::What::runs || seen.what == Seen::What::returns || seen.what == Seen::What::returns_unseen;
    record.kind = on ? Kind::on_processor : Kind::off_processor;
    record.flags = seen.what == Seen::What::preempted ? sim::kPreempted : 0;
    if (!on) record.packet = sim::kNoPacket;
    ring.push(record);
}

void PortBackend::heard_block(Record record, const Seen& seen, Outcome& outcome) {
    const bool is_over = seen.what == Seen::What::blocked_shortly;
    record.kind = Kind::block_begin;
    record.port = sim::number_of(state_.threads[seen.thread].association);
    record.argument = static_cast<uint64_t>(seen.intended_ns);
    record.flags = static_cast<uint16_t>(seen.reason | (is_over ? sim::kKeepsSlot : 0));
    slots_[seen.thread].reason = seen.reason;
    if (!is_over) record.rule = sim::port_rule_for(state_, {seen.thread}, sim::Rule::K17);
    session_.rings.more(1 + seen.ring).push(record);
    if (is_over) return;
    sim::port_block(state_, {seen.thread}, effects_);
    decided(seen.thread, decision_time(session_.clock.now_ns()), outcome);
}

// A lock, a device: who ended the wait has left its argument at the gate.
void PortBackend::describe_end(Record& record) const {
    record.flags = slots_[record.thread].reason & static_cast<uint16_t>(~sim::kSleep);
    record.argument = record.flags == 0 ? 0 : session_.gate_arguments[record.thread].load();
}

void PortBackend::heard_return(Record record, Ring& ring) {
    record.kind = Kind::block_end;
    record.port = sim::number_of(state_.threads[record.thread].association);
    record.rule = sim::port_rule_for(state_, {record.thread}, sim::Rule::K19);
    describe_end(record);
    ring.push(record);
    sim::port_wake(state_, {record.thread}, effects_);
    effects_.clear();                             // nobody is let go by it
}

// Under the lock: the caller runs, whatever has been heard of it. Only where switches were lost does it still count as blocked.
void PortBackend::is_awake(uint32_t thread, Outcome& outcome) {
    if (switches_ == nullptr || thread == sim::kNoThread || state_.threads[thread].state != PortThreadState::blocked) return;
    Record record = session_.record(Kind::block_end, thread, sim::number_of(state_.threads[thread].association));
    record.time_ns = call_time();
    record.rule = sim::port_rule_for(state_, {thread}, sim::Rule::K19);
    describe_end(record);
    outcome.records.push_back(record);
    sim::port_wake(state_, {thread}, effects_);
    effects_.clear();
}

// Whether the last batch, read by the watcher, tells that somebody lost the watcher's own processor, and of no wait.
bool PortBackend::displaced_for_nothing() const {
    const int here = sched_getcpu();
    const auto has = [this](auto condition) { return std::any_of(batch_.begin(), batch_.end(), condition); };
    return has([here](const Switch& one) { return one.what == Switch::What::preempted && one.processor == here; }) && !has([](const Switch& one) { return one.what == Switch::What::waits; });
}

// A worker that this thread pushes off its processor is a switch to hear of, and so is its return: they would wake it again, without
// end. So it asks to displace nobody: a block leaves a processor idle, and there it runs at once; where all are busy, callers
// hear of the block first. Where the system displaces a worker all the same, for nothing and twice in a row, it pauses.
void PortBackend::watch() {
    displace_nobody();
    leave_processors();
    constexpr int kForNothingMost = 2;
    constexpr timespec kPause{.tv_sec = 0, .tv_nsec = 1'000'000};
    int for_nothing = 0;
    std::vector<pollfd> files{{.fd = wake_watcher_, .events = POLLIN, .revents = 0}};
    while (true) {
        poll(files.data(), files.size(), -1);
        Outcome outcome;
        bool over = false;
        {
            const std::lock_guard lock(mutex_);
            if (files.size() == 1 && switches_ != nullptr) {
                uint64_t count = 0;
                if (read(wake_watcher_, &count, sizeof count) < 0) continue;
                for (const int file : switches_->files()) files.push_back({.fd = file, .events = POLLIN, .revents = 0});
            }
            catch_up(outcome);
            over = stopped_;
            for_nothing = displaced_for_nothing() ? for_nothing + 1 : 0;
        }
        for (const uint32_t thread : outcome.wake) wake(thread);
        for (const Record& record : outcome.records) session_.rings.more(0).push(record);
        if (over) return;
        if (for_nothing >= kForNothingMost) clock_nanosleep(CLOCK_MONOTONIC, 0, &kPause, nullptr);
    }
}

}  // namespace recorder
