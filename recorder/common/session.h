// What one recording shares between its threads, and what a backend has to supply.
#pragma once
#include <atomic>
#include <vector>

#include "recorder/common/clock.h"
#include "recorder/common/packets.h"
#include "recorder/common/ring.h"
#include "sim/model/scenario.h"

namespace recorder {

struct Session {
    const sim::Scenario& scenario;
    uint32_t processors;                  ///< in force
    RingFile& rings;
    RunClock clock;
    Packets packets;
    std::vector<std::atomic<bool>> held;  ///< by thread: back from its first get before the start, waits for the start
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

struct Got {
    enum class How : uint8_t { packets, timed_out, stopped };
    How how = How::stopped;
    std::vector<uint32_t> packets;        ///< numbers, in queue order
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
    /// The thread is inside its first get (or as near as can be told).
    virtual bool is_waiting(uint32_t thread) = 0;
    /// The next packets for the thread, waiting as its worker table says. Records: get_called, get_returned and decisions.
    virtual void get(uint32_t thread, Got& got) = 0;
    /// Posts what arrives at one instant, in order; a backend that can does so before anybody reacts, as a scenario means it.
    /// Records: posted, detail and decisions. thread: who posts, kNoThread for sources.
    virtual void post(uint32_t thread, const std::vector<Posting>& postings) = 0;
    /// A real wait. Records: block_begin, block_end and decisions.
    virtual void block(uint32_t thread, uint32_t packet, sim::Duration duration) = 0;
    /// Every get returns `stopped` from now on. Called once, session.stop is set.
    virtual void stop() = 0;
};

}  // namespace recorder
