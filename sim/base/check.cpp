#include "sim/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace sim {
namespace {
thread_local Instant now{-1};
}

void check_set_now(Instant instant) { now = instant; }

void check_failed(const char* file, int line, const char* what) {
    std::fprintf(stderr, "%s:%d: internal error: %s", file, line, what);
    if (now.ns >= 0) std::fprintf(stderr, " (at %lld ns of the run)", static_cast<long long>(now.ns));
    std::fputc('\n', stderr);
    std::abort();
}

}  // namespace sim
