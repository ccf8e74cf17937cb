#include "sim/cli/whole_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace sim {
namespace {

namespace fs = std::filesystem;

Error failed(const std::string& path, int number) {
    return {.file = path, .line = 0, .column = 0, .what = std::string("can't be written: ") + std::strerror(number), .hint = number == ENOSPC ? "the disk is full" : number == ENOENT ? "is the folder there?" : ""};
}

Status write_to(const std::string& path, const std::string& text) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) return failed(path, errno);
    const bool good = std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
    const int number = errno;
    if (std::fclose(file) != 0 && good) return failed(path, errno);
    if (!good) return failed(path, number);
    return Done{};
}

}  // namespace

Status write_whole_file(const std::string& path, const std::string& text) {
    std::error_code ignored;
    const fs::file_status there = fs::symlink_status(path, ignored);
    if (fs::exists(there) && !fs::is_regular_file(there)) return write_to(path, text);
    if (fs::is_regular_file(there)) {                     // one that is write-protected stays
        std::FILE* old = std::fopen(path.c_str(), "r+b");
        if (old == nullptr) return failed(path, errno);
        std::fclose(old);
    }
    const std::string part = path + ".part";
    Status written = write_to(part, text);
    if (!written) {
        Error error = written.error();
        error.file = path;
        fs::remove(part, ignored);
        return error;
    }
    std::error_code moved;
    fs::rename(part, path, moved);
    if (!moved) return Done{};
    fs::remove(part, ignored);
    return failed(path, moved.value());
}

}  // namespace sim
