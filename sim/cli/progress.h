// A line on stderr that says how far a long computation is; silent for short ones and where stderr is no terminal.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace sim {

class Progress {
public:
    explicit Progress(std::string what) : what_(std::move(what)), begun_(std::chrono::steady_clock::now()), shown_(begun_) {}
    ~Progress();
    /// At most a few times a second something is printed; cheap to call often.
    void at(int64_t simulated_ns, uint64_t records);

private:
    std::string what_;
    std::chrono::steady_clock::time_point begun_, shown_;
    uint64_t calls_ = 0;
    bool printed_ = false;
};

}  // namespace sim
