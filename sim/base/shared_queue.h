// A first-in first-out sequence whose copies share what neither has changed since: a copy costs a pointer for each N elements,
// and a change of a shared part copies that part alone. So snapshots of a world with millions of packets stay small.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "sim/base/check.h"

namespace sim {

template <class T, size_t N>
class SharedQueue {
public:
    bool empty() const { return size_ == 0; }
    size_t size() const { return size_; }
    const T& operator[](size_t i) const { return (*chunks_[chunk_of(i)])[(offset_ + i) % N]; }
    const T& front() const { return (*this)[0]; }
    /// The element, to be changed: its chunk becomes this queue's own.
    [[gnu::always_inline]] T& mine(size_t i) { return own(chunk_of(i))[(offset_ + i) % N]; }

    /// The new last element.
    [[gnu::always_inline]] T& push_back(const T& value) {
        const size_t at = chunk_of(size_);
        if (at == chunks_.size()) chunks_.push_back(fresh());
        T& place = own(at)[(offset_ + size_) % N];
        place = value;
        ++size_;
        return place;
    }
    void push_front(const T& value) {
        if (offset_ == 0) {
            chunks_.insert(chunks_.begin() + static_cast<std::ptrdiff_t>(head_), fresh());
            offset_ = N;
        }
        --offset_;
        own(head_)[offset_] = value;
        ++size_;
    }
    void pop_front() {
        SIM_CHECK(size_ > 0, "pop of an empty queue");
        --size_;
        if (size_ == 0) {
            offset_ = 0;                               // the chunk is used again
        } else if (++offset_ == N) {
            offset_ = 0;
            spare_ = std::move(chunks_[head_++]);
            if (head_ >= 16 && head_ * 2 >= chunks_.size()) forget_empty_chunks();
        }
    }
    void clear() { *this = {}; }

    /// All elements in order, as spans of those that lie together.
    template <class Visit>
    void for_each_piece(Visit visit) const {
        for (size_t i = 0; i < size_;) {
            const size_t begin = (offset_ + i) % N, count = std::min(N - begin, size_ - i);
            visit(std::span<const T>(chunks_[chunk_of(i)]->data() + begin, count));
            i += count;
        }
    }

    /// Chunks that only this queue holds, in bytes: about what it adds to memory beside its copies.
    size_t own_bytes() const {
        size_t bytes = chunks_.size() * sizeof(chunks_[0]);
        for (const auto& chunk : chunks_)
            if (chunk.use_count() == 1) bytes += sizeof(Chunk);
        return bytes;
    }

    friend bool operator==(const SharedQueue& a, const SharedQueue& b) {
        if (a.size_ != b.size_) return false;
        for (size_t i = 0; i < a.size_; ++i)
            if (!(a[i] == b[i])) return false;
        return true;
    }

private:
    using Chunk = std::array<T, N>;

    size_t chunk_of(size_t i) const { return head_ + (offset_ + i) / N; }
    [[gnu::always_inline]] Chunk& own(size_t at) {
        std::shared_ptr<Chunk>& chunk = chunks_[at];
        if (chunk.use_count() != 1) [[unlikely]] copy(chunk);
        return *chunk;
    }
    [[gnu::noinline]] static void copy(std::shared_ptr<Chunk>& chunk) { chunk = std::make_shared<Chunk>(*chunk); }
    [[gnu::noinline]] void forget_empty_chunks() {
        chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
    }
    [[gnu::noinline]] std::shared_ptr<Chunk> fresh() {
        if (spare_ && spare_.use_count() == 1) return std::move(spare_);
        return std::make_shared<Chunk>();
    }

    std::vector<std::shared_ptr<Chunk>> chunks_;
    size_t head_ = 0;                                  // chunks before it are gone
    size_t offset_ = 0;                                // of the first element in its chunk
    size_t size_ = 0;
    std::shared_ptr<Chunk> spare_;
};

}  // namespace sim
