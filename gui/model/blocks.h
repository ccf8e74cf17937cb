// A list that grows without moving what it holds, and without the spare half that a vector keeps. No ImGui.
#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <iterator>
#include <memory>
#include <vector>

namespace gui {

template <class T>
class Blocks {
    static constexpr size_t kBlock = 256;

public:
    class Iterator {
    public:
        using iterator_category = std::random_access_iterator_tag;
        using value_type = T;
        using difference_type = std::ptrdiff_t;
        using pointer = const T*;
        using reference = const T&;

        Iterator() = default;
        Iterator(const Blocks& list, size_t at) : list_(&list), at_(at) {}
        reference operator*() const { return (*list_)[at_]; }
        pointer operator->() const { return &(*list_)[at_]; }
        reference operator[](difference_type by) const { return *(*this + by); }
        Iterator& operator+=(difference_type by) { at_ = static_cast<size_t>(static_cast<difference_type>(at_) + by); return *this; }
        Iterator& operator-=(difference_type by) { return *this += -by; }
        Iterator& operator++() { return *this += 1; }
        Iterator& operator--() { return *this += -1; }
        Iterator operator++(int) { Iterator before = *this; ++*this; return before; }
        Iterator operator--(int) { Iterator before = *this; --*this; return before; }
        friend Iterator operator+(Iterator a, difference_type by) { return a += by; }
        friend Iterator operator+(difference_type by, Iterator a) { return a += by; }
        friend Iterator operator-(Iterator a, difference_type by) { return a -= by; }
        friend difference_type operator-(const Iterator& a, const Iterator& b) { return static_cast<difference_type>(a.at_) - static_cast<difference_type>(b.at_); }
        friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }
        friend auto operator<=>(const Iterator& a, const Iterator& b) { return a.at_ <=> b.at_; }

    private:
        const Blocks* list_ = nullptr;
        size_t at_ = 0;
    };

    size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const T& operator[](size_t i) const { return (*blocks_[i / kBlock])[i % kBlock]; }
    T& operator[](size_t i) { return (*blocks_[i / kBlock])[i % kBlock]; }
    const T& front() const { return (*this)[0]; }
    const T& back() const { return (*this)[size_ - 1]; }
    T& back() { return (*this)[size_ - 1]; }
    Iterator begin() const { return {*this, 0}; }
    Iterator end() const { return {*this, size_}; }
    void push_back(const T& value) {
        if (size_ % kBlock == 0) blocks_.push_back(std::make_unique<std::array<T, kBlock>>());
        (*this)[size_++] = value;
    }
    size_t bytes() const { return blocks_.size() * sizeof(std::array<T, kBlock>) + blocks_.capacity() * sizeof(void*); }

private:
    std::vector<std::unique_ptr<std::array<T, kBlock>>> blocks_;
    size_t size_ = 0;
};

}  // namespace gui
