// A program's recording made by hand: an empty one, and one line for each thing that an agent saw.
#pragma once
#include <algorithm>
#include <iterator>
#include <vector>

#include "sim/trace/raw_merge.h"

namespace test {

using namespace sim;

inline constexpr uint32_t kPort = 0x54, kFile = 0x60;

inline RawTrace empty_raw() {
    RawTrace raw;
    raw.header.version = kTraceVersion;
    raw.header.source = "measured";
    raw.header.backend = "iocp";
    raw.header.processors_used = 4;
    raw.header.program.name = "p.exe";
    raw.counter_frequency = 1'000'000'000;                  // a tick is a nanosecond
    raw.rings.resize(3);
    return raw;
}

inline RawRecord record(RawKind kind, uint64_t at, uint32_t thread, uint32_t handle = kPort) {
    RawRecord r;
    r.kind = kind;
    r.begin = r.end = at;
    r.thread = thread;
    r.handle = handle;
    return r;
}
/// `place`: in the program, of whoever made the call.
inline RawRecord created(uint64_t at, uint32_t concurrency, uint64_t place = 0) {
    RawRecord r = record(RawKind::port_created, at, 8);
    r.count = concurrency;
    r.value = place;
    return r;
}
inline RawRecord posted(uint64_t at, uint32_t thread, uint64_t key, uint64_t overlapped, uint64_t place = 0) {
    RawRecord r = record(RawKind::posted, at, thread);
    r.key = key;
    r.overlapped = overlapped;
    r.value = place;
    return r;
}
inline RawRecord got(uint64_t at, uint32_t thread, uint32_t count, uint64_t key, uint64_t overlapped) {
    RawRecord r = record(RawKind::get_returned, at, thread);
    r.count = count;
    r.key = key;
    r.overlapped = overlapped;
    r.other = kRawNoDepth;
    return r;
}

inline std::vector<Record> of_kind(const Trace& trace, Kind kind) {
    std::vector<Record> out;
    std::copy_if(trace.records.begin(), trace.records.end(), std::back_inserter(out), [kind](const Record& r) { return r.kind == kind; });
    return out;
}

}  // namespace test
