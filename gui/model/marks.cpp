#include "gui/model/marks.h"

#include <algorithm>

namespace gui {

uint64_t Marks::operator[](size_t n) const {
    const auto above = std::upper_bound(before_.begin(), before_.end(), uint64_t{n});
    const size_t stride = static_cast<size_t>(above - before_.begin()) - 1;
    uint64_t left = n - before_[stride];
    size_t word = stride * kStride / 64;
    for (; left >= static_cast<uint64_t>(std::popcount(words_[word])); ++word) left -= static_cast<uint64_t>(std::popcount(words_[word]));
    uint64_t bits = words_[word];
    for (; left > 0; --left) bits &= bits - 1;
    return uint64_t{word} * 64 + static_cast<uint64_t>(std::countr_zero(bits));
}

size_t Marks::before(uint64_t record) const {
    if (record >= length_) return count_;
    size_t count = before_[record / kStride];
    size_t word = record / kStride * kStride / 64;
    for (; word < record / 64; ++word) count += static_cast<size_t>(std::popcount(words_[word]));
    return count + static_cast<size_t>(std::popcount(words_[word] & ((uint64_t{1} << (record % 64)) - 1)));
}

}  // namespace gui
