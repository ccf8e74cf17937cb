// A line on stderr that says how far a long computation is; silent for short ones and where stderr is no terminal.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace sim {

/// A bar for work whose amount is known.
class Bar {
public:
    explicit Bar(std::string what) : what_(std::move(what)), begun_(std::chrono::steady_clock::now()) {}
    void at(size_t done, size_t of);
    /// Leaves the line empty.
    void clear();

private:
    std::string what_;
    std::chrono::steady_clock::time_point begun_;
    bool printed_ = false;
};

class Progress {
public:
    explicit Progress(std::string what) : what_(std::move(what)), begun_(std::chrono::steady_clock::now()), shown_(begun_) {}
    ~Progress();
    /// At most a few times a second something is printed. Called every few thousand records.
    void at(int64_t simulated_ns, uint64_t records);

private:
    std::string what_;
    std::chrono::steady_clock::time_point begun_, shown_;
    bool printed_ = false;
};

}  // namespace sim
