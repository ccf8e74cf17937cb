// The Linux below Wine 8, asked by its own system calls: what it knows of threads no call of Windows tells.
#pragma once
#include <cstdint>

namespace recorder {

/// Wine 8 leaves the processor's system call to Linux; versions to come may take it for a Windows one, so they are not asked, nor is Windows.
bool linux_answers();

/// Of Linux on x86-64 (arch/x86/entry/syscalls/syscall_64.tbl).
enum class LinuxCall : int64_t { read = 0, close = 3, gettid = 186, clock_gettime = 228, openat = 257 };
/// Only where linux_answers(). Below 0: the error.
int64_t linux_call(LinuxCall call, int64_t first = 0, void* second = nullptr, int64_t third = 0, int64_t fourth = 0);

}  // namespace recorder
