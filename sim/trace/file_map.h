// Parts of trace files, mapped into memory where the system can. The open chunk of a trace that is written: a record is in the
// file as soon as it is stored, whatever happens to its writer (file_write.cpp). A whole file that is looked at (file_open.cpp).
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

namespace sim {

struct FileMap {
    void* base = nullptr;             ///< of the pages; null: not mapped, write as usual
    size_t length = 0;
    uint8_t* bytes = nullptr;         ///< the byte at the offset asked for
};

/// Makes the file reach offset + size, with room for it on the disk, and maps those bytes. Not mapped where that fails.
FileMap file_map(std::FILE* file, uint64_t offset, size_t size);
/// Ends the mapping; the file then ends at `end`.
bool file_unmap(std::FILE* file, FileMap& map, uint64_t end);
/// The first `size` bytes of a file, to read.
FileMap file_map_to_read(const std::string& path, uint64_t size);
/// The pages that lie whole in this part of a mapping to read may leave memory; they come back from the file when they are read.
void file_forget(const void* begin, size_t size);
/// Ends the mapping and leaves the file as it is.
void file_drop_map(FileMap& map);

}  // namespace sim
