#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim/trace/file_map.h"

namespace sim {

FileMap file_map(std::FILE* file, uint64_t offset, size_t size) {
    const int fd = fileno(file);
    // Without room on the disk a store into the mapping would kill the process.
    if (posix_fallocate(fd, static_cast<off_t>(offset), static_cast<off_t>(size)) != 0) return {};
    const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
    const uint64_t first = offset / page * page;
    const size_t length = static_cast<size_t>(offset - first) + size;
    void* base = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, static_cast<off_t>(first));
    if (base == MAP_FAILED) return {};
    return {.base = base, .length = length, .bytes = static_cast<uint8_t*>(base) + (offset - first)};
}

FileMap file_map_to_read(const std::string& path, uint64_t size) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return {};
    void* base = mmap(nullptr, static_cast<size_t>(size), PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (base == MAP_FAILED) return {};
    return {.base = base, .length = static_cast<size_t>(size), .bytes = static_cast<uint8_t*>(base)};
}

void file_forget(const void* begin, size_t size) {
    const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE)), from = reinterpret_cast<uintptr_t>(begin);
    const uintptr_t first = (from + page - 1) / page * page, end = (from + size) / page * page;
    if (first < end) madvise(reinterpret_cast<void*>(first), end - first, MADV_DONTNEED);   // NOLINT: the system takes an address
}

bool file_unmap(std::FILE* file, FileMap& map, uint64_t end) {
    file_drop_map(map);
    return ftruncate(fileno(file), static_cast<off_t>(end)) == 0;
}

void file_drop_map(FileMap& map) {
    if (map.base != nullptr) munmap(map.base, map.length);
    map = {};
}

}  // namespace sim
