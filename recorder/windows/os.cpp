// Clock, mapping, work and host on Windows.
#define _WIN32_WINNT 0x0602
#include <windows.h>
#include <timeapi.h>

#include <algorithm>
#include <array>
#include <bit>

#include "recorder/common/clock.h"
#include "recorder/common/gate.h"
#include "recorder/common/mapping.h"
#include "recorder/common/work.h"
#include "recorder/windows/disk_file.h"
#include "sim/trace/ring_file.h"

namespace recorder {
namespace {

// Between two looks at the clock so much passes only when the thread was taken off its processor.
constexpr int64_t kOffProcessorNs = 20'000;

int64_t clock_frequency() {
    LARGE_INTEGER frequency;
    QueryPerformanceFrequency(&frequency);
    return frequency.QuadPart;
}

// Wine tells by an export that Windows has not.
std::string system_text() {
    using WineVersion = const char* (*)();
    const FARPROC found = GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version");
    if (found != nullptr) return std::string("Wine ") + std::bit_cast<WineVersion>(found)();
    std::array<char, 64> build{};
    DWORD size = build.size();
    const char* key = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
    if (RegGetValueA(HKEY_LOCAL_MACHINE, key, "CurrentBuild", RRF_RT_REG_SZ, nullptr, build.data(), &size) != ERROR_SUCCESS) return "Windows";
    return std::string("Windows build ") + build.data();
}

std::string processor_text() {
    std::array<char, 128> name{};
    DWORD size = name.size();
    const char* key = "HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0";
    if (RegGetValueA(HKEY_LOCAL_MACHINE, key, "ProcessorNameString", RRF_RT_REG_SZ, nullptr, name.data(), &size) != ERROR_SUCCESS) return "unknown processor";
    std::string text = name.data();
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

}  // namespace

int64_t monotonic_ns() {
    static const int64_t frequency = clock_frequency();
    LARGE_INTEGER now;
    QueryPerformanceCounter(&now);
    return now.QuadPart / frequency * 1'000'000'000 + now.QuadPart % frequency * 1'000'000'000 / frequency;
}

const char* clock_name() { return "QueryPerformanceCounter"; }

sim::Result<MappedFile> MappedFile::create(const std::string& path, uint64_t bytes) {
    const HANDLE file = CreateFileA(path.c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, nullptr, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file == INVALID_HANDLE_VALUE) return at_file(path, "can't create the recording");
    const bool reserved = write_zeros(file, bytes);
    const HANDLE mapping = reserved ? CreateFileMappingA(file, nullptr, PAGE_READWRITE, static_cast<DWORD>(bytes >> 32), static_cast<DWORD>(bytes), nullptr) : nullptr;
    void* data = mapping != nullptr ? MapViewOfFile(mapping, FILE_MAP_ALL_ACCESS, 0, 0, bytes) : nullptr;
    const sim::Error error = at_file(path, reserved ? "can't map the recording" : "can't reserve the recording's file");
    if (mapping != nullptr) CloseHandle(mapping);
    if (data == nullptr) {
        CloseHandle(file);
        DeleteFileA(path.c_str());
        return error;
    }
    LockFile(file, 0, static_cast<DWORD>(sim::kHeldByte >> 32), 1, 0);   // where it can't, who watches goes by what is written
    return MappedFile(static_cast<uint8_t*>(data), bytes, reinterpret_cast<intptr_t>(file));
}

MappedFile::~MappedFile() {
    if (data_ == nullptr) return;
    UnmapViewOfFile(data_);
    CloseHandle(reinterpret_cast<HANDLE>(file_));
}

void work_compute(sim::Duration duration, const std::atomic<bool>& stop) {
    int64_t last = monotonic_ns();
    for (int64_t spent = 0; spent < duration.ns && !stop.load(std::memory_order_relaxed);) {
        const int64_t now = monotonic_ns();
        if (now - last < kOffProcessorNs) spent += now - last;
        last = now;
    }
}

void work_block(sim::Duration duration, const std::atomic<bool>& stop) {
    const HANDLE timer = CreateWaitableTimerA(nullptr, TRUE, nullptr);
    const int64_t end = monotonic_ns() + duration.ns;
    for (int64_t now = monotonic_ns(); now < end && !stop.load(std::memory_order_relaxed); now = monotonic_ns()) {
        LARGE_INTEGER due;
        due.QuadPart = -std::max<int64_t>(std::min<int64_t>(end - now, 10'000'000) / 100, 1);   // relative, in 100 ns
        if (timer != nullptr && SetWaitableTimer(timer, &due, 0, nullptr, nullptr, FALSE) != 0) WaitForSingleObject(timer, INFINITE);
        else Sleep(1);
    }
    if (timer != nullptr) CloseHandle(timer);
}

bool Gate::wait(int64_t until_ns) {
    uint32_t closed = 0;
    while (open_.exchange(0, std::memory_order_acq_rel) == 0) {
        const int64_t left_ns = until_ns == INT64_MAX ? INT64_MAX : until_ns - monotonic_ns();
        if (left_ns <= 0) return false;
        WaitOnAddress(&open_, &closed, sizeof closed, left_ns == INT64_MAX ? INFINITE : static_cast<DWORD>(std::min<int64_t>((left_ns + 999'999) / 1'000'000, 1'000'000)));
    }
    return true;
}

void Gate::open() {
    open_.store(1, std::memory_order_release);
    WakeByAddressSingle(&open_);
}

void work_run_first() {
    timeBeginPeriod(1);
    SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_HIGHEST);
}

uint32_t work_use_processors(uint32_t asked) {
    DWORD_PTR process = 0, system = 0, chosen = 0;
    GetProcessAffinityMask(GetCurrentProcess(), &process, &system);
    uint32_t count = 0;
    for (uint32_t bit = 0; bit < sizeof(DWORD_PTR) * 8 && count < asked; ++bit)
        if ((process >> bit & 1) != 0) {
            chosen |= DWORD_PTR{1} << bit;
            ++count;
        }
    SetProcessAffinityMask(GetCurrentProcess(), chosen);
    return std::max(count, 1u);
}

std::string host_text() { return system_text() + ", " + processor_text() + ", " + std::to_string(GetActiveProcessorCount(ALL_PROCESSOR_GROUPS)) + " processors"; }

}  // namespace recorder
