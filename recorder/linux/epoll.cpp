// epoll: threads wait in epoll_wait on one instance. A packet is a descriptor of its own that becomes ready, as a connection's
// does: an eventfd that can always be read, armed once (EPOLLONESHOT) with the packet's number. The kernel's ready list is the
// queue.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <mutex>

#include "recorder/linux/mechanism.h"

namespace recorder {
namespace {

constexpr uint32_t kAtOnceMost = 4096;           // events that one call may bring

sim::Error failed(const char* call) {
    return {.file = {}, .line = 0, .column = 0, .what = std::string("the kernel gives no epoll: ") + call + ": " + std::strerror(errno), .hint = "the sandbox that this runs in may refuse it"};
}

// A descriptor for each packet that is queued at once: as many as the system lets this process have.
void allow_many_files() {
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == files.rlim_max) return;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

class Epoll final : public Mechanism {
public:
    Epoll() = default;
    Epoll(const Epoll&) = delete;
    Epoll& operator=(const Epoll&) = delete;
    ~Epoll() override {
        for (const int file : files_) close(file);
        if (epoll_ >= 0) close(epoll_);
    }

    sim::Status open() override {
        allow_many_files();
        epoll_ = epoll_create1(EPOLL_CLOEXEC);
        if (epoll_ < 0) return failed("epoll_create1");
        const std::lock_guard lock(mutex_);
        for (int i = 0; i < 64; ++i)
            if (!add_file()) return failed("eventfd");
        return sim::Done{};
    }

    void post(uint32_t packet) override {
        const std::lock_guard lock(mutex_);
        beyond_.push_back(packet);
        arm();
    }

    void take(uint32_t most, sim::Duration timeout, std::vector<uint32_t>& packets) override {
        thread_local std::vector<epoll_event> events;
        events.resize(std::clamp(most, 1u, kAtOnceMost));
        const int count = wait(events, timeout);
        if (count <= 0) return;
        const std::lock_guard lock(mutex_);
        for (int i = 0; i < count; ++i) {
            const uint64_t data = events[static_cast<size_t>(i)].data.u64;
            packets.push_back(static_cast<uint32_t>(data));
            free_.push_back(static_cast<uint32_t>(data >> 32));
        }
        arm();
    }

private:
    int epoll_ = -1;
    std::mutex mutex_;                           // of everything below; nobody waits for anything while holding it
    std::vector<int> files_;
    std::vector<uint32_t> free_;                 // places in files_
    std::deque<uint32_t> beyond_;                // packets for which the process may have no descriptor: they follow when one is free

    bool add_file() {
        const int file = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
        if (file < 0) return false;
        epoll_event disarmed{.events = EPOLLONESHOT, .data = {.u64 = 0}};
        if (epoll_ctl(epoll_, EPOLL_CTL_ADD, file, &disarmed) != 0) {
            close(file);
            return false;
        }
        free_.push_back(static_cast<uint32_t>(files_.size()));
        files_.push_back(file);
        return true;
    }

    // Every packet that may be in the kernel's list goes there, oldest first. Arming is what makes it ready, and wakes.
    void arm() {
        while (!beyond_.empty() && (!free_.empty() || add_file())) {
            const uint32_t place = free_.back();
            epoll_event ready{.events = EPOLLIN | EPOLLONESHOT, .data = {.u64 = uint64_t{place} << 32 | beyond_.front()}};
            if (epoll_ctl(epoll_, EPOLL_CTL_MOD, files_[place], &ready) != 0) return;
            free_.pop_back();
            beyond_.pop_front();
        }
    }

    int wait(std::vector<epoll_event>& events, sim::Duration timeout) const {
        const int most = static_cast<int>(events.size());
        const bool endless = timeout == sim::kInfinite;
        const int64_t until_ns = endless ? 0 : monotonic_ns() + timeout.ns;
        while (true) {
            const int64_t left_ns = endless ? 0 : std::max<int64_t>(until_ns - monotonic_ns(), 0);
            const timespec left{left_ns / 1'000'000'000, left_ns % 1'000'000'000};
            int count = epoll_pwait2(epoll_, events.data(), most, endless ? nullptr : &left, nullptr);
            if (count < 0 && (errno == ENOSYS || errno == EPERM))    // before Linux 5.11, or a sandbox that does not know the call: whole milliseconds
                count = epoll_wait(epoll_, events.data(), most, endless ? -1 : static_cast<int>(std::min<int64_t>((left_ns + 999'999) / 1'000'000, INT32_MAX)));
            if (count > 0 || (count == 0 && !endless) || (count < 0 && errno != EINTR)) return count;
        }
    }
};

}  // namespace

std::unique_ptr<Mechanism> make_epoll() { return std::make_unique<Epoll>(); }

}  // namespace recorder
