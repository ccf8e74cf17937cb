// Packets of a run of the model: the work of each, and those that a thread has.
#pragma once
#include <cstdint>
#include <vector>

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
    uint64_t compute_ns : 63 = 0; ///< drawn for it so far
    uint64_t failed : 1 = 0;      ///< of an operation that failed
};
static_assert(sizeof(Packet) == 48, "a queue may hold millions of them");

/// The packets of a port's queue in its order; which numbers they have the port knows. Copies share what neither has changed.
using QueuedPackets = SharedQueue<Packet, 256>;

/// The packets that one get gave to its thread: the one in work, those behind it, and how many there were.
class Batch {
public:
    uint32_t size() const { return size_; }          ///< that the get gave
    uint32_t left() const { return left_; }          ///< not completed, the one in work with them
    PacketId number() const { return number_; }      ///< of the one in work; none when none is left
    Packet& packet() { return packet_; }             ///< in work
    const Packet& packet() const { return packet_; }
    /// The i-th of those left; 0 is in work.
    PacketId number(uint32_t i) const { return i == 0 ? number_ : behind_[behind_.size() - left_ + i].number; }
    const Packet& packet(uint32_t i) const { return i == 0 ? packet_ : behind_[behind_.size() - left_ + i].packet; }

    void clear() {
        size_ = left_ = 0;
        number_ = {};
        if (!behind_.empty()) [[unlikely]] behind_.clear();
    }
    [[gnu::always_inline]] void add(PacketId number, const Packet& packet) {
        ++size_;
        if (left_++ > 0) [[unlikely]] return behind_.push_back({number, packet});
        number_ = number;
        packet_ = packet;
    }
    /// The one in work is done.
    [[gnu::always_inline]] void next() {
        number_ = {};
        if (--left_ > 0) [[unlikely]] step_on();
    }

private:
    struct Numbered { PacketId number; Packet packet; };
    [[gnu::noinline]] void step_on() {
        const Numbered& next = behind_[behind_.size() - left_];
        number_ = next.number;
        packet_ = next.packet;
    }

    uint32_t size_ = 0, left_ = 0;
    PacketId number_;
    Packet packet_;
    std::vector<Numbered> behind_;        ///< most gets give one packet, which takes no memory of its own; kept until the next get
};

/// Where a source of arrivals is.
struct SourceState {
    uint64_t next = 0;            ///< index of the next packet (closed loops: not used)
    std::vector<uint64_t> rounds; ///< closed loops: the round that each client is in
};

}  // namespace sim
