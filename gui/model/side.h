// One side of the comparison (simulated or measured) as values that a window draws: lanes, values over time, events.
// Built once from a trace; every query afterwards costs what is visible, not what was recorded. No ImGui.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/trace/file.h"
#include "sim/trace/state.h"
#include "sim/trace/summary.h"

namespace gui {

enum class BoxKind : uint8_t { running, ready, blocked, suspended };   // parked is where no box is

/// What a thread does from begin to end. `merged`: several boxes narrower than the asked width in one.
struct Box {
    int64_t begin_ns = 0, end_ns = 0;
    uint32_t packet = sim::kNoPacket;
    BoxKind kind = BoxKind::running;
    bool merged = false;
};

struct Lane {
    std::string name;                     ///< "worker.3"
    std::vector<Box> boxes;               ///< ascending, without overlap
};

/// A value from `at_ns` on, until the next step.
struct Step { int64_t at_ns = 0; uint32_t value = 0; };
using Steps = std::vector<Step>;

struct PortLanes {
    std::string name, policy;
    uint32_t limit = 0;
    Steps depth;                          ///< packets queued; empty where the trace does not hold it
    Steps active;                         ///< threads active (I1)
    Steps waiters;                        ///< threads parked: the height of the stack
};

struct Side {
    std::string name;                     ///< "Simulated", "Measured port", "Measured iocp", "Simulated trace"
    sim::Trace trace;
    sim::Summary summary;
    int64_t end_ns = 0;
    std::vector<Lane> lanes;              ///< by thread
    std::vector<PortLanes> ports;
    std::vector<std::string> packet_labels;   ///< by packet number
    std::vector<uint64_t> events;         ///< indices of records that have a sentence, ascending
    uint64_t snapshot_stride = 1024;      ///< records from one snapshot to the next
    std::vector<sim::TraceState> snapshots;   ///< state before record i * snapshot_stride
};

Side side_build(sim::Trace trace);

/// What made it, in a few words, the longest wording first: "policy nt, 4 processors, limit 2". With several ports that of the
/// one that is shown, by its name: "port b (2 of 2): policy nt, limit 2".
std::vector<std::string> side_titles(const Side& side, size_t port = 0);

/// Records that have happened at this time (those of the very instant included).
uint64_t records_until(const Side& side, int64_t time_ns);
/// The state after that many records.
sim::TraceState state_after(const Side& side, uint64_t record_count);
/// The sentence of a record, "" if it has none.
std::string sentence_of(const Side& side, uint64_t record);
/// Index into `events` of the last event at or before this many records have happened; -1 before the first.
int64_t event_before(const Side& side, uint64_t record_count);

/// Boxes that touch [from_ns, to_ns), those narrower than min_width_ns merged with their neighbours; appended to out.
void visible_boxes(const Lane& lane, int64_t from_ns, int64_t to_ns, int64_t min_width_ns, std::vector<Box>& out);
/// Steps that matter in [from_ns, to_ns): the one in force at from_ns first. Within min_width_ns only the largest value is kept.
void visible_steps(const Steps& steps, int64_t from_ns, int64_t to_ns, int64_t min_width_ns, Steps& out);
uint32_t value_at(const Steps& steps, int64_t time_ns);

}  // namespace gui
