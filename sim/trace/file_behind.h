// The end of a large file, written behind its maker's back: by a thread of its own, in pieces of megabytes and past the system's
// file cache where the file system can. Whoever makes the bytes copies them once and waits only where the disk is slower than they come.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>

namespace sim {

class FileBehind {
public:
    /// Bytes that may be on their way, and are lost if the process is killed.
    static constexpr size_t kBytesBehindMax = size_t{16} << 20;

    /// To go on at `offset`, the file's end. The file is not to be written by others until finish(). Null: not on this system.
    static std::unique_ptr<FileBehind> open(std::FILE* file, uint64_t offset);
    /// Waits for what is on its way; what was not finished is lost.
    ~FileBehind();
    FileBehind(const FileBehind&) = delete;
    FileBehind& operator=(const FileBehind&) = delete;

    /// False: something could not be written, errno says why. From then on nothing is.
    bool append(const void* data, size_t bytes);
    /// All of it is in the file when this returns. False: as append.
    bool finish();

private:
    struct State;
    explicit FileBehind(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace sim
