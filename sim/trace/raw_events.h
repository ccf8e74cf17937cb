// What happened in a recorded program, of all its threads, in the order of time. For raw_merge.cpp.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/trace/raw_read.h"

namespace sim {

/// A record with the packets that its get brought beside its own, or a note.
struct RawEvent {
    int64_t at_ns = 0;
    const RawRecord* record = nullptr;
    size_t entries = 0;
    const RawText* note = nullptr;
};

/// alone: grows by the packets that stand alone, because the record of their get was lost.
std::vector<RawEvent> raw_events(const RawTrace& raw, uint64_t& alone);

}  // namespace sim
