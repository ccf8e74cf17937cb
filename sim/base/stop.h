// Long work that is to end early: whoever began it asks, and the work looks now and then. What it answers then is worth nothing.
#pragma once
#include <atomic>
#include <cstddef>

namespace sim {

class Stop {
public:
    /// Never asked.
    Stop() = default;
    /// Asked as soon as this is true; it outlives the work.
    explicit Stop(const std::atomic<bool>& asked) : asked_(&asked) {}
    bool asked() const { return asked_ != nullptr && asked_->load(std::memory_order_relaxed); }
    /// In a loop, at its step number `at`: looks at one step of a thousand.
    bool asked(size_t at) const { return at % 1024 == 0 && asked(); }

private:
    const std::atomic<bool>* asked_ = nullptr;
};

}  // namespace sim
