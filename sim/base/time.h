// Time of a run: whole nanoseconds, for the model and for recordings alike. No floating point, no clock.
#pragma once
#include <compare>
#include <cstdint>

namespace sim {

/// A span of time in nanoseconds. Scenario files allow 0 to kDurationMax; kInfinite means "never".
struct Duration {
    int64_t ns = 0;
    friend constexpr auto operator<=>(Duration, Duration) = default;
    friend constexpr bool operator<(Duration a, Duration b) { return a.ns < b.ns; }        // not left to <=>: g++ 12 branches twice for that
    friend constexpr bool operator>(Duration a, Duration b) { return a.ns > b.ns; }
    friend constexpr bool operator<=(Duration a, Duration b) { return a.ns <= b.ns; }
    friend constexpr bool operator>=(Duration a, Duration b) { return a.ns >= b.ns; }
    friend constexpr Duration operator+(Duration a, Duration b) { return {a.ns + b.ns}; }
    friend constexpr Duration operator-(Duration a, Duration b) { return {a.ns - b.ns}; }
};

/// A point in time: nanoseconds since the start of the run (0 = every worker has made its first get).
struct Instant {
    int64_t ns = 0;
    friend constexpr auto operator<=>(Instant, Instant) = default;
    friend constexpr bool operator<(Instant a, Instant b) { return a.ns < b.ns; }
    friend constexpr bool operator>(Instant a, Instant b) { return a.ns > b.ns; }
    friend constexpr bool operator<=(Instant a, Instant b) { return a.ns <= b.ns; }
    friend constexpr bool operator>=(Instant a, Instant b) { return a.ns >= b.ns; }
    friend constexpr Instant operator+(Instant a, Duration d) { return {a.ns + d.ns}; }
    friend constexpr Duration operator-(Instant a, Instant b) { return {a.ns - b.ns}; }
};

inline constexpr Duration kDurationMax{int64_t{1} << 62};
inline constexpr Duration kInfinite{INT64_MAX};
inline constexpr Instant kNever{INT64_MAX};

}  // namespace sim
