// Does this kernel tell a process about its own context switches (perf_event_open with context_switch)? Nothing uses them yet;
// a recorder of unmodified programs will. Prints what it found; exit code 0 also when it is not allowed ("SKIPPED: perf: ...").
#include <linux/perf_event.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "tests/skip.h"

namespace {

constexpr std::size_t kPagesData = 8;

/// Counts PERF_RECORD_SWITCH among the records of a ring that nobody writes to any more.
int switches_in(const perf_event_mmap_page& head) {
    const auto* data = reinterpret_cast<const unsigned char*>(&head) + head.data_offset;
    int count = 0;
    for (uint64_t at = head.data_tail; at < head.data_head;) {
        perf_event_header record;
        std::memcpy(&record, data + at % head.data_size, sizeof record);
        if (record.size == 0) break;
        count += record.type == PERF_RECORD_SWITCH ? 1 : 0;
        at += record.size;
    }
    return count;
}

}  // namespace

TEST_CASE("perf: the kernel reports the context switches of the process itself") {
    perf_event_attr ask{};
    ask.size = sizeof ask;
    ask.type = PERF_TYPE_SOFTWARE;
    ask.config = PERF_COUNT_SW_DUMMY;
    ask.context_switch = 1;
    ask.exclude_kernel = 1;
    ask.exclude_hv = 1;
    const long file = syscall(SYS_perf_event_open, &ask, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (file < 0) {
        test::skip("perf", std::string("perf_event_open: ") + std::strerror(errno) + " (see /proc/sys/kernel/perf_event_paranoid)");
        return;
    }
    const std::size_t page_bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    void* ring = mmap(nullptr, (1 + kPagesData) * page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, static_cast<int>(file), 0);
    REQUIRE(ring != MAP_FAILED);
    for (int i = 0; i < 5; ++i) {                       // each sleep is one switch out, one switch in
        const timespec nap{0, 1'000'000};
        nanosleep(&nap, nullptr);
    }
    close(static_cast<int>(file));
    const int switches = switches_in(*static_cast<const perf_event_mmap_page*>(ring));
    munmap(ring, (1 + kPagesData) * page_bytes);
    std::printf("perf: %d context-switch records for 5 sleeps\n", switches);
    CHECK(switches >= 5);
}
