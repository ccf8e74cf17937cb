// The decisions of a trace that two sides can be held against each other by: which packet left the port, for whom.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/stop.h"
#include "sim/trace/file.h"

namespace sim {

inline constexpr uint32_t kNoPlace = UINT32_MAX;

struct Assignment {
    uint64_t identity = 0;        ///< of the packet (record.h)
    uint32_t thread = kNoThread;
    size_t record = 0;            ///< index of the record that shows it
    uint32_t packet = kNoPlace;   ///< its place in Decisions::packets; none: no record tells that it was posted
};

struct Wake {
    uint32_t thread = kNoThread;
    size_t record = 0;
    uint32_t packet = kNoPlace;   ///< that it was given, or took when it looked: place in Decisions::packets; none: it woke in vain
};

struct SeenPacket {
    uint64_t identity = 0;
    int64_t posted_ns = -1;
    int64_t got_ns = -1;          ///< return of the get that brought it; -1: none did
    uint32_t assignment = kNoPlace;   ///< place in Decisions::assignments
    bool within = false;          ///< it was queued at some moment before posted_ns: no wait can be told
};

struct Decisions {
    /// Packets in the order in which they left the port. With decision records: handed_over and taken; without: get_returned.
    std::vector<Assignment> assignments;
    /// Waiting threads that were let go, in order. With decision records: released; without: a get that was called before the
    /// packet it returned was posted.
    std::vector<Wake> wakes;
    /// Packets completed, by thread.
    std::vector<uint64_t> completed;
    /// All packets but those that only stop a worker, in the order in which they were posted.
    std::vector<SeenPacket> packets;
};

Decisions decisions_of(const Trace& trace, const Stop& stop = {});

}  // namespace sim
