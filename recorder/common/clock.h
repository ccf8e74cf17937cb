// The only place with a real clock. Times of a recording are ns since its start; before the start they are 0.
#pragma once
#include <atomic>
#include <cstdint>

namespace recorder {

/// Monotonic, ns since an arbitrary moment. Linux: CLOCK_MONOTONIC; Windows: QueryPerformanceCounter.
int64_t monotonic_ns();
/// "CLOCK_MONOTONIC", "QueryPerformanceCounter"
const char* clock_name();

class RunClock {
public:
    /// From now on time passes; the first moment is 1 ns, so that what happened before the start (at 0) stays before.
    void start() { start_ns_.store(monotonic_ns() - 1, std::memory_order_release); }
    /// On the monotonic clock; 0 before the start.
    int64_t start_ns() const { return start_ns_.load(std::memory_order_acquire); }
    bool started() const { return start_ns_.load(std::memory_order_acquire) != 0; }
    int64_t now_ns() const {
        const int64_t start = start_ns_.load(std::memory_order_acquire);
        return start == 0 ? 0 : monotonic_ns() - start;
    }

private:
    std::atomic<int64_t> start_ns_{0};
};

}  // namespace recorder
