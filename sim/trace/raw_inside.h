// Calls on files inside a handler, of which only the return says whether they were overlapped: one that was is no block. For raw_merge.cpp.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/trace/raw_file.h"
#include "sim/trace/record.h"

namespace sim {

inline constexpr size_t kRawInNone = SIZE_MAX;

class RawInside {
public:
    /// Into which blocks are written. A record that turns out to be none gets Kind::none; nobody takes records out meanwhile.
    explicit RawInside(std::vector<Record>& records) : records_(records) {}

    /// Those that a thread is in, the innermost last. Whoever comes back for more is in none.
    using Calls = std::vector<size_t>;
    struct Times { int64_t begin_ns, at_ns; };
    /// record: io_called or io_returned. block: its thread, port, packet, and its device as argument. A return whose beginning was lost, or given up, tells both.
    void apply(const RawRecord& record, Record block, Times times, Calls& calls);
    /// It was pending, or a packet came of it: the thread was not made to wait for its end. kRawInNone: nothing.
    void was_overlapped(size_t call);

private:
    struct Call { uint64_t begin_ticks; size_t begin, end; bool overlapped; };   // end: kRawInNone while it goes on
    std::vector<Record>& records_;
    std::vector<Call> calls_;
};

}  // namespace sim
