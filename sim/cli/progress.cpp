#include "sim/cli/progress.h"

#include <unistd.h>

#include <cstdio>

#include "sim/trace/print.h"

namespace sim {

void Progress::at(int64_t simulated_ns, uint64_t records) {
    const auto now = std::chrono::steady_clock::now();
    if (now - begun_ < std::chrono::seconds(1) || now - shown_ < std::chrono::milliseconds(250) || isatty(STDERR_FILENO) == 0) return;
    shown_ = now;
    printed_ = true;
    std::fprintf(stderr, "\r%s: %s, %.1f million records ", what_.c_str(), time_text(simulated_ns).c_str(), static_cast<double>(records) / 1e6);
    std::fflush(stderr);
}

void Bar::at(size_t done, size_t of) {
    if (of == 0 || isatty(STDERR_FILENO) == 0) return;
    constexpr size_t kWidth = 30;
    const size_t filled = done * kWidth / of;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
    const double left = done == 0 ? 0 : seconds * static_cast<double>(of - done) / static_cast<double>(done);
    printed_ = true;
    std::fprintf(stderr, "\r[%s%s] %zu of %zu %s, about %.0f s left ", std::string(filled, '=').c_str(), std::string(kWidth - filled, ' ').c_str(), done, of, what_.c_str(), left);
    std::fflush(stderr);
}

void Bar::clear() {
    if (printed_) std::fputs("\r\033[K", stderr);
}

Progress::~Progress() {
    if (printed_) std::fputs("\r\033[K", stderr);
}

}  // namespace sim
