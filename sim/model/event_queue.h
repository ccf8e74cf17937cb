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
    const Event& first() const { return near_[near_count_]; }
    [[gnu::always_inline]] void push(const Event& event) {
        if (near_[0].at <= event.at && near_[0] < event) [[unlikely]] return push_far(Event(event));   // of a copy: one whose address is known stays in memory
        if (near_count_ == kNear) [[unlikely]] return push_crowded(Event(event));
        Event* place = &near_[++near_count_];
        for (; place[-1].at < event.at; --place) place[0] = place[-1];
        for (; place[-1].at == event.at && place[-1].order < event.order; --place) place[0] = place[-1];
        *place = event;
    }
    /// The first event, out of the queue: to be read before the next push. Null if there is none up to `until`, which is before kNever.
    [[gnu::always_inline]] const Event* take(Instant until) {
        if (near_count_ == 0) [[unlikely]] bring_near();
        const Event* const next = &near_[near_count_];
        if (next->at > until) [[unlikely]] return nullptr;
        --near_count_;
        return next;
    }

    /// Whether something ends at `now`, the time of the event taken last.
    bool ends_at(Instant now) const { return first().at == now && (first().order & kArrival) == 0; }

    /// Takes an event out before its time, the first of this kind and subject. Seldom done: it looks at all.
    std::optional<Event> remove(EventKind kind, uint32_t subject) {
        const auto is_it = [&](const Event& event) { return event.kind() == kind && event.subject() == subject; };
        if (const auto at = std::find_if(near_begin(), near_end(), is_it); at != near_end()) {
            const Event event = *at;
            std::move(at + 1, near_end(), at);
            --near_count_;
            return event;
        }
        const auto at = std::find_if(far_.begin(), far_.end(), is_it);
        if (at == far_.end()) return std::nullopt;
        const Event event = *at;
        far_.erase(at);
        std::make_heap(far_.begin(), far_.end(), later);
        note_far();
        return event;
    }

    /// In no order that means anything: for hashing a world.
    std::vector<Event> all() const {
        std::vector<Event> events = far_;
        events.insert(events.end(), near_.begin() + 1, near_.begin() + 1 + static_cast<std::ptrdiff_t>(near_count_));
        return events;
    }

private:
    static constexpr size_t kNear = 32;

    static bool later(const Event& a, const Event& b) { return b < a; }
    Event* near_begin() { return near_.data() + 1; }
    Event* near_end() { return near_begin() + near_count_; }
    void note_far() { near_[0] = far_.empty() ? Event(kNever, UINT64_MAX, {}, 0, 0) : far_.front(); }
    void add_far(const Event& event) {
        far_.push_back(event);
        std::push_heap(far_.begin(), far_.end(), later);
    }
    [[gnu::noinline]] void push_far(const Event& event) {
        add_far(event);
        note_far();
    }
    // The later half goes to the others first; the event may belong there as well.
    [[gnu::noinline]] void push_crowded(const Event& event) {
        make_room();
        push(event);
    }
    void make_room() {
        std::for_each(near_begin(), near_begin() + kNear / 2, [this](const Event& event) { add_far(event); });
        std::move(near_begin() + kNear / 2, near_end(), near_begin());
        near_count_ = kNear / 2;
        note_far();
    }
    [[gnu::noinline]] void bring_near() {
        near_count_ = std::min(far_.size(), kNear / 2);
        for (size_t i = near_count_; i > 0; --i) {
            std::pop_heap(far_.begin(), far_.end(), later);
            near_[i] = far_.back();
            far_.pop_back();
        }
        note_far();
    }

    std::array<Event, kNear + 1> near_{Event(kNever, UINT64_MAX, {}, 0, 0)};   ///< [1, near_count_], the next event is the last of them. [0]: the first of far_, or one that never comes
    size_t near_count_ = 0;
    std::vector<Event> far_;              ///< none before any of the near ones
};

}  // namespace sim
