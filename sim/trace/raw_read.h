// Reads what an agent inside a program left (raw_file.h), also after the program, the recorder or both died. No exceptions; nothing crashes on bad bytes.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/trace/file.h"
#include "sim/trace/raw_file.h"

namespace sim {

struct RawText { RawNoteKind kind = RawNoteKind::none; uint64_t ticks = 0, a = 0, b = 0; std::string text; };

struct RawTrace {
    TraceHeader header;
    bool has_tsc = false, is_wine = false;
    uint64_t counter_frequency = 1;
    uint64_t start_ticks = 0, start_counter = 0, now_ticks = 0, now_counter = 0;
    double record_cost_ns = 0, clock_cost_ns = 0, round_trip_ns = 0, round_trip_recorded_ns = 0;
    std::vector<RawText> notes;
    std::vector<std::vector<RawRecord>> rings;
    std::vector<Loss> losses;
    std::vector<std::string> damage;

    /// Ticks as ns since the start; 0 before it.
    int64_t ns_of(uint64_t ticks) const;
};

bool raw_begins(const uint8_t* bytes, uint64_t size);
Result<RawTrace> raw_read(const std::string& path, const uint8_t* bytes, uint64_t size);

}  // namespace sim
