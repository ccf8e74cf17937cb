// What happens at one instant in another order than 3a.5 defines: to see what depends on it (`sim --tie-shuffle`). Called where
// orders of events are made; nothing that is drawn for the work changes.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "sim/base/prng.h"
#include "sim/base/time.h"

namespace sim {

/// Another number below 2^bits (1..63) for each number below 2^bits, by key.
constexpr uint64_t permuted(uint64_t x, uint32_t bits, uint64_t key) {
    const uint64_t mask = (uint64_t{1} << bits) - 1;
    for (uint32_t round = 0; round < 4; ++round) {      // each step can be undone below 2^bits
        key = mix64(key + kGolden);
        x = (x + key) & mask;
        x = (x * (mix64(key) | 1)) & mask;
        x ^= x >> std::max(bits / 2, 1u);
    }
    return x;
}

/// Another order of all that ends, or of all that arrives.
constexpr uint64_t shuffled_order(uint64_t order, uint64_t shuffle) { return permuted(order, 63, shuffle); }

/// Packets of an `at` source that come at one instant change places: the index of the one that comes as number `next`.
inline uint64_t shuffled_index(const std::vector<Instant>& at, uint64_t next, uint64_t shuffle) {
    const auto [first, last] = std::equal_range(at.begin(), at.end(), at[next]);
    const uint64_t begin = static_cast<uint64_t>(first - at.begin()), count = static_cast<uint64_t>(last - first);
    if (count == 1) return next;
    const uint32_t bits = static_cast<uint32_t>(std::bit_width(count - 1));
    uint64_t place = next - begin;
    do place = permuted(place, bits, mix64(shuffle + begin));
    while (place >= count);                             // ends: it walks a cycle that `place` is on
    return begin + place;
}

}  // namespace sim
