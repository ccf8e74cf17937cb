// One side of the comparison (simulated or measured) as values that a window draws: lanes, values over time, events.
// Made once from a trace, a few records at a time (build.h); every query afterwards costs what is visible, not what was recorded.
// No ImGui.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gui/model/blocks.h"
#include "gui/model/levels.h"
#include "gui/model/marks.h"
#include "gui/model/times.h"
#include "sim/trace/file_open.h"
#include "sim/trace/state.h"
#include "sim/trace/summary.h"

namespace gui {

enum class BoxKind : uint8_t { running, ready, blocked, suspended };   // parked is where no box is
inline constexpr size_t kBoxKinds = 4;

/// What a thread does from begin to end.
struct Box {
    int64_t begin_ns = 0, end_ns = 0;
    uint32_t packet = sim::kNoPacket;
    BoxKind kind = BoxKind::running;
};

/// What a lane does in a piece of time: ns by kind of box, and the longest wait (ready or blocked) that touches it, at most
/// UINT32_MAX. In pieces of more than 2^31 ns the unit is not the ns but what makes them fit.
struct LaneNode {
    std::array<uint32_t, kBoxKinds> ns{};
    uint32_t worst_wait_ns = 0;
    void add(const LaneNode& other) {
        for (size_t i = 0; i < ns.size(); ++i) ns[i] += other.ns[i];
        worst_wait_ns = worst_wait_ns > other.worst_wait_ns ? worst_wait_ns : other.worst_wait_ns;
    }
};

struct Lane {
    std::string name;                     ///< "worker.3"
    Blocks<Box> boxes;                    ///< ascending, without overlap
    Levels<LaneNode> levels;
};

/// A value from `at_ns` on, until the next step.
struct Step { int64_t at_ns = 0; uint32_t value = 0; };
struct StepNode {
    uint64_t area = 0;                    ///< value times ns
    uint32_t most = 0;
    void add(const StepNode& other) { area += other.area, most = most > other.most ? most : other.most; }
};
struct Steps {
    Blocks<Step> steps;                   ///< ascending
    Levels<StepNode> levels;
    uint32_t largest = 0;
};

struct PortLanes {
    std::string name, policy;
    uint32_t limit = 0;                   ///< at the beginning
    std::vector<Step> limits;             ///< what it is from then on, where the run branches
    Steps depth;                          ///< packets queued; empty where the trace does not hold it
    Steps active;                         ///< threads active (I1)
    Steps waiters;                        ///< threads parked: the height of the stack
    Steps alive;                          ///< packets posted and not yet done: its levels only
};

/// The limit in force at a time.
inline uint32_t limit_at(const PortLanes& port, int64_t time_ns) {
    uint32_t limit = port.limit;
    for (const Step& step : port.limits)
        if (step.at_ns <= time_ns) limit = step.value;
    return limit;
}

/// Where a packet stands in its family, as its label says (sim/trace/state.h).
struct PacketName {
    uint64_t root = 0;
    std::array<uint16_t, 3> ordinals{};
    uint8_t generation = 0;
    bool known = false;
};

bool same_packet(const PacketName& a, const PacketName& b);

/// What a processor does in a piece of time: ns with a thread on it, and threads that came from another processor. In pieces of
/// more than 2^31 ns the unit is as that of LaneNode.
struct ProcessorNode {
    uint32_t busy_ns = 0, migrations = 0;
    void add(const ProcessorNode& other) { busy_ns += other.busy_ns, migrations += other.migrations; }
};

struct Places;                            // places.h
struct Lives;                             // lives.h
struct Overs;                             // over.h
struct ProcessorRuns;                     // processors.h

struct Side {
    struct Theories;                      // app/times.cpp
    std::string name;                     ///< "Simulated", "Measured port", "Measured iocp", "Simulated trace"
    sim::OpenTrace trace;
    sim::Summary summary;                 ///< empty until all is indexed
    Times times;                          ///< of what is indexed
    int64_t end_ns = 0;
    std::vector<Lane> lanes;              ///< by thread
    std::vector<PortLanes> ports;
    std::vector<Levels<ProcessorNode>> processors;   ///< none where the trace does not name them
    Blocks<PacketName> packets;           ///< by packet number
    Marks events;                         ///< records that have a sentence
    uint64_t indexed = 0;                 ///< records that all of this knows of; grows up to their number
    uint64_t snapshot_stride = 1024;      ///< records from one snapshot to the next
    std::vector<sim::TraceState> snapshots;   ///< state before record i * snapshot_stride

    /// Of the last questions: frames ask for the same again.
    struct Asked {
        struct Kept { uint64_t records = UINT64_MAX; sim::TraceState state; };   // after so many
        Kept at_cursor, beside;
        std::map<uint64_t, std::string> sentences;   ///< by record
        struct Part {
            int64_t from_ns = 0, to_ns = 0;
            size_t port = 0;
            uint64_t records = 0;
            bool operator==(const Part&) const = default;
        };
        template <class Answer>
        struct Last {                             // what was asked for last, and the answer
            Part part;
            std::shared_ptr<const Answer> answer;
            template <class Look>
            const Answer& ask(const Part& of, Look look) {
                if (!answer || part != of) answer = std::make_shared<const Answer>(look()), part = of;
                return *answer;
            }
        };
        Last<Places> places;
        Last<Lives> lives;
        Last<Overs> overs;
        Last<ProcessorRuns> runs;
        std::shared_ptr<Theories> theories;
    };
    mutable Asked asked;

    bool whole() const { return indexed >= trace.records.size(); }
};

/// All of it at once.
Side side_build(sim::Trace trace);
Side side_build(sim::OpenTrace trace);

/// What made it, in a few words, the longest wording first: "policy nt, 4 processors, limit 2". With several ports that of the
/// one that is shown, by its name: "port b (2 of 2): policy nt, limit 2".
std::vector<std::string> side_titles(const Side& side, size_t port = 0);
/// Where the run leaves its scenario: "branch: concurrency 1 -> 2", "instead: nobody is let go".
struct RunMark { int64_t at_ns = 0; std::string text; };
std::vector<RunMark> run_marks(const Side& side);
/// That records are missing, in words, the longest first; empty: none are.
std::vector<std::string> side_gaps(const Side& side);
/// "17", "clients 17"; "" of a packet whose post is not there.
std::string packet_name(const Side& side, uint32_t packet);

/// Its number on this side; kNoPacket: it is not there.
uint32_t packet_named(const Side& side, const PacketName& name);

/// Records that have happened at this time (those of the very instant included).
uint64_t records_until(const Side& side, int64_t time_ns);
/// The state after that many records, or after all that are indexed.
sim::TraceState state_after(const Side& side, uint64_t record_count);
/// The same for what is in sight: what is kept of the state at the cursor stays.
sim::TraceState state_beside(const Side& side, uint64_t record_count);
/// The sentence of a record, "" if it has none.
std::string sentence_of(const Side& side, uint64_t record);
/// Index into `events` of the last event at or before this many records have happened; -1 before the first.
int64_t event_before(const Side& side, uint64_t record_count);

/// Bytes that are kept for this side beside its records: boxes, steps, their levels, snapshots.
size_t side_bytes(const Side& side);

}  // namespace gui
