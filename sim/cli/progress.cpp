#include "sim/cli/progress.h"

#include <unistd.h>

#include <cstdio>

#include "sim/trace/print.h"

namespace sim {

void Progress::at(int64_t simulated_ns, uint64_t records) {
    if (++calls_ % 4096 != 0) return;   // the clock costs more than a step
    const auto now = std::chrono::steady_clock::now();
    if (now - begun_ < std::chrono::seconds(1) || now - shown_ < std::chrono::milliseconds(250) || isatty(STDERR_FILENO) == 0) return;
    shown_ = now;
    printed_ = true;
    std::fprintf(stderr, "\r%s: %s, %.1f million records ", what_.c_str(), time_text(simulated_ns).c_str(), static_cast<double>(records) / 1e6);
    std::fflush(stderr);
}

Progress::~Progress() {
    if (printed_) std::fputs("\r\033[K", stderr);
}

}  // namespace sim
