#include "sim/compare/pairing.h"

#include <algorithm>
#include <unordered_map>

namespace sim {
namespace {

Pairing by_identity(const Decisions& a, const Decisions& b, const Stop& stop) {
    Pairing out;
    std::unordered_map<uint64_t, uint32_t> of_b;
    of_b.reserve(b.packets.size());
    for (uint32_t i = 0; i < b.packets.size() && !stop.asked(i); ++i) of_b.emplace(b.packets[i].identity, i);
    for (uint32_t i = 0; i < a.packets.size() && !stop.asked(i); ++i) {
        const auto at = of_b.find(a.packets[i].identity);
        if (at == of_b.end()) continue;
        out.pairs.push_back({i, at->second});
        of_b.erase(at);                                  // each once, also in a damaged trace
    }
    return out;
}

Pairing by_order(Decisions& a, Decisions& b) {
    Pairing out{.by = PairedBy::order, .pairs = {}};
    for (uint32_t i = 0; i < std::min(a.packets.size(), b.packets.size()); ++i) out.pairs.push_back({i, i});
    for (Decisions* side : {&a, &b}) {
        for (uint32_t i = 0; i < side->packets.size(); ++i) side->packets[i].identity = i;
        for (Assignment& one : side->assignments)
            if (one.packet != kNoPlace) one.identity = one.packet;
    }
    return out;
}

// Exchanges of neighbours that put it in order, which it then is.
uint64_t inversions(std::vector<uint32_t>& values) {
    std::vector<uint32_t> merged(values.size());
    uint64_t count = 0;
    for (size_t width = 1; width < values.size(); width *= 2) {
        for (size_t first = 0; first < values.size(); first += 2 * width) {
            const size_t middle = std::min(first + width, values.size()), end = std::min(first + 2 * width, values.size());
            size_t left = first, right = middle;
            for (size_t to = first; to < end; ++to) {
                const bool from_left = left < middle && (right == end || values[left] <= values[right]);
                if (!from_left) count += middle - left;
                merged[to] = from_left ? values[left++] : values[right++];
            }
        }
        values.swap(merged);
    }
    return count;
}

// The thread that each packet woke, by place of the packet.
std::vector<uint32_t> woken_by(const Decisions& side) {
    std::vector<uint32_t> out(side.packets.size(), kNoThread);
    for (const Wake& wake : side.wakes)
        if (wake.packet != kNoPlace) out[wake.packet] = wake.thread;
    return out;
}

}  // namespace

Pairing pair_packets(Decisions& a, Decisions& b, const Stop& stop) {
    Pairing out = by_identity(a, b, stop);
    if (out.pairs.size() * 2 < std::min(a.packets.size(), b.packets.size())) out = by_order(a, b);
    out.only_a = a.packets.size() - out.pairs.size();
    out.only_b = b.packets.size() - out.pairs.size();
    return out;
}

PairedWakes pair_wakes(const Decisions& a, const Decisions& b, const Pairing& pairing) {
    const std::vector<uint32_t> woken_a = woken_by(a), woken_b = woken_by(b);
    PairedWakes out;
    for (const PacketPair& pair : pairing.pairs) {
        const uint32_t thread_a = woken_a[pair.a], thread_b = woken_b[pair.b];
        if (thread_a != kNoThread && thread_b != kNoThread) {
            ++out.both;
            out.same_thread += thread_a == thread_b ? 1 : 0;
        } else if (thread_a != kNoThread || thread_b != kNoThread) {
            ++(thread_a != kNoThread ? out.only_a : out.only_b);
        }
    }
    return out;
}

std::optional<double> kendall_tau(std::vector<uint32_t> order) {
    if (order.size() < 2) return std::nullopt;
    const double pairs = static_cast<double>(order.size()) * static_cast<double>(order.size() - 1) / 2;
    return 1 - 2 * static_cast<double>(inversions(order)) / pairs;
}

WakeTau wake_tau(const Decisions& a, const Decisions& b) {
    std::unordered_map<uint64_t, uint32_t> place_in_b;    // by thread and how often it had woken before
    std::unordered_map<uint32_t, uint32_t> woken;
    place_in_b.reserve(b.wakes.size());
    for (uint32_t i = 0; i < b.wakes.size(); ++i) place_in_b[uint64_t{b.wakes[i].thread} << 32 | woken[b.wakes[i].thread]++] = i;
    woken.clear();
    std::vector<uint32_t> order;
    for (const Wake& wake : a.wakes)
        if (const auto at = place_in_b.find(uint64_t{wake.thread} << 32 | woken[wake.thread]++); at != place_in_b.end()) order.push_back(at->second);
    const uint64_t wakes = order.size();
    return {.tau = kendall_tau(std::move(order)), .wakes = wakes};
}

}  // namespace sim
