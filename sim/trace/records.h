// The records of a trace by number, in memory or in place in its mapped file: the same either way to who reads them. A copy
// shares them.
#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "sim/trace/record.h"

namespace sim {

class Records {
public:
    Records() = default;
    Records(std::vector<Record> records);               // NOLINT: records are records
    /// `first`: the first record; between two runs of `run_records` lie `gap` bytes that are none. `keep` keeps the memory.
    Records(std::shared_ptr<const void> keep, const Record* first, uint64_t size, uint64_t gap);

    static constexpr uint64_t run_records = 4096;        ///< they lie together in runs of so many
    uint64_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    bool mapped() const { return gap_ > 0; }
    const Record& operator[](uint64_t number) const {
        return *reinterpret_cast<const Record*>(first_ + number * sizeof(Record) + number / run_records * gap_);
    }
    const Record& back() const { return (*this)[size_ - 1]; }
    /// From `number` on to the end of its run.
    std::span<const Record> run(uint64_t number) const;
    std::vector<Record> copy() const;
    /// How many are not later than `time_ns`.
    uint64_t count_until(int64_t time_ns) const;

private:
    std::shared_ptr<const void> keep_;
    const std::byte* first_ = nullptr;
    uint64_t size_ = 0, gap_ = 0;
};

}  // namespace sim
