// Who stands where in a port's stack of waiters and in its queue, over time: a span for as long as a place has the same owner.
// Exact, from the records in sight; none where there are too many of them, then the height alone is drawn. No ImGui.
#pragma once
#include <vector>

#include "gui/model/side.h"

namespace gui {

/// place: 0 is who came first (bottom of the stack, head of the queue).
struct PlaceSpan {
    int64_t begin_ns = 0, end_ns = 0;
    uint32_t who = 0;                     ///< thread in the stack, packet in the queue
    uint32_t place = 0;
    bool operator==(const PlaceSpan&) const = default;
};

/// A packet that leaves the queue: when, from which place, and to whom.
struct Taking {
    int64_t at_ns = 0;
    uint32_t packet = 0, thread = 0, place = 0;
};

struct Places {
    bool stack_known = false, queue_known = false;   ///< false: too much in sight, or not in the trace
    std::vector<PlaceSpan> stack, queue;  ///< in the order in which they end; cut at the ends of what was asked for
    std::vector<Taking> takings;
};

inline constexpr uint64_t kPlaceRecords = 2'000;     ///< in sight, at most
inline constexpr size_t kPlaceSpans = 300, kPlaceHigh = 24;   ///< of one list; places that it may have

/// Of a port in [from_ns, to_ns). Kept until another part is asked for.
const Places& places_in(const Side& side, size_t port, int64_t from_ns, int64_t to_ns);

}  // namespace gui
