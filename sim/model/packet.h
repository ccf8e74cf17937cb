// Packets of a run of the model: their work, and the table of those that are not completed.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/check.h"
#include "sim/base/ids.h"
#include "sim/base/prng.h"

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
    uint64_t compute_ns = 0;      ///< drawn for it so far
    SourceId source;              ///< of a closed loop, whose client waits for the answer; else none
    uint32_t client = 0;
    uint64_t round = 0;           ///< of that client
    bool live = false;            ///< posted and not completed
};

/// Packets by number. Completed ones at the front are dropped, so memory follows the oldest packet that is still live.
class PacketTable {
public:
    /// The number of the new packet is the count of packets so far.
    PacketId add(const Packet& packet) {
        items_.push_back(packet);
        items_.back().live = true;
        ++live_;
        return {base_ + static_cast<uint32_t>(items_.size() - 1)};
    }
    Packet& operator[](PacketId id) {
        SIM_CHECK(id.value >= base_ && id.value - base_ < items_.size(), "no such live packet");
        return items_[id.value - base_];
    }
    const Packet& operator[](PacketId id) const { return const_cast<PacketTable&>(*this)[id]; }
    bool is_live(PacketId id) const { return id.value >= base_ && id.value - base_ < items_.size() && items_[id.value - base_].live; }
    void complete(PacketId id) {
        (*this)[id].live = false;
        --live_;
        while (head_ < items_.size() && !items_[head_].live) ++head_;
        if (head_ >= 64 && head_ * 2 >= items_.size()) {
            items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
            base_ += static_cast<uint32_t>(head_);
            head_ = 0;
        }
    }
    uint64_t live_count() const { return live_; }

private:
    std::vector<Packet> items_;
    uint32_t base_ = 0;
    size_t head_ = 0;             ///< items before it are completed
    uint64_t live_ = 0;
};

/// Where a source of arrivals is.
struct SourceState {
    uint64_t next = 0;            ///< index of the next packet (closed loops: not used)
    std::vector<uint64_t> rounds; ///< closed loops: the round that each client is in
};

}  // namespace sim
