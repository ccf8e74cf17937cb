// Which records have a sentence: a bit each, with counts in between, so that the n-th is found and those before a record are
// counted in a few steps. No ImGui.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gui {

class Marks {
public:
    /// Of the next record.
    void push(bool marked) {
        if (length_ % 64 == 0) words_.push_back(0);
        if (length_ % kStride == 0) before_.push_back(count_);
        words_.back() |= uint64_t{marked} << (length_ % 64);
        count_ += marked ? 1 : 0;
        ++length_;
    }
    size_t size() const { return count_; }
    bool empty() const { return count_ == 0; }
    /// The record of the n-th mark, n < size().
    uint64_t operator[](size_t n) const;
    uint64_t back() const { return (*this)[size() - 1]; }
    /// Marks before this record.
    size_t before(uint64_t record) const;
    size_t bytes() const { return words_.capacity() * sizeof(uint64_t) + before_.capacity() * sizeof(uint64_t); }

private:
    static constexpr uint64_t kStride = 512;
    std::vector<uint64_t> words_;
    std::vector<uint64_t> before_;            // marks before each kStride records
    uint64_t count_ = 0, length_ = 0;
};

}  // namespace gui
