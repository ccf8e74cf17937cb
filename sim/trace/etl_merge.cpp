#include "sim/trace/etl_merge.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "sim/trace/observed.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

// States and wait reasons of the CSwitch class.
constexpr uint8_t kReadyState = 1, kStandby = 3, kWaits = 5, kDeferredReady = 7;
constexpr uint8_t kReasonPageIn = 2, kReasonWrPageIn = 9;

struct Get {
    int64_t called_ns = 0, returned_ns = INT64_MAX;
    uint16_t port = kNoPort;
    std::vector<uint32_t> packets;
    uint32_t takes = 0;                       // of kernel queues, while it was inside
    std::vector<std::optional<int64_t>> queued_ns;   // by entry of the last of them
};

// A call that may wait, as the program's recording has it.
struct Call {
    int64_t begin_ns = 0, end_ns = INT64_MAX;
    uint16_t flags = 0;
    uint64_t argument = 0, result = 0;        // of its block_begin, of its block_end
    bool keep = false;                        // the kernel's events can't say whether it waited
};

struct Thread {
    std::vector<Get> gets;                    // in time order
    std::vector<Call> calls;
    bool is_off = false, is_ready = false, waits = false, blocks = false;
    Record block_end;                         // of the block that goes on
};

struct Processor { bool known = false; uint32_t id = 0; int64_t since_ns = 0; };

struct Hole { uint16_t processor; int64_t from_ns, to_ns; };

class Kernel {
public:
    Kernel(const Etl& etl, const RawTrace& raw, const std::vector<RawLife>& lives, Trace& trace) : etl_(etl), raw_(raw), trace_(trace) {
        for (const RawLife& life : lives) lives_[life.id].push_back(life);
        for (auto& [id, list] : lives_) std::stable_sort(list.begin(), list.end(), [](const RawLife& a, const RawLife& b) { return a.begin_ns < b.begin_ns; });
        for (const EtlHole& hole : etl.holes) holes_.push_back({hole.processor, hole.from == 0 ? INT64_MIN : ns_of(hole.from), hole.to == UINT64_MAX ? INT64_MAX : ns_of(hole.to)});
    }
    void run();

private:
    const Etl& etl_;
    const RawTrace& raw_;
    Trace& trace_;
    std::unordered_map<uint32_t, std::vector<RawLife>> lives_;         // by the system's number
    std::vector<Thread> threads_;                                      // by the trace's
    std::map<uint16_t, Processor> processors_;
    std::vector<Hole> holes_;
    std::vector<Record> out_;
    std::unordered_map<uint64_t, int64_t> queued_;                     // entries that nobody has taken yet, and when they were queued
    std::unordered_map<uint32_t, int64_t> moments_;                    // by packet

    int64_t ns_of(uint64_t counter) const {
        const bool before = counter < raw_.start_counter;
        const auto passed = static_cast<double>(before ? raw_.start_counter - counter : counter - raw_.start_counter);
        const double ns = std::min(passed * 1e9 / static_cast<double>(raw_.counter_frequency), 9e18);
        return before ? -static_cast<int64_t>(ns) : static_cast<int64_t>(ns);
    }
    // A moment of the kernel's is a tick rounded down, those of the program may be finer: it lies between its ns and this. A thread neither waits nor takes
    // a packet, returns and calls within one tick; so what is in the same tick as the beginning of a call is inside it, what is in that of its end is after it.
    int64_t latest(int64_t at_ns) const { return at_ns + (raw_.counter_frequency < 1'000'000'000 ? static_cast<int64_t>(1'000'000'000 / raw_.counter_frequency) - 1 : 0); }
    bool certain(uint16_t processor, int64_t from_ns, int64_t to_ns) const {
        return std::none_of(holes_.begin(), holes_.end(), [=](const Hole& hole) { return (hole.processor == processor || hole.processor == kEveryProcessor) && hole.from_ns < to_ns && hole.to_ns > from_ns; });
    }
    bool certain(int64_t from_ns, int64_t to_ns) const {
        return std::none_of(holes_.begin(), holes_.end(), [=](const Hole& hole) { return hole.from_ns < to_ns && hole.to_ns > from_ns; });
    }
    const RawLife* life_of(uint32_t id, int64_t at_ns) const {
        const auto list = lives_.find(id);
        if (list == lives_.end()) return nullptr;
        const auto after = std::upper_bound(list->second.begin(), list->second.end(), at_ns, [](int64_t ns, const RawLife& life) { return ns < life.begin_ns; });
        return after == list->second.begin() ? nullptr : &*std::prev(after);
    }
    // The last that begins no later.
    template <class List, class Begin>
    auto last_at(List& list, int64_t at_ns, Begin begin) {
        const auto after = std::upper_bound(list.begin(), list.end(), at_ns, [begin](int64_t ns, const auto& one) { return ns < one.*begin; });
        return after == list.begin() ? nullptr : &*std::prev(after);
    }
    Record& add(Kind kind, uint32_t thread, int64_t at_ns) {
        Record record;
        record.time_ns = at_ns;
        record.kind = kind;
        record.thread = thread;
        out_.push_back(record);
        return out_.back();
    }

    void read_calls();
    uint32_t packet_at(Thread& thread, int64_t at_ns);
    void gets_processor(const RawLife& life, uint16_t processor, int64_t at_ns);
    void leaves_processor(const EtlEvent& event, int64_t at_ns, const Processor& was);
    void leaves_unseen(const Processor& was);
    void begins_wait(const RawLife& life, const EtlEvent& event, int64_t at_ns);
    void ends_block(Thread& thread, int64_t at_ns);
    void made_ready(const EtlEvent& event, int64_t at_ns);
    void taken(const EtlEvent& event, int64_t at_ns);
    void find_moments();
    void set_moments();
    void drop_calls();
    void count_lost();
};

// What the program's own recording says of each thread's gets and calls.
void Kernel::read_calls() {
    threads_.resize(trace_.header.threads.size());
    for (const Record& record : trace_.records) {
        if (record.thread >= threads_.size()) continue;
        Thread& thread = threads_[record.thread];
        const bool inside = !thread.gets.empty() && thread.gets.back().returned_ns == INT64_MAX;
        if (record.kind == Kind::get_called) thread.gets.push_back({.called_ns = record.time_ns, .port = record.port, .packets = {}, .queued_ns = {}});
        if (record.kind == Kind::get_returned) {
            const bool more = record.packet != kNoPacket && record.argument == 0 && !inside && !thread.gets.empty();
            if (!inside && !more) thread.gets.push_back({.called_ns = record.time_ns, .port = record.port, .packets = {}, .queued_ns = {}});
            Get& get = thread.gets.back();
            get.returned_ns = record.time_ns;
            if (record.packet != kNoPacket) get.packets.push_back(record.packet);
        }
        if ((record.flags & kWaitCall) == 0) continue;
        if (record.kind == Kind::block_begin) thread.calls.push_back({.begin_ns = record.time_ns, .flags = record.flags, .argument = record.argument});
        if (record.kind == Kind::block_end && !thread.calls.empty() && thread.calls.back().end_ns == INT64_MAX) {
            thread.calls.back().end_ns = record.time_ns;
            thread.calls.back().result = record.argument;
        }
    }
    const int64_t start_ns = ns_of(etl_.start_ticks);
    for (Thread& thread : threads_)
        for (Call& call : thread.calls) call.keep = call.begin_ns < start_ns || !certain(call.begin_ns, call.end_ns);
}

// In work, where that is known: it has taken just one and not come back.
uint32_t Kernel::packet_at(Thread& thread, int64_t at_ns) {
    const Get* get = last_at(thread.gets, latest(at_ns), &Get::called_ns);
    return get != nullptr && get->returned_ns <= latest(at_ns) && get->packets.size() == 1 ? get->packets.front() : kNoPacket;
}

void Kernel::ends_block(Thread& thread, int64_t at_ns) {
    if (!thread.blocks) return;
    thread.blocks = false;
    thread.block_end.time_ns = at_ns;
    out_.push_back(thread.block_end);
}

void Kernel::gets_processor(const RawLife& life, uint16_t processor, int64_t at_ns) {
    Thread& thread = threads_[life.number];
    ends_block(thread, at_ns);
    thread.is_off = false;
    Record& on = add(Kind::on_processor, life.number, at_ns);
    on.processor = processor;
    on.packet = packet_at(thread, at_ns);
    ++trace_.header.program.kernel.switches;
}

// That it ran is told once its end is known, so that nothing is told where one of the two is missing.
void Kernel::leaves_processor(const EtlEvent& event, int64_t at_ns, const Processor& was) {
    const RawLife* life = life_of(event.old_thread, at_ns);
    if (life == nullptr) return;
    const int64_t since_ns = was.known ? was.since_ns : ns_of(etl_.start_ticks);
    if (since_ns >= life->end_ns) return;                              // another thread of that number
    Thread& thread = threads_[life->number];
    const bool whole = (!was.known || was.id == event.old_thread) && certain(event.processor, since_ns, at_ns);
    if (whole) {
        gets_processor(*life, event.processor, std::max(since_ns, life->begin_ns));
        if (event.state == kWaits) begins_wait(*life, event, at_ns);
        Record& off = add(Kind::off_processor, life->number, at_ns);
        off.processor = event.processor;
        if (event.state == kReadyState || event.state == kStandby || event.state == kDeferredReady) off.flags = kPreempted;
        else if (event.state == kWaits) off.argument = uint64_t{event.wait_reason} + 1;
    } else {
        ends_block(thread, was.known && was.id == event.old_thread ? std::max(since_ns, life->begin_ns) : at_ns);   // by now at the latest: the thread has run
        if (event.state == kWaits) begins_wait(*life, event, at_ns);
    }
    thread.is_off = true;
    thread.is_ready = false;
    thread.waits = event.state == kWaits;
}

// It got the processor, and what became of it is not known.
void Kernel::leaves_unseen(const Processor& was) {
    const RawLife* life = was.known ? life_of(was.id, was.since_ns) : nullptr;
    if (life == nullptr || was.since_ns >= life->end_ns) return;
    ends_block(threads_[life->number], was.since_ns);
    threads_[life->number].is_off = false;
}

// Outside of its gets every wait is a block.
void Kernel::begins_wait(const RawLife& life, const EtlEvent& event, int64_t at_ns) {
    Thread& thread = threads_[life.number];
    const Get* get = last_at(thread.gets, latest(at_ns), &Get::called_ns);
    if (at_ns >= life.end_ns || (get != nullptr && latest(at_ns) < get->returned_ns)) return;
    const Call* call = last_at(thread.calls, latest(at_ns), &Call::begin_ns);
    if (call != nullptr && latest(at_ns) >= call->end_ns) call = nullptr;
    if (call != nullptr && call->keep) return;                         // it is told already
    Record& begin = add(Kind::block_begin, life.number, at_ns);
    if (get != nullptr) begin.port = get->port;
    begin.packet = packet_at(thread, at_ns);
    begin.processor = event.processor;
    if (call != nullptr) begin.flags = call->flags;
    else if (event.wait_reason == kReasonPageIn || event.wait_reason == kReasonWrPageIn) begin.flags = kPageIn;
    begin.argument = call != nullptr ? call->argument : 0;
    thread.block_end = begin;
    thread.block_end.kind = Kind::block_end;
    thread.block_end.processor = kNoProcessor;
    thread.block_end.argument = call != nullptr ? call->result : 0;
    thread.blocks = true;
}

// Where it is told before the thread has left its processor, it says nothing that the next on_processor does not.
void Kernel::made_ready(const EtlEvent& event, int64_t at_ns) {
    const RawLife* life = life_of(event.thread, at_ns);
    if (life == nullptr || at_ns >= life->end_ns) return;
    Thread& thread = threads_[life->number];
    if (!thread.is_off || !thread.waits || thread.is_ready) return;
    thread.is_ready = true;
    ends_block(thread, at_ns);
    Record& ready = add(Kind::ready, life->number, at_ns);
    ++trace_.header.program.kernel.readied;
    const auto on = processors_.find(event.processor);
    if (event.from_interrupt || on == processors_.end() || !on->second.known || !certain(event.processor, on->second.since_ns, at_ns)) return;
    const RawLife* by = life_of(on->second.id, at_ns);
    if (by != nullptr && at_ns < by->end_ns) ready.argument = uint64_t{by->number} + 1;
}

// Whose packets they are is certain only where they were taken inside a get of a thread.
void Kernel::taken(const EtlEvent& event, int64_t at_ns) {
    std::vector<std::optional<int64_t>> queued;
    for (uint32_t i = 0; i < event.count; ++i) {
        const auto at = queued_.find(etl_.entries[event.first + i]);
        queued.push_back(at != queued_.end() && certain(at->second, at_ns) ? std::optional(at->second) : std::nullopt);
        if (at != queued_.end()) queued_.erase(at);
    }
    const RawLife* life = life_of(event.thread, at_ns);
    if (life == nullptr || at_ns >= life->end_ns) return;
    Get* get = last_at(threads_[life->number].gets, latest(at_ns), &Get::called_ns);
    if (get == nullptr || at_ns > get->returned_ns) return;
    ++get->takes;
    get->queued_ns = std::move(queued);
}

// Of a get that took once, as many as it brought.
void Kernel::find_moments() {
    for (const Thread& thread : threads_)
        for (const Get& get : thread.gets) {
            if (get.takes != 1 || get.queued_ns.size() != get.packets.size() || !certain(get.called_ns, get.returned_ns)) continue;
            for (size_t i = 0; i < get.packets.size(); ++i)
                if (get.queued_ns[i]) moments_[get.packets[i]] = *get.queued_ns[i];
        }
}

// Where the moment lies inside the interval that is known without it, it takes its place: of the end of the operation, the post, and what is said of that.
void Kernel::set_moments() {
    std::vector<Record>& records = trace_.records;
    std::vector<bool> gone(records.size(), false);
    for (size_t i = 0; i < records.size(); ++i) {
        const auto moment = records[i].kind == Kind::posted && (records[i].flags & kWithin) != 0 ? moments_.find(records[i].packet) : moments_.end();
        if (moment == moments_.end() || moment->second > records[i].time_ns || moment->second < 0) continue;
        size_t end = i + 1;
        std::optional<size_t> earliest;
        for (; end < records.size() && records[end].kind == Kind::detail && records[end].packet == records[i].packet; ++end)
            if ((records[end].flags & kEarliest) != 0) earliest = end;
        if (!earliest || latest(moment->second) < static_cast<int64_t>(records[*earliest].argument)) continue;
        const int64_t at_ns = std::max(moment->second, static_cast<int64_t>(records[*earliest].argument));
        gone[*earliest] = true;
        const bool ends_operation = i > 0 && records[i - 1].kind == Kind::io_finished && (records[i - 1].flags & kWithin) != 0 && records[i - 1].time_ns == records[i].time_ns;
        for (size_t one = ends_operation ? i - 1 : i; one < end; ++one) records[one].time_ns = at_ns;
        for (size_t one = ends_operation ? i - 1 : i; one <= i; ++one) records[one].flags &= static_cast<uint16_t>(~kWithin);
        ++trace_.header.program.kernel.moments;
    }
    size_t kept = 0;
    for (size_t i = 0; i < records.size(); ++i)
        if (!gone[i]) records[kept++] = records[i];
    records.resize(kept);
}

// What the kernel shows to have waited has been told; what it shows not to have waited is no block.
void Kernel::drop_calls() {
    std::erase_if(trace_.records, [this](const Record& record) {
        if ((record.kind != Kind::block_begin && record.kind != Kind::block_end) || (record.flags & kWaitCall) == 0 || record.thread >= threads_.size()) return false;
        const Call* call = last_at(threads_[record.thread].calls, record.time_ns, &Call::begin_ns);
        return call != nullptr && !call->keep;
    });
}

void Kernel::count_lost() {
    std::string where;
    size_t more = 0;
    int64_t end_ns = INT64_MAX;               // from here on some processor's events are not certain
    for (const Hole& hole : holes_) {
        if (hole.processor == kEveryProcessor) where += (where.empty() ? "" : "; ") + std::string("where is not known");
        else if (hole.to_ns == INT64_MAX) end_ns = std::min(end_ns, std::max<int64_t>(hole.from_ns, 0));
        else if (where.size() > 200) ++more;
        else where += (where.empty() ? "" : "; ") + std::string("on processor ") + std::to_string(hole.processor) + " from " + time_text(std::max<int64_t>(hole.from_ns, 0)) + " to " + time_text(std::max<int64_t>(hole.to_ns, 0));
    }
    if (more > 0) where += "; and " + std::to_string(more) + " more";
    if (end_ns != INT64_MAX) where += (where.empty() ? "" : "; ") + std::string("at the end, from ") + time_text(end_ns) + " on";
    for (const std::string& damage : etl_.damage) trace_.losses.push_back({"kernel events: " + damage, 0});
    if (etl_.buffers_lost > 0) trace_.losses.push_back({"buffers of kernel events", etl_.buffers_lost});
    if (etl_.events_lost > 0 || !holes_.empty()) trace_.losses.push_back({"kernel events, lost " + where, etl_.events_lost});
}

void Kernel::run() {
    TraceKernelEvents& kernel = trace_.header.program.kernel;
    kernel.told = true;
    read_calls();
    for (const EtlEvent& event : etl_.events) {
        const int64_t at_ns = ns_of(event.ticks);
        switch (event.kind) {
            case EtlKind::context_switch: {
                Processor& processor = processors_[event.processor];
                if (processor.known && processor.id != event.old_thread) leaves_unseen(processor);
                if (event.old_thread != 0) leaves_processor(event, at_ns, processor);
                processor = {.known = true, .id = event.thread, .since_ns = at_ns};
                break;
            }
            case EtlKind::thread_ready: made_ready(event, at_ns); break;
            case EtlKind::queued:
                ++kernel.queued;
                queued_[event.entry] = at_ns;
                break;
            case EtlKind::taken:
                kernel.taken += event.count;
                taken(event, at_ns);
                break;
        }
    }
    for (const auto& [number, processor] : processors_) {              // who still runs
        const RawLife* life = processor.known ? life_of(processor.id, INT64_MAX) : nullptr;
        if (life == nullptr || processor.since_ns >= life->end_ns) continue;
        if (certain(number, processor.since_ns, INT64_MAX)) gets_processor(*life, number, std::max(processor.since_ns, life->begin_ns));
        else leaves_unseen(processor);
    }
    find_moments();
    set_moments();
    drop_calls();
    trace_.records.insert(trace_.records.end(), out_.begin(), out_.end());
    std::stable_sort(trace_.records.begin(), trace_.records.end(), [](const Record& a, const Record& b) { return a.time_ns < b.time_ns; });
    trace_.header.has_processors = true;
    count_lost();
}

}  // namespace

void etl_merge(const Etl& etl, const RawTrace& raw, const std::vector<RawLife>& lives, Trace& trace) {
    if (etl.frequency != raw.counter_frequency) {
        trace.losses.push_back({"kernel events: all, for their clock has another frequency than the recording's", etl.events.size()});
        return;
    }
    Kernel(etl, raw, lives, trace).run();
}

}  // namespace sim
