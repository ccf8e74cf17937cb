// The life of packets: submitted, queued, taken by a thread, in work, done. Exact, from the records in sight; none where there are
// too many of them. No ImGui.
#pragma once
#include <optional>
#include <vector>

#include "gui/model/side.h"

namespace gui {

/// Times in ns; -1: not yet, or not in the trace.
struct PacketLife {
    uint32_t packet = sim::kNoPacket;
    uint32_t thread = sim::kNoThread;     ///< who took it, or was given it
    int64_t submitted_ns = -1;            ///< the operation began that brings it; of others: as posted_ns
    int64_t posted_ns = -1;               ///< it came to the port
    int64_t taken_ns = -1;                ///< it left the queue, or was handed over; got_ns where the trace has no decisions
    int64_t got_ns = -1;                  ///< its thread's get returned
    int64_t done_ns = -1;                 ///< handled, or lost with its port or thread
    bool lost = false;
};

struct Lives {
    bool known = false;                   ///< false: too much in sight
    std::vector<PacketLife> lives;        ///< by packet
};

inline constexpr uint64_t kLifeRecords = 6'000;      ///< in sight, at most
inline constexpr size_t kLivesMax = 400;

/// Packets of a port that are alive in [from_ns, to_ns). Kept until another part is asked for.
const Lives& lives_in(const Side& side, size_t port, int64_t from_ns, int64_t to_ns);
/// How many of them are alive, from a time on: the list of its steps only.
Steps lives_count(const std::vector<PacketLife>& lives, int64_t from_ns);
/// Of one packet, as far as the records have been read; nothing where its post is not among them.
std::optional<PacketLife> life_of(const Side& side, uint32_t packet);

}  // namespace gui
