// io_uring: threads wait in io_uring_enter for the completion queue of one ring. A packet is a request that completes at once
// (IORING_OP_NOP), its number the request's user data. The completion queue is the queue.
#include <liburing.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <mutex>

#include "recorder/linux/mechanism.h"

namespace recorder {
namespace {

constexpr unsigned kSubmissions = 64, kCompletions = 16'384;   // the kernel keeps those beyond
constexpr unsigned kAtOnceMost = 4096;

sim::Error refused(int error) {
    std::string switched_off;
    std::ifstream("/proc/sys/kernel/io_uring_disabled") >> switched_off;
    const bool disabled = !switched_off.empty() && switched_off != "0";
    sim::Error what{.file = {}, .line = 0, .column = 0, .what = std::string("the kernel gives this process no io_uring: io_uring_setup: ") + std::strerror(error), .hint = "the sandbox that it runs in may refuse it"};
    if (disabled) {
        what.what += " (kernel.io_uring_disabled is " + switched_off + ')';
        what.hint = "sudo sysctl kernel.io_uring_disabled=0 allows it";
    } else if (error == ENOSYS) {
        what.hint = "Linux 5.11 or newer has it, unless the sandbox that this runs in refuses";
    }
    return what;
}

class IoUring final : public Mechanism {
public:
    IoUring() = default;
    IoUring(const IoUring&) = delete;
    IoUring& operator=(const IoUring&) = delete;
    ~IoUring() override {
        if (open_) io_uring_queue_exit(&ring_);
    }

    sim::Status open() override {
        io_uring_params params{};
        params.flags = IORING_SETUP_CQSIZE;
        params.cq_entries = kCompletions;
        if (const int error = io_uring_queue_init_params(kSubmissions, &ring_, &params); error < 0) return refused(-error);
        open_ = true;
        if ((params.features & IORING_FEAT_EXT_ARG) == 0 || (params.features & IORING_FEAT_NODROP) == 0)
            return sim::Error{.file = {}, .line = 0, .column = 0, .what = "this kernel's io_uring can't wait with a timeout", .hint = "Linux 5.11 or newer can"};
        return sim::Done{};
    }

    void post(uint32_t packet) override {
        const std::lock_guard lock(submitting_);
        io_uring_sqe* request = io_uring_get_sqe(&ring_);
        SIM_CHECK(request != nullptr, "every request was submitted");
        io_uring_prep_nop(request);
        request->user_data = packet;
        int submitted = 0;
        while ((submitted = io_uring_submit(&ring_)) == -EINTR || submitted == -EAGAIN || submitted == -EBUSY) {}
        SIM_CHECK(submitted == 1, "the kernel takes a request that is there already");
    }

    void take(uint32_t most, sim::Duration timeout, std::vector<uint32_t>& packets) override {
        const bool endless = timeout == sim::kInfinite;
        const int64_t until_ns = endless ? INT64_MAX : monotonic_ns() + timeout.ns;
        while (!collect(std::clamp(most, 1u, kAtOnceMost), packets)) {
            const int64_t left_ns = endless ? INT64_MAX : until_ns - monotonic_ns();
            if (left_ns <= 0) return;
            wait(endless, left_ns);
        }
    }

private:
    io_uring ring_{};
    bool open_ = false;
    std::mutex submitting_, collecting_;         // liburing's two halves; nobody waits in the kernel while holding one

    bool collect(unsigned most, std::vector<uint32_t>& packets) {
        thread_local std::vector<io_uring_cqe*> entries;
        entries.resize(most);
        const std::lock_guard lock(collecting_);
        const unsigned count = io_uring_peek_batch_cqe(&ring_, entries.data(), most);   // also fetches what did not fit into the queue
        for (unsigned i = 0; i < count; ++i) packets.push_back(static_cast<uint32_t>(entries[i]->user_data));
        io_uring_cq_advance(&ring_, count);
        return count > 0;
    }

    // Any return is a reason to look again.
    void wait(bool endless, int64_t left_ns) {
        __kernel_timespec left{.tv_sec = left_ns / 1'000'000'000, .tv_nsec = left_ns % 1'000'000'000};
        io_uring_getevents_arg limit{.sigmask = 0, .sigmask_sz = 0, .pad = 0, .ts = reinterpret_cast<uintptr_t>(&left)};
        const auto file = static_cast<unsigned>(ring_.ring_fd);
        if (endless) io_uring_enter2(file, 0, 1, IORING_ENTER_GETEVENTS, nullptr, 0);
        else io_uring_enter2(file, 0, 1, IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, reinterpret_cast<sigset_t*>(&limit), sizeof limit);
    }
};

}  // namespace

std::unique_ptr<Mechanism> make_io_uring() { return std::make_unique<IoUring>(); }

}  // namespace recorder
