#include "sim/identify/exact.h"

#include <algorithm>
#include <set>

#include "sim/identify/decision.h"
#include "sim/identify/seen.h"
#include "sim/port/policy.h"
#include "sim/port/port.h"
#include "sim/trace/arguments.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

/// So much copying of queues after contradictions; beyond it a variant is asked no more.
constexpr uint64_t kResyncMax = 100'000'000;

/// A call, and what was recorded of it until the next one.
struct Group {
    enum class What : uint8_t { none, post, get, look, block, wake, timeout, exit, close, rare };
    What what = What::none;
    uint32_t thread = kNoThread, packet = kNoPacket;
    uint16_t port = kNoPort;
    int64_t time_ns = 0;
    std::vector<Decision> recorded;
};

/// One variant's port, which hears every call.
class Asked {
public:
    explicit Asked(const Variant& variant) : variant_(variant) {}
    Explained answer;

    void hear(const Seen& seen, const Group& group);
    void settle(const TraceHeader& header, const Seen& seen, const Group& group, bool cut_off);

private:
    Variant variant_;
    PortState state_;
    Effects effects_;
    std::vector<Decision> expected_;
    bool can_tell_ = false;
    uint64_t resync_work_ = 0;
    std::set<uint64_t> smaller_;          // pairs of threads, the first of which must ask for less than the second

    bool decide(const Seen& seen, const Group& group);
    bool close(const Group& group);
    bool sizes_explain(const Seen& seen, const Group& group);
    bool is(uint32_t thread, PortThreadState wanted) const { return thread < state_.threads.size() && state_.threads[thread].state == wanted; }
    Rule rule_of_difference(const Group& group, size_t at) const;
};

// False: this variant can't say what such a call does, or not here.
bool Asked::decide(const Seen& seen, const Group& group) {
    const ThreadId thread{group.thread};
    const bool open = group.port < state_.ports.size() && group.port < seen.ports.size() && seen.ports[group.port].known && state_.ports[group.port].open;
    switch (group.what) {
        case Group::What::none: return true;
        case Group::What::post:
            if (!open && !(group.port < state_.ports.size() && state_.ports[group.port].alive())) return false;
            port_post(state_, {group.port}, {group.packet}, effects_);
            return true;
        case Group::What::get: {
            const SeenThread& t = seen.threads[group.thread];
            if (!open || !(is(group.thread, PortThreadState::running) || is(group.thread, PortThreadState::unknown))) return false;
            port_get(state_, thread, {group.port}, {.batch_max = t.most, .batch_min = policy_row(variant_.policy).delivery == Delivery::min_to_max ? std::min(t.least, t.most) : 1, .poll = t.poll, .alertable = t.alertable && policy_runs_apcs(variant_.policy)}, effects_);
            return true;
        }
        case Group::What::look:
            if (policy_row(variant_.policy).wake != WakeStyle::wake_and_look || !open || !is(group.thread, PortThreadState::looking)) return false;
            port_look(state_, thread, effects_);
            return true;
        case Group::What::block:
            if (is(group.thread, PortThreadState::unknown)) state_.threads[group.thread].state = PortThreadState::running;   // of no port
            if (!is(group.thread, PortThreadState::running)) return false;
            port_block(state_, thread, effects_);
            return true;
        case Group::What::wake:
            if (!is(group.thread, PortThreadState::blocked)) return false;
            port_wake(state_, thread, effects_);
            return true;
        case Group::What::timeout:
            if (!is(group.thread, PortThreadState::waiting)) return false;
            port_timeout(state_, thread, effects_);
            return true;
        case Group::What::exit:
            if (!is(group.thread, PortThreadState::running)) return false;
            port_exit(state_, thread, effects_);
            return true;
        case Group::What::close: return open && close(group);
        case Group::What::rare: return false;
    }
    return false;
}

// What closing does is known of Windows and Wine alone; O4 leaves it open for nt.
bool Asked::close(const Group& group) {
    const std::string_view name = policy_name(variant_.policy);
    if (name != "nt" && name != "wine8" && name != "wine10") return false;
    port_close(state_, {group.port}, effects_);
    return true;
}

// Where requests differ in size the smallest goes first, and no record holds a request's minimum: one that passes over a newer
// waiter asked for less, as it does each time, if that one may ask for more than one packet.
bool Asked::sizes_explain(const Seen& seen, const Group& group) {
    if (policy_row(variant_.policy).release != ReleaseOrder::by_request_size) return false;
    const auto is_woken = [](const Decision& d) { return d.what == Decision::What::woken; };
    const auto others = [&is_woken](std::vector<Decision> list) {
        std::erase_if(list, is_woken);
        return list;
    };
    const auto gone = std::find_if(group.recorded.begin(), group.recorded.end(), is_woken);
    const auto wanted = std::find_if(expected_.cbegin(), expected_.cend(), is_woken);
    if (others(group.recorded) != others(expected_) || std::count_if(group.recorded.begin(), group.recorded.end(), is_woken) > 1) return false;
    const auto may_ask_for_more = [&seen](uint32_t thread) { return seen.threads[thread].most > 1; };
    if (wanted == expected_.cend()) return gone != group.recorded.end() && may_ask_for_more(gone->thread);
    if (gone == group.recorded.end()) return may_ask_for_more(wanted->thread);
    if (!may_ask_for_more(wanted->thread) || smaller_.count(uint64_t{wanted->thread} << 32 | gone->thread) > 0) return false;
    smaller_.insert(uint64_t{gone->thread} << 32 | wanted->thread);
    return true;
}

void Asked::hear(const Seen& seen, const Group& group) {
    expected_.clear();
    effects_.clear();
    if (state_.threads.size() < seen.threads.size()) state_.threads.resize(seen.threads.size());
    can_tell_ = resync_work_ <= kResyncMax && decide(seen, group);
    append_decisions(effects_, expected_);
}

Rule Asked::rule_of_difference(const Group& group, size_t at) const {
    size_t n = 0;
    for (const Effect& effect : effects_.items) {
        Effects one;
        one(Effect{.kind = effect.kind, .from_queue = effect.from_queue, .port = effect.port, .thread = effect.thread}, nullptr);
        std::vector<Decision> decision;
        append_decisions(one, decision);
        if (!decision.empty() && n++ == at) return effect.rule;
    }
    if (variant_.policy != Policy::nt) return Rule::none;
    return group.what == Group::What::post ? Rule::K2 : Rule::K17;     // it lets nobody go
}

void Asked::settle(const TraceHeader& header, const Seen& seen, const Group& group, bool cut_off) {
    const size_t most = std::max(expected_.size(), group.recorded.size());
    const bool ended_by_apc = std::any_of(group.recorded.begin(), group.recorded.end(), [](const Decision& d) { return d.what == Decision::What::alerted; });
    const bool left_open = group.what == Group::What::close && group.recorded.empty() && variant_.policy == Policy::nt;   // O4
    const bool same = expected_ == group.recorded;
    const bool by_size = can_tell_ && !same && sizes_explain(seen, group);
    if (can_tell_ && same) {
        answer.agree += most;
        return;
    }
    if (!can_tell_ || ended_by_apc || left_open || by_size || cut_off) {
        answer.undecided += group.recorded.size();
    } else {
        bool said = false;
        for (size_t i = 0; i < most; ++i) {
            if (i < expected_.size() && i < group.recorded.size() && expected_[i] == group.recorded[i]) {
                ++answer.agree;
                continue;
            }
            ++answer.contradict;
            if (said || !answer.keeps(group.time_ns)) continue;
            said = true;                                  // one sentence tells the whole call
            answer.keep({group.time_ns, "At " + time_text(group.time_ns) + " " + decisions_text(header, group.recorded) + ", where by " + std::string(policy_name(variant_.policy)) + " " + decisions_text(header, expected_) + " (" +
                                            reason_text(variant_.policy, rule_of_difference(group, i)) + ")"});
        }
    }
    if (resync_work_ > kResyncMax) return;
    resync_work_ += seen.threads.size() + seen.ports.size();
    for (const SeenPort& port : seen.ports) resync_work_ += port.queue.size() + port.waiters.size();
    state_ = seen.as_ports(variant_);
}

/// Finds the calls in the records, and which decisions belong to each.
class Walk {
public:
    Walk(const Trace& trace, const std::vector<Variant>& variants, const Stop& stop) : trace_(trace), stop_(stop) {
        for (const Variant& variant : variants) asked_.emplace_back(variant);
    }

    std::vector<Explained> run() {
        find_minima();
        for (at_ = 0; at_ < trace_.records.size() && !stop_.asked(at_); ++at_) {
            const Record& record = trace_.records[at_];
            if ((record.flags & kStop) != 0 && (record.kind == Kind::posted || record.kind == Kind::get_returned)) break;   // the recording is over
            if (seen_.knows(record)) read(record);
        }
        hear_blocks(blocks_.size());
        settle(!trace_.whole || at_ < trace_.records.size());
        std::vector<Explained> out;
        for (Asked& asked : asked_) out.push_back(std::move(asked.answer));
        return out;
    }

private:
    const Trace& trace_;
    const Stop& stop_;
    Seen seen_;
    std::vector<Asked> asked_;
    Group group_;
    size_t at_ = 0;
    std::vector<Record> blocks_;          // waits elsewhere and their ends that the port has not heard of: at the next call, or when it lets somebody go for one
    std::vector<uint32_t> batch_;         // taken or handed over, and not yet told of as one decision

    // A thread that waits beside queued packets, of which it would take more than one, asks for more than there are, or may not.
    void find_minima() {
        if (std::none_of(trace_.records.begin(), trace_.records.end(), [](const Record& r) { return r.kind == Kind::get_called && r.packet > 1; })) return;
        Seen seen;
        for (size_t i = 0; i < trace_.records.size() && !stop_.asked(i); ++i) {
            const Record& record = trace_.records[i];
            if (!seen.knows(record)) continue;
            if (record.kind == Kind::parked && seen.threads[record.thread].most > 1) {
                SeenThread& t = seen.threads[record.thread];
                t.least = std::max(t.least, static_cast<uint32_t>(std::min<size_t>(seen.ports[record.port].queue.size() + 1, t.most)));
            }
            seen.apply(record);
        }
        seen_.threads.resize(seen.threads.size());
        for (size_t i = 0; i < seen.threads.size(); ++i) seen_.threads[i].least = seen.threads[i].least;
    }

    void settle(bool cut_off = false) {
        for (Asked& asked : asked_) asked.settle(trace_.header, seen_, group_, cut_off);
        group_ = {};
    }
    void begin(Group group) {
        settle();
        group_ = std::move(group);
        for (Asked& asked : asked_) asked.hear(seen_, group_);
    }
    void call(Group::What what, const Record& record) {
        hear_blocks(blocks_.size());
        begin({.what = what, .thread = record.thread, .packet = record.packet, .port = record.port, .time_ns = record.time_ns, .recorded = {}});
    }
    void hear_blocks(size_t count) {
        for (size_t i = 0; i < count; ++i) {
            const Record& record = blocks_[i];
            begin({.what = record.kind == Kind::block_begin ? Group::What::block : Group::What::wake, .thread = record.thread, .time_ns = record.time_ns, .recorded = {}});
            seen_.apply(record);
        }
        blocks_.erase(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(count));
    }
    // Its block let somebody go: the port has heard of that and of all before it.
    bool hear_block_of(uint32_t thread) {
        for (size_t i = blocks_.size(); i > 0; --i) {
            if (blocks_[i - 1].thread != thread || blocks_[i - 1].kind != Kind::block_begin) continue;
            hear_blocks(i);
            return true;
        }
        return false;
    }

    // Who a `taken` of a waiting thread comes from: the cause that its `released` names.
    uint32_t cause_of(const Record& taken) const {
        for (size_t i = at_ + 1; i < trace_.records.size() && i < at_ + 4096; ++i) {
            const Record& next = trace_.records[i];
            if (next.thread != taken.thread) continue;
            if (next.kind == Kind::released) return next.argument == 0 ? kNoThread : static_cast<uint32_t>(next.argument - 1);
            if (next.kind != Kind::taken) break;
        }
        return kNoThread;
    }
    void get(uint32_t thread, const Record& record) {
        Record as = record;
        as.thread = thread;
        as.port = seen_.threads[thread].asked;
        call(Group::What::get, as);
        seen_.threads[thread].asks = false;
    }
    // The first record that shows the outcome of a call which has no record at that moment.
    void first_of_outcome(const Record& record) {
        const SeenThread& t = seen_.threads[record.thread];
        if (t.asks) return get(record.thread, record);
        if (record.kind == Kind::get_returned && (record.flags & kTimedOut) != 0 && t.state == PortThreadState::waiting) return call(Group::What::timeout, record);
        if (group_.what == Group::What::get && group_.thread == record.thread && t.state != PortThreadState::waiting) return;
        if (group_.what == Group::What::look && group_.thread == record.thread && !batch_.empty()) return;
        if (record.kind == Kind::taken && t.state == PortThreadState::waiting) {
            const uint32_t cause = cause_of(record);
            if (cause < seen_.threads.size() && seen_.threads[cause].asks) get(cause, record);   // K10
            else if (cause != kNoThread) hear_block_of(cause);
            return;
        }
        if ((record.kind == Kind::taken || record.kind == Kind::parked) && t.state == PortThreadState::looking) return call(Group::What::look, record);
    }

    void decided(Decision::What what, const Record& record, bool with_batch) {
        group_.recorded.push_back({.what = what, .thread = record.thread, .packets = {}});
        if (with_batch) std::swap(group_.recorded.back().packets, batch_);
        batch_.clear();
    }
    void returned(const Record& record) {
        SeenThread& t = seen_.threads[record.thread];
        if ((record.flags & kInvalid) != 0) t.asks = false;             // it asked nobody
        if ((record.flags & (kInvalid | kError)) != 0 || t.released_with) return;
        first_of_outcome(record);
        if ((record.flags & kTimedOut) != 0) return decided(Decision::What::timed_out, record, false);
        if ((record.flags & kAbandoned) != 0) return decided(Decision::What::abandoned, record, false);
        if ((record.flags & kAlerted) != 0) return decided(Decision::What::alerted, record, false);
        if (!batch_.empty()) decided(Decision::What::took, record, true);
    }
    void released(const Record& record) {
        const bool from_queue = (record.flags & kFromQueue) != 0;
        if (record.packet == kNoPacket) return decided(Decision::What::woken, record, false);
        decided(from_queue ? Decision::What::let_go : Decision::What::handed_over, record, true);
    }
    void waits(const Record& record) {
        if (is_unseen_block(record)) return;
        if ((record.flags & (kHandleWait | kPageIn | kKeepsSlot)) == 0) return blocks_.push_back(record);
        call(Group::What::rare, record);
        seen_.apply(record);
    }

    void read(const Record& record) {
        switch (record.kind) {
            case Kind::posted: call(Group::What::post, record); return;
            case Kind::block_begin:
            case Kind::block_end: return waits(record);
            case Kind::associated: first_of_outcome(record); break;
            case Kind::taken:
                first_of_outcome(record);
                batch_.push_back(record.packet);
                break;
            case Kind::handed_over: batch_.push_back(record.packet); break;
            case Kind::parked:
                first_of_outcome(record);
                decided(Decision::What::waits, record, false);
                break;
            case Kind::queued:
                group_.recorded.push_back({.what = Decision::What::queued, .thread = kNoThread, .packets = {record.packet}});
                break;
            case Kind::released: released(record); break;
            case Kind::get_returned: returned(record); break;
            case Kind::thread_exit: call(Group::What::exit, record); break;
            case Kind::port_closed: call(Group::What::close, record); break;
            case Kind::port_opened: case Kind::limit_set: case Kind::suspended: case Kind::resumed: case Kind::apc: call(Group::What::rare, record); break;
            case Kind::none: case Kind::thread_start: case Kind::get_called: case Kind::completed: case Kind::ready: case Kind::on_processor: case Kind::off_processor: case Kind::io_started: case Kind::io_finished:
            case Kind::io_cancelled: case Kind::mark: case Kind::detail: case Kind::io_detail: case Kind::call: case Kind::call_failed: case Kind::call_detail: case Kind::release_tried: case Kind::limit_tried: case Kind::kind_count: break;
        }
        seen_.apply(record);
    }
};

}  // namespace

bool tells_decisions(const std::vector<Record>& records) {
    return std::any_of(records.begin(), records.end(), [](const Record& r) { return r.kind == Kind::parked || r.kind == Kind::queued || r.kind == Kind::taken || r.kind == Kind::released; });
}

std::vector<Explained> explain_decisions(const Trace& trace, const std::vector<Variant>& variants, const Stop& stop) { return Walk(trace, variants, stop).run(); }

}  // namespace sim
