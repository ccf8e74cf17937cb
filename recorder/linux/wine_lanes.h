// Which processor ran which thread of a Windows program under Wine, and when: Linux tells of the switches (switches.h), the Windows recorder
// which of Linux's threads are which of the scenario's (windows/host_threads.h).
#pragma once
#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "recorder/linux/switches.h"
#include "sim/trace/file.h"

namespace recorder {

class WineLanes {
public:
    /// Before Wine is started, by the thread that starts it. Where the kernel tells nothing there will be no lanes.
    WineLanes();
    ~WineLanes();
    WineLanes(const WineLanes&) = delete;
    WineLanes& operator=(const WineLanes&) = delete;

    /// Wine has ended. Adds on_processor and off_processor to the trace, by what the Windows recorder has said in this file; false: nothing,
    /// because it has said nothing, or the kernel has told nothing. last_only: the trace does not begin with the run (--last).
    bool add_to(sim::Trace& trace, const std::filesystem::path& said, bool last_only);

private:
    void collect();
    std::mutex mutex_;                    // of rings_
    std::unique_ptr<SwitchRings> rings_;
    std::vector<Switch> switches_;        // in order of time but for those of one look and the next
    uint64_t lost_ = 0;
    std::atomic<bool> over_{false};
    std::thread collector_;
};

}  // namespace recorder
