#include "sim/calibrate/observe.h"

#include <algorithm>
#include <optional>
#include <set>

#include "sim/trace/arguments.h"
#include "sim/trace/observed.h"
#include "sim/trace/state.h"
#include "sim/trace/summary.h"

namespace sim {
namespace {

constexpr unsigned kNoTime = kLockWait | kDeviceWait | kHandleWait | kIoWait;   // what such a block's argument is not
constexpr unsigned kNoPackets = kTimedOut | kAbandoned | kAlerted | kInvalid | kError;

struct ThreadWatch {
    bool on = false;                      // has a processor
    bool placed = false, wants = false;   // by processor records alone: has one; has none and could use one
    bool free_wake = false;               // its release found a processor free
    bool blocked = false;
    bool waits = false;                   // its get had to wait
    int64_t on_ns = 0, lost_ns = -1;      // when it got its processor; when it lost one to other work, -1: it did not
    int64_t counted_ns = 0;               // processor time is counted up to here
    int64_t compute_ns = 0;               // of the part that goes on
    int64_t block_ns = 0, asked_ns = 0;   // of the block that goes on: when it began, what was asked
    int64_t called_ns = -1, released_ns = -1, ready_ns = -1, running_ns = -1;   // of the get that goes on
    bool after_packet = false;            // since the last packet ended it has done nothing but ask
    std::optional<Handling> handling;
    std::optional<ObservedWorker> worker;
};

struct Displaced { uint32_t thread = kNoThread; int64_t at_ns = 0, ran_ns = 0; };
struct Operation { uint16_t device = 0; int64_t begin_ns = 0; };

class Watch {
public:
    Watch(const TraceHeader& header, bool has_processors, uint32_t processors) : header_(header), state_(trace_state_begin(header)) {
        out_.has_processors = has_processors;
        out_.processors = processors;
    }
    void record(const Record& r);
    Result<Observation> finish();

private:
    const TraceHeader& header_;
    TraceState state_;
    Observation out_;
    std::vector<ThreadWatch> threads_;
    std::map<uint32_t, size_t> arrivals_;                // by packet: its place
    std::set<uint32_t> early_;                           // packets that ended before their `posted` was recorded
    std::map<uint64_t, Operation> operations_;           // that handlings started
    std::optional<Operation> ended_;                     // by the record before
    uint32_t running_ = 0, wanting_ = 0;                 // threads
    std::vector<Displaced> displaced_;                   // by processor: who lost it last
    int64_t other_ns_ = 0;                               // other work is counted up to here
    ObservedStart* post_ = nullptr;                      // whose packet's key the next record may tell
    std::string refused_;

    ThreadWatch& of(uint32_t thread) {
        if (threads_.size() <= thread) threads_.resize(size_t{thread} + 1);
        return threads_[thread];
    }
    void count(ThreadWatch& t, int64_t now_ns) {
        if (!t.blocked && (t.on || !out_.has_processors)) t.compute_ns += now_ns - t.counted_ns;
        t.counted_ns = now_ns;
    }
    void count_other(int64_t now_ns);
    void places(const Record& r);
    void shares(ThreadWatch& t, const Record& r);
    void begins(ThreadWatch& t, const Record& r);
    void get_called(const Record& r);
    void get_ends(ThreadWatch& t, const Record& r);
    void woke(const ThreadWatch& t, int64_t now_ns);
    void released(const Record& r);
    void get_returned(const Record& r);
    void completed(const Record& r);
    void block_begins(const Record& r);
    void block_ends(const Record& r);
    void processor(const Record& r);
    void posted(const Record& r);
    void detail(const Record& r);
    void io_started(const Record& r);
    void look(const Record& r);
};

void Watch::count_other(int64_t now_ns) {
    const auto passed = static_cast<double>(now_ns - other_ns_);
    const uint32_t free = out_.processors > running_ ? out_.processors - running_ : 0;
    out_.other.kept_ns += passed * std::min(free, wanting_);
    out_.other.wanted_ns += passed * std::min(out_.processors, running_ + wanting_);
    other_ns_ = now_ns;
}

// Who has a processor, and who wants one.
void Watch::places(const Record& r) {
    const bool gets = r.kind == Kind::on_processor, leaves = r.kind == Kind::off_processor || r.kind == Kind::block_begin || r.kind == Kind::parked || r.kind == Kind::thread_exit;
    const bool wants = r.kind == Kind::released || r.kind == Kind::ready || (leaves && (r.flags & kPreempted) != 0 && r.kind == Kind::off_processor);
    if (!out_.has_processors || r.thread == kNoThread || !(gets || leaves || wants)) return;
    ThreadWatch& t = of(r.thread);
    count_other(r.time_ns);
    const bool was_on = t.placed, was_wanting = t.wants;
    if (gets || r.kind == Kind::off_processor) t.placed = gets;
    if (r.kind == Kind::released) t.free_wake = running_ + wanting_ < out_.processors;
    // Who finds a processor free wants it once it is ready: what comes before that is the wake.
    t.wants = wants && !t.placed && !(r.kind == Kind::released && t.free_wake);
    running_ += static_cast<uint32_t>(t.placed) - static_cast<uint32_t>(was_on);
    wanting_ += static_cast<uint32_t>(t.wants) - static_cast<uint32_t>(was_wanting);
    if (gets && t.lost_ns >= 0) out_.other.lengths.push_back(r.time_ns - t.lost_ns);
    const bool loses = t.wants && !was_wanting && running_ < out_.processors && r.kind == Kind::off_processor;
    t.lost_ns = loses ? r.time_ns : -1;
    shares(t, r);
}

// One of them takes the processor that another one had: their slices.
void Watch::shares(ThreadWatch& t, const Record& r) {
    constexpr int64_t kAtOnceNs = 200'000;
    if (r.kind == Kind::on_processor) t.on_ns = r.time_ns;
    if (r.processor == kNoProcessor || (r.kind != Kind::on_processor && r.kind != Kind::off_processor)) return;
    if (displaced_.size() <= r.processor) displaced_.resize(size_t{r.processor} + 1);
    Displaced& last = displaced_[r.processor];
    if (r.kind == Kind::on_processor && last.thread != kNoThread && last.thread != r.thread && r.time_ns - last.at_ns <= kAtOnceNs) out_.slices.push_back(last.ran_ns);
    last = {};
    if (r.kind == Kind::off_processor && (r.flags & kPreempted) != 0 && r.argument == 0) last = {.thread = r.thread, .at_ns = r.time_ns, .ran_ns = r.time_ns - t.on_ns};
}

// The thread turns to the packet that it holds first.
void Watch::begins(ThreadWatch& t, const Record& r) {
    t.handling.reset();
    t.counted_ns = r.time_ns;
    t.compute_ns = 0;
    if (r.thread >= state_.threads.size() || state_.threads[r.thread].packets.empty()) return;
    const uint32_t first = state_.threads[r.thread].packets.front();
    const PacketTraceState* packet = state_.packets.find(first);
    if (packet == nullptr || packet->stop) return;
    t.handling = Handling{.packet = first, .thread = r.thread, .port = r.port, .key = packet->key, .begin_ns = r.time_ns, .end_ns = 0, .computes = {}, .blocks = {}, .starts = {}};
}

void Watch::get_called(const Record& r) {
    ThreadWatch& t = of(r.thread);
    count(t, r.time_ns);
    t.handling.reset();
    t.called_ns = r.time_ns;
    t.waits = r.time_ns == 0;
    t.released_ns = t.ready_ns = t.running_ns = -1;
    const ObservedWorker now{.port = r.port, .batch = std::max<uint32_t>(r.packet, 1), .timeout_ns = static_cast<int64_t>(std::min<uint64_t>(r.argument, INT64_MAX))};
    if (!t.worker) t.worker = now;
    if (t.worker->port != now.port) refused_ = "a thread asks more than one port";
    out_.other_timeouts += t.worker->timeout_ns != now.timeout_ns;
    t.worker->timeout_ns = std::max(t.worker->timeout_ns, now.timeout_ns);   // who polls before it waits is one who waits
    t.worker->batch = std::max(t.worker->batch, now.batch);
}

// What the call cost: a wake, or a look.
void Watch::get_ends(ThreadWatch& t, const Record& r) {
    const PacketTraceState* packet = state_.packets.find(r.packet);
    if (!header_.has_decisions && packet != nullptr && packet->posted_ns > t.called_ns) {
        t.waits = true;                                  // it had asked before the packet came
        t.released_ns = packet->within ? -1 : packet->posted_ns;
    }
    if (!t.waits) {
        count(t, r.time_ns);
        if (t.after_packet) out_.gets.push_back(t.compute_ns);
    } else if (t.released_ns >= 0) {
        woke(t, r.time_ns);
    }
}

// Where a processor was free all of it is the wake, but for what follows the moment at which the thread was ready. Where none was,
// the wait for one is in it.
void Watch::woke(const ThreadWatch& t, int64_t now_ns) {
    const bool ready = t.ready_ns >= t.released_ns, seen = t.running_ns >= t.released_ns;
    if (!out_.has_processors || (t.free_wake && seen)) out_.wakes.push_back(std::max<int64_t>((ready ? t.ready_ns : now_ns) - t.released_ns, 0));
    else if (seen) out_.busy_wakes.push_back(std::max<int64_t>(now_ns - t.released_ns, 0));
    if (t.free_wake && seen && ready) out_.switches.push_back(now_ns - t.ready_ns);
}

void Watch::released(const Record& r) {
    ThreadWatch& t = of(r.thread);
    t.released_ns = r.time_ns;
    t.ready_ns = t.running_ns = -1;
    const auto by = static_cast<uint32_t>(r.argument - 1);             // who frees the slot of a block is in it
    if ((r.flags & kFromQueue) != 0 && by < threads_.size() && threads_[by].blocked) out_.notices.push_back(r.time_ns - threads_[by].block_ns);
}

void Watch::get_returned(const Record& r) {
    ThreadWatch& t = of(r.thread);
    if (r.packet == kNoPacket || (r.flags & kNoPackets) != 0) return;
    if (t.handling && t.called_ns < 0) return;           // one more packet of the batch
    get_ends(t, r);
    t.called_ns = -1;
    t.on = true;
    begins(t, r);
}

void Watch::completed(const Record& r) {
    ThreadWatch& t = of(r.thread);
    count(t, r.time_ns);
    if (const auto at = arrivals_.find(r.packet); at != arrivals_.end()) out_.arrivals[at->second].completed_ns = r.time_ns;
    else early_.insert(r.packet);
    if (t.handling && t.handling->packet == r.packet && !t.blocked) {
        t.handling->computes.push_back(t.compute_ns);
        t.handling->end_ns = r.time_ns;
        out_.handlings.push_back(std::move(*t.handling));
    }
    begins(t, r);                                        // the next one of its batch
    t.after_packet = !t.handling;
}

void Watch::block_begins(const Record& r) {
    ThreadWatch& t = of(r.thread);
    count(t, r.time_ns);
    if (t.blocked) return;
    t.blocked = true;
    t.after_packet = false;
    t.block_ns = r.time_ns;
    t.asked_ns = (r.flags & kNoTime) == 0 && r.argument <= static_cast<uint64_t>(kDurationMax.ns) ? static_cast<int64_t>(r.argument) : 0;
    if (!t.handling) return;
    t.handling->computes.push_back(t.compute_ns);
    t.compute_ns = 0;
    if ((r.flags & kLockWait) != 0) ++out_.lock_waits;
    if ((r.flags & (kDeviceWait | kIoWait)) != 0) ++out_.device_waits;
}

void Watch::block_ends(const Record& r) {
    ThreadWatch& t = of(r.thread);
    if (!t.blocked) return;
    t.blocked = false;
    t.counted_ns = r.time_ns;
    // One that began before this handling is none of its waits.
    if (t.handling && t.handling->computes.size() > t.handling->blocks.size()) t.handling->blocks.push_back({t.asked_ns, r.time_ns - t.block_ns});
}

void Watch::processor(const Record& r) {
    ThreadWatch& t = of(r.thread);
    count(t, r.time_ns);
    t.on = r.kind == Kind::on_processor;
    if (t.on && t.running_ns < 0) t.running_ns = r.time_ns;
}

void Watch::posted(const Record& r) {
    const PacketTraceState* packet = state_.packets.find(r.packet);
    if (ended_ && packet != nullptr && packet->device != kNoDevice) {
        ObservedDevice& device = out_.devices[ended_->device];
        device.port = r.port;
        return;
    }
    ThreadWatch* t = r.thread == kNoThread ? nullptr : &of(r.thread);
    if (t != nullptr && t->handling) {
        t->handling->starts.push_back({.part = static_cast<uint32_t>(t->handling->blocks.size()), .port = r.port});
        post_ = &t->handling->starts.back();
        return;
    }
    arrivals_[r.packet] = out_.arrivals.size();

    out_.arrivals.push_back({.packet = r.packet, .port = r.port, .posted_ns = r.time_ns, .completed_ns = early_.count(r.packet) == 0 ? -1 : r.time_ns});
}

// Follows `posted`.
void Watch::detail(const Record& r) {
    if ((r.flags & (kError | kEarliest | kDepth | kOverlapped)) != 0) return;
    if (post_ != nullptr) post_->key = r.argument;
    else if (ended_) out_.devices[ended_->device].key = r.argument;
    else if (const auto at = arrivals_.find(r.packet); at != arrivals_.end() && at->second + 1 == out_.arrivals.size()) out_.arrivals[at->second].key = r.argument;
}

void Watch::io_started(const Record& r) {
    if ((r.flags & kDeviceWait) != 0 || r.thread == kNoThread) return;   // a synchronous one is a block
    ThreadWatch& t = of(r.thread);
    if (!t.handling) return;                                            // what it brings comes from outside
    const uint16_t device = device_of_argument(r.argument);
    t.handling->starts.push_back({.part = static_cast<uint32_t>(t.handling->blocks.size()), .device = device});
    operations_[operation_of_argument(r.argument)] = {device, r.time_ns};
}

void Watch::look(const Record& r) {
    switch (r.kind) {
        case Kind::port_opened:
            if (out_.limits.size() <= r.port) out_.limits.resize(size_t{r.port} + 1);
            out_.limits[r.port] = static_cast<uint32_t>(std::min<uint64_t>(r.argument, UINT32_MAX));
            break;
        case Kind::get_called: get_called(r); break;
        case Kind::parked: of(r.thread).waits = true; break;
        case Kind::released: released(r); break;
        case Kind::ready: of(r.thread).ready_ns = r.time_ns; break;
        case Kind::get_returned: get_returned(r); break;
        case Kind::completed: completed(r); break;
        case Kind::block_begin: block_begins(r); break;
        case Kind::block_end: block_ends(r); break;
        case Kind::on_processor: case Kind::off_processor: processor(r); break;
        case Kind::posted: posted(r); break;
        case Kind::detail: detail(r); break;
        case Kind::io_started: io_started(r); break;
        case Kind::suspended: refused_ = "a thread is suspended"; break;
        case Kind::apc: refused_ = "an APC is queued to a thread"; break;
        default: break;
    }
}

void Watch::record(const Record& r) {
    const bool counts = !trace_state_is_stop(state_, r) && (r.thread == kNoThread || !is_background(header_, r.thread));
    trace_state_apply(state_, header_, r);
    if (r.kind != Kind::detail) post_ = nullptr;
    if (r.kind == Kind::io_finished || r.kind == Kind::io_cancelled) {
        const auto begun = operations_.find(operation_of_argument(r.argument));
        ended_.reset();
        if (begun == operations_.end()) return;
        ended_ = begun->second;
        out_.devices[ended_->device].latencies.push_back(r.time_ns - ended_->begin_ns);
        operations_.erase(begun);
        return;
    }
    if (r.kind != Kind::posted && r.kind != Kind::detail && r.kind != Kind::io_detail) ended_.reset();
    if (counts) places(r);
    if (counts) look(r);
    if (r.kind == Kind::posted && !counts) ended_.reset();
}

Result<Observation> Watch::finish() {
    if (!refused_.empty()) return Error{.file = {}, .what = "this recording is more than arrivals, work and waits: " + refused_, .hint = {}};
    for (const ThreadWatch& t : threads_)
        if (t.worker) ++out_.workers[*t.worker];
    return std::move(out_);
}

}  // namespace

Result<Observation> observe(const Trace& trace, const Stop& stop) {
    const TraceHeader header = header_without_claims(trace.header);
    std::set<uint16_t> processors;
    for (const Record& r : trace.records)
        if (r.kind == Kind::on_processor) processors.insert(r.processor);
    const uint32_t count = header.processors_used > 0 ? header.processors_used : std::max<uint32_t>(static_cast<uint32_t>(processors.size()), 1);
    Watch watch(header, !processors.empty(), count);
    for (size_t i = 0; i < trace.records.size() && !stop.asked(i); ++i) watch.record(trace.records[i]);
    Result<Observation> seen = watch.finish();
    if (!seen) return seen;
    seen->end_ns = trace_end_ns(header, trace.records);
    return seen;
}

}  // namespace sim
