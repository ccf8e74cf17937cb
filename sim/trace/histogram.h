// Counts of durations for percentiles: exact below 256 ns, buckets of at most 0.8 % above. Memory follows how many powers of two
// the durations lie in: there may be a histogram for each thread.
#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <memory>

namespace sim {

class Histogram {
public:
    void add(int64_t ns) {
        const uint64_t value = ns < 0 ? 0 : static_cast<uint64_t>(ns);
        const size_t at = bucket(value);
        std::unique_ptr<Block>& block = blocks_[at >> kMantissaBits];
        if (!block) block = std::make_unique<Block>();
        ++(*block)[at & (kBlock - 1)];
        ++count_;
        sum_ += static_cast<double>(value);
        if (value > max_) max_ = value;
    }
    uint64_t count() const { return count_; }
    double mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }
    int64_t max() const { return static_cast<int64_t>(max_); }
    /// Nearest rank: the value that `percent` of all values do not exceed.
    int64_t percentile(uint32_t percent) const;
    /// use(ns, count) for what was added, ascending; ns as exact as percentiles are.
    template <class Use>
    void each(const Use& use) const {
        for (size_t block = 0; block < kBlocks; ++block)
            for (size_t i = 0; blocks_[block] && i < kBlock; ++i)
                if (const uint64_t count = (*blocks_[block])[i], ns = middle((block << kMantissaBits) + i); count > 0) use(static_cast<int64_t>(ns < max_ ? ns : max_), count);
    }
    size_t bytes() const {
        size_t bytes = sizeof(*this);
        for (const std::unique_ptr<Block>& block : blocks_) bytes += block ? sizeof(Block) : 0;
        return bytes;
    }

private:
    static constexpr uint32_t kMantissaBits = 7;
    static constexpr size_t kBlock = size_t{1} << kMantissaBits, kBlocks = 64 - kMantissaBits + 1;
    using Block = std::array<uint64_t, kBlock>;

    static size_t bucket(uint64_t value) {
        if (value < (1u << kMantissaBits)) return value;
        const uint32_t shift = static_cast<uint32_t>(std::bit_width(value)) - kMantissaBits - 1;
        return (size_t{shift} << kMantissaBits) + (value >> shift);
    }
    static uint64_t middle(size_t bucket) {
        if (bucket < (2u << kMantissaBits)) return bucket;
        const uint32_t shift = static_cast<uint32_t>(bucket >> kMantissaBits) - 1;
        const uint64_t low = uint64_t{(bucket & ((1u << kMantissaBits) - 1)) | (1u << kMantissaBits)} << shift;
        return low + (uint64_t{1} << shift) / 2;
    }

    std::array<std::unique_ptr<Block>, kBlocks> blocks_;   ///< one a power of two, null: nothing in it
    uint64_t count_ = 0;
    uint64_t max_ = 0;
    double sum_ = 0;
};

}  // namespace sim
