// The `port` backend: real threads, each parked on a futex of its own; the rules are the model's (sim/port) behind one lock.
// port_backend.cpp: the calls; port_verbs.cpp: those of threads that leave, ports that close and files; port_seeing.cpp: what the kernel tells of blocking, where it tells.
#pragma once
#include <memory>
#include <mutex>
#include <thread>

#include "recorder/common/session.h"
#include "recorder/linux/blocking.h"
#include "recorder/linux/real_objects.h"
#include "recorder/linux/switches.h"
#include "sim/model/port.h"

namespace recorder {

/// sees_blocking: by context switches, which the system has to allow (switches.h); else the block steps report themselves.
std::unique_ptr<Backend> make_port_backend(Session& session, bool sees_blocking);
/// Rings that it needs beside those of the threads, where it sees blocking.
constexpr uint32_t port_backend_rings(uint32_t processors) { return processors + 1; }

enum Signal : uint32_t { kParked = 0, kReleased = 1, kLook = 2, kStopped = 3, kPortGone = 4, kAlerted = 5 };

// Where a thread waits, and what it is handed there. `given` belongs to the lock.
struct Slot {
    std::atomic<uint32_t> signal{kParked};
    std::vector<uint32_t> given;
    int64_t released_ns = 0;
    uint32_t working = sim::kNoPacket;    // that it was given last; none of a batch, which it works through without a word. The lock's
    bool known = false;                   // by its number to the system. The lock's
    sim::PortId port;                     // that its get asks; the thread's own
    uint32_t apcs = 0, apcs_run = 0;      // user APCs: queued to it, that its get returns for. The lock's
    uint16_t watch_flags = 0;             // how its wait on a handle ended, and by which rule. The lock's
    sim::Rule watch_rule = sim::Rule::none;
    uint16_t reason = 0;                  // of the block that it is in: the flags of its end. The lock's
};

// From the beginning of a call on the port to its end: no wait in it is a block.
class Inside {
public:
    Inside(Blocking& blocking, uint32_t thread) : blocking_(blocking), thread_(thread) {
        if (thread_ != sim::kNoThread) blocking_.enters(thread_, monotonic_ns());
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside() {
        if (thread_ != sim::kNoThread) blocking_.leaves(thread_, monotonic_ns());
    }

private:
    Blocking& blocking_;
    uint32_t thread_;
};

// What one decision leaves to do after the lock: records in order, threads to wake.
struct Outcome {
    std::vector<sim::Record> records;
    std::vector<uint32_t> wake;
    bool took = false, waits = false, timed_out = false, alerted = false;
    std::vector<uint32_t> packets;        // of `took`
};

class PortBackend final : public Backend {
public:
    PortBackend(Session& session, bool sees_blocking) : session_(session), sees_blocking_(sees_blocking), slots_(sim::thread_count(session.scenario)), blocking_(slots_.size()) {
        state_.threads.resize(slots_.size());
        for (const sim::WorkerParams& worker : session.scenario.workers)
            for (uint32_t i = 0; i < worker.count; ++i) workers_.push_back(&worker);
    }
    PortBackend(const PortBackend&) = delete;
    PortBackend& operator=(const PortBackend&) = delete;
    ~PortBackend() override;

    sim::Status open() override;
    sim::Status before_workers() override;
    void begin_program(uint32_t thread, sim::PortId serves) override;
    bool is_waiting(uint32_t thread) override;
    void get(uint32_t thread, sim::PortId port, Got& got) override;
    std::vector<Posting> post(uint32_t thread, const std::vector<Posting>& postings) override;
    bool block(uint32_t thread, uint32_t packet, const Wait& wait) override;
    void exit(uint32_t thread, uint64_t lost) override;
    void close(uint32_t thread, sim::PortId port) override;
    void apc(uint32_t thread, uint32_t to) override;
    void watch(uint32_t thread, uint32_t packet, sim::PortId port, sim::Duration timeout) override;
    Started start(Operation& operation, Started expected) override;
    void read_at_once(Operation& operation) override;
    void answer(Operation& operation) override;
    void end(uint32_t caller, Operation& operation, std::vector<sim::Record> told, int64_t at_ns) override;
    void file_leaves(uint32_t thread, sim::PortId port) override;
    void file_joins(sim::PortId port) override;
    void stop() override;

private:
    Session& session_;
    const bool sees_blocking_;
    std::mutex mutex_;
    sim::PortState state_;
    sim::Effects effects_;
    bool stopped_ = false;
    std::vector<Slot> slots_;
    std::vector<const sim::WorkerParams*> workers_;   // by thread
    RealObjects real_;
    std::atomic<uint32_t> over_{0};                   // where block steps sleep: 1 ends them

    // Times in the trace. Decisions have times of their own, each later than the one before: their order in the trace is the
    // order of the lock. What switches mean has the switches' times, in the order in which it was heard, and stands after the
    // last call that was decided without it; only what a block lets go comes later than the block.
    int64_t caught_up_ns_ = 0;                        // everything before is known
    int64_t last_decision_ns_ = 0, last_call_ns_ = 0, last_seen_ns_ = 0;

    // Seeing (blocking.h). All but the atomics of `blocking_` belong to the lock.
    Blocking blocking_;
    std::unique_ptr<SwitchRings> switches_;
    std::vector<Switch> batch_;
    std::vector<Seen> seen_;
    std::thread watcher_;
    int wake_watcher_ = -1;

    int64_t decision_time(int64_t not_before_ns) {
        return last_decision_ns_ = session_.clock.started() ? std::max({not_before_ns, last_decision_ns_ + 1, last_seen_ns_ + 1}) : 0;
    }
    int64_t call_time() { return last_call_ns_ = decision_time(caught_up_ns_); }
    void catch_up(Outcome& outcome);
    void heard(const Seen& seen, Outcome& outcome);
    void heard_block(sim::Record record, const Seen& seen, Outcome& outcome);
    void heard_return(sim::Record record, Ring& ring);
    void is_awake(uint32_t thread, Outcome& outcome);
    void watch();
    bool displaced_for_nothing() const;
    bool rest(uint32_t thread, const Wait& wait);
    bool waits(uint32_t thread, const Wait& wait, int64_t until_ns);
    void returns_closed(uint32_t thread, sim::PortId port, Outcome& outcome);
    void describe_end(sim::Record& record) const;
    void enter(uint32_t thread, Outcome& outcome);
    void tell_watch_end(uint32_t thread, sim::PortId port, uint16_t flags, sim::Rule rule, Outcome& outcome);
    bool post_one(uint32_t thread, const Posting& posting, Outcome& outcome);
    void arrives(uint32_t poster, const Posting& posting, int64_t time_ns, uint16_t error, Outcome& outcome);
    void decided(uint32_t caller, int64_t time_ns, Outcome& outcome);
    void wake(uint32_t thread);
    void carry_out(uint32_t caller, const Outcome& outcome);
    int64_t due_ns(uint32_t thread, int64_t deadline_ns) const;
    bool wait(uint32_t thread, int64_t deadline_ns, Got& got);
    bool look_again(uint32_t thread, Got& got);
    bool time_out(uint32_t thread, Got& got);
    void returns(uint32_t thread, std::vector<uint32_t> packets, int64_t not_before_ns, Got& got);
};

}  // namespace recorder
