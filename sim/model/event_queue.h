// What will happen, in a total order: time, then class (what ends before what arrives), then order (3a.5). Ties are never
// left to the heap.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/time.h"

namespace sim {

enum class EventKind : uint8_t {
    compute_ends,         ///< thread: its compute, call cost or quantum slice ends on its processor
    switch_ends,          ///< thread: the processor has changed to it
    becomes_ready,        ///< thread: wake_latency is over
    block_ends,           ///< thread
    get_times_out,        ///< thread; generation tells whether it still waits in that get
    client_arrives,       ///< source, client: think time is over (an arrival)
    source_arrives,       ///< source (an arrival)
};

struct Event {
    Instant at;
    uint64_t order = 0;           ///< bit 63: arrivals; then begun earlier first (ends) or file order (arrivals)
    EventKind kind = EventKind::compute_ends;
    uint32_t subject = 0;         ///< thread or source
    uint32_t detail = 0;          ///< client, or generation
};

class EventQueue {
public:
    bool empty() const { return heap_.empty(); }
    size_t size() const { return heap_.size(); }
    const Event& first() const { return heap_.front(); }
    void push(const Event& event);
    Event pop();

    /// In heap order: for hashing a world, not for walking in time.
    const std::vector<Event>& heap() const { return heap_; }

private:
    std::vector<Event> heap_;
};

}  // namespace sim
