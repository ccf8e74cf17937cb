#include "sim/base/prng.h"

namespace sim {
namespace {

constexpr uint64_t kGolden = 0x9E3779B97F4A7C15u;   // 2^64 / golden ratio: consecutive counters land far apart

uint64_t hash_text(std::string_view text) {
    uint64_t h = mix64(text.size() + kGolden);
    for (char c : text) h = mix64(h ^ static_cast<unsigned char>(c));
    return h;
}

}  // namespace

uint64_t mix64(uint64_t x) {
    x ^= x >> 32;
    x *= 0xE9846AF9B1A615Du;
    x ^= x >> 32;
    x *= 0xE9846AF9B1A615Du;
    x ^= x >> 28;
    return x;
}

uint64_t Stream::next_u64() { return mix64(mix64(key + kGolden * ++counter) ^ key); }

double Stream::next_unit() { return static_cast<double>(next_u64() >> 11) * 0x1p-53; }

uint64_t source_stream_key(uint64_t seed, std::string_view source_name) {
    return mix64(mix64(seed + kGolden) ^ hash_text(source_name));
}

uint64_t packet_stream_key(uint64_t seed, std::string_view source_name, uint64_t index) {
    return mix64(source_stream_key(seed, source_name) + kGolden * (index + 1));
}

uint64_t child_stream_key(uint64_t parent, uint32_t ordinal) { return mix64(mix64(parent ^ kGolden) + kGolden * (uint64_t{ordinal} + 1)); }

}  // namespace sim
