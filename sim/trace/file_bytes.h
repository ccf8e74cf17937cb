// The bytes of a trace for its reader: in memory, or read from a file as they are asked for, so that a file may be larger than
// memory. For file_read.cpp alone.
#pragma once
#include <cstdint>
#include <cstdio>
#include <vector>

namespace sim {

class TraceBytes {
public:
    TraceBytes(const uint8_t* data, uint64_t size) : data_(data), size_(size) {}
    /// A file that stands at its beginning and has `size` bytes. It stays the caller's.
    TraceBytes(std::FILE* file, uint64_t size) : file_(file), size_(size) {}

    uint64_t size() const { return size_; }
    /// `count` bytes from `offset` on, until the next call; both within the size. What a file has lost since then reads as zeros.
    const uint8_t* at(uint64_t offset, uint64_t count);
    /// Nothing before `offset` will be asked for again.
    void forget_before(uint64_t offset) { kept_from_ = offset; }

private:
    const uint8_t* data_ = nullptr;
    std::FILE* file_ = nullptr;
    uint64_t size_ = 0;
    std::vector<uint8_t> window_;         // of a file
    uint64_t window_at_ = 0, kept_from_ = 0;
};

}  // namespace sim
