#include "recorder/windows/host_threads.h"

#include <cstdio>
#include <cstdlib>

#include "recorder/windows/linux_below.h"

namespace recorder {
namespace {

constexpr int64_t kClockMonotonic = 1;           // CLOCK_MONOTONIC
struct Timespec { int64_t seconds = 0, ns = 0; };

}  // namespace

HostThreads::HostThreads(size_t threads) : there_(threads) {
    const char* named = std::getenv("PORTSIDE_HOST_THREADS");
    if (named == nullptr || !linux_answers()) return;
    file_ = named;
    first_ = now();
}

// The clock here is read before and after: the shortest of some tries is the moment of the other.
HostThreads::Moment HostThreads::now() {
    Moment best;
    int64_t shortest = INT64_MAX;
    for (int i = 0; i < 16; ++i) {
        Timespec there;
        const int64_t before = monotonic_ns();
        if (linux_call(LinuxCall::clock_gettime, kClockMonotonic, &there) != 0) return {};
        const int64_t after = monotonic_ns();
        if (after - before >= shortest) continue;
        shortest = after - before;
        best = {before + (after - before) / 2, there.seconds * 1'000'000'000 + there.ns};
    }
    return best;
}

void HostThreads::is(uint32_t thread) {
    if (!file_.empty() && there_[thread].load(std::memory_order_relaxed) == 0) there_[thread].store(static_cast<uint32_t>(linux_call(LinuxCall::gettid)));
}

void HostThreads::tell(const RunClock& clock, int64_t stopped_ns) const {
    const Moment last = file_.empty() ? Moment{} : now();
    if (last.there_ns == 0 || first_.there_ns == 0) return;
    std::FILE* file = std::fopen(file_.c_str(), "w");
    if (file == nullptr) return;
    std::fprintf(file, "clock %lld %lld\nclock %lld %lld\nrun %lld %lld\n", static_cast<long long>(first_.here_ns), static_cast<long long>(first_.there_ns), static_cast<long long>(last.here_ns),
                 static_cast<long long>(last.there_ns), static_cast<long long>(clock.start_ns()), static_cast<long long>(stopped_ns));
    for (size_t t = 0; t < there_.size(); ++t)
        if (there_[t].load() != 0) std::fprintf(file, "thread %zu %u\n", t, there_[t].load());
    std::fclose(file);
}

}  // namespace recorder
