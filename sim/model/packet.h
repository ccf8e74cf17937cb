// Packets of a run of the model: their work, and the table of those that are not completed.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/check.h"
#include "sim/base/ids.h"
#include "sim/base/prng.h"
#include "sim/base/shared_queue.h"

namespace sim {

/// The progress of one packet through its handler (sim/scenario/handler.h moves it on). Copyable.
struct PacketWork {
    uint64_t identity = 0;        ///< sim/model/identity.h
    Stream stream;
    uint32_t next_step = 0;
    uint32_t posts = 0;           ///< posts made so far: the ordinal of the next child
};

struct Packet {
    PacketWork work;
    uint64_t key = 0;
    uint64_t compute_ns : 62 = 0; ///< drawn for it so far
    uint64_t failed : 1 = 0;      ///< of an operation that failed
    uint64_t live : 1 = 0;        ///< posted and not completed
};
static_assert(sizeof(Packet) == 48, "a queue may hold millions of them");

/// Packets by number. Completed ones at the front are dropped, so memory follows the oldest packet that is still live; copies
/// share what is the same.
class PacketTable {
public:
    /// The number of the new packet is the count of packets so far.
    [[gnu::always_inline]] PacketId add(const Packet& packet) {
        items_.push_back(packet).live = 1;
        ++live_;
        return {base_ + static_cast<uint32_t>(items_.size() - 1)};
    }
    const Packet& operator[](PacketId id) const {
        SIM_CHECK(id.value - base_ < items_.size(), "no such live packet");   // below the base: wraps around to more than there are
        return items_[id.value - base_];
    }
    /// To be changed.
    [[gnu::always_inline]] Packet& mine(PacketId id) {
        SIM_CHECK(id.value - base_ < items_.size(), "no such live packet");
        return items_.mine(id.value - base_);
    }
    bool is_live(PacketId id) const { return id.value >= base_ && id.value - base_ < items_.size() && items_[id.value - base_].live != 0; }
    /// packet: by mine().
    [[gnu::always_inline]] void complete(Packet& packet) {
        packet.live = 0;
        --live_;
        for (; !items_.empty() && items_.front().live == 0; ++base_) items_.pop_front();
    }
    uint64_t live_count() const { return live_; }
    size_t own_bytes() const { return items_.own_bytes(); }

private:
    SharedQueue<Packet, 256> items_;
    uint32_t base_ = 0;           ///< number of the first
    uint64_t live_ = 0;
};

/// Where a source of arrivals is.
struct SourceState {
    uint64_t next = 0;            ///< index of the next packet (closed loops: not used)
    std::vector<uint64_t> rounds; ///< closed loops: the round that each client is in
};

}  // namespace sim
