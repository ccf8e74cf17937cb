// Which packet of the scenario a packet is, on every side: the match between a model's packet and a recorder's.
#pragma once
#include <cstdint>

#include "sim/base/prng.h"

namespace sim {

/// Of a source: bits 63..48 = source in file order, 47..0 = index in the source (closed loop: round * clients + client).
/// Posted by a handler: bits 63..48 = 0xFFFF, 47..0 = hash of the parent's identity and the ordinal.
constexpr uint64_t packet_identity(uint32_t source, uint64_t index) { return (uint64_t{source} << 48) | (index & 0xFFFF'FFFF'FFFFu); }
inline uint64_t child_identity(uint64_t parent_identity, uint32_t ordinal) { return packet_identity(0xFFFF, child_stream_key(parent_identity, ordinal)); }
constexpr uint64_t identity_index(uint64_t identity) { return identity & 0xFFFF'FFFF'FFFFu; }
constexpr bool identity_is_child(uint64_t identity) { return identity >> 48 == 0xFFFF; }

}  // namespace sim
