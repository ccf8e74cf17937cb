#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "sim/trace/file_behind.h"

namespace sim {
namespace {

constexpr size_t kBlocks = 4, kBlockBytes = FileBehind::kBytesBehindMax / kBlocks;
constexpr size_t kPage = 4096, kHugePage = size_t{2} << 20;      // the first is what direct writes are aligned to
// A disk that needs longer for a block is slower than 200 MB/s: the file cache may take some.
constexpr std::chrono::milliseconds kPatience{20};

struct Block {
    uint8_t* bytes = nullptr;
    size_t used = 0;
    uint64_t offset = 0;                  // in the file
};

// 0, or the error.
int write_all(int fd, const Block& block, size_t from = 0) {
    for (size_t done = from; done < block.used;) {
        const ssize_t wrote = pwrite(fd, block.bytes + done, block.used - done, static_cast<off_t>(block.offset + done));
        if (wrote > 0) done += static_cast<size_t>(wrote);
        else if (wrote == 0) return EIO;
        else if (errno != EINTR) return errno;
    }
    return 0;
}

}  // namespace

struct FileBehind::State {
    int plain = -1, direct = -1;          // the same file, with and without the cache; -1: it can't be written without
    void* memory = MAP_FAILED;
    std::array<Block, kBlocks> blocks;
    Block* filling = nullptr;
    std::mutex mutex;                     // of what follows
    std::condition_variable filled, freed;
    std::deque<Block*> full;
    std::vector<Block*> empty;
    int error = 0;
    bool over = false;
    std::thread writer;

    ~State() {
        if (writer.joinable()) {
            {
                const std::lock_guard lock(mutex);
                over = true;
            }
            filled.notify_one();
            writer.join();
        }
        if (memory != MAP_FAILED) munmap(memory, kBytesBehindMax + kHugePage);
        if (direct >= 0) ::close(direct);
        if (plain >= 0) ::close(plain);
    }

    // Blocks begin at whole pages: what the file has before its end in the last one comes first.
    bool begin(std::FILE* file, uint64_t offset) {
        plain = dup(fileno(file));
        if (plain < 0 || std::fflush(file) != 0) return false;
        const std::string self = "/proc/self/fd/" + std::to_string(plain);
        direct = ::open(self.c_str(), O_WRONLY | O_DIRECT | O_CLOEXEC);
        memory = mmap(nullptr, kBytesBehindMax + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) return false;
        auto* const first = static_cast<uint8_t*>(memory) + (kHugePage - reinterpret_cast<uintptr_t>(memory) % kHugePage) % kHugePage;   // NOLINT: an address
        madvise(first, kBytesBehindMax, MADV_HUGEPAGE);          // fewer pages to hold for each write
        for (size_t i = 0; i < kBlocks; ++i) blocks[i].bytes = first + i * kBlockBytes;
        for (size_t i = 1; i < kBlocks; ++i) empty.push_back(&blocks[i]);
        filling = &blocks[0];
        filling->offset = offset / kPage * kPage;
        const auto before = static_cast<size_t>(offset - filling->offset);
        for (; filling->used < before;) {
            const ssize_t got = pread(plain, filling->bytes + filling->used, before - filling->used, static_cast<off_t>(filling->offset + filling->used));
            if (got <= 0) return false;
            filling->used += static_cast<size_t>(got);
        }
        try {
            writer = std::thread([this] { work(); });
        } catch (const std::system_error&) {
            return false;
        }
        return true;
    }

    int write(const Block& block) {
        if (direct >= 0) {
            if (write_all(direct, block) == 0) return 0;
            ::close(direct);                                     // another alignment, or not at all: what the cache says counts
            direct = -1;
        }
        return write_all(plain, block);
    }

    void work() {
        std::unique_lock lock(mutex);
        while (true) {
            filled.wait(lock, [this] { return !full.empty() || over; });
            if (full.empty()) return;
            Block* const block = full.front();
            full.pop_front();
            if (error == 0) {
                lock.unlock();
                const int failed = write(*block);
                lock.lock();
                if (error == 0) error = failed;
            }
            block->used = 0;
            empty.push_back(block);
            freed.notify_one();
        }
    }

    // The next block to fill. Where none comes free in time this one goes to the cache, and is the next.
    bool pass_on() {
        const uint64_t next = filling->offset + filling->used;
        std::unique_lock lock(mutex);
        if (empty.empty() && error == 0) freed.wait_for(lock, kPatience, [this] { return !empty.empty(); });
        if (error != 0) return fail(error);
        if (!empty.empty()) {
            full.push_back(filling);
            filling = empty.back();
            empty.pop_back();
            filled.notify_one();
        } else {
            lock.unlock();
            if (const int failed = write_all(plain, *filling); failed != 0) {
                lock.lock();
                return fail(error = failed);
            }
            filling->used = 0;
        }
        filling->offset = next;
        return true;
    }

    bool finish() {
        std::unique_lock lock(mutex);
        freed.wait(lock, [this] { return empty.size() == kBlocks - 1; });
        if (error == 0) error = write_all(plain, *filling);
        filling->offset += filling->used;
        filling->used = 0;
        return error == 0 || fail(error);
    }

    static bool fail(int why) {
        errno = why;
        return false;
    }
};

FileBehind::FileBehind(std::unique_ptr<State> state) : state_(std::move(state)) {}
FileBehind::~FileBehind() = default;

std::unique_ptr<FileBehind> FileBehind::open(std::FILE* file, uint64_t offset) {
    auto state = std::make_unique<State>();
    if (!state->begin(file, offset)) return nullptr;
    return std::unique_ptr<FileBehind>(new FileBehind(std::move(state)));
}

bool FileBehind::append(const void* data, size_t bytes) {
    const auto* from = static_cast<const uint8_t*>(data);
    while (bytes > 0) {
        Block& block = *state_->filling;
        const size_t some = std::min(bytes, kBlockBytes - block.used);
        std::memcpy(block.bytes + block.used, from, some);
        block.used += some;
        from += some;
        bytes -= some;
        if (block.used == kBlockBytes && !state_->pass_on()) return false;
    }
    return true;
}

bool FileBehind::finish() { return state_->finish(); }

}  // namespace sim
