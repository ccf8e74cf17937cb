#include "recorder/linux/port_backend.h"

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>

#include "recorder/common/work.h"
#include "sim/port/port.h"
#include "sim/trace/port_records.h"

namespace recorder {
namespace {

using sim::Effect;
using sim::EffectKind;
using sim::Kind;
using sim::Record;

enum Signal : uint32_t { kParked = 0, kReleased = 1, kLook = 2, kStopped = 3 };

// Where a thread waits, and what it is handed there. `given` belongs to the lock.
struct Slot {
    std::atomic<uint32_t> signal{kParked};
    std::vector<uint32_t> given;
    int64_t released_ns = 0;
};

// What one decision leaves to do after the lock: records in order, threads to wake.
struct Outcome {
    std::vector<Record> records;
    std::vector<uint32_t> wake;
    bool took = false, waits = false, timed_out = false;
    std::vector<uint32_t> packets;        // of `took`
};

uint16_t processor_now() {
    const int cpu = sched_getcpu();
    return cpu < 0 ? sim::kNoProcessor : static_cast<uint16_t>(cpu);
}

class PortBackend final : public Backend {
public:
    explicit PortBackend(Session& session) : session_(session), slots_(sim::thread_count(session.scenario)) {
        state_.threads.resize(slots_.size());
        for (const sim::WorkerParams& worker : session.scenario.workers)
            for (uint32_t i = 0; i < worker.count; ++i) workers_.push_back(&worker);
    }

    sim::Status open() override;
    bool is_waiting(uint32_t thread) override;
    void get(uint32_t thread, Got& got) override;
    void post(uint32_t thread, const std::vector<Posting>& postings) override;
    void block(uint32_t thread, uint32_t packet, sim::Duration duration) override;
    void stop() override;

private:
    Session& session_;
    std::mutex mutex_;
    sim::PortState state_;
    sim::Effects effects_;
    int64_t last_decision_ns_ = 0;
    bool stopped_ = false;
    std::vector<Slot> slots_;
    std::vector<const sim::WorkerParams*> workers_;   // by thread

    // Decisions have times of their own, each later than the one before: their order in the trace is the order of the lock.
    int64_t decision_time() {
        const int64_t now = session_.clock.now_ns();
        return last_decision_ns_ = session_.clock.started() ? std::max(now, last_decision_ns_ + 1) : 0;
    }
    void post_one(uint32_t thread, const Posting& posting, Outcome& outcome);
    void decided(uint32_t caller, int64_t time_ns, Outcome& outcome);
    void carry_out(uint32_t caller, const Outcome& outcome);
    int64_t due_ns(uint32_t thread, int64_t deadline_ns) const;
    bool wait(uint32_t thread, int64_t deadline_ns, Got& got);
    bool look_again(uint32_t thread, Got& got);
    bool time_out(uint32_t thread, Got& got);
    void returns(uint32_t thread, std::vector<uint32_t> packets, int64_t not_before_ns, Got& got);
};

sim::Status PortBackend::open() {
    Outcome outcome;
    for (const sim::PortParams& port : session_.scenario.ports) {
        sim::port_open(state_, port.policy, sim::limit_in_force(port, session_.processors), effects_, port.options);
        decided(sim::kNoThread, 0, outcome);
    }
    carry_out(sim::kNoThread, outcome);
    return sim::Done{};
}

bool PortBackend::is_waiting(uint32_t thread) {
    const std::lock_guard lock(mutex_);
    return state_.threads[thread].state == sim::PortThreadState::waiting;
}

// Under the lock: the effects of one call as records, and as things to do once the lock is free.
void PortBackend::decided(uint32_t caller, int64_t time_ns, Outcome& outcome) {
    sim::append_port_records(outcome.records, state_, effects_, {.time_ns = time_ns, .caller = caller, .processor = processor_now()});
    for (const Effect& effect : effects_.items) {
        const auto* first = effects_.packets.data() + effect.first;
        if (effect.kind == EffectKind::released || effect.kind == EffectKind::woken) {
            Slot& slot = slots_[effect.thread.value];
            slot.given.clear();
            for (uint32_t i = 0; i < effect.count; ++i) slot.given.push_back(first[i].value);
            slot.released_ns = time_ns;
            slot.signal.store(effect.kind == EffectKind::woken ? kLook : kReleased, std::memory_order_release);
            outcome.wake.push_back(effect.thread.value);
        }
        if (effect.kind == EffectKind::took) {
            outcome.took = true;
            for (uint32_t i = 0; i < effect.count; ++i) outcome.packets.push_back(first[i].value);
        }
        outcome.waits = outcome.waits || effect.kind == EffectKind::waits;
        outcome.timed_out = outcome.timed_out || effect.kind == EffectKind::timed_out;
    }
    effects_.clear();
}

void PortBackend::carry_out(uint32_t caller, const Outcome& outcome) {
    for (uint32_t thread : outcome.wake) syscall(SYS_futex, &slots_[thread].signal, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
    Ring& ring = session_.ring_of(caller);
    for (const Record& record : outcome.records) ring.push(record);
}

void PortBackend::post(uint32_t thread, const std::vector<Posting>& postings) {
    Outcome outcome;
    {
        const std::lock_guard lock(mutex_);
        for (const Posting& posting : postings) post_one(thread, posting, outcome);
    }
    carry_out(thread, outcome);
}

void PortBackend::post_one(uint32_t thread, const Posting& posting, Outcome& outcome) {
    const sim::Packet& packet = session_.packets[posting.packet];
    Record posted = session_.record(Kind::posted, thread, static_cast<uint16_t>(posting.port.value));
    posted.time_ns = decision_time();
    posted.packet = posting.packet;
    posted.argument = packet.work.identity;
    posted.processor = thread == sim::kNoThread ? sim::kNoProcessor : processor_now();
    outcome.records.push_back(posted);
    if (packet.key != 0) {
        posted.kind = Kind::detail;
        posted.argument = packet.key;
        outcome.records.push_back(posted);
    }
    sim::port_post(state_, posting.port, {posting.packet}, effects_);
    decided(thread, posted.time_ns, outcome);
}

void PortBackend::get(uint32_t thread, Got& got) {
    const sim::WorkerParams& worker = *workers_[thread];
    Record called = session_.record(Kind::get_called, thread, static_cast<uint16_t>(worker.port.value));
    called.packet = worker.batch;
    called.argument = static_cast<uint64_t>(worker.timeout.ns);
    session_.ring_of(thread).push(called);
    Outcome outcome;
    int64_t deadline_ns = INT64_MAX;
    {
        const std::lock_guard lock(mutex_);
        if (stopped_) { got = {}; return; }
        slots_[thread].signal.store(kParked, std::memory_order_relaxed);
        sim::port_get(state_, {thread}, worker.port, {.batch_max = worker.batch, .poll = worker.timeout == sim::Duration{0}}, effects_);
        decided(thread, decision_time(), outcome);
        if (worker.timeout != sim::kInfinite) deadline_ns = monotonic_ns() + worker.timeout.ns;
    }
    carry_out(thread, outcome);
    got.how = outcome.timed_out ? Got::How::timed_out : Got::How::packets;
    got.packets = std::move(outcome.packets);
    if (outcome.waits) while (!wait(thread, deadline_ns, got)) {}
}

// The timeout of a first get counts from time 0 (3a.3): before the start it is never over.
int64_t PortBackend::due_ns(uint32_t thread, int64_t deadline_ns) const {
    if (deadline_ns == INT64_MAX) return INT64_MAX;
    const int64_t from_ns = session_.clock.started() ? session_.clock.start_ns() : monotonic_ns();
    return std::max(deadline_ns, from_ns + workers_[thread]->timeout.ns);
}

// Parked until a signal or the deadline. False: looked, found nothing, parked again.
bool PortBackend::wait(uint32_t thread, int64_t deadline_ns, Got& got) {
    Slot& slot = slots_[thread];
    uint32_t signal = slot.signal.load(std::memory_order_acquire);
    while (signal == kParked) {
        const int64_t due = due_ns(thread, deadline_ns);
        const timespec at{due / 1'000'000'000, due % 1'000'000'000};
        syscall(SYS_futex, &slot.signal, FUTEX_WAIT_BITSET_PRIVATE, kParked, due == INT64_MAX ? nullptr : &at, nullptr, FUTEX_BITSET_MATCH_ANY);
        signal = slot.signal.load(std::memory_order_acquire);
        if (signal == kParked && monotonic_ns() >= due && due >= due_ns(thread, deadline_ns)) return time_out(thread, got);
    }
    if (signal == kStopped) { got = {}; return true; }
    if (signal == kLook) return look_again(thread, got);
    std::vector<uint32_t> given;
    int64_t released_ns = 0;
    {
        const std::lock_guard lock(mutex_);
        given.swap(slot.given);
        released_ns = slot.released_ns;
    }
    returns(thread, std::move(given), released_ns, got);
    return true;
}

// The thread runs again, with what it was handed.
void PortBackend::returns(uint32_t thread, std::vector<uint32_t> packets, int64_t not_before_ns, Got& got) {
    Record record = session_.record(Kind::get_returned, thread, static_cast<uint16_t>(workers_[thread]->port.value));
    record.time_ns = std::max(record.time_ns, not_before_ns);
    record.packet = packets.front();
    record.argument = packets.size();
    record.processor = processor_now();
    session_.ring_of(thread).push(record);
    got.how = Got::How::packets;
    got.packets = std::move(packets);
}

// wine8: woken, it looks for itself.
bool PortBackend::look_again(uint32_t thread, Got& got) {
    Outcome outcome;
    {
        const std::lock_guard lock(mutex_);
        if (stopped_) { got = {}; return true; }
        slots_[thread].signal.store(kParked, std::memory_order_relaxed);
        sim::port_look(state_, {thread}, effects_);
        decided(thread, decision_time(), outcome);
    }
    carry_out(thread, outcome);
    if (outcome.waits) return false;
    got.how = Got::How::packets;
    got.packets = std::move(outcome.packets);
    return true;
}

bool PortBackend::time_out(uint32_t thread, Got& got) {
    Outcome outcome;
    {
        const std::lock_guard lock(mutex_);
        // A release that came in the last moment wins: the packet is this thread's.
        if (state_.threads[thread].state != sim::PortThreadState::waiting || stopped_) return false;
        sim::port_timeout(state_, {thread}, effects_);
        decided(thread, decision_time(), outcome);
    }
    carry_out(thread, outcome);
    got.how = Got::How::timed_out;
    got.packets.clear();
    return true;
}

void PortBackend::block(uint32_t thread, uint32_t packet, sim::Duration duration) {
    for (const bool begins : {true, false}) {
        Outcome outcome;
        {
            const std::lock_guard lock(mutex_);
            Record record = session_.record(begins ? Kind::block_begin : Kind::block_end, thread);
            record.time_ns = decision_time();
            record.packet = packet;
            record.port = static_cast<uint16_t>(state_.threads[thread].association.value);
            record.rule = sim::port_rule_for(state_, {thread}, begins ? sim::Rule::K17 : sim::Rule::K19);
            record.processor = processor_now();
            if (begins) {
                record.flags = sim::kSleep;
                record.argument = static_cast<uint64_t>(duration.ns);
            }
            outcome.records.push_back(record);
            if (begins) sim::port_block(state_, {thread}, effects_);
            else sim::port_wake(state_, {thread}, effects_);
            decided(thread, record.time_ns, outcome);
        }
        carry_out(thread, outcome);
        if (begins) work_block(duration, session_.stop);
    }
}

void PortBackend::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        for (Slot& slot : slots_) slot.signal.store(kStopped, std::memory_order_release);
    }
    for (Slot& slot : slots_) syscall(SYS_futex, &slot.signal, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

}  // namespace

std::unique_ptr<Backend> make_port_backend(Session& session) { return std::make_unique<PortBackend>(session); }

}  // namespace recorder
