// What one recording shares between its threads, and what a backend has to supply.
#pragma once
#include <atomic>
#include <string>
#include <vector>

#include "recorder/common/clock.h"
#include "recorder/common/gate.h"
#include "recorder/common/packets.h"
#include "recorder/common/ring.h"
#include "sim/base/check.h"
#include "sim/model/scenario.h"

namespace recorder {

struct Session {
    /// has_decisions: the backend decides by the rules, and its records name them.
    Session(const sim::Scenario& of, uint32_t in_force, RingFile& file, bool decides)
        : scenario(of), processors(in_force), rings(file), has_decisions(decides), held(sim::thread_count(of)), ended(held.size()), outside(held.size()), closed(of.ports.size()), gates(held.size()), gate_arguments(held.size()) {}

    const sim::Scenario& scenario;
    uint32_t processors;                  ///< in force
    RingFile& rings;
    RunClock clock;
    Packets packets;
    const bool has_decisions;
    std::string out{};                    ///< the recording's file, beside which temporary ones stand
    std::vector<std::atomic<bool>> held;  ///< by thread: back from its first get before the start, or ready to run its program; waits for the start
    std::vector<std::atomic<bool>> ended; ///< by thread: it has exited
    std::vector<std::atomic<bool>> outside;   ///< by thread: in a step's own work or wait, where it can be stopped without what the recorder needs
    std::vector<std::atomic<bool>> closed;   ///< by port: a step has closed it
    std::vector<Gate> gates;              ///< by thread: where it waits for what is not its port
    std::vector<std::atomic<uint64_t>> gate_arguments;   ///< by thread: of its block_end; set before its gate is opened
    std::atomic<bool> stop{false};        ///< work ends as soon as it can
    std::atomic<int64_t> stopped_ns{INT64_MAX};   ///< monotonic_ns() before `stop`: what the system tells of later is no part of the run

    Ring& ring_of(uint32_t thread) { return thread == sim::kNoThread ? rings.sources() : rings.of_thread(thread); }
    sim::Record record(sim::Kind kind, uint32_t thread, uint16_t port = sim::kNoPort) const {
        sim::Record r;
        r.time_ns = clock.now_ns();
        r.kind = kind;
        r.thread = thread;
        r.port = port;
        return r;
    }
};

/// As long as it lives the thread may be stopped where it is.
class Outside {
public:
    Outside(Session& session, uint32_t thread) : flag_(session.outside[thread]) { flag_.store(true); }
    Outside(const Outside&) = delete;
    Outside& operator=(const Outside&) = delete;
    ~Outside() { flag_.store(false); }

private:
    std::atomic<bool>& flag_;
};

struct Got {
    enum class How : uint8_t { packets, timed_out, abandoned, alerted, stopped };   ///< abandoned: the port is closed; alerted: user APCs ran
    How how = How::stopped;
    std::vector<uint32_t> packets;        ///< numbers, in queue order
    uint32_t apcs = 0;                    ///< alerted: how many
};

/// A wait that is not the port's: how the trace tells of it.
struct Wait {
    uint16_t flags = sim::kSleep;         ///< kSleep: for that long; else until the thread's gate is opened
    uint64_t argument = 0;                ///< of block_begin
    sim::Duration longest = sim::kInfinite;
    struct Operation* operation = nullptr;   ///< that it waits for
};

struct Posting { sim::PortId port; uint32_t packet; };

/// A real port under a scenario. Backends write the records that only they know exactly; `thread` is the caller.
class Backend {
public:
    virtual ~Backend() = default;
    /// Opens the scenario's ports. Records: port_opened.
    virtual sim::Status open() = 0;
    /// Called by the thread that starts the workers, which lives until they have ended, before the first.
    virtual sim::Status before_workers() { return sim::Done{}; }
    /// A thread of a [[thread]] table, before the start. serves: none, or a port that it asks once, so that it counts there.
    virtual void begin_program(uint32_t thread, sim::PortId serves) = 0;
    /// The thread is inside its first get (or as near as can be told).
    virtual bool is_waiting(uint32_t thread) = 0;
    /// The next packets of the port for the thread, waiting as its worker table says. Records: get_called, get_returned and decisions.
    virtual void get(uint32_t thread, sim::PortId port, Got& got) = 0;
    /// Posts what arrives at one instant, in order; a backend that can does so before anybody reacts, as a scenario means it.
    /// Records: posted, detail and decisions; call_failed where a port is closed. thread: who posts, kNoThread for sources.
    /// Returns those that were not posted.
    virtual std::vector<Posting> post(uint32_t thread, const std::vector<Posting>& postings) = 0;
    /// A real wait. Records: block_begin, block_end and decisions. False: the longest time was over.
    virtual bool block(uint32_t thread, uint32_t packet, const Wait& wait) = 0;
    /// The thread leaves for good; `lost` packets of its batch with it. Records: thread_exit and decisions.
    virtual void exit(uint32_t thread, uint64_t lost) = 0;
    /// Closes the port's handle. Records: port_closed, decisions; call_failed.
    virtual void close(uint32_t thread, sim::PortId port) = 0;
    /// Queues a user APC to a thread (K23-K26). Records: apc, decisions; call_failed.
    virtual void apc(uint32_t thread, uint32_t to) = 0;
    /// Waits on the port's handle, at the longest so long (K33). Records: block_begin, block_end, decisions; call_failed.
    virtual void watch(uint32_t thread, uint32_t packet, sim::PortId port, sim::Duration timeout) = 0;
    /// SuspendThread, ResumeThread. Records: suspended, resumed; call_failed.
    virtual void suspend(uint32_t, uint32_t) { SIM_CHECK(false, "a step that not_recorded() refuses"); }
    virtual void resume(uint32_t, uint32_t) { SIM_CHECK(false, "a step that not_recorded() refuses"); }
    /// Every get returns `stopped` from now on. Called once, session.stop is set.
    virtual void stop() = 0;

    // Files (common/files.h): what is real about them is the backend's.
    /// Whether block() waits for operations in the system, which end() ends; else it waits at the thread's gate.
    virtual bool waits_for_operations() const { return false; }
    /// Starts it; `expected` is what the scenario draws. What came of it, and the error. A synchronous one begins in block().
    struct Started { sim::IoOutcome outcome; uint16_t error; };
    virtual Started start(Operation&, Started expected) { return expected; }
    /// A synchronous one that ends in its call (K18).
    virtual void read_at_once(Operation&) {}
    /// A synchronous one ends, where block() waits for it at its thread's gate, which has been opened.
    virtual void answer(Operation&) {}
    /// It ends: `told` are the records that stand before posted, without a time; `at_ns`: when the call that ends it began.
    /// caller: whose call that is, kNoThread: the device's.
    virtual void end(uint32_t caller, Operation& operation, std::vector<sim::Record> told, int64_t at_ns) = 0;
    /// A call on a file, which by the rules answers `expected`. Returns the error that it answers.
    /// operations: those that it cancels, if the system does so.
    virtual uint16_t call(const sim::FileCall&, const std::vector<Operation*>& operations, uint16_t expected) { static_cast<void>(operations); return expected; }
    /// Whether the system took the operation off by the call before; sets the error that it ended with.
    virtual bool is_cancelled(Operation&) { return true; }
    /// A file stops (or starts) to refer to the port (K32).
    virtual void file_leaves(uint32_t, sim::PortId) {}
    virtual void file_joins(sim::PortId) {}
};

}  // namespace recorder
