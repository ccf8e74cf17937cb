#include "sim/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace sim {
void check_failed(const char* file, int line, const char* what) {
    std::fprintf(stderr, "%s:%d: internal error: %s", file, line, what);
    if (const Instant* now = CheckClock::now()) std::fprintf(stderr, " (at %lld ns of the run)", static_cast<long long>(now->ns));
    std::fputc('\n', stderr);
    std::abort();
}

}  // namespace sim
