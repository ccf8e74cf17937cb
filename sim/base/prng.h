// Counter-based random streams: draw n of a stream is a pure function of (key, n), so a draw belongs to the work and
// not to whoever does it. Streams are copyable values and give the same bits on every platform.
#pragma once
#include <cstdint>
#include <string_view>

namespace sim {

/// Mixes 64 bits so that each input bit moves half of the output bits (an invertible finaliser).
uint64_t mix64(uint64_t x);

struct Stream {
    uint64_t key = 0;
    uint64_t counter = 0;       ///< number of draws made

    uint64_t next_u64();
    /// Uniform in [0, 1), 53 bits.
    double next_unit();
};

/// Key of a source's own stream (gaps, think times).
uint64_t source_stream_key(uint64_t seed, std::string_view source_name);
/// Key of packet `index` of that source.
uint64_t packet_stream_key(uint64_t seed, std::string_view source_name, uint64_t index);
/// Key of the packet that the packet with key `parent` posts as its `ordinal`-th (0-based).
uint64_t child_stream_key(uint64_t parent, uint32_t ordinal);

}  // namespace sim
