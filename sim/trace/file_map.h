// The open chunk of a trace, mapped into memory where the system can: a record is in the file as soon as it is stored, whatever
// happens to its writer. For file_write.cpp alone.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>

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
/// Ends the mapping and leaves the file as it is.
void file_drop_map(FileMap& map);

}  // namespace sim
