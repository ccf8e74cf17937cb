// What bounds a recording: the end of it that is kept, the condition that ends it, the memory of its file. For scenarios; programs share the times and conditions.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "recorder/common/until.h"
#include "sim/trace/file.h"

namespace recorder {

/// As they were written; "" and 0: not given.
struct LimitOptions {
    std::string last;                     ///< "10s"
    std::string until;                    ///< "depth>100"
    uint32_t memory_mb = 0;
};

struct RecordLimits {
    int64_t last_ns = 0;                  ///< keep only so much before the end; 0: all
    std::optional<Until> until;           ///< ends the recording when it holds
    std::string until_text;
    uint64_t memory_bytes = 0;            ///< the ring file is no larger; 0: as the scenario needs, up to 256 MiB
};

sim::Result<RecordLimits> record_limits(const LimitOptions& options);

/// A time above 0; "": 0. `option` begins the message.
sim::Result<int64_t> time_of_option(const char* option, const std::string& text);

/// Records of each of `rings` rings with which a ring file stays within `bytes`; 0: not even the smallest rings fit.
uint64_t records_within(uint64_t bytes, uint64_t header_bytes, uint64_t rings);

/// Only what happened from `from_ns` on, and what that builds on: ports and threads, and where each packet and thread then stood.
void keep_from(sim::Trace& trace, int64_t from_ns);

}  // namespace recorder
