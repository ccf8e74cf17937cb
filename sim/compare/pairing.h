// Which packet of one side is which of the other, and what both sides did with it.
#pragma once
#include <optional>
#include <vector>

#include "sim/compare/decisions.h"

namespace sim {

enum class PairedBy : uint8_t { identity, order };

struct PacketPair { uint32_t a = 0, b = 0; };   ///< places in Decisions::packets of each side

struct Pairing {
    PairedBy by = PairedBy::identity;
    std::vector<PacketPair> pairs;            ///< in side a's order of posting
    uint64_t only_a = 0, only_b = 0;          ///< packets without a partner
};

/// By identity, the draw of the scenario that a packet is. Where fewer than half of the shorter side's packets have a partner so
/// (other scenarios, unmodified programs): the n-th that was posted with the n-th; identities of both sides are rewritten to say so.
Pairing pair_packets(Decisions& a, Decisions& b, const Stop& stop = {});

struct PairedWakes {
    uint64_t both = 0, same_thread = 0;       ///< the packet woke a thread on both sides; the same one
    uint64_t only_a = 0, only_b = 0;          ///< it woke one on this side alone
};
PairedWakes pair_wakes(const Decisions& a, const Decisions& b, const Pairing& pairing);

/// Kendall's tau of the order of waking, -1..1: each thread's n-th wake on one side is paired with its n-th on the other. 1: in the
/// same order, -1: the other way round. None below two pairs. In a long run all that is far apart is in the same order, so it tends
/// to 1: it speaks for a burst. O(n log n).
struct WakeTau { std::optional<double> tau; uint64_t wakes = 0; };
WakeTau wake_tau(const Decisions& a, const Decisions& b);
/// Of a permutation, against 0, 1, 2, ...; none below two.
std::optional<double> kendall_tau(std::vector<uint32_t> order);

}  // namespace sim
