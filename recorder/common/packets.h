// The packets of a recording by number: any thread adds, whoever holds a packet uses it.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "sim/model/packet.h"

namespace recorder {

class Packets {
public:
    static constexpr uint32_t kMax = 1 << 24;

    Packets() { new_block(0); }          // what arrives first is not late for the sake of memory

    /// The number of the new packet; kMax when there is no room for more.
    uint32_t add(const sim::Packet& packet) {
        const auto number = static_cast<uint32_t>(std::min<uint64_t>(next_.fetch_add(1, std::memory_order_relaxed), kMax));
        if (number >= kMax) {
            refused_.fetch_add(1, std::memory_order_relaxed);
            return kMax;
        }
        Block* block = blocks_[number / kBlock].load(std::memory_order_acquire);
        if (block == nullptr) block = new_block(number / kBlock);
        (*block)[number % kBlock] = packet;
        return number;
    }
    /// How many there was no room for.
    uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }
    sim::Packet& operator[](uint32_t number) { return (*blocks_[number / kBlock].load(std::memory_order_acquire))[number % kBlock]; }

private:
    static constexpr uint32_t kBlock = 1024;
    using Block = std::array<sim::Packet, kBlock>;

    Block* new_block(uint32_t at) {
        const std::lock_guard lock(mutex_);
        if (Block* block = blocks_[at].load(std::memory_order_acquire)) return block;
        owned_.push_back(std::make_unique<Block>());
        blocks_[at].store(owned_.back().get(), std::memory_order_release);
        return owned_.back().get();
    }

    std::atomic<uint64_t> next_{0};
    std::atomic<uint64_t> refused_{0};
    std::array<std::atomic<Block*>, kMax / kBlock> blocks_{};
    std::mutex mutex_;
    std::vector<std::unique_ptr<Block>> owned_;
};

}  // namespace recorder
