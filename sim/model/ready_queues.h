// Threads that wait for a processor: one queue for each priority, chained through one table so that a copy of a world stays
// cheap. The highest priority goes first, and within one whoever stands nearest to the head (3a.8).
#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "sim/base/check.h"
#include "sim/base/ids.h"

namespace sim {

inline constexpr uint32_t kPriorities = 32;       ///< 0..31, a higher number goes first
inline constexpr uint8_t kUsualPriority = 8;

class ReadyQueues {
public:
    bool empty() const { return used_ == 0; }
    /// A bit for each priority at which a thread waits.
    uint32_t used() const { return used_; }
    void push_back(ThreadId id, uint8_t priority) {
        Ends& ends = ends_[priority];
        link(id) = {};
        if (ends.head.valid()) next_[ends.tail.value] = id;
        else ends.head = id, used_ |= 1u << priority;
        ends.tail = id;
    }
    void push_front(ThreadId id, uint8_t priority) {
        Ends& ends = ends_[priority];
        link(id) = ends.head;
        if (!ends.head.valid()) ends.tail = id, used_ |= 1u << priority;
        ends.head = id;
    }
    void remove(ThreadId id, uint8_t priority) {
        Ends& ends = ends_[priority];
        ThreadId before;
        ThreadId at = ends.head;
        while (at.valid() && at != id) {
            before = at;
            at = next_[at.value];
        }
        SIM_CHECK(at.valid(), "a thread leaves a ready queue that it is not in");
        (before.valid() ? next_[before.value] : ends.head) = next_[id.value];
        if (ends.tail == id) ends.tail = before;
        if (!ends.head.valid()) used_ &= ~(1u << priority);
    }
    /// Threads of priority `least` and above in the order in which they get processors, until `stop(thread)` is true: that
    /// thread, else none.
    template <class Stop>
    ThreadId find(uint8_t least, Stop stop) const {
        for (uint32_t used = used_ >> least << least; used != 0;) {
            const auto priority = static_cast<uint32_t>(std::bit_width(used)) - 1;
            for (ThreadId at = ends_[priority].head; at.valid(); at = next_[at.value])
                if (stop(at)) return at;
            used &= ~(1u << priority);
        }
        return {};
    }

private:
    struct Ends { ThreadId head, tail; };
    ThreadId& link(ThreadId id) {
        if (id.value >= next_.size()) next_.resize(size_t{id.value} + 1);
        return next_[id.value];
    }
    uint32_t used_ = 0;
    std::array<Ends, kPriorities> ends_{};
    std::vector<ThreadId> next_;          // behind each thread in its queue
};

}  // namespace sim
