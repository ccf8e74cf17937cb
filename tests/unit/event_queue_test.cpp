#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/base/prng.h"
#include "sim/model/event_queue.h"
#include "tests/counts.h"

using namespace sim;

namespace {

Event event(int64_t at, uint64_t order, uint32_t subject) { return {Instant{at}, order, EventKind::block_ends, subject, 0}; }

// What the queue has to be, in the plainest way: all events in order, the next one last.
struct Plain {
    std::vector<Event> events;
    void push(const Event& e) { events.insert(std::lower_bound(events.begin(), events.end(), e, [](const Event& a, const Event& b) { return b < a; }), e); }
};

}  // namespace

TEST_CASE("event queue: time, then ends before arrivals, then order, whatever is pushed and taken when") {
    const uint64_t seed = test::seed_or(20261121);
    MESSAGE("seed " << seed);
    Stream draws{seed, 0};
    for (uint32_t round = 0; round < 400; ++round) {
        EventQueue queue;
        Plain plain;
        int64_t now = 0;
        const uint64_t room = 1 + draws.next_u64() % 200, spread = 1 + draws.next_u64() % 300;    // few and many pending, many and few ties
        for (uint32_t i = 0; i < 400; ++i) {
            if (plain.events.size() < room && draws.next_unit() < 0.55) {
                const uint64_t arrival = draws.next_unit() < 0.3 ? kArrival : 0;
                const Event e = event(now + static_cast<int64_t>(draws.next_u64() % spread), arrival | i, i);
                queue.push(e);
                plain.push(e);
            } else if (!plain.events.empty() && draws.next_unit() < 0.05) {
                const uint32_t subject = plain.events[draws.next_u64() % plain.events.size()].subject();
                REQUIRE(queue.remove(EventKind::block_ends, subject)->subject() == subject);
                std::erase_if(plain.events, [&](const Event& e) { return e.subject() == subject; });
            } else if (const Event* next = queue.take(Instant{kDurationMax.ns})) {
                REQUIRE(!plain.events.empty());
                REQUIRE(next->subject() == plain.events.back().subject());
                now = next->at.ns;
                plain.events.pop_back();
                CHECK(queue.ends_at(next->at) == (!plain.events.empty() && plain.events.back().at == next->at && (plain.events.back().order & kArrival) == 0));
            } else {
                REQUIRE(plain.events.empty());
            }
            REQUIRE(queue.size() == plain.events.size());
            REQUIRE(queue.empty() == plain.events.empty());
        }
    }
}

TEST_CASE("event queue: what goes to the later ones when it is full may be sooner than what is pushed then") {
    EventQueue queue;
    for (int64_t at = 1; at <= 32; ++at) queue.push(event(at * 10, static_cast<uint64_t>(at), static_cast<uint32_t>(at)));
    queue.push(event(205, 33, 33));                        // between those that had to go
    std::vector<int64_t> times;
    while (const Event* next = queue.take(Instant{1'000})) times.push_back(next->at.ns);
    CHECK(times.size() == 33);
    CHECK(std::is_sorted(times.begin(), times.end()));
}

TEST_CASE("event queue: nothing comes after `until`") {
    EventQueue queue;
    CHECK(queue.take(Instant{1'000}) == nullptr);
    queue.push(event(10, 1, 1));
    CHECK(queue.take(Instant{9}) == nullptr);
    CHECK(queue.take(Instant{10})->subject() == 1);
    CHECK(queue.take(Instant{1'000}) == nullptr);
}
