#include "recorder/windows/disk_file.h"

#include <algorithm>
#include <vector>

namespace recorder {

sim::Error at_file(const std::string& path, const std::string& what) {
    const DWORD error = GetLastError();
    const bool full = error == ERROR_DISK_FULL || error == ERROR_HANDLE_DISK_FULL;
    const bool denied = error == ERROR_ACCESS_DENIED || error == ERROR_WRITE_PROTECT;
    return {.file = path, .line = 0, .column = 0, .what = what + ": " + (full ? "the disk is full" : denied ? "the folder or the file can't be written" : error == ERROR_PATH_NOT_FOUND ? "there is no such folder" : "Windows error " + std::to_string(error)), .hint = {}};
}

bool write_all(HANDLE file, const void* bytes, DWORD size) {
    DWORD written = 0;
    if (WriteFile(file, bytes, size, &written, nullptr) == FALSE) return false;
    if (written != size) SetLastError(ERROR_DISK_FULL);
    return written == size;
}

bool write_zeros(HANDLE file, uint64_t bytes) {
    const std::vector<uint8_t> zeros(1 << 20);
    for (uint64_t at = 0; at < bytes;) {
        const auto size = static_cast<DWORD>(std::min<uint64_t>(zeros.size(), bytes - at));
        if (!write_all(file, zeros.data(), size)) return false;
        at += size;
    }
    return true;
}

}  // namespace recorder
