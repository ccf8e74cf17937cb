#include "recorder/windows/host_threads.h"

#include <windows.h>

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace recorder {
namespace {

// Linux on x86-64: arch/x86/entry/syscalls/syscall_64.tbl, and CLOCK_MONOTONIC.
constexpr int64_t kClockGettime = 228, kGettid = 186, kClockMonotonic = 1;
struct Timespec { int64_t seconds = 0, ns = 0; };

// Wine 8 leaves the processor's system call to Linux; versions to come may take it for a Windows one, so they are not asked.
bool linux_answers() {
    const FARPROC found = GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version");
    if (found == nullptr) return false;
    return std::string_view(std::bit_cast<const char* (*)()>(found)()).starts_with("8.");
}

int64_t linux_call(int64_t number, int64_t first, void* second) {
    int64_t result = number;
    asm volatile("syscall" : "+a"(result) : "D"(first), "S"(second) : "rcx", "r11", "memory");
    return result;
}

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
        if (linux_call(kClockGettime, kClockMonotonic, &there) != 0) return {};
        const int64_t after = monotonic_ns();
        if (after - before >= shortest) continue;
        shortest = after - before;
        best = {before + (after - before) / 2, there.seconds * 1'000'000'000 + there.ns};
    }
    return best;
}

void HostThreads::is(uint32_t thread) {
    if (!file_.empty() && there_[thread].load(std::memory_order_relaxed) == 0) there_[thread].store(static_cast<uint32_t>(linux_call(kGettid, 0, nullptr)));
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
