// When things happened, for tests of timing.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/trace/file.h"

using Times = std::vector<int64_t>;

/// Of a thread's records of one kind, in order, in ns.
inline Times times_of(const sim::Trace& trace, sim::Kind kind, uint32_t thread) {
    Times times;
    for (const sim::Record& record : trace.records)
        if (record.kind == kind && record.thread == thread) times.push_back(record.time_ns);
    return times;
}
