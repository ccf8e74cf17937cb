#include "sim/trace/raw_merge.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "sim/model/limits.h"
#include "sim/trace/arguments.h"
#include "sim/trace/etl_merge.h"
#include "sim/trace/observed.h"
#include "sim/trace/raw_events.h"
#include "sim/trace/raw_inside.h"
#include "sim/trace/raw_names.h"

namespace sim {
namespace {

constexpr uint32_t kTimeoutStatus = 0x102, kApcStatus = 0xC0, kAlertedStatus = 0x101, kAbandonedStatus = 0x80, kPendingStatus = 0x103, kInvalidHandleStatus = 0xC000'0008u;
constexpr uint32_t kSkipOnSuccess = 1;

bool is_error(uint32_t status) { return status >= 0xC000'0000u; }

struct Thread {
    uint32_t number = kNoThread;
    uint16_t port = kNoPort;
    uint32_t asked = 0;                   // handle of the open port whose get it is in
    std::vector<uint32_t> packets;        // it has taken and not come back for more
    RawInside::Calls inside;
};

struct File { uint32_t number; uint16_t port; bool skips = false; };

struct Post { uint32_t packet; uint32_t status, bytes; };

struct Operation {
    uint64_t number;
    uint16_t port;                        // kNoPort: the file's association was not seen
    uint16_t device;
    uint32_t thread, source;
    int64_t begin_ns, end_ns;
    bool at_once;                         // it had ended when the call returned
    IoDetail detail;
    size_t inside;                        // call that began it, kRawInNone
};

class Merge {
public:
    Merge(const RawTrace& raw, Trace& trace) : raw_(raw), trace_(trace), names_(raw.notes), inside_(trace.records) {}

    void run() {
        uint64_t alone = 0;
        for (const RawEvent& event : raw_events(raw_, alone)) {
            at_ns_ = event.at_ns;
            if (event.note != nullptr) note(*event.note);
            else if (!apply(event)) ++refused_;
        }
        if (refused_ > 0) trace_.losses.push_back({"of more threads or ports than a trace can hold", refused_});
        if (alone > 0) trace_.losses.push_back({"packets of gets whose own record was lost", alone});
        std::erase_if(trace_.records, [](const Record& record) { return record.kind == Kind::none; });   // calls that were overlapped
        trace_.header.sources = names_.sources();
        trace_.header.source_clients.assign(trace_.header.sources.size(), 0);
        std::stable_sort(trace_.records.begin(), trace_.records.end(), [](const Record& a, const Record& b) { return a.time_ns < b.time_ns; });
    }
    const std::vector<RawLife>& lives() const { return lives_; }

private:
    const RawTrace& raw_;
    Trace& trace_;
    RawNames names_;
    int64_t at_ns_ = 0;
    uint64_t refused_ = 0, operations_ = 0;
    uint32_t packets_ = 0;
    std::unordered_map<uint32_t, Thread> threads_;                       // by the system's number
    std::vector<RawLife> lives_;                                         // by the trace's number
    std::map<uint32_t, int64_t> starts_;                                 // of threads without a number so far
    std::map<uint32_t, std::string> thread_names_;                       // likewise
    std::unordered_map<uint32_t, uint16_t> ports_;                       // by handle
    std::unordered_map<uint32_t, uint16_t> closed_;                      // likewise, handles that were closed last
    std::vector<uint32_t> handles_;                                      // of each port that are open
    std::unordered_map<uint32_t, uint16_t> factories_;
    std::unordered_map<uint32_t, File> files_;
    std::map<std::tuple<uint16_t, uint64_t, uint64_t>, std::deque<Post>> posts_;   // by port, key, OVERLAPPED
    std::unordered_map<uint64_t, std::deque<Operation>> started_;        // by OVERLAPPED
    RawInside inside_;

    Record& add(Kind kind, uint32_t thread, uint16_t port, int64_t at_ns) {
        Record record;
        record.time_ns = at_ns;
        record.kind = kind;
        record.thread = thread;
        record.port = port;
        trace_.records.push_back(record);
        return trace_.records.back();
    }
    Record& add(Kind kind, uint32_t thread, uint16_t port) { return add(kind, thread, port, at_ns_); }

    // A thread has a number from the first time on that it has to do with a port.
    Thread* thread(uint32_t id) {
        Thread& thread = threads_[id];
        if (thread.number != kNoThread) return &thread;
        if (trace_.header.threads.size() >= kThreadsMax) return nullptr;
        thread.number = static_cast<uint32_t>(trace_.header.threads.size());
        const auto named = thread_names_.find(id);
        trace_.header.threads.push_back(named != thread_names_.end() ? named->second : "thread." + std::to_string(id));
        const auto started = starts_.find(id);
        lives_.push_back({.id = id, .number = thread.number, .begin_ns = started != starts_.end() ? started->second : at_ns_});
        add(Kind::thread_start, thread.number, kNoPort, lives_.back().begin_ns);
        return &thread;
    }

    // concurrency: none where it was made before the recording began.
    uint16_t open_port(uint32_t handle, std::optional<uint32_t> concurrency, uint64_t caller) {
        if (trace_.header.ports.size() >= kPortsMax) return kNoPort;
        const auto number = static_cast<uint16_t>(trace_.header.ports.size());
        const uint32_t limit = !concurrency ? 0 : *concurrency == 0 ? trace_.header.processors_used : *concurrency;
        trace_.header.ports.push_back({.name = (caller == 0 ? "port" : names_.stem_of(caller)) + '.' + std::to_string(number + 1), .concurrency = concurrency.value_or(0), .limit = limit, .policy = {}});
        trace_.header.program.ports.push_back({.handle = handle, .limit_known = concurrency.has_value(), .batches = {}, .depth_max = 0});
        handles_.push_back(1);
        ports_[handle] = number;
        add(Kind::port_opened, kNoThread, number).argument = limit;
        return number;
    }
    uint16_t port_of(uint32_t handle) {
        const auto at = ports_.find(handle);
        return at != ports_.end() ? at->second : open_port(handle, std::nullopt, 0);
    }
    // fails: the get may be one on a handle that was closed; else a handle that came from elsewhere has a port of its own.
    uint16_t port_asked(const RawRecord& record, bool fails) {
        const auto closed = closed_.find(record.handle);
        if (fails && (record.flags & kRawFactory) == 0 && !ports_.contains(record.handle) && closed != closed_.end()) return closed->second;
        if ((record.flags & kRawFactory) == 0) return port_of(record.handle);
        const auto at = factories_.find(record.handle);
        if (at != factories_.end()) return at->second;
        return factories_[record.handle] = open_port(record.handle, std::nullopt, 0);
    }

    void note(const RawText& note);
    bool apply(const RawEvent& event);
    bool created(const RawRecord& record);
    bool posted(const RawRecord& record);
    bool asked(const RawRecord& record);
    bool returned(const RawEvent& event);
    uint32_t packet_of(const RawRecord& entry, uint16_t port, std::vector<Record>& after);
    uint32_t from_kernel(const RawRecord& entry, uint16_t port, std::vector<Record>& after);
    void unreferred(uint16_t port, bool by_file);
    bool closed(const RawRecord& record);
    bool associated(const RawRecord& record);
    bool submitted(const RawRecord& record);
    bool waits(const RawRecord& record);
    bool inside(const RawRecord& record);
    void leaves(uint32_t id);
    void completes(Thread& thread);
};

void Merge::note(const RawText& note) {
    if (note.kind == RawNoteKind::thread_name) {
        const auto id = static_cast<uint32_t>(note.a);
        const auto at = threads_.find(id);
        if (at != threads_.end() && at->second.number != kNoThread) trace_.header.threads[at->second.number] = note.text;
        else thread_names_[id] = note.text;
    } else if (note.kind == RawNoteKind::handle_name) {
        const auto at = files_.find(static_cast<uint32_t>(note.a));
        if (at != files_.end()) trace_.header.files[at->second.number] = note.text;
    } else if (note.kind == RawNoteKind::hook) {
        std::vector<std::string>& list = static_cast<RawHookState>(note.a) == RawHookState::refused ? trace_.header.program.refused : trace_.header.program.hooks;
        if (static_cast<RawHookState>(note.a) != RawHookState::absent) list.push_back(note.text);
    }
}

bool Merge::created(const RawRecord& record) {
    if (record.kind == RawKind::port_copied) {
        if (const auto file = files_.find(record.other); file != files_.end()) {
            const File same = file->second;
            files_.insert_or_assign(record.handle, same);
            return true;
        }
        const uint16_t port = port_of(record.other);
        if (port == kNoPort) return false;
        ports_[record.handle] = port;
        ++handles_[port];
        return true;
    }
    const bool made = record.kind == RawKind::port_created;
    return open_port(record.handle, made ? std::optional(record.count) : std::nullopt, record.value) != kNoPort;
}

bool Merge::posted(const RawRecord& record) {
    Thread* poster = thread(record.thread);
    if (poster == nullptr) return false;
    if (is_error(record.other)) {
        const auto at = ports_.find(record.handle);
        add(Kind::call_failed, poster->number, at != ports_.end() ? at->second : kNoPort).argument = failed_argument(FailedCall::post, WhyFailed::port_closed, kNoThread);
        return true;
    }
    const uint16_t port = port_of(record.handle);
    if (port == kNoPort) return false;
    const uint32_t packet = packets_++;
    Record& out = add(Kind::posted, poster->number, port);
    out.packet = packet;
    out.processor = record.processor;
    out.argument = names_.identity(record.value, "");
    if (record.key != 0) {
        Record& detail = add(Kind::detail, poster->number, port);
        detail.packet = packet;
        detail.argument = record.key;
    }
    if (record.overlapped != 0) {
        Record& detail = add(Kind::detail, poster->number, port);
        detail.packet = packet;
        detail.flags = kOverlapped;
        detail.argument = record.overlapped;
    }
    posts_[{port, record.key, record.overlapped}].push_back({packet, record.status, record.count});
    return true;
}

// Whoever comes back for more has done with what it had.
void Merge::completes(Thread& thread) {
    for (const uint32_t packet : thread.packets) add(Kind::completed, thread.number, thread.port).packet = packet;
    thread.packets.clear();
}

bool Merge::asked(const RawRecord& record) {
    Thread* asks = thread(record.thread);
    const uint16_t port = port_asked(record, true);
    if (asks == nullptr || port == kNoPort) return false;
    completes(*asks);
    asks->inside.clear();
    asks->port = port;
    asks->asked = handles_[port] > 0 ? record.handle : 0;
    Record& out = add(Kind::get_called, asks->number, port);
    out.packet = record.count;
    out.argument = record.value;
    out.processor = record.processor;
    if ((record.flags & kRawAlertable) != 0) out.flags = kAlerted;
    return true;
}

uint16_t end_of(uint32_t status) {
    if (status == kTimeoutStatus) return kTimedOut;
    if (status == kApcStatus || status == kAlertedStatus) return kAlerted;
    if (status == kAbandonedStatus) return kAbandoned;
    return status == kInvalidHandleStatus ? kInvalid : kError;
}

bool Merge::returned(const RawEvent& event) {
    const RawRecord& record = *event.record;
    Thread* asks = thread(record.thread);
    const bool in_it = asks != nullptr && asks->asked == record.handle;    // the handle may be closed, or another port's, by now
    const uint16_t port = in_it ? asks->port : port_asked(record, record.count == 0 && is_error(record.status));
    if (asks == nullptr || port == kNoPort) return false;
    asks->port = port;
    asks->asked = 0;
    if (record.count == 0) {
        Record& out = add(Kind::get_returned, asks->number, port);
        out.flags = end_of(record.status);
        out.processor = record.processor;
        return true;
    }
    TraceProgramPort& figures = trace_.header.program.ports[port];
    ++figures.batches[record.count];
    asks->packets.clear();
    std::vector<Record> after;                         // what is said of its packets
    for (size_t i = 0; i <= event.entries; ++i) {
        const uint32_t packet = packet_of(event.record[i], port, after);
        Record& out = add(Kind::get_returned, asks->number, port);
        out.packet = packet;
        out.argument = i == 0 ? record.count : 0;
        out.processor = record.processor;
        asks->packets.push_back(packet);
    }
    for (const Record& one : after) trace_.records.push_back(one);
    if (record.other == kRawNoDepth) return true;
    figures.depth_max = std::max(figures.depth_max, record.other);
    Record& depth = add(Kind::detail, asks->number, port);
    depth.packet = asks->packets.front();
    depth.flags = kDepth;
    depth.argument = record.other;
    return true;
}

// A post with the same port, key, OVERLAPPED, status and bytes; the oldest. Else it came from the kernel.
uint32_t Merge::packet_of(const RawRecord& entry, uint16_t port, std::vector<Record>& after) {
    const auto bytes = static_cast<uint32_t>(entry.value);
    const auto at = posts_.find({port, entry.key, entry.overlapped});
    if (at == posts_.end()) return from_kernel(entry, port, after);
    const auto same = std::find_if(at->second.begin(), at->second.end(), [&](const Post& post) { return post.status == entry.status && post.bytes == bytes; });
    if (same == at->second.end()) return from_kernel(entry, port, after);
    const uint32_t packet = same->packet;
    at->second.erase(same);
    if (at->second.empty()) posts_.erase(at);
    return packet;
}

uint32_t Merge::from_kernel(const RawRecord& entry, uint16_t port, std::vector<Record>& after) {
    const uint32_t packet = packets_++;
    const auto say = [&](Kind kind, int64_t at_ns, uint16_t flags, uint64_t argument) {
        Record record;
        record.time_ns = at_ns;
        record.kind = kind;
        record.port = port;
        record.flags = flags;
        record.argument = argument;
        if (kind != Kind::io_finished) record.packet = packet;
        if (at_ns < at_ns_) trace_.records.push_back(record);
        else after.push_back(record);
    };
    int64_t earliest_ns = 0, latest_ns = at_ns_;
    uint64_t identity = names_.identity(0, "not seen");
    const auto pending = started_.find(entry.overlapped);
    if (pending != started_.end()) {
        std::deque<Operation>& list = pending->second;
        const auto op = std::find_if(list.begin(), list.end(), [&](const Operation& one) { return one.port == port || one.port == kNoPort; });
        if (op != list.end()) {
            earliest_ns = op->begin_ns;
            if (op->at_once) latest_ns = std::min(at_ns_, std::max(op->end_ns, op->begin_ns));
            identity = names_.identity_of(op->source);
            say(Kind::io_finished, latest_ns, kWithin, io_argument({op->device}, op->number));
            inside_.was_overlapped(op->inside);
            list.erase(op);
            if (list.empty()) started_.erase(pending);
        }
    }
    say(Kind::posted, latest_ns, kWithin, identity);
    say(Kind::detail, latest_ns, kEarliest, static_cast<uint64_t>(earliest_ns));
    if (entry.key != 0) say(Kind::detail, latest_ns, 0, entry.key);
    if (entry.overlapped != 0) say(Kind::detail, latest_ns, kOverlapped, entry.overlapped);
    if (is_error(entry.status)) say(Kind::detail, latest_ns, kError, raw_error_of(entry.status));
    return packet;
}

// K32: a port is gone when neither a handle nor a file refers to it.
void Merge::unreferred(uint16_t port, bool by_file) {
    const bool kept = std::any_of(files_.begin(), files_.end(), [port](const auto& file) { return file.second.port == port; });
    if (handles_[port] > 0 || (by_file && kept)) return;
    uint64_t queued = 0;
    for (auto post = posts_.lower_bound({port, 0, 0}); post != posts_.end() && std::get<0>(post->first) == port;) {
        queued += post->second.size();
        post = kept ? std::next(post) : posts_.erase(post);
    }
    Record& out = add(Kind::port_closed, kNoThread, port);
    out.argument = kept ? 0 : queued;
    if (kept) out.flags = kKeepsSlot;
}

bool Merge::closed(const RawRecord& record) {
    if (const auto file = files_.find(record.handle); file != files_.end()) {
        const uint16_t port = file->second.port;
        files_.erase(file);
        unreferred(port, true);
    }
    const auto at = ports_.find(record.handle);
    if (at == ports_.end()) return true;
    const uint16_t port = closed_[record.handle] = at->second;
    ports_.erase(at);
    --handles_[port];
    unreferred(port, false);
    return true;
}

bool Merge::associated(const RawRecord& record) {
    Thread* caller = thread(record.thread);
    const uint16_t port = port_of(record.other);
    if (caller == nullptr || port == kNoPort) return false;
    if (trace_.header.files.size() >= kFilesMax) return false;
    const auto number = static_cast<uint32_t>(trace_.header.files.size());
    trace_.header.files.push_back("handle 0x" + raw_hex(record.handle));
    files_[record.handle] = {number, port};
    add(Kind::call, caller->number, port).argument = call_argument({.call = ApiCall::create_io_completion_port, .reason = ApiReason::none, .error = 0, .file = {number}, .other = 0});
    if (record.key != 0) add(Kind::call_detail, caller->number, port).argument = record.key;
    return true;
}

bool Merge::submitted(const RawRecord& record) {
    Thread* caller = thread(record.thread);
    if (caller == nullptr) return false;
    const auto file = files_.find(record.handle);
    Operation operation{.number = operations_++, .port = file == files_.end() ? kNoPort : file->second.port, .device = names_.device(static_cast<RawCall>(record.count), trace_.header.devices),
                        .thread = caller->number, .source = names_.source(record.value, raw_call_name(static_cast<RawCall>(record.count))), .begin_ns = at_ns_, .end_ns = raw_.ns_of(record.end),
                        .at_once = record.status != kPendingStatus, .detail = {}, .inside = file != files_.end() || caller->inside.empty() ? kRawInNone : caller->inside.back()};   // who is in a call of a port's file does not wait in it
    const bool skips = file != files_.end() && file->second.skips && record.status == 0;
    const bool no_packet = is_error(record.status) || skips;
    if (file != files_.end()) operation.detail.file = {file->second.number};
    operation.detail.outcome = !operation.at_once ? IoOutcome::pending : skips ? IoOutcome::success_without_packet : is_error(record.status) ? IoOutcome::error : IoOutcome::success;
    const uint64_t argument = io_argument({operation.device}, operation.number);
    Record& out = add(Kind::io_started, caller->number, operation.port);
    out.argument = argument;
    out.flags = kDetailed;
    if (caller->packets.size() == 1) out.packet = caller->packets.front();
    add(Kind::io_detail, caller->number, operation.port).argument = io_detail_argument(operation.detail);
    if (!no_packet) {
        std::deque<Operation>& started = started_[record.overlapped];
        // An OVERLAPPED is in one operation at a time: of an earlier one no packet came. What a wait packet carries may be in several.
        if (record.count != static_cast<uint32_t>(RawCall::wait_packet)) started.clear();
        started.push_back(operation);
        return true;
    }
    Record& end = add(Kind::io_finished, kNoThread, operation.port, std::max(operation.end_ns, at_ns_));
    end.argument = argument;
    end.flags = kNoAnswer | kWithin;
    return true;
}

bool Merge::waits(const RawRecord& record) {
    Thread* waits = thread(record.thread);
    if (waits == nullptr) return false;
    const bool begins = record.kind == RawKind::wait_called;
    Record& out = add(begins ? Kind::block_begin : Kind::block_end, waits->number, waits->port);
    out.flags = kWaitCall;
    out.argument = begins ? record.value : record.status;
    out.processor = record.processor;
    if (waits->packets.size() == 1) out.packet = waits->packets.front();
    return true;
}

bool Merge::inside(const RawRecord& record) {
    Thread* caller = thread(record.thread);
    if (caller == nullptr) return false;
    Record block;
    block.thread = caller->number;
    block.port = caller->port;
    if (caller->packets.size() == 1) block.packet = caller->packets.front();
    block.argument = names_.device(static_cast<RawCall>(record.count), trace_.header.devices);
    inside_.apply(record, block, {.begin_ns = std::min(raw_.ns_of(record.begin), at_ns_), .at_ns = at_ns_}, caller->inside);
    return true;
}

void Merge::leaves(uint32_t id) {
    const auto at = threads_.find(id);
    if (at != threads_.end() && at->second.number != kNoThread) {
        completes(at->second);
        add(Kind::thread_exit, at->second.number, kNoPort);
        lives_[at->second.number].end_ns = at_ns_;
    }
    threads_.erase(id);                                // the number may come again, for another thread
    starts_.erase(id);
    thread_names_.erase(id);
}

// False: a trace has no room for it.
bool Merge::apply(const RawEvent& event) {
    const RawRecord& record = *event.record;
    switch (record.kind) {
        case RawKind::thread_start:
            leaves(record.thread);
            starts_[record.thread] = at_ns_;
            return true;
        case RawKind::thread_exit: leaves(record.thread); return true;
        case RawKind::port_created: case RawKind::port_named: case RawKind::port_copied: return created(record);
        case RawKind::posted: return posted(record);
        case RawKind::get_called: return asked(record);
        case RawKind::get_returned: return returned(event);
        case RawKind::closed: return closed(record);
        case RawKind::associated: return associated(record);
        case RawKind::notification:
            if (const auto file = files_.find(record.handle); file != files_.end()) file->second.skips = file->second.skips || (record.count & kSkipOnSuccess) != 0;
            return true;
        case RawKind::submitted: return submitted(record);
        case RawKind::wait_called: case RawKind::wait_returned: return waits(record);
        case RawKind::io_called: case RawKind::io_returned: return inside(record);
        case RawKind::factory_created:
            factories_[record.handle] = port_of(record.other);
            return true;
        case RawKind::none: case RawKind::get_entry: case RawKind::kind_count: break;
    }
    return true;
}

}  // namespace

Result<Trace> raw_merge(const RawTrace& raw, const RawMergeOptions& options) {
    Trace trace;
    trace.header = raw.header;
    trace.header.record_cost_ns = raw.record_cost_ns + raw.clock_cost_ns;
    trace.header.program.clock_cost_ns = raw.clock_cost_ns;
    trace.header.program.round_trip_ns = raw.round_trip_ns;
    trace.header.program.round_trip_recorded_ns = raw.round_trip_recorded_ns;
    trace.header.clock = raw.has_tsc ? "processor's counter, paced by QueryPerformanceCounter" : "QueryPerformanceCounter";
    trace.losses = raw.losses;
    trace.damage = raw.damage;
    Merge merge(raw, trace);
    merge.run();
    if (options.kernel != nullptr) etl_merge(*options.kernel, raw, merge.lives(), trace);
    if (const Status kept = raw_keep_only(trace, options); !kept) return kept.error();
    trace.records.insert(trace.records.begin(), options.tried.begin(), options.tried.end());
    trace.whole = trace.damage.empty();
    return trace;
}

}  // namespace sim
