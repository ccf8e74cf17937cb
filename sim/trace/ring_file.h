// The file that a recorder writes into while it records: a header and one ring of records per thread, mapped into memory.
// Kill the recorder at any time: every finished record is in the file, and trace_read merges the rings into time order.
// Layout (little-endian): RingFileHead, header JSON padded to 4096, then per ring RingHead padded to 4096 and its records.
#pragma once
#include <atomic>
#include <cstdint>

#include "sim/trace/record.h"

namespace sim {

inline constexpr char kRingMagic[8] = {'P', 'T', 'R', 'I', 'N', 'G', '0', '1'};
inline constexpr uint64_t kRingPage = 4096;
/// Whoever records holds a lock of the system on this byte, far behind the end, of a file of either kind (this one or raw_file.h), until it has been merged.
inline constexpr uint64_t kHeldByte = uint64_t{1} << 62;

struct RingFileHead {
    char magic[8];
    uint32_t version;             ///< kTraceVersion
    uint32_t ring_count;
    uint64_t ring_records;        ///< capacity of each ring in records
    uint64_t header_bytes;        ///< of the JSON that follows, without padding
    uint64_t header_checksum;     ///< XXH3-64 of it
};

/// One writer thread a ring, which may have several: one that is full goes on in a spare one. Where there is none it counts what it loses, so what is there is the beginning, whole; or, where the
/// recording keeps its last part, it wraps: record n stands at n modulo the capacity. `written` is stored with release after the record, and the record's kind last of all.
struct RingHead {
    std::atomic<uint64_t> written;
    std::atomic<uint64_t> lost;
    uint32_t thread;              ///< who writes here; kNoThread: the recorder itself (sources, main)
    uint32_t wraps;               ///< 1: it keeps the newest
    uint32_t goes_on;             ///< 1 + the number of the writer's first ring, this one or an earlier; 0 in files of before: this one
};
static_assert(sizeof(RingHead) == 32 && std::atomic<uint64_t>::is_always_lock_free);

constexpr uint64_t ring_page_up(uint64_t bytes) { return (bytes + kRingPage - 1) / kRingPage * kRingPage; }
constexpr uint64_t ring_first(uint64_t header_bytes) { return ring_page_up(sizeof(RingFileHead) + header_bytes); }
constexpr uint64_t ring_stride(uint64_t ring_records) { return kRingPage + ring_page_up(ring_records * sizeof(Record)); }

}  // namespace sim
