// How long packets waited and were in service, by port, thread and key: counted while a side is read, so that what is shown of
// them costs the same however long the trace is. No ImGui.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/histogram.h"
#include "sim/trace/state.h"

namespace gui {

/// Of packets that were handled. wait: from the post to the return of the get that brought it; service: from there to the end of its handling.
struct PacketTimes { sim::Histogram wait, service; };

struct Times {
    struct Key { uint32_t port = 0; uint64_t key = 0; PacketTimes times; };
    static constexpr size_t keys_max = 256, threads_max = 4096;   ///< the first that are seen; of others only their port tells
    std::vector<PacketTimes> ports, threads;   ///< by number
    std::vector<Key> keys;                ///< in the order in which they were seen

    /// A `completed` record, with the state before it.
    void add(const sim::TraceState& before, const sim::Record& completed);
    /// Null: none was handled.
    const PacketTimes* of_port(size_t port) const { return port < ports.size() ? &ports[port] : nullptr; }
    const PacketTimes* of_thread(size_t thread) const { return thread < threads.size() ? &threads[thread] : nullptr; }
    const PacketTimes* of_key(size_t port, uint64_t key) const;
    size_t bytes() const;
};

/// A logarithmic axis: bins of equal width, before them one for 0 where there is any.
struct TimeAxis {
    int from = 0, octaves = 1;            ///< 2^from ns is where it begins
    int per_octave = 1;                   ///< bins
    bool zero = false;
    size_t bins() const { return static_cast<size_t>(octaves * per_octave) + (zero ? 1 : 0); }
    /// Where a time lies, in bins from the left edge; 0 and less than the first in the middle of the bin for 0.
    double at(double ns) const;
    double low_ns(size_t bin) const;
    double high_ns(size_t bin) const { return low_ns(bin + 1); }
};
/// For all of these together; none where they hold nothing.
std::optional<TimeAxis> time_axis(const std::vector<const sim::Histogram*>& all, size_t bins_max);
/// Share of all that lies in each bin; they add up to 1.
std::vector<double> time_shares(const sim::Histogram& times, const TimeAxis& axis);

/// A round time of the axis.
struct TimeTick { double at = 0; std::string label; };
std::vector<TimeTick> time_ticks(const TimeAxis& axis, size_t ticks_max);

}  // namespace gui
