#include "sim/identify/history.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "sim/model/limits.h"
#include "sim/trace/arguments.h"
#include "sim/trace/observed.h"

namespace sim {
namespace {

/// For how long some processor has run none of the trace's threads, and none of them was seen ready: while one is, the processor does other work.
class Idle {
public:
    explicit Idle(const std::vector<Record>& records) {
        for (const Record& record : records)
            if (record.kind == Kind::on_processor && record.processor < kProcessorsMax) {
                if (record.processor >= busy_.size()) busy_.resize(size_t{record.processor} + 1, Runs::unseen);
                busy_[record.processor] = Runs::none;
            }
        free_ = static_cast<size_t>(std::count(busy_.begin(), busy_.end(), Runs::none));
    }
    void hear(const Record& record) {
        if (free_ > 0 && ready_.empty()) idle_ns_ += record.time_ns - last_ns_;
        last_ns_ = record.time_ns;
        if (record.kind == Kind::on_processor || record.kind == Kind::thread_exit) ready_.erase(record.thread);
        if (record.kind == Kind::off_processor && (record.flags & kPreempted) != 0) ready_.insert(record.thread);
        if ((record.kind != Kind::on_processor && record.kind != Kind::off_processor) || record.processor >= busy_.size()) return;
        Runs& runs = busy_[record.processor];
        const Runs now = record.kind == Kind::on_processor ? Runs::one : Runs::none;
        if (runs == Runs::unseen || runs == now) return;
        free_ = now == Runs::one ? free_ - 1 : free_ + 1;
        runs = now;
    }
    int64_t ns() const { return idle_ns_; }
    std::vector<uint16_t> processors() const {
        std::vector<uint16_t> out;
        for (size_t p = 0; p < busy_.size(); ++p)
            if (busy_[p] != Runs::unseen) out.push_back(static_cast<uint16_t>(p));
        return out;
    }

private:
    enum class Runs : uint8_t { unseen, none, one };
    std::vector<Runs> busy_;                      // by processor
    std::unordered_set<uint32_t> ready_;          // threads that were preempted and have no processor again
    size_t free_ = 0;
    int64_t idle_ns_ = 0, last_ns_ = 0;
};

// Wine's server is asked twice before a thread waits for a packet, and answers within a millisecond, if it is not itself kept waiting.
constexpr uint32_t kAnswers = 2;
constexpr int64_t kLongNs = 1'000'000;

class Reader {
public:
    explicit Reader(const std::vector<Record>& records) : records_(records), idle_(records) {}

    std::vector<CallHistory> run(const Stop& stop) {
        for (at_ = 0; at_ < records_.size() && !stop.asked(at_); ++at_) {
            const Record& record = records_[at_];
            if ((record.flags & kStop) != 0 && (record.kind == Kind::posted || record.kind == Kind::get_returned)) break;   // the recording is over
            if (record.thread != kNoThread && record.thread >= kThreadsMax) continue;
            idle_.hear(record);
            if (record.time_ns > 0) settle_start();
            end_posts(record);
            read(record);
        }
        std::vector<CallHistory> out;
        for (CallHistory& history : histories_) {
            if (history.steps.empty()) continue;
            history.processors = idle_.processors();
            out.push_back(std::move(history));
        }
        return out;
    }

private:
    const std::vector<Record>& records_;
    std::vector<CallHistory> histories_;
    std::vector<uint32_t> ask_;                   // by thread: its get that has not returned
    std::vector<uint16_t> serves_;                // by thread: the port that it asked last
    std::vector<bool> blocked_;
    struct Sleep {
        uint32_t times = 0;                       // in this get, not preempted
        bool off = false, undecided = false, parked = false, woken_from_wait = false;
        int64_t since_ns = 0;
        size_t woken = SIZE_MAX;                  // step by which it got a processor after it had surely been parked
    };
    std::vector<Sleep> sleep_;                    // by thread
    struct Open { uint16_t port; uint32_t post; };
    std::unordered_map<uint64_t, Open> open_posts_;        // by poster
    std::unordered_map<uint32_t, Open> post_of_;           // by packet: not ended
    size_t at_ = 0;
    bool started_ = false;
    Idle idle_;

    static constexpr uint64_t kSources = uint64_t{1} << 40;   // sources and devices of a recorder are one thread (recorder/README.md)
    uint64_t poster_of(const Record& posted) const {
        if (answers_operation()) return uint64_t{1} << 41 | posted.packet;
        if (posted.thread != kNoThread) return posted.thread;
        return kSources;
    }
    // The system queues it when it has dealt with the operation, some time after what the recorder has seen: in no order with other posts.
    bool answers_operation() const {
        for (size_t i = at_; i > 0 && records_[i - 1].time_ns == records_[at_].time_ns; --i) {
            const Kind kind = records_[i - 1].kind;
            if (kind == Kind::io_finished || kind == Kind::io_cancelled) return true;
            if (kind != Kind::io_detail) return false;
        }
        return false;
    }
    CallHistory& history(uint16_t port) {
        if (port >= histories_.size()) histories_.resize(size_t{port} + 1);
        histories_[port].port = port;
        return histories_[port];
    }
    void grow(const Record& record) {
        if (record.thread == kNoThread || record.thread < ask_.size()) return;
        ask_.resize(size_t{record.thread} + 1, kNoAsk);
        serves_.resize(ask_.size(), kNoPort);
        blocked_.resize(ask_.size(), false);
        sleep_.resize(ask_.size());
    }
    void step(CallHistory& h, CallStep::What what, uint32_t number, bool surely = false) {
        if (h.cut) return;
        h.steps.push_back({.what = what, .surely = surely, .processor = what == CallStep::What::runs ? records_[at_].processor : kNoProcessor, .number = number, .time_ns = records_[at_].time_ns, .idle_ns = idle_.ns()});
    }
    // What was called at time 0 waits in that order when the run begins (docs/design.md 3a.3, 8).
    void settle_start() {
        if (started_) return;
        started_ = true;
        for (CallHistory& h : histories_)
            for (uint32_t a = 0; a < h.asks.size(); ++a)
                if (h.asks[a].end == AskCall::End::open) step(h, CallStep::What::parked_at_start, a);
    }
    void end_post(const Open& open) {
        CallHistory& h = histories_[open.port];
        PostCall& post = h.posts[open.post];
        if (post_of_.erase(post.packet) == 0) return;
        post.ends_ns = records_[at_].time_ns;
        step(h, CallStep::What::post_ends, open.post);
    }
    // The poster does something else: its post is over.
    void end_posts(const Record& record) {
        if (record.kind == Kind::detail || record.kind == Kind::on_processor || record.kind == Kind::off_processor || record.kind == Kind::ready) return;
        const bool posts = record.kind == Kind::posted && record.thread == kNoThread;
        if (record.thread == kNoThread && !posts) return;
        const auto at = open_posts_.find(posts ? kSources : record.thread);
        if (at == open_posts_.end()) return;
        end_post(at->second);
        open_posts_.erase(at);
    }

    void asked(const Record& record) {
        const uint16_t before = serves_[record.thread];
        if (before != record.port && before != kNoPort) step(history(before), CallStep::What::leaves, record.thread);   // K10
        serves_[record.thread] = record.port;
        CallHistory& here = history(record.port);
        here.threads = std::max(here.threads, record.thread + 1);
        ask_[record.thread] = static_cast<uint32_t>(here.asks.size());
        sleep_[record.thread] = {.off = record.time_ns == 0, .undecided = true, .parked = record.time_ns == 0};
        here.asks.push_back({.thread = record.thread, .most = std::max(record.packet, uint32_t{1}), .poll = record.argument == 0, .packets = {}, .called_ns = record.time_ns});
        step(here, CallStep::What::asked, ask_[record.thread]);
    }
    // Its `posted` comes after the return that brings it, at the same moment: up to then, the kernel queued it.
    bool queued_unseen(uint32_t packet) const {
        for (size_t i = at_ + 1; i < records_.size() && records_[i].time_ns == records_[at_].time_ns; ++i)
            if (records_[i].kind == Kind::posted && records_[i].packet == packet) return (records_[i].flags & kWithin) != 0;
        return false;
    }
    void returned(const Record& record) {
        const uint32_t number = ask_[record.thread];
        CallHistory& h = history(record.port);
        if (number == kNoAsk || number >= h.asks.size() || h.asks[number].thread != record.thread) return;
        AskCall& ask = h.asks[number];
        ask_[record.thread] = kNoAsk;
        ask.returned_ns = record.time_ns;
        ask.end = record.packet != kNoPacket ? AskCall::End::packets : (record.flags & kTimedOut) != 0 ? AskCall::End::timed_out : AskCall::End::other;
        if (ask.end == AskCall::End::packets) ask.packets.push_back(record.packet);
        for (size_t i = at_ + 1; i < records_.size() && ask.packets.size() < record.argument; ++i) {   // the rest of the batch
            const Record& next = records_[i];
            if (next.thread != record.thread) continue;
            if (next.kind != Kind::get_returned || next.argument != 0 || next.packet == kNoPacket) break;
            ask.packets.push_back(next.packet);
        }
        for (const uint32_t packet : ask.packets) {
            h.cut = h.cut || queued_unseen(packet);
            const auto at = post_of_.find(packet);
            if (at == post_of_.end()) continue;
            const Open open = at->second;
            end_post(open);
        }
        if (ask.end == AskCall::End::packets && sleep_[record.thread].woken < h.steps.size()) h.steps[sleep_[record.thread].woken].surely = true;
        if (ask.end == AskCall::End::other) h.cut = true;
        step(h, CallStep::What::returned, number);
    }
    void posted(const Record& record) {
        CallHistory& h = history(record.port);
        const auto number = static_cast<uint32_t>(h.posts.size());
        const uint64_t poster = poster_of(record);
        h.posts.push_back({.packet = record.packet, .poster = poster, .begins_ns = record.time_ns});
        // Queued at some earlier moment that nobody saw: no order of such posts is known, and no policy is asked for what they do.
        if ((record.flags & kWithin) != 0) h.cut = true;
        step(h, CallStep::What::post_begins, number);
        post_of_[record.packet] = {record.port, number};
        open_posts_[poster] = {record.port, number};
    }
    void waits(const Record& record) {
        if (is_unseen_block(record) || serves_[record.thread] == kNoPort) return;
        CallHistory& h = history(serves_[record.thread]);
        const bool begins = record.kind == Kind::block_begin;
        if (begins == blocked_[record.thread]) return;
        blocked_[record.thread] = begins;
        const bool surely = (record.flags & (kSleep | kLockWait | kDeviceWait)) != 0 && (record.flags & kWaitCall) == 0;
        step(h, begins ? CallStep::What::block_begins : CallStep::What::block_ends, record.thread, surely);
    }

    // One that asks a server sleeps for the answers first: for its packet when it has slept before, and for long.
    void runs(const Record& record) {
        CallHistory& h = history(serves_[record.thread]);
        Sleep& sleep = sleep_[record.thread];
        if (ask_[record.thread] != kNoAsk && sleep.off && (!sleep.undecided || sleep.parked || (sleep.times > kAnswers && record.time_ns - sleep.since_ns >= kLongNs))) sleep.woken = h.steps.size();
        sleep.woken_from_wait = ask_[record.thread] != kNoAsk && sleep.off && !sleep.undecided;
        sleep.off = sleep.parked = false;
        step(h, CallStep::What::runs, record.thread);
    }
    void rests(const Record& record) {
        CallHistory& h = history(serves_[record.thread]);
        const bool waits = (record.flags & kPreempted) == 0, undecided = (record.flags & kUndecided) != 0;
        const bool surely = waits && !undecided && ask_[record.thread] != kNoAsk;
        Sleep& sleep = sleep_[record.thread];
        if (surely && sleep.woken_from_wait) ++h.in_vain;
        sleep = {.times = sleep.times + (waits ? 1 : 0), .off = waits, .undecided = undecided, .since_ns = record.time_ns, .woken = sleep.woken};
        h.sees_waits = h.sees_waits || surely;
        if (surely) step(h, CallStep::What::sleeps, record.thread);
        step(h, CallStep::What::rests, record.thread, waits);
    }

    void read(const Record& record) {
        grow(record);
        switch (record.kind) {
            case Kind::port_opened: history(record.port).limit = static_cast<uint32_t>(record.argument); break;
            case Kind::get_called: if (record.port < kPortsMax) asked(record); break;
            case Kind::get_returned: if (record.port < kPortsMax && (record.argument > 0 || record.packet == kNoPacket)) returned(record); break;
            case Kind::posted: if (record.port < kPortsMax) posted(record); break;
            case Kind::block_begin:
            case Kind::block_end: waits(record); break;
            case Kind::thread_exit:
                if (serves_[record.thread] != kNoPort) step(history(serves_[record.thread]), CallStep::What::leaves, record.thread);
                break;
            case Kind::on_processor: if (serves_[record.thread] != kNoPort) runs(record); break;
            case Kind::off_processor: if (serves_[record.thread] != kNoPort) rests(record); break;
            case Kind::limit_set: case Kind::port_closed: history(record.port).cut = true; break;
            case Kind::suspended: case Kind::resumed: case Kind::apc:
                for (CallHistory& h : histories_) h.cut = true;
                break;
            case Kind::none: case Kind::thread_start: case Kind::associated: case Kind::parked: case Kind::released: case Kind::queued: case Kind::handed_over: case Kind::taken: case Kind::completed: case Kind::ready:
            case Kind::io_started: case Kind::io_finished: case Kind::io_cancelled: case Kind::mark: case Kind::detail: case Kind::io_detail: case Kind::call: case Kind::call_failed:
            case Kind::call_detail: case Kind::release_tried: case Kind::limit_tried: case Kind::kind_count: break;
        }
    }
};

}  // namespace

std::vector<CallHistory> call_histories(const std::vector<Record>& records, const Stop& stop) {
    std::vector<CallHistory> out = Reader(records).run(stop);
    for (CallHistory& h : out) {
        if (stop.asked()) break;
        for (uint32_t a = 0; a < h.asks.size(); ++a)
            for (const uint32_t packet : h.asks[a].packets) h.got.emplace(packet, a);
        for (PostCall& post : h.posts)
            if (const auto at = h.got.find(post.packet); at != h.got.end()) post.ask = at->second;
    }
    return out;
}

}  // namespace sim
