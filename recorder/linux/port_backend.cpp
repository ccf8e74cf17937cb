#include "recorder/linux/port_backend.h"

#include <linux/futex.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "recorder/common/work.h"
#include "recorder/linux/os.h"
#include "sim/port/port.h"
#include "sim/trace/arguments.h"
#include "sim/trace/port_records.h"

namespace recorder {
namespace {

uint16_t processor_now() {
    const int cpu = sched_getcpu();
    return cpu < 0 ? sim::kNoProcessor : static_cast<uint16_t>(cpu);
}

}  // namespace

using sim::Effect;
using sim::EffectKind;
using sim::Kind;
using sim::Record;

sim::Status PortBackend::open() {
    Outcome outcome;
    for (const sim::PortParams& port : session_.scenario.ports) {
        sim::port_open(state_, port.policy, sim::limit_in_force(port, session_.processors), effects_, port.options);
        decided(sim::kNoThread, 0, outcome);
    }
    carry_out(sim::kNoThread, outcome);
    if (const sim::Status opened = real_.open(session_.scenario, session_.out); !opened) return opened.error();
    if (!sees_blocking_) return sim::Done{};
    wake_watcher_ = eventfd(0, EFD_CLOEXEC);
    if (wake_watcher_ < 0) return sim::Error{.file = {}, .line = 0, .column = 0, .what = "the system gives no eventfd for the watcher of context switches", .hint = {}};
    watcher_ = std::thread([this] { watch(); });
    return sim::Done{};
}

// The watcher is no child of the thread that sees its children: what it does itself would wake it.
sim::Status PortBackend::before_workers() {
    if (!sees_blocking_) return sim::Done{};
    sim::Result<std::unique_ptr<SwitchRings>> rings = SwitchRings::open();
    if (!rings) return rings.error();
    const uint64_t one = 1;
    const std::lock_guard lock(mutex_);
    switches_ = std::move(rings.value());
    if (write(wake_watcher_, &one, sizeof one) < 0) return sim::Error{.file = {}, .line = 0, .column = 0, .what = "the watcher of context switches can't be woken", .hint = {}};
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
            slot.working = effect.count == 1 ? first[0].value : sim::kNoPacket;
            slot.released_ns = time_ns;
            slot.signal.store(effect.kind == EffectKind::woken ? kLook : kReleased, std::memory_order_release);
            outcome.wake.push_back(effect.thread.value);
        }
        if (effect.kind == EffectKind::took) {
            outcome.took = true;
            slots_[effect.thread.value].working = effect.count == 1 ? first[0].value : sim::kNoPacket;
            for (uint32_t i = 0; i < effect.count; ++i) outcome.packets.push_back(first[i].value);
        }
        if (effect.kind == EffectKind::abandoned) {              // K30: it returns when it runs
            slots_[effect.thread.value].signal.store(kPortGone, std::memory_order_release);
            outcome.wake.push_back(effect.thread.value);
        }
        if (effect.kind == EffectKind::apc) {                    // K23: it runs them when it runs; K26: it has not waited
            outcome.alerted = true;
            slots_[effect.thread.value].apcs_run = std::exchange(slots_[effect.thread.value].apcs, 0);
            slots_[effect.thread.value].signal.store(kAlerted, std::memory_order_release);
            outcome.wake.push_back(effect.thread.value);
        }
        if (effect.kind == EffectKind::signalled) {
            slots_[effect.thread.value].watch_flags = state_.ports[effect.port.value].open ? 0 : sim::kAbandoned;
            slots_[effect.thread.value].watch_rule = effect.rule;
            session_.gates[effect.thread.value].open();
        }
        outcome.waits = outcome.waits || effect.kind == EffectKind::waits;
        outcome.timed_out = outcome.timed_out || effect.kind == EffectKind::timed_out;
    }
    effects_.clear();
}

void PortBackend::wake(uint32_t thread) { syscall(SYS_futex, &slots_[thread].signal, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0); }

void PortBackend::carry_out(uint32_t caller, const Outcome& outcome) {
    for (uint32_t thread : outcome.wake) wake(thread);
    Ring& ring = session_.ring_of(caller);
    for (const Record& record : outcome.records) ring.push(record);
}

// Under the lock, at the beginning of a call: everything that was before is known.
void PortBackend::enter(uint32_t thread, Outcome& outcome) {
    catch_up(outcome);
    is_awake(thread, outcome);
}

std::vector<Posting> PortBackend::post(uint32_t thread, const std::vector<Posting>& postings) {
    const Inside inside(blocking_, thread);
    Outcome outcome;
    std::vector<Posting> refused;
    {
        const std::lock_guard lock(mutex_);
        enter(thread, outcome);
        for (const Posting& posting : postings)
            if (!post_one(thread, posting, outcome)) refused.push_back(posting);
    }
    carry_out(thread, outcome);
    return refused;
}

bool PortBackend::post_one(uint32_t thread, const Posting& posting, Outcome& outcome) {
    const int64_t time_ns = call_time();
    if (!state_.ports[posting.port.value].open) {
        Record failed = session_.record(Kind::call_failed, thread, sim::number_of(posting.port));
        failed.time_ns = time_ns;
        if (thread != sim::kNoThread) failed.packet = slots_[thread].working;
        failed.argument = sim::failed_argument(sim::FailedCall::post, sim::WhyFailed::port_closed, sim::kNoThread);
        outcome.records.push_back(failed);
        return false;
    }
    arrives(thread, posting, time_ns, 0, outcome);
    return true;
}

// error: of the operation whose answer it is.
void PortBackend::arrives(uint32_t poster, const Posting& posting, int64_t time_ns, uint16_t error, Outcome& outcome) {
    const sim::Packet& packet = session_.packets[posting.packet];
    Record posted = session_.record(Kind::posted, poster, sim::number_of(posting.port));
    posted.time_ns = time_ns;
    posted.packet = posting.packet;
    posted.argument = packet.work.identity;
    posted.processor = poster == sim::kNoThread ? sim::kNoProcessor : processor_now();
    outcome.records.push_back(posted);
    posted.kind = Kind::detail;
    if (packet.key != 0) {
        posted.argument = packet.key;
        outcome.records.push_back(posted);
    }
    if (error != 0) {
        posted.argument = error;
        posted.flags = sim::kError;
        outcome.records.push_back(posted);
    }
    sim::port_post(state_, posting.port, {posting.packet}, effects_);
    decided(poster, time_ns, outcome);
}

void PortBackend::get(uint32_t thread, sim::PortId port, Got& got) {
    const Inside inside(blocking_, thread);
    const sim::WorkerParams& worker = *workers_[thread];
    slots_[thread].port = port;
    Record called = session_.record(Kind::get_called, thread, sim::number_of(port));
    called.packet = worker.batch;
    called.argument = static_cast<uint64_t>(worker.timeout.ns);
    if (worker.alertable) called.flags = sim::kAlerted;
    session_.ring_of(thread).push(called);
    Outcome outcome;
    int64_t deadline_ns = INT64_MAX;
    bool closed = false;
    {
        const std::lock_guard lock(mutex_);
        if (stopped_) { got = {}; return; }
        if (!slots_[thread].known) blocking_.is_system_thread(thread, static_cast<uint32_t>(gettid()));
        slots_[thread].known = true;
        enter(thread, outcome);
        slots_[thread].signal.store(kParked, std::memory_order_relaxed);
        slots_[thread].working = sim::kNoPacket;
        closed = !state_.ports[port.value].open;
        if (closed) {
            returns_closed(thread, port, outcome);
        } else {
            sim::port_get(state_, {thread}, port, {.batch_max = worker.batch, .batch_min = worker.batch_min, .poll = worker.timeout == sim::Duration{0}, .alertable = worker.alertable}, effects_);
            decided(thread, call_time(), outcome);
        }
        if (worker.timeout != sim::kInfinite) deadline_ns = monotonic_ns() + worker.timeout.ns;
    }
    carry_out(thread, outcome);
    got.how = closed ? Got::How::abandoned : outcome.timed_out ? Got::How::timed_out : Got::How::packets;
    got.packets = std::move(outcome.packets);
    if (outcome.alerted) {
        got.how = Got::How::alerted;
        got.apcs = slots_[thread].apcs_run;
    }
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
    if (signal == kPortGone || signal == kAlerted) {
        got.how = signal == kPortGone ? Got::How::abandoned : Got::How::alerted;
        got.apcs = signal == kPortGone ? 0 : slots_[thread].apcs_run;
        got.packets.clear();
        return true;
    }
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
    Record record = session_.record(Kind::get_returned, thread, sim::number_of(slots_[thread].port));
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
        catch_up(outcome);
        slots_[thread].signal.store(kParked, std::memory_order_relaxed);
        sim::port_look(state_, {thread}, effects_);
        decided(thread, call_time(), outcome);
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
        catch_up(outcome);
        // A release that came in the last moment wins: the packet is this thread's.
        if (state_.threads[thread].state == sim::PortThreadState::waiting && !stopped_) {
            sim::port_timeout(state_, {thread}, effects_);
            decided(thread, call_time(), outcome);
        }
    }
    carry_out(thread, outcome);
    if (!outcome.timed_out) return false;
    got.how = Got::How::timed_out;
    got.packets.clear();
    return true;
}

bool PortBackend::block(uint32_t thread, uint32_t packet, const Wait& wait) {
    if (sees_blocking_) return rest(thread, wait);
    bool opened = true;
    for (const bool begins : {true, false}) {
        Outcome outcome;
        {
            const std::lock_guard lock(mutex_);
            catch_up(outcome);
            Record record = session_.record(begins ? Kind::block_begin : Kind::block_end, thread);
            record.time_ns = call_time();
            record.packet = packet;
            record.port = static_cast<uint16_t>(state_.threads[thread].association.value);
            record.rule = sim::port_rule_for(state_, {thread}, begins ? sim::Rule::K17 : sim::Rule::K19);
            record.processor = processor_now();
            if (begins) {
                slots_[thread].reason = record.flags = wait.flags;
                record.argument = wait.argument;
            } else {
                describe_end(record);
            }
            outcome.records.push_back(record);
            if (begins) sim::port_block(state_, {thread}, effects_);
            else sim::port_wake(state_, {thread}, effects_);
            decided(thread, record.time_ns, outcome);
        }
        carry_out(thread, outcome);
        if (begins && wait.flags == sim::kSleep) work_block(wait.longest, session_.stop);
        else if (begins) opened = waits(thread, wait, wait.longest == sim::kInfinite ? INT64_MAX : monotonic_ns() + wait.longest.ns);
    }
    return opened;
}

// The step waits, and says no more than why: the kernel tells. At its end the thread makes the port hear of it, whoever was too slow.
bool PortBackend::rest(uint32_t thread, const Wait& wait) {
    const int64_t now = monotonic_ns();
    const int64_t end = wait.longest == sim::kInfinite ? INT64_MAX : now + wait.longest.ns;
    bool opened = true;
    wake_on_time();
    blocking_.rests(thread, now, static_cast<int64_t>(wait.argument), wait.flags);
    if (wait.flags == sim::kSleep) {
        const timespec at{end / 1'000'000'000, end % 1'000'000'000};
        while (over_.load(std::memory_order_acquire) == 0 && monotonic_ns() < end)
            syscall(SYS_futex, &over_, FUTEX_WAIT_BITSET_PRIVATE, 0, &at, nullptr, FUTEX_BITSET_MATCH_ANY);
    } else {
        opened = waits(thread, wait, end);
    }
    Outcome outcome;
    const Inside inside(blocking_, thread);
    {
        const std::lock_guard lock(mutex_);
        enter(thread, outcome);
    }
    carry_out(thread, outcome);
    blocking_.rested(thread);
    return opened;
}

void PortBackend::stop() {
    real_.stop();
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        for (Slot& slot : slots_) slot.signal.store(kStopped, std::memory_order_release);
    }
    over_.store(1, std::memory_order_release);
    syscall(SYS_futex, &over_, FUTEX_WAKE_PRIVATE, INT32_MAX, nullptr, nullptr, 0);
    for (uint32_t thread = 0; thread < slots_.size(); ++thread) wake(thread);
    if (!watcher_.joinable()) return;
    const uint64_t one = 1;
    while (write(wake_watcher_, &one, sizeof one) < 0 && errno == EINTR) {}
    watcher_.join();
}

PortBackend::~PortBackend() {
    if (watcher_.joinable()) stop();          // an error before anybody was told to stop
    if (wake_watcher_ >= 0) ::close(wake_watcher_);
}

std::unique_ptr<Backend> make_port_backend(Session& session, bool sees_blocking) { return std::make_unique<PortBackend>(session, sees_blocking); }

}  // namespace recorder
