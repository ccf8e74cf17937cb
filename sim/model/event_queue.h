// What will happen, in a total order: time, then class (what ends before what arrives), then order (3a.5). Ties are never
// left to the heap.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/check.h"
#include "sim/base/time.h"

namespace sim {

enum class EventKind : uint8_t {
    compute_ends,         ///< thread: its compute, call cost or quantum slice ends on its processor
    switch_ends,          ///< thread: the processor has changed to it
    becomes_ready,        ///< thread: wake_latency is over
    block_ends,           ///< thread
    get_times_out,        ///< thread; generation tells whether it still waits in that get
    io_ends,              ///< device, channel
    client_arrives,       ///< source, client: think time is over (an arrival)
    source_arrives,       ///< source (an arrival)
};

struct Event {
    Instant at;
    uint64_t order = 0;           ///< bit 63: arrivals; then begun earlier first (ends) or file order (arrivals)
    EventKind kind = EventKind::compute_ends;
    uint32_t subject = 0;         ///< thread, device or source
    uint32_t detail = 0;          ///< client, generation or channel

    friend bool operator<(const Event& a, const Event& b) { return a.at != b.at ? a.at < b.at : a.order < b.order; }
};

/// A binary heap. Taking leaves a gap at the top that the next push fills: most events cause exactly one other.
class EventQueue {
public:
    bool empty() const { return soon_is_empty() && heap_.size() == (gap_ ? 1u : 0u); }
    size_t size() const { return heap_.size() - (gap_ ? 1u : 0u) + (soon_end_ - soon_at_); }
    /// Not while there is a gap.
    const Event& first() const { return soon_is_first() ? soon_[soon_at_] : heap_.front(); }
    void push(const Event& event) {
        if (gap_) {
            gap_ = false;
            sink(event);
            return;
        }
        heap_.push_back(event);
        rise(event);
    }
    /// An event at the time of the one taken last, its order above that of all that ended before: needs no heap.
    void push_soon(const Event& event) {
        if (soon_is_empty()) soon_at_ = soon_end_ = 0;
        if (soon_end_ == soon_.size()) soon_.resize(2 * soon_end_ + 4);
        soon_[soon_end_++] = event;
    }
    /// The first event, out of the queue; close_gap() before the next take() or first().
    Event take() {
        SIM_CHECK(!gap_ && !empty(), "take of an empty event queue, or before the gap is closed");
        if (soon_is_first()) return soon_[soon_at_++];
        gap_ = true;
        return heap_.front();
    }
    void close_gap() {
        if (!gap_) return;
        gap_ = false;
        const Event last = heap_.back();
        heap_.pop_back();
        if (!heap_.empty()) sink(last);
    }

    /// In no order that means anything, and not while there is a gap: for hashing a world.
    std::vector<Event> all() const {
        std::vector<Event> events = heap_;
        events.insert(events.end(), soon_.begin() + static_cast<std::ptrdiff_t>(soon_at_), soon_.begin() + static_cast<std::ptrdiff_t>(soon_end_));
        return events;
    }

private:
    // From the top down to its place.
    void sink(const Event& event) {
        const size_t size = heap_.size();
        size_t at = 0, child = 1;
        while (child < size) {
            child += child + 1 < size && heap_[child + 1] < heap_[child] ? 1u : 0u;
            if (event < heap_[child]) break;
            heap_[at] = heap_[child];
            at = child;
            child = 2 * at + 1;
        }
        heap_[at] = event;
    }
    // From the end up to its place.
    void rise(const Event& event) {
        size_t at = heap_.size() - 1;
        while (at > 0 && event < heap_[(at - 1) / 2]) {
            heap_[at] = heap_[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap_[at] = event;
    }

    bool soon_is_empty() const { return soon_at_ == soon_end_; }
    bool soon_is_first() const { return !soon_is_empty() && (heap_.empty() || soon_[soon_at_] < heap_.front()); }

    std::vector<Event> heap_;
    bool gap_ = false;
    std::vector<Event> soon_;
    size_t soon_at_ = 0, soon_end_ = 0;   ///< those between are waiting
};

}  // namespace sim
