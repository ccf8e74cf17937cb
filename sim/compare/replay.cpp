#include "sim/compare/replay.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "sim/compare/second_port.h"
#include "sim/scenario/load.h"
#include "sim/trace/arguments.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

// A decision in the words of `portside rules`: "released worker.3 7", "queued 7", "waits worker.2".
std::string decision_text(const std::string& word, const std::string& who, const std::vector<std::string>& packets) {
    std::string out = word + ' ' + who;
    for (const std::string& packet : packets) out += ' ' + packet;
    return out;
}

// The options of the ports, as the scenario in the trace sets them.
std::vector<second_port::Options> options_of(const Trace& trace) {
    const Result<Scenario> scenario = scenario_parse(trace.header.scenario_text, trace.header.scenario, trace.header.sets);
    std::vector<second_port::Options> all;
    if (!scenario) return all;
    for (const PortParams& port : scenario.value().ports) {
        const PortOptions& o = port.options;
        all.push_back({.drain = o.drains_on_wake, .poll_takes = o.poll_takes, .classic = o.apc_classic, .never_abandon = o.never_abandons, .unrun_inactive = o.unrun_stops_counting, .page_runs = o.page_in_runs});
    }
    return all;
}

// Walks a recording: each recorded call goes to the second port, each recorded decision is held against what that port said.
class Replayer {
public:
    explicit Replayer(const Trace& trace) : trace_(trace), calling_(trace.header.threads.size(), Call{}), options_(options_of(trace)) {
        for (const std::string& name : trace.header.threads) ports_.threads.push_back({.name = name});
    }

    Replay run() {
        for (const Record& record : trace_.records) {
            if (record.thread != kNoThread && record.thread >= calling_.size()) continue;   // damaged
            if ((record.flags & kStop) == 0) read(record);
        }
        const int64_t end_ns = trace_.records.empty() ? 0 : trace_.records.back().time_ns;
        hear_all(end_ns);
        settle(end_ns);
        return replay_;
    }

private:
    struct Call { bool open = false; uint16_t port = 0; uint64_t most = 1; bool poll = false, alertable = false; };
    static constexpr std::array<std::string_view, 7> kDecided{"released", "queued", "took", "waits", "timed_out", "abandoned", "apc"};

    const Trace& trace_;
    second_port::Ports ports_;
    std::vector<Call> calling_;                   // by thread: a get that has been called and not decided
    std::vector<second_port::Options> options_;   // by port
    std::vector<std::string> expected_, recorded_;
    // Where a recorder saw blocking, a block has the time of its switch, and the port heard of it later: when it let somebody go, or
    // at the next call at the latest.
    struct Unheard { uint32_t thread; bool begins; };
    std::vector<Unheard> unheard_;
    std::set<uint32_t> ended_watches_;            // threads whose wait on a handle the second port has ended
    std::map<uint32_t, int> watches_again_;       // by thread: the port on whose handle it waited when it was suspended
    uint32_t apc_packet_ = kNoPacket;             // posted by the kernel APC of the record before
    Replay replay_;

    const std::string& thread(const Record& record) const { return trace_.header.threads[record.thread]; }
    bool port_known(uint16_t port) const { return port < ports_.ports.size(); }

    // What both said since the last call is compared place by place.
    void settle(int64_t time_ns) {
        const size_t longer = std::max(expected_.size(), recorded_.size());
        for (size_t i = 0; i < longer; ++i) {
            const std::string a = i < recorded_.size() ? recorded_[i] : "nothing", b = i < expected_.size() ? expected_[i] : "nothing";
            ++replay_.decisions;
            if (a == b) ++replay_.agree;
            else if (replay_.first_difference.empty()) replay_.first_difference = "before " + time_text(time_ns) + ": recorded '" + a + "', second port '" + b + "'";
        }
        expected_.clear();
        recorded_.clear();
    }

    void call(int64_t time_ns, const second_port::Effects& effects) {
        settle(time_ns);
        for (const second_port::Effect& effect : effects)
            if (std::find(kDecided.begin(), kDecided.end(), effect.word) != kDecided.end()) expected_.push_back(decision_text(effect.word, effect.who, effect.packets));
        for (const second_port::Effect& effect : effects) {     // told last, by block_end
            if (effect.word != "signalled") continue;
            expected_.push_back(decision_text(effect.word, effect.who, effect.packets));
            ended_watches_.insert(number_of(effect.who));
        }
    }

    // The first `count` waits elsewhere that the port has not heard of yet.
    void hear(size_t count, int64_t time_ns) {
        for (size_t i = 0; i < count; ++i) {
            const int t = static_cast<int>(unheard_[i].thread);
            call(time_ns, unheard_[i].begins ? ports_.block(t, false) : ports_.wake(t));
        }
        unheard_.erase(unheard_.begin(), unheard_.begin() + static_cast<std::ptrdiff_t>(count));
    }
    void hear_all(int64_t time_ns) { hear(unheard_.size(), time_ns); }
    // Up to the block of that thread which let somebody go: the last.
    void hear_of(uint32_t thread, int64_t time_ns) {
        size_t count = unheard_.size();
        while (count > 0 && !(unheard_[count - 1].thread == thread && unheard_[count - 1].begins)) --count;
        if (count > 0) hear(count, time_ns);
    }

    uint32_t number_of(const std::string& name) const {
        const auto& names = trace_.header.threads;
        return static_cast<uint32_t>(std::find(names.begin(), names.end(), name) - names.begin());
    }

    // The get that a thread has called is decided now: the port looks at it at the first record that shows the outcome.
    bool decide_get(const Record& record) {
        Call& called = calling_[record.thread];
        if (!called.open || !port_known(called.port)) return false;
        called.open = false;
        hear_all(record.time_ns);
        call(record.time_ns, ports_.get(static_cast<int>(record.thread), called.port, {.least = 1, .most = called.most, .poll = called.poll, .alertable = called.alertable}));
        return true;
    }

    void taken(const Record& record) {
        decide_get(record);
        const std::string start = "took " + thread(record);
        const std::string packet = ' ' + std::to_string(record.packet);
        if (!recorded_.empty() && recorded_.back().compare(0, start.size() + 1, start + ' ') == 0) recorded_.back() += packet;   // of a batch
        else recorded_.push_back(start + packet);
    }

    void released(const Record& record) {
        const uint64_t cause = record.argument;
        const bool by_get = record.rule == Rule::K10, by_block = record.rule == Rule::K17 && !unheard_.empty();
        if ((by_get || by_block) && cause > 0 && cause <= calling_.size()) {       // the get of another port, a block heard of now, freed the slot
            Record get = record;
            get.thread = static_cast<uint32_t>(cause - 1);
            const std::string took = recorded_.empty() ? "" : recorded_.back();     // told before, decided by this
            if (!recorded_.empty()) recorded_.pop_back();
            if (by_get) decide_get(get);
            else hear_of(get.thread, record.time_ns);
            if (!took.empty()) recorded_.push_back(took);
        }
        // What the queue gave with the release is told by `taken` before it: one decision, in one word.
        const std::string took = "took " + thread(record), gone = "released " + thread(record);
        const bool from_queue = !recorded_.empty() && recorded_.back().compare(0, took.size() + 1, took + ' ') == 0;
        if (from_queue) recorded_.back().replace(0, took.size(), gone);
        else recorded_.push_back(gone + ' ' + std::to_string(record.packet));
    }

    // A thread that is interrupted in its get and then finds packets is told as let go with them, `taken` before.
    static second_port::Effects as_let_go(second_port::Effects effects) {
        for (second_port::Effect& effect : effects)
            if (effect.word == "took") effect.word = "released";
        return effects;
    }

    second_port::State state_of(const Record& record) const { return ports_.threads[record.thread].state; }

    void returned(const Record& record) {
        const int t = static_cast<int>(record.thread);
        if ((record.flags & kInvalid) != 0) calling_[record.thread].open = false;   // it asked nobody
        if ((record.flags & kTimedOut) != 0) {
            if (!decide_get(record)) {
                hear_all(record.time_ns);
                call(record.time_ns, ports_.timeout(t));
            }
            recorded_.push_back("timed_out " + thread(record));
        }
        if ((record.flags & kAlerted) != 0) {
            decide_get(record);                                                     // else `apc` or `resumed` has ended its wait
            recorded_.push_back("apc " + thread(record));
        }
        if ((record.flags & kAbandoned) != 0) recorded_.push_back("abandoned " + thread(record));
    }

    void waits(const Record& record, bool begins) {
        const int t = static_cast<int>(record.thread), watched = static_cast<int>(record.argument);
        if (is_unseen_block(record)) return;
        if (trace_.header.blocking.seen()) return unheard_.push_back({record.thread, begins});
        if ((record.flags & kHandleWait) == 0) return call(record.time_ns, begins ? ports_.block(t, (record.flags & kPageIn) != 0) : ports_.wake(t));
        if (!port_known(static_cast<uint16_t>(record.argument))) return;
        if (begins) return call(record.time_ns, ports_.watch(t, watched));
        const bool waited = state_of(record) == second_port::State::watching;
        if ((record.flags & kTimedOut) != 0) {
            if (waited) call(record.time_ns, ports_.timeout(t));
            if (waited) recorded_.push_back("timed_out " + thread(record));
            return;
        }
        // What ended its wait was a call that the second port has heard of; a signalled handle ends it before it begins.
        const bool ended_by_others = ended_watches_.count(record.thread) > 0;
        if (!ended_by_others && !ports_.ports[static_cast<size_t>(watched)].open) return;   // closed while it was suspended
        if (!ended_by_others) call(record.time_ns, ports_.watch(t, watched));
        ended_watches_.erase(record.thread);
        recorded_.push_back("signalled " + thread(record));
    }

    void suspended(const Record& record) {
        const int t = static_cast<int>(record.thread);
        if (suspend_others(record.argument) > 0) return;
        switch (state_of(record)) {
            case second_port::State::blocked: return;                               // it is in no wait of a port and runs nowhere
            case second_port::State::watching:                                      // it watches again when it is resumed
                watches_again_[record.thread] = ports_.threads[record.thread].waits_on;
                ports_.timeout(t);
                return call(record.time_ns, ports_.suspend(t));
            case second_port::State::suspended: return call(record.time_ns, ports_.suspend_wait(t));   // O5: now it has run
            case second_port::State::running:
            case second_port::State::waiting: return call(record.time_ns, ports_.suspend(t, (record.flags & kKeepsSlot) != 0));
            case second_port::State::suspended_in_wait:
            case second_port::State::exited: return;
        }
    }

    void resumed(const Record& record) {
        const int t = static_cast<int>(record.thread);
        const second_port::State state = state_of(record);
        if (suspend_others(record.argument) > 0 || state == second_port::State::blocked) return;
        call(record.time_ns, as_let_go(ports_.resume(t)));
        const auto at = watches_again_.find(record.thread);
        if (at == watches_again_.end()) return;
        const int port = at->second;
        watches_again_.erase(at);
        if (!ports_.ports[static_cast<size_t>(port)].open) return;                  // its wait ended with the port: told by block_end
        call(record.time_ns, ports_.watch(t, port));
    }

    // K32: what keeps the port is one file here.
    void port_closed(const Record& record) {
        if (!port_known(record.port)) return;
        if (!ports_.ports[record.port].open) return ports_.close_file(record.port);
        if ((record.flags & kKeepsSlot) != 0) ports_.add_file(record.port);
        call(record.time_ns, ports_.close(record.port));
    }

    void apc(const Record& record) {
        const int t = static_cast<int>(record.thread);
        if ((record.flags & kKernelApc) == 0) return call(record.time_ns, ports_.apc(t));
        const uint32_t packet = apc_packet(record.argument);
        if (record.rule == Rule::K25) {
            call(record.time_ns, as_let_go(ports_.kernel_apc(t, packet == kNoPacket ? -1 : int{record.port}, std::to_string(packet))));
            apc_packet_ = packet;
        }
    }

    void read(const Record& record) {
        const int t = static_cast<int>(record.thread);
        const int64_t at = record.time_ns;
        switch (record.kind) {
            case Kind::port_opened: {
                const bool named = record.port < trace_.header.ports.size();
                ports_.open(record.port, named ? trace_.header.ports[record.port].name : "port", record.argument, named ? trace_.header.ports[record.port].policy : "nt", record.port < options_.size() ? options_[record.port] : second_port::Options{});
                break;
            }
            case Kind::port_closed: port_closed(record); break;
            case Kind::limit_set:
                if (port_known(record.port)) call(at, ports_.set_limit(record.port, record.argument));
                break;
            case Kind::thread_exit:
                hear_all(at);
                if (state_of(record) == second_port::State::running) call(at, ports_.exit(t));   // one that waits is stopped: the recording is over
                break;
            case Kind::get_called: calling_[record.thread] = {true, record.port, record.packet, record.argument == 0, (record.flags & kAlerted) != 0}; break;
            case Kind::posted:
                hear_all(at);
                if (port_known(record.port) && record.packet != apc_packet_) call(at, ports_.post(record.port, std::to_string(record.packet)));
                apc_packet_ = kNoPacket;
                break;
            case Kind::block_begin: waits(record, true); break;
            case Kind::block_end: waits(record, false); break;
            case Kind::suspended: suspended(record); break;
            case Kind::resumed: resumed(record); break;
            case Kind::apc: apc(record); break;
            case Kind::parked:
                decide_get(record);
                recorded_.push_back("waits " + thread(record));
                break;
            case Kind::queued: recorded_.push_back("queued " + std::to_string(record.packet)); break;
            case Kind::taken: taken(record); break;
            case Kind::released: released(record); break;
            case Kind::get_returned: returned(record); break;
            case Kind::none: case Kind::thread_start: case Kind::associated: case Kind::handed_over:
            case Kind::completed: case Kind::ready: case Kind::on_processor: case Kind::off_processor:
            case Kind::io_started: case Kind::io_finished: case Kind::io_cancelled: case Kind::io_detail: case Kind::call: case Kind::call_detail: case Kind::mark: case Kind::detail: case Kind::call_failed: case Kind::release_tried: case Kind::limit_tried: case Kind::kind_count: break;
        }
    }
};

// A policy that wakes and looks decides in two steps; the second port knows them only as one.
bool hands_over(const Trace& trace) {
    return std::all_of(trace.header.ports.begin(), trace.header.ports.end(), [](const TracePort& port) {
        const auto policy = policy_from_name(port.policy);
        return policy && policy_row(*policy).wake == WakeStyle::hand_over;
    });
}

// What its records don't say of a run that left its scenario: other options, gets that were under way, a decision against the rules.
bool left_untold(const TraceHeader& header) {
    const auto untold = [](const TraceBranch::Change& change) {
        const bool option = change.path.starts_with("port.") && !change.path.ends_with(".concurrency");
        return option || change.path.ends_with(".batch") || change.path.ends_with(".batch_min") || change.path.ends_with(".timeout");
    };
    return header.instead.record >= 0 || std::any_of(header.branches.begin(), header.branches.end(), [&untold](const TraceBranch& branch) { return std::any_of(branch.changes.begin(), branch.changes.end(), untold); });
}

}  // namespace

Replay replay_through_second_port(const Trace& trace) {
    if (!trace.header.has_decisions || !hands_over(trace) || left_untold(trace.header)) return {};
    return Replayer(trace).run();
}

}  // namespace sim
