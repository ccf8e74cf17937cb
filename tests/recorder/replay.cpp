#include "tests/recorder/replay.h"

#include <algorithm>
#include <deque>

#include "sim/port/port.h"
#include "sim/trace/arguments.h"
#include "sim/trace/port_records.h"

namespace test {
namespace {

using sim::Kind;
using sim::PortThreadState;
using sim::Record;

class Replay {
public:
    explicit Replay(const sim::Trace& trace) : trace_(trace), calls_(trace.header.threads.size()), returns_(trace.header.threads.size()) {
        state_.threads.resize(trace.header.threads.size());
    }

    std::string run() {
        for (size_t i = 0; i < trace_.records.size(); ++i) {
            const Record& record = trace_.records[i];
            if (expected_.empty()) start(record, i);
            if (expected_.empty() || is_call(record.kind)) continue;
            Record same = expected_.front();
            same.processor = record.processor;
            if (same.kind == Kind::thread_exit || same.kind == Kind::port_closed) same.argument = record.argument;   // what is lost with it: the caller's to tell
            if (!(same == record)) return "record " + std::to_string(i) + " is " + text(record) + ", the rules give " + text(same);
            expected_.pop_front();
            if (const auto broken = sim::port_invariant_broken(state_); !broken.empty()) return "record " + std::to_string(i) + ": " + std::string(broken);
        }
        return expected_.empty() ? "" : "the last decision is not all there";
    }

private:
    const sim::Trace& trace_;
    sim::PortState state_;
    sim::Effects effects_;
    std::vector<Record> calls_;           // by thread: its get_called that was not decided; kind none: there is none
    // Where blocking was seen: waits elsewhere, in the order in which the port heard of them, which was at the next decision at the
    // latest, or when it let somebody go for one.
    std::vector<Record> unheard_;
    std::vector<bool> returns_;           // by thread: released, its get_returned is no decision
    std::deque<Record> expected_;
    uint32_t cause_ = sim::kNoThread;     // thread whose call or block is decided

    static std::string text(const Record& record) { return "kind " + std::to_string(static_cast<int>(record.kind)) + " of thread " + std::to_string(record.thread) + " at " + std::to_string(record.time_ns) + " ns"; }
    static bool is_call(Kind kind) {
        return kind == Kind::posted || kind == Kind::detail || kind == Kind::block_begin || kind == Kind::block_end || kind == Kind::io_started || kind == Kind::io_finished || kind == Kind::io_cancelled ||
               kind == Kind::io_detail || kind == Kind::call || kind == Kind::call_detail || kind == Kind::call_failed || kind == Kind::apc;
    }
    PortThreadState state_of(const Record& record) const { return state_.threads[record.thread].state; }

    void hear_one() {
        const sim::ThreadId thread{unheard_.front().thread};
        if (unheard_.front().kind == Kind::block_begin) sim::port_block(state_, thread, effects_);
        else sim::port_wake(state_, thread, effects_);
        unheard_.erase(unheard_.begin());
    }
    // Whether the port let somebody go for one of them: then that is what comes now.
    bool lets_go() {
        while (!unheard_.empty()) {
            const Record heard = unheard_.front();
            hear_one();
            if (std::any_of(effects_.items.begin(), effects_.items.end(), [](const sim::Effect& e) { return e.kind == sim::EffectKind::released; })) {
                cause_ = heard.thread;
                return true;
            }
            effects_.clear();
        }
        return false;
    }
    void waits(const Record& record) {
        if (sim::is_unseen_block(record)) return;
        if ((record.flags & sim::kHandleWait) != 0) return watches(record);
        if (trace_.header.blocking.seen()) return unheard_.push_back(record);
        const sim::ThreadId thread{record.thread};
        if (record.kind == Kind::block_begin) sim::port_block(state_, thread, effects_);
        else sim::port_wake(state_, thread, effects_);
    }
    // The port's own, and no block that it hears of.
    void watches(const Record& record) {
        if (record.kind == Kind::block_begin) return sim::port_watch(state_, {record.thread}, {static_cast<uint32_t>(record.argument)}, effects_);
        if (state_of(record) != PortThreadState::watching) return;
        sim::port_timeout(state_, {record.thread}, effects_);
        effects_.clear();                                     // no get has timed out
    }
    static bool decides(const Record& record) {
        if (record.kind == Kind::get_returned && (record.flags & sim::kInvalid) != 0) return false;
        if ((record.kind == Kind::block_begin || record.kind == Kind::block_end) && (record.flags & sim::kHandleWait) != 0) return true;
        return record.kind == Kind::posted || record.kind == Kind::apc || record.kind == Kind::thread_exit || record.kind == Kind::port_closed || record.kind == Kind::associated || record.kind == Kind::taken || record.kind == Kind::parked || record.kind == Kind::get_returned;
    }

    void get_decided(const Record& record) {
        Record& call = calls_[cause_];
        if (call.kind == Kind::get_called) sim::port_get(state_, {cause_}, {call.port}, {.batch_max = call.packet, .poll = call.argument == 0, .alertable = (call.flags & sim::kAlerted) != 0}, effects_);
        else if (state_of(record) == PortThreadState::looking) sim::port_look(state_, {record.thread}, effects_);
        else if (record.kind == Kind::get_returned) sim::port_timeout(state_, {record.thread}, effects_);
        call.kind = Kind::none;
    }

    // A record that begins a decision: makes it, and notes the records that must be there.
    void start(const Record& record, size_t at) {
        cause_ = record.thread;
        // K10: who asks another port lets a waiter of its former one go first.
        if (record.kind == Kind::taken && at + 1 < trace_.records.size() && trace_.records[at + 1].kind == Kind::released && trace_.records[at + 1].rule == sim::Rule::K10)
            cause_ = static_cast<uint32_t>(trace_.records[at + 1].argument) - 1;
        // A thread with a program of its own: it runs, and belongs to no port.
        if ((record.kind == Kind::thread_exit || record.kind == Kind::block_begin) && state_of(record) == PortThreadState::unknown) state_.threads[record.thread].state = PortThreadState::running;
        const bool own_return = record.kind == Kind::get_returned && returns_[record.thread];
        if (decides(record) && !own_return && lets_go()) {}
        else if (record.kind == Kind::get_called) calls_[record.thread] = record;
        else if (record.kind == Kind::port_opened) sim::port_open(state_, *sim::policy_from_name(trace_.header.ports[record.port].policy), static_cast<uint32_t>(record.argument), effects_);
        else if (record.kind == Kind::posted) sim::port_post(state_, {record.port}, {record.packet}, effects_);
        else if (record.kind == Kind::apc) {
            cause_ = sim::apc_caller(record.argument);
            sim::port_apc(state_, {record.thread}, effects_);
        } else if (record.kind == Kind::thread_exit) sim::port_exit(state_, {record.thread}, effects_);
        else if (record.kind == Kind::port_closed) sim::port_close(state_, {record.port}, effects_);
        else if (record.kind == Kind::get_returned && (record.flags & sim::kInvalid) != 0) calls_[record.thread].kind = Kind::none;   // it asked nobody
        else if (record.kind == Kind::block_begin || record.kind == Kind::block_end) waits(record);
        else if (own_return) returns_[record.thread] = false;
        else if (record.kind == Kind::associated || record.kind == Kind::taken || record.kind == Kind::parked || record.kind == Kind::get_returned) get_decided(record);
        std::vector<Record> records;
        sim::append_port_records(records, state_, effects_, {.time_ns = record.time_ns, .caller = cause_, .processor = sim::kNoProcessor});
        for (const sim::Effect& effect : effects_.items)
            if (effect.kind == sim::EffectKind::released) returns_[effect.thread.value] = true;
        expected_.assign(records.begin(), records.end());
        effects_.clear();
    }
};

}  // namespace

std::string illegal_decision(const sim::Trace& trace) { return Replay(trace).run(); }

}  // namespace test
