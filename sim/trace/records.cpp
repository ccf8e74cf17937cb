#include "sim/trace/records.h"

#include <algorithm>

namespace sim {

Records::Records(std::vector<Record> records) {
    const auto kept = std::make_shared<const std::vector<Record>>(std::move(records));
    first_ = reinterpret_cast<const std::byte*>(kept->data());
    size_ = kept->size();
    keep_ = kept;
}

Records::Records(std::shared_ptr<const void> keep, const Record* first, uint64_t size, uint64_t gap)
    : keep_(std::move(keep)), first_(reinterpret_cast<const std::byte*>(first)), size_(size), gap_(gap) {}

std::span<const Record> Records::run(uint64_t number) const {
    if (number >= size_) return {};
    return {&(*this)[number], static_cast<size_t>(std::min(run_records - number % run_records, size_ - number))};
}

std::vector<Record> Records::copy() const {
    std::vector<Record> out;
    out.reserve(static_cast<size_t>(size_));
    for (uint64_t at = 0; at < size_; at += run_records) {
        const std::span<const Record> some = run(at);
        out.insert(out.end(), some.begin(), some.end());
    }
    return out;
}

uint64_t Records::count_until(int64_t time_ns) const {
    uint64_t low = 0, high = size_;
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        if ((*this)[middle].time_ns <= time_ns) low = middle + 1;
        else high = middle;
    }
    return low;
}

}  // namespace sim
