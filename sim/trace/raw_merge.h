// Makes a trace of what an agent saw: numbers for handles, threads and packets, in the order of time. What was not observed is left open:
// when the kernel queued a packet is stored as the interval in which it must lie (observed.h).
#pragma once
#include <string>

#include "sim/trace/etl_read.h"
#include "sim/trace/raw_read.h"

namespace sim {

struct RawMergeOptions {
    std::string port;                 ///< only this one: its name, or its handle as 0x54; "": all
    int64_t last_ns = 0;              ///< only so much before the end; 0: all
    const Etl* kernel = nullptr;      ///< the kernel's own events of that time, where they were recorded
    std::vector<Record> tried{};      ///< release_tried, limit_tried: what the recorder tried before the program ran
};

/// Without a port of that name: an error that lists the ports there are.
Result<Trace> raw_merge(const RawTrace& raw, const RawMergeOptions& options = {});

}  // namespace sim
