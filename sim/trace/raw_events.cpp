#include "sim/trace/raw_events.h"

#include <algorithm>

namespace sim {
namespace {

// A call counts from its beginning: not later than what it does. One that makes a handle from its end: the number may have been another object's until
// then, and nobody can use the new one before.
int64_t time_of(const RawTrace& raw, const RawRecord& record) {
    const bool makes = record.kind == RawKind::port_created || record.kind == RawKind::port_named || record.kind == RawKind::port_copied || record.kind == RawKind::factory_created;
    return raw.ns_of(makes || record.kind == RawKind::io_returned ? record.end : record.begin);
}

// The other packets of a get, written with it. What follows when that was lost belongs to none.
size_t entries_of(const std::vector<RawRecord>& ring, size_t get) {
    size_t entries = 0;
    for (size_t i = get + 1; i < ring.size() && entries + 1 < ring[get].count && ring[i].kind == RawKind::get_entry && ring[i].thread == ring[get].thread && ring[i].begin == ring[get].begin; ++i) ++entries;
    return entries;
}

}  // namespace

std::vector<RawEvent> raw_events(const RawTrace& raw, uint64_t& alone) {
    size_t count = raw.notes.size();
    for (const std::vector<RawRecord>& ring : raw.rings) count += ring.size();
    std::vector<RawEvent> events;
    events.reserve(count);
    for (const RawText& note : raw.notes) events.push_back({.at_ns = raw.ns_of(note.ticks), .record = nullptr, .entries = 0, .note = &note});
    for (const std::vector<RawRecord>& ring : raw.rings)
        for (size_t i = 0; i < ring.size(); ++i) {
            if (ring[i].kind == RawKind::get_entry) {
                ++alone;
                continue;
            }
            events.push_back({.at_ns = time_of(raw, ring[i]), .record = &ring[i], .entries = ring[i].kind == RawKind::get_returned ? entries_of(ring, i) : 0, .note = nullptr});
            i += events.back().entries;
        }
    std::stable_sort(events.begin(), events.end(), [](const RawEvent& a, const RawEvent& b) { return a.at_ns < b.at_ns; });
    return events;
}

}  // namespace sim
