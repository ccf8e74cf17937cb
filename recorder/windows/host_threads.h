// Under Wine the kernel below knows which thread has a processor, and Windows has no call that tells a thread's number there. The recorder says
// both sides' numbers and clocks in a file, for `portside record` beside it to read (linux/wine_lanes.h).
#pragma once
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "recorder/common/clock.h"

namespace recorder {

class HostThreads {
public:
    /// For so many threads. Says something only where PORTSIDE_HOST_THREADS names a file, and the system below can be asked.
    explicit HostThreads(size_t threads);
    /// The calling thread is this one of the scenario.
    void is(uint32_t thread);
    /// The workers have been stopped: writes the file. What can't be written is not said.
    void tell(const RunClock& clock, int64_t stopped_ns) const;

private:
    struct Moment { int64_t here_ns = 0, there_ns = 0; };   ///< one moment on monotonic_ns() and on CLOCK_MONOTONIC below
    static Moment now();

    std::string file_;                         // "": nothing is said
    std::vector<std::atomic<uint32_t>> there_; // by thread; 0: not known
    Moment first_;
};

}  // namespace recorder
