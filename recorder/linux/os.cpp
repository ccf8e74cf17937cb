// Clock, mapping, work and host on Linux.
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "recorder/common/clock.h"
#include "recorder/common/gate.h"
#include "recorder/common/mapping.h"
#include "recorder/common/work.h"
#include "recorder/linux/os.h"
#include "sim/trace/ring_file.h"

namespace recorder {
namespace {

int64_t read_clock(clockid_t clock) {
    timespec at{};
    clock_gettime(clock, &at);
    return int64_t{at.tv_sec} * 1'000'000'000 + at.tv_nsec;
}

// What the process was given, not what an earlier recording left of it.
const cpu_set_t& processors_given() {
    static const cpu_set_t given = [] {
        cpu_set_t set;
        CPU_ZERO(&set);
        sched_getaffinity(0, sizeof set, &set);
        return set;
    }();
    return given;
}

sim::Error failed(const std::string& path, const char* what) {
    return {.file = path, .line = 0, .column = 0, .what = std::string(what) + ": " + std::strerror(errno), .hint = {}};
}

}  // namespace

int64_t monotonic_ns() { return read_clock(CLOCK_MONOTONIC); }
const char* clock_name() { return "CLOCK_MONOTONIC"; }

sim::Result<MappedFile> MappedFile::create(const std::string& path, uint64_t bytes) {
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) return failed(path, "can't create the recording");
    // Reserved at once: a disk that fills up later would kill the recorder in the middle of a store.
    errno = posix_fallocate(file, 0, static_cast<off_t>(bytes));
    void* data = errno == 0 ? mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0) : MAP_FAILED;
    if (data == MAP_FAILED) {
        const sim::Error error = failed(path, "can't reserve the recording's file");
        close(file);
        unlink(path.c_str());
        return error;
    }
    struct flock held{};
    held.l_type = F_WRLCK;
    held.l_whence = SEEK_SET;
    held.l_start = static_cast<off_t>(sim::kHeldByte);
    held.l_len = 1;
    fcntl(file, F_OFD_SETLK, &held);      // a file system without locks: who watches goes by what is written
    return MappedFile(static_cast<uint8_t*>(data), bytes, file);
}

MappedFile::~MappedFile() {
    if (data_ == nullptr) return;
    munmap(data_, bytes_);
    close(static_cast<int>(file_));
}

void work_compute(sim::Duration duration, const std::atomic<bool>& stop) {
    const int64_t end = read_clock(CLOCK_THREAD_CPUTIME_ID) + duration.ns;
    while (read_clock(CLOCK_THREAD_CPUTIME_ID) < end && !stop.load(std::memory_order_relaxed)) {}
}

void work_block(sim::Duration duration, const std::atomic<bool>& stop) {
    wake_on_time();
    const int64_t end = monotonic_ns() + duration.ns;
    for (int64_t now = monotonic_ns(); now < end && !stop.load(std::memory_order_relaxed); now = monotonic_ns()) {
        const int64_t to = std::min(end, now + 10'000'000);
        const timespec at{to / 1'000'000'000, to % 1'000'000'000};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr);
    }
}

bool Gate::wait(int64_t until_ns) {
    const timespec at{until_ns / 1'000'000'000, until_ns % 1'000'000'000};
    while (open_.exchange(0, std::memory_order_acq_rel) == 0) {
        if (until_ns != INT64_MAX && monotonic_ns() >= until_ns) return false;
        syscall(SYS_futex, &open_, FUTEX_WAIT_BITSET_PRIVATE, 0, until_ns == INT64_MAX ? nullptr : &at, nullptr, FUTEX_BITSET_MATCH_ANY);
    }
    return true;
}

void Gate::open() {
    open_.store(1, std::memory_order_release);
    syscall(SYS_futex, &open_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

void work_run_first() {
    wake_on_time();
    const sched_param first{.sched_priority = 1};
    sched_setscheduler(0, SCHED_FIFO, &first);   // needs a privilege; without it arrivals may be late by a time slice
}

void wake_on_time() { prctl(PR_SET_TIMERSLACK, 1UL); }   // ns

void displace_nobody() {
    const sched_param none{};
    sched_setscheduler(0, SCHED_BATCH, &none);
}

void leave_processors() {
    cpu_set_t used, others;
    CPU_ZERO(&used);
    sched_getaffinity(0, sizeof used, &used);
    CPU_XOR(&others, &used, &processors_given());
    if (CPU_COUNT(&others) > 0) sched_setaffinity(0, sizeof others, &others);
}

uint32_t work_use_processors(uint32_t asked) {
    const cpu_set_t& allowed = processors_given();
    cpu_set_t chosen;
    CPU_ZERO(&chosen);
    uint32_t count = 0;
    for (size_t cpu = 0; cpu < CPU_SETSIZE && count < asked; ++cpu)
        if (CPU_ISSET(cpu, &allowed)) {
            CPU_SET(cpu, &chosen);
            ++count;
        }
    sched_setaffinity(0, sizeof chosen, &chosen);
    return std::max(count, 1u);
}

std::string host_text() {
    utsname name{};
    uname(&name);
    std::string model = name.machine, line;
    std::ifstream info("/proc/cpuinfo");
    while (std::getline(info, line))
        if (line.rfind("model name", 0) == 0 && line.find(':') != std::string::npos) {
            model = line.substr(std::min(line.size(), line.find(':') + 2));
            break;
        }
    return std::string(name.sysname) + ' ' + name.release + ", " + model + ", " + std::to_string(sysconf(_SC_NPROCESSORS_ONLN)) + " processors";
}

}  // namespace recorder
