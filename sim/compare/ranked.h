// The packets of which both sides made most different things.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/compare/pairing.h"

namespace sim {

inline constexpr size_t kRankedMax = 10;

/// What one side made of the packet.
struct PacketOnSide {
    int64_t wait_ns = 0;              ///< from its post to the return of its get, or to the end of the trace
    bool left = false;                ///< a get brought it: else wait_ns is the least that it can be
    uint32_t thread = kNoThread;
    int64_t decided_ns = -1;          ///< when it left the port, or was posted
    uint64_t record = 0;              ///< that the sentence is about
    std::string sentence;
};

struct RankedPacket {
    std::string packet;               ///< label
    PacketOnSide a, b;
    std::string rule;                 ///< "K17" of a's decision, else of b's; "" where neither is known
    int64_t apart_ns() const { return a.wait_ns > b.wait_ns ? a.wait_ns - b.wait_ns : b.wait_ns - a.wait_ns; }
    bool same_thread() const { return a.left && b.left && a.thread == b.thread; }
};

/// By the difference of the waits; of equal ones those first that another thread gets, then the earlier posted. Packets that both
/// sides treat alike, or whose waits can't be told, are left out.
std::vector<RankedPacket> rank_packets(const Trace& a, const Decisions& of_a, const Trace& b, const Decisions& of_b, const Pairing& pairing);

}  // namespace sim
