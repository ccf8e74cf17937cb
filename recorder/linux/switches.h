// The context switches of this process's own threads, as the kernel tells them: perf_event_open with `context_switch`, one ring
// for each processor that the process may use. No privilege is needed where kernel.perf_event_paranoid is at most 2.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/base/result.h"
#include "sim/trace/record.h"

namespace recorder {

struct Switch {
    enum class What : uint8_t {
        on,                   ///< the thread gets the processor
        preempted,            ///< it loses it and is still ready
        waits,                ///< it gives it up: a wait in the kernel
        lost                  ///< the kernel had no room for `count` of them
    };
    int64_t time_ns = 0;      ///< monotonic_ns()
    uint32_t tid = 0;
    uint16_t processor = 0;   ///< the system's number
    uint16_t ring = 0;        ///< place in processors()
    What what = What::on;
    uint64_t count = 0;
};

/// on_processor or off_processor of that thread, by the clock that began at start_ns. Not of `lost`.
sim::Record record_of(const Switch& one, uint32_t thread, int64_t start_ns);

class SwitchRings {
public:
    /// Of the threads that the calling thread starts from now on, as long as this lives. The calling thread must live as long.
    static sim::Result<std::unique_ptr<SwitchRings>> open();
    SwitchRings(const SwitchRings&) = delete;
    SwitchRings& operator=(const SwitchRings&) = delete;
    ~SwitchRings();

    /// Appends what happened up to `until_ns`, which is no later than now, in order of time. One thread at a time.
    void read(int64_t until_ns, std::vector<Switch>& out);
    /// To poll: readable when there is something to read.
    const std::vector<int>& files() const { return files_; }
    const std::vector<uint16_t>& processors() const { return processors_; }

private:
    struct Ring;
    SwitchRings();
    sim::Status add(uint16_t processor);
    void read_ring(size_t ring, int64_t until_ns, std::vector<Switch>& out);

    std::vector<int> files_;
    std::vector<uint16_t> processors_;
    std::vector<Ring> rings_;
};

/// Empty: this process may see its own context switches. Else why not, and what would let it.
std::string switches_refused();

}  // namespace recorder
