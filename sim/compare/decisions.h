// The decisions of a trace that two sides can be held against each other by: which packet left the port, for whom.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/trace/file.h"

namespace sim {

struct Assignment {
    uint64_t identity = 0;        ///< of the packet (record.h)
    uint32_t thread = kNoThread;
    size_t record = 0;            ///< index of the record that shows it
};

struct Wake {
    uint32_t thread = kNoThread;
    size_t record = 0;
};

struct Decisions {
    /// Packets in the order in which they left the port. With decision records: handed_over and taken; without: get_returned.
    std::vector<Assignment> assignments;
    /// Waiting threads that were let go, in order. With decision records: released; without: a get that was called before the
    /// packet it returned was posted.
    std::vector<Wake> wakes;
    /// Packets completed, by thread.
    std::vector<uint64_t> completed;
};

Decisions decisions_of(const Trace& trace);

}  // namespace sim
