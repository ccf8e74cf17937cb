// Counter-based random streams: draw n of a stream is a pure function of (key, n), so a draw belongs to the work and
// not to whoever does it. Streams are copyable values and give the same bits on every platform.
#pragma once
#include <cstdint>
#include <string_view>

namespace sim {

/// Mixes 64 bits so that each input bit moves half of the output bits (an invertible finaliser).
constexpr uint64_t mix64(uint64_t x) {
    x ^= x >> 32;
    x *= 0xE9846AF9B1A615Du;
    x ^= x >> 32;
    x *= 0xE9846AF9B1A615Du;
    x ^= x >> 28;
    return x;
}

inline constexpr uint64_t kGolden = 0x9E3779B97F4A7C15u;   ///< 2^64 / golden ratio: consecutive counters land far apart

struct Stream {
    uint64_t key = 0;
    uint64_t counter = 0;       ///< number of draws made

    constexpr uint64_t next_u64() { return mix64(key + kGolden * ++counter); }
    /// Uniform in [0, 1), 53 bits.
    constexpr double next_unit() { return static_cast<double>(next_u64() >> 11) * 0x1p-53; }
};

/// Key of a source's own stream (gaps, think times).
uint64_t source_stream_key(uint64_t seed, std::string_view source_name);
/// Key of packet `index` of the source with that stream.
constexpr uint64_t packet_stream_key(uint64_t source_key, uint64_t index) { return mix64(source_key + kGolden * (index + 1)); }
/// Key of the packet that the packet with key `parent` posts as its `ordinal`-th (0-based).
constexpr uint64_t child_stream_key(uint64_t parent, uint32_t ordinal) { return mix64(mix64(parent ^ kGolden) + kGolden * (uint64_t{ordinal} + 1)); }

}  // namespace sim
