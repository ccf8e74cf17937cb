// A new file mapped into memory: what is stored in it survives the death of the process. As long as the mapping lives it is held (sim/trace/ring_file.h, kHeldByte),
// so that who watches it knows. linux/ and windows/ implement it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/base/result.h"

namespace recorder {

class MappedFile {
public:
    /// Creates (or replaces) `path` with `bytes` zero bytes.
    static sim::Result<MappedFile> create(const std::string& path, uint64_t bytes);
    MappedFile(MappedFile&& other) noexcept : data_(other.data_), bytes_(other.bytes_), file_(other.file_) { other.data_ = nullptr; }
    MappedFile& operator=(MappedFile&&) = delete;
    ~MappedFile();

    uint8_t* data() const { return data_; }
    uint64_t size() const { return bytes_; }

private:
    MappedFile(uint8_t* data, uint64_t bytes, intptr_t file) : data_(data), bytes_(bytes), file_(file) {}
    uint8_t* data_;
    uint64_t bytes_;
    intptr_t file_;                       ///< as the system numbers it
};

}  // namespace recorder
