// What will happen, in a total order: time, then class (what ends before what arrives), then order (3a.5). Ties are never
// left to the heap.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/time.h"

namespace sim {

enum class EventKind : uint8_t {
    compute_ends,         ///< thread: its compute, call cost or quantum slice ends on its processor
    switch_ends,          ///< thread: the processor has changed to it
    becomes_ready,        ///< thread: wake_latency is over
    block_ends,           ///< thread
    get_times_out,        ///< thread; generation tells whether it still waits in that get
    io_ends,              ///< device, channel
    watch_times_out,      ///< thread: its wait on a port's handle
    io_wait_times_out,    ///< thread; generation as for get_times_out
    client_arrives,       ///< source, client: think time is over (an arrival)
    source_arrives,       ///< source (an arrival)
};

/// Event::order: arrivals after what ends, then in file order (3a.5).
inline constexpr uint64_t kArrival = uint64_t{1} << 63;

/// Three words, for a queue moves many of them; by word, as they are written, for what has just been written word by word can't be
/// read in one piece before it is in the cache.
class Event {
public:
    Event() = default;
    /// subject: thread, device or source, below 2^24; detail: client, generation or channel.
    Event(Instant when, uint64_t order_there, EventKind kind, uint32_t subject, uint32_t detail)
        : at(when), order(order_there), what_(uint64_t{detail} << 32 | uint64_t{subject} << 8 | static_cast<uint8_t>(kind)) {}
    Event(const Event&) = default;
    Event& operator=(const Event& event) {
        at = event.at;
        order = event.order;
        what_ = event.what_;
        return *this;
    }

    EventKind kind() const { return static_cast<EventKind>(what_ & 0xFF); }
    uint32_t subject() const { return static_cast<uint32_t>(what_) >> 8; }
    uint32_t detail() const { return static_cast<uint32_t>(what_ >> 32); }

    Instant at;
    uint64_t order = 0;           ///< bit 63: arrivals; then begun earlier first (ends) or file order (arrivals)

    friend bool operator<(const Event& a, const Event& b) { return a.at != b.at ? a.at < b.at : a.order < b.order; }

private:
    uint64_t what_ = 0;
};
static_assert(sizeof(Event) == 24);

/// The next few events in order, all others, which are later, in a binary heap: most of what is pushed comes soon and goes before
/// few others, and taking costs nothing.
class EventQueue {
public:
    bool empty() const { return near_count_ == 0 && far_.empty(); }
    size_t size() const { return near_count_ + far_.size(); }
    const Event& first() const { return near_count_ != 0 ? near_[near_count_ - 1] : far_.front(); }
    [[gnu::always_inline]] void push(Event event) {
        if (!far_.empty() && far_.front() < event) return push_far(event);
        if (near_count_ == near_.size()) make_room();
        size_t at = near_count_++;
        for (; at > 0 && near_[at - 1] < event; --at) near_[at] = near_[at - 1];
        near_[at] = event;
    }
    /// The first event, out of the queue: to be read before the next push. Null if there is none up to `until`.
    [[gnu::always_inline]] const Event* take(Instant until) {
        if (near_count_ == 0) [[unlikely]] bring_near();
        if (near_count_ == 0 || near_[near_count_ - 1].at > until) [[unlikely]] return nullptr;
        return &near_[--near_count_];
    }

    /// Whether something ends at `now`, the time of the event taken last.
    bool ends_at(Instant now) const {
        if (empty()) return false;
        const Event& next = first();
        return next.at == now && (next.order & kArrival) == 0;
    }

    /// Takes an event out before its time, the first of this kind and subject. Seldom done: it looks at all.
    std::optional<Event> remove(EventKind kind, uint32_t subject) {
        const auto is_it = [&](const Event& event) { return event.kind() == kind && event.subject() == subject; };
        const auto near_end = near_.begin() + static_cast<std::ptrdiff_t>(near_count_);
        if (const auto at = std::find_if(near_.begin(), near_end, is_it); at != near_end) {
            const Event event = *at;
            std::move(at + 1, near_end, at);
            --near_count_;
            return event;
        }
        const auto at = std::find_if(far_.begin(), far_.end(), is_it);
        if (at == far_.end()) return std::nullopt;
        const Event event = *at;
        far_.erase(at);
        std::make_heap(far_.begin(), far_.end(), later);
        return event;
    }

    /// In no order that means anything: for hashing a world.
    std::vector<Event> all() const {
        std::vector<Event> events = far_;
        events.insert(events.end(), near_.begin(), near_.begin() + static_cast<std::ptrdiff_t>(near_count_));
        return events;
    }

private:
    static constexpr size_t kNear = 32;

    static bool later(const Event& a, const Event& b) { return b < a; }
    [[gnu::noinline]] void push_far(Event event) {
        far_.push_back(event);
        std::push_heap(far_.begin(), far_.end(), later);
    }
    // The later half goes to the others.
    [[gnu::noinline]] void make_room() {
        for (size_t i = 0; i < kNear / 2; ++i) push_far(near_[i]);
        std::move(near_.begin() + kNear / 2, near_.end(), near_.begin());
        near_count_ = kNear / 2;
    }
    [[gnu::noinline]] void bring_near() {
        const size_t count = std::min(far_.size(), kNear / 2);
        for (size_t i = count; i > 0; --i) {
            std::pop_heap(far_.begin(), far_.end(), later);
            near_[i - 1] = far_.back();
            far_.pop_back();
        }
        near_count_ = count;
    }

    std::array<Event, kNear> near_;       ///< the first `near_count_` are used, the next event is the last of them
    size_t near_count_ = 0;
    std::vector<Event> far_;              ///< none before any of the near ones
};

}  // namespace sim
