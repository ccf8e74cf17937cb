// A sequence that is filled, read and emptied again and again, and takes memory only when it is longer than ever before.
#pragma once
#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <vector>

namespace sim {

template <class T>
class Scratch {
public:
    Scratch() = default;
    Scratch(std::initializer_list<T> values) : places_(values), size_(values.size()), capacity_(values.size()) {}

    bool empty() const { return size_ == 0; }
    size_t size() const { return size_; }
    const T* data() const { return places_.data(); }
    const T* begin() const { return places_.data(); }
    const T* end() const { return places_.data() + size_; }
    const T& operator[](size_t i) const { return places_[i]; }
    T& operator[](size_t i) { return places_[i]; }
    const T& back() const { return places_[size_ - 1]; }
    T& back() { return places_[size_ - 1]; }
    [[gnu::always_inline]] T& push_back(const T& value) {
        if (size_ == capacity_) [[unlikely]] grow();
        T& place = places_[size_++];
        place = value;
        return place;
    }
    /// A new last element for the caller to fill: it holds what was left there.
    [[gnu::always_inline]] T& add() {
        if (size_ == capacity_) [[unlikely]] grow();
        return places_[size_++];
    }
    bool has_room() const { return size_ < capacity_; }
    void pop_back() { --size_; }
    /// The first `count` go.
    void drop_front(size_t count) {
        std::copy(places_.begin() + static_cast<std::ptrdiff_t>(count), places_.begin() + static_cast<std::ptrdiff_t>(size_), places_.begin());
        size_ -= count;
    }
    void clear() { size_ = 0; }

private:
    [[gnu::noinline]] void grow() {
        capacity_ = 2 * places_.size() + 4;
        places_.resize(capacity_);
    }

    std::vector<T> places_;
    size_t size_ = 0;
    size_t capacity_ = 0;                              // places_.size(), without a division by the size of T
};

}  // namespace sim
