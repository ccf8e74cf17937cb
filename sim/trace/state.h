// What a trace says the world is like at one moment, rebuilt record by record: threads, ports, packets. The one view of a
// trace that narration, summary, comparison and the window share. Works for simulated and measured traces; what a trace
// does not hold (decisions, processors) stays unknown. Copyable: a copy is a snapshot.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "sim/trace/header.h"
#include "sim/trace/record.h"

namespace sim {

enum class ThreadView : uint8_t { unknown, running, ready, waiting, blocked, suspended, exited };

struct ThreadTraceState {
    ThreadView view = ThreadView::unknown;
    int64_t since_ns = 0;                 ///< in this view
    uint16_t association = kNoPort;
    uint16_t waits_on = kNoPort;          ///< parked, or inside a get that has not returned
    int64_t waiting_since_ns = 0;
    bool released = false;                ///< given a packet, not yet running
    bool counted = false;                 ///< active in the sense of I1
    bool in_wait = false;                 ///< in a wait that is not the port's, also while it is suspended there
    bool looks_again = false;             ///< its get was interrupted and goes on: by a kernel APC (K25), or suspended in it (K28)
    uint16_t processor = kNoProcessor;
    uint16_t last_processor = kNoProcessor;
    std::vector<uint32_t> packets;        ///< it holds or was given, the one in work first
};

struct PortTraceState {
    bool open = false;
    bool closed = false;                  ///< it was open
    uint32_t limit = 0;
    uint32_t active = 0;
    std::deque<uint32_t> queue;           ///< packets, oldest first (without decisions: posted and not yet returned)
    std::vector<uint32_t> waiters;        ///< threads in parking order (without decisions: in calling order)
};

inline constexpr uint16_t kNoDevice = UINT16_MAX;
inline constexpr uint16_t kNoFile = UINT16_MAX;

struct PacketTraceState {
    uint64_t identity = 0;
    uint64_t key = 0;
    int64_t posted_ns = -1, got_ns = -1, completed_ns = -1;
    uint32_t poster = kNoThread, thread = kNoThread;
    uint16_t port = kNoPort;
    bool stop = false;                    ///< only stops a worker; counts nowhere
    bool within = false;                  ///< it was queued at some moment before posted_ns: no latency can be told
    bool lost = false;                    ///< nobody will handle it (K31, or its thread exited)
    // Posted by a handler: "17.0" is the first packet that packet 17 posted, "17.0.2" that one's third.
    uint64_t root = 0;                    ///< identity of the packet of a source that it descends from
    uint8_t generation = 0;               ///< 0: of a source; kUnknownGeneration: too deep, or its poster's packet is not known
    std::array<uint16_t, 3> ordinals{};   ///< by generation
    uint16_t children = 0;                ///< posted so far, and operations started whose answers are packets
    uint16_t device = kNoDevice;          ///< whose answer it is
    uint16_t file = kNoFile;              ///< likewise, where the trace names files
    uint32_t error = 0;                   ///< that it says; 0 success; 2^31 or more: a status whose error is not known
};
inline constexpr uint8_t kUnknownGeneration = 255;

/// Packets by number. Completed ones at the front are dropped, so that memory follows the oldest packet that is still live.
class PacketWindow {
public:
    /// Null for packets that are not posted yet, or completed and dropped.
    const PacketTraceState* find(uint32_t packet) const;
    PacketTraceState* find(uint32_t packet);
    /// The place of a packet whose `posted` record is there now; null where the number makes no sense (damaged trace).
    PacketTraceState* add(uint32_t packet);
    void drop_completed();
    /// One more than the largest number that was posted.
    uint32_t next() const { return base_ + static_cast<uint32_t>(items_.size()); }
    size_t bytes() const { return items_.size() * sizeof(PacketTraceState); }

private:
    std::vector<PacketTraceState> items_;
    uint32_t base_ = 0;
    size_t head_ = 0;                     ///< items before it are completed
};

struct TraceState {
    int64_t now_ns = 0;
    uint64_t record_count = 0;            ///< records applied
    std::vector<ThreadTraceState> threads;
    std::vector<PortTraceState> ports;
    PacketWindow packets;
    std::vector<uint32_t> devices;        ///< operations in each device
    std::map<uint64_t, PacketTraceState> answers;   ///< by operation: the packet that it will bring, as far as is known
    std::optional<PacketTraceState> answer;         ///< of the operation that has just ended
    Record io;                            ///< the last io_started, io_finished or io_cancelled
};

/// The state before the first record.
TraceState trace_state_begin(const TraceHeader& header);
/// Applies one record. Never fails: a record that makes no sense in this state (damaged trace) changes what it can. Records
/// of packets that only stop a worker change nothing but `packets`.
void trace_state_apply(TraceState& state, const TraceHeader& header, const Record& record);
/// About what a copy takes in memory.
size_t trace_state_bytes(const TraceState& state);
/// What `posted` would make known of its packet, for a sentence about it.
PacketTraceState trace_state_posted(const TraceState& before, const Record& posted);
/// This record belongs to the end of a recording, when workers are told to stop: it counts nowhere.
bool trace_state_is_stop(const TraceState& before, const Record& record);

}  // namespace sim
