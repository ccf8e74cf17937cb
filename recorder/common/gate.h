// Where one thread of the scenario waits for another, or for a device: a wait that the kernel sees. linux/ and windows/ implement it.
#pragma once
#include <atomic>
#include <cstdint>

namespace recorder {

class Gate {
public:
    /// Until it is opened, which one wait uses up, or until that moment of monotonic_ns(): then false.
    bool wait(int64_t until_ns = INT64_MAX);
    /// Any thread. Opened twice it is open once.
    void open();

private:
    std::atomic<uint32_t> open_{0};
};

}  // namespace recorder
