// A program that keeps its own log of what it does with a completion port, for the recorder to be held against. It knows nothing of the recorder.
//
//   portside-oracle LOG [threads=N] [posters=N] [packets=N] [get=one|batch|poll|alert] [close=1] [sleep_us=N] [seconds=N] [concurrency=N] [lines=N] [stop=FILE] [child=1] [reads=N] [named=1] [exits=N] [pipe_reads=N]
//
// LOG is mapped into memory, so that it outlives the program: 64 bytes (parts, lines of each, bytes of a line), then for each thread a part of its own: 64 bytes (lines
// written, thread, posts, packets got, other returns, each 8 bytes), then lines, each written after what it tells, as long as there is room:
//   post KEY OVERLAPPED | got KEY OVERLAPPED BATCH | timeout | alerted | closed
#include <windows.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr uint64_t kLineBytes = 64;

struct Options {
    std::string log;
    uint32_t threads = 2, posters = 2, packets = 1000, sleep_us = 0, seconds = 0, concurrency = 2, lines = 0, reads = 0, exits = 0, pipe_reads = 0;
    std::string get = "one", stop;
    bool close = false, child = false, named = false;
};

struct Log {
    uint8_t* base = nullptr;
    uint64_t lines_max = 0;
    uint64_t* count(uint32_t thread) const { return reinterpret_cast<uint64_t*>(base + thread * stride()); }
    uint64_t stride() const { return 64 + lines_max * kLineBytes; }
    // After what it tells has happened; counted last.
    void line(uint32_t thread, const char* what, uint64_t key, uint64_t overlapped, uint64_t batch) const {
        uint64_t& written = *count(thread);
        *(count(thread) + 1) = GetCurrentThreadId();
        ++*(count(thread) + (what[0] == 'p' ? 2 : what[0] == 'g' ? 3 : 4));
        if (written == lines_max) return;
        std::snprintf(reinterpret_cast<char*>(base + thread * stride() + 64 + written * kLineBytes), kLineBytes, "%s %llu %llu %llu\n", what, static_cast<unsigned long long>(key), static_cast<unsigned long long>(overlapped), static_cast<unsigned long long>(batch));
        std::atomic_ref<uint64_t>(written).store(written + 1, std::memory_order_release);
    }
};

bool open_log(const Options& options, Log& log) {
    const uint32_t threads = options.threads + options.posters + 1;   // the last part is main's
    log.lines_max = options.lines > 0 ? options.lines : uint64_t{options.packets} * (options.get == "poll" ? 12 : 3) * options.posters + 1000;
    const uint64_t bytes = 64 + threads * log.stride();
    const HANDLE file = CreateFileA(options.log.c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, nullptr, CREATE_ALWAYS, 0, nullptr);
    const HANDLE section = CreateFileMappingA(file, nullptr, PAGE_READWRITE, static_cast<DWORD>(bytes >> 32), static_cast<DWORD>(bytes), nullptr);
    log.base = section == nullptr ? nullptr : static_cast<uint8_t*>(MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, bytes));
    if (log.base == nullptr) return false;
    uint64_t head[3]{threads, log.lines_max, kLineBytes};
    std::memcpy(log.base, head, sizeof head);
    log.base += 64;
    return true;
}

void pause(uint32_t us) {
    if (us == 0) return;
    const HANDLE timer = CreateWaitableTimerA(nullptr, TRUE, nullptr);
    LARGE_INTEGER due;
    due.QuadPart = -static_cast<LONGLONG>(us) * 10;
    SetWaitableTimer(timer, &due, 0, nullptr, nullptr, FALSE);
    WaitForSingleObject(timer, INFINITE);
    CloseHandle(timer);
}

constexpr ULONG_PTR kQuitKey = 0xFFFF'FFFF;

void post(HANDLE port, const Log& log, uint32_t thread, ULONG_PTR key, uint64_t overlapped) {
    if (PostQueuedCompletionStatus(port, 0, key, reinterpret_cast<LPOVERLAPPED>(overlapped)) != FALSE) log.line(thread, "post", key, overlapped, 0);
}

struct Counts { std::atomic<int64_t> got{0}; };

constexpr ULONG_PTR kReadKey = 98, kWriteKey = 97;
HANDLE g_pipe_end = nullptr;                              // from which a packet of kReadKey has its thread read

// A byte that comes only when the other end is written to; kernel32 opens both ends without FILE_FLAG_OVERLAPPED.
void read_pipe() {
    char byte = 0;
    DWORD bytes = 0;
    if (ReadFile(g_pipe_end, &byte, 1, &bytes, nullptr) == FALSE || bytes != 1) std::abort();
}

// With one thread it is inside its read before the next packet is taken, and stays there until the write, which comes after the post of kWriteKey.
void make_pipe_reads(HANDLE port, const Options& options, const Log& log) {
    HANDLE write_end = nullptr;
    CreatePipe(&g_pipe_end, &write_end, nullptr, 0);
    for (uint64_t i = 1; i <= options.pipe_reads; ++i) {
        const char byte = 'x';
        DWORD bytes = 0;
        post(port, log, options.threads + options.posters, kReadKey, i * 16);
        post(port, log, options.threads + options.posters, kWriteKey, i * 16);
        WriteFile(write_end, &byte, 1, &bytes, nullptr);
    }
}

// Whether it goes on.
bool take(HANDLE port, const Options& options, const Log& log, uint32_t thread, Counts& counts, bool first) {
    OVERLAPPED_ENTRY entries[16];
    ULONG count = 0;
    if (options.get == "one" || options.get == "poll") {
        OVERLAPPED_ENTRY& entry = entries[0];
        entry = {};
        const DWORD timeout = options.get == "poll" ? 0 : INFINITE;
        const BOOL good = GetQueuedCompletionStatus(port, &entry.dwNumberOfBytesTransferred, &entry.lpCompletionKey, &entry.lpOverlapped, timeout);
        count = good != FALSE || entry.lpOverlapped != nullptr ? 1 : 0;
    } else {
        const bool alert = options.get == "alert";
        if (alert && first) QueueUserAPC([](ULONG_PTR) {}, GetCurrentThread(), 0);
        if (GetQueuedCompletionStatusEx(port, entries, 16, &count, INFINITE, alert ? TRUE : FALSE) == FALSE) count = 0;
    }
    if (count == 0) {
        const DWORD error = GetLastError();
        log.line(thread, error == WAIT_TIMEOUT ? "timeout" : error == WAIT_IO_COMPLETION ? "alerted" : "closed", 0, 0, 0);
        if (error == WAIT_TIMEOUT) pause(2000);
        return error == WAIT_TIMEOUT || error == WAIT_IO_COMPLETION;
    }
    ULONG quits = 0;
    for (ULONG i = 0; i < count; ++i) {
        log.line(thread, "got", entries[i].lpCompletionKey, reinterpret_cast<uint64_t>(entries[i].lpOverlapped), i == 0 ? count : 0);
        if (entries[i].lpCompletionKey == kReadKey) read_pipe();
        if (entries[i].lpCompletionKey == kQuitKey) ++quits;
        else counts.got.fetch_add(1);
    }
    for (ULONG i = 1; i < quits; ++i) post(port, log, thread, kQuitKey, 0);   // those of other threads
    pause(options.sleep_us);
    return quits == 0;
}

void run_posters(HANDLE port, const Options& options, const Log& log) {
    std::vector<std::thread> posters;
    const ULONGLONG end = GetTickCount64() + uint64_t{options.seconds} * 1000;
    for (uint32_t p = 0; p < options.posters; ++p)
        posters.emplace_back([&, p] {
            const bool endless = options.seconds > 0 || !options.stop.empty();
            const auto goes_on = [&] { return options.stop.empty() ? GetTickCount64() < end : GetFileAttributesA(options.stop.c_str()) == INVALID_FILE_ATTRIBUTES; };
            for (uint64_t i = 1; endless ? i % 64 != 0 || goes_on() : i <= options.packets; ++i) {
                post(port, log, options.threads + p, p + 1, i * 16);
                if (endless && i % 64 == 0) Sleep(1);
            }
        });
    for (std::thread& poster : posters) poster.join();
}

bool read_word(Options& options, const std::string& word) {
    const size_t at = word.find('=');
    if (at == std::string::npos) return false;
    const std::string name = word.substr(0, at), value = word.substr(at + 1);
    const std::map<std::string, uint32_t*> numbers{{"threads", &options.threads}, {"posters", &options.posters}, {"packets", &options.packets}, {"sleep_us", &options.sleep_us}, {"seconds", &options.seconds}, {"concurrency", &options.concurrency}, {"lines", &options.lines}, {"reads", &options.reads}, {"exits", &options.exits}, {"pipe_reads", &options.pipe_reads}};
    if (numbers.contains(name)) *numbers.at(name) = static_cast<uint32_t>(std::strtoul(value.c_str(), nullptr, 10));
    else if (name == "get") options.get = value;
    else if (name == "stop") options.stop = value;
    else if (name == "close") options.close = value == "1";
    else if (name == "named") options.named = value == "1";
    else if (name == "child") options.child = value == "1";
    else return false;
    return true;
}

// Reads of the program's own file, whose packets the kernel queues; key 99.
void read_itself(HANDLE port, const char* program, uint32_t reads) {
    static std::vector<OVERLAPPED> overlapped(reads);
    static std::vector<char> bytes(size_t{reads} * 512);
    const HANDLE file = CreateFileA(program, GENERIC_READ, FILE_SHARE_READ, nullptr, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, nullptr);
    if (CreateIoCompletionPort(file, port, 99, 0) == nullptr) return;
    for (uint32_t i = 0; i < reads; ++i) {
        overlapped[i].Offset = i * 512;
        ReadFile(file, bytes.data() + size_t{i} * 512, 512, nullptr, &overlapped[i]);
    }
}

void name_thread(uint32_t number) {
    using SetName = HRESULT(WINAPI*)(HANDLE, const wchar_t*);
    const auto set_name = reinterpret_cast<SetName>(reinterpret_cast<void*>(GetProcAddress(GetModuleHandleA("kernelbase.dll"), "SetThreadDescription")));
    if (set_name != nullptr) set_name(GetCurrentThread(), (L"worker " + std::to_wstring(number)).c_str());
}

// A thread's last call, made when every library has been told that it ends.
void NTAPI waits_at_exit(void*, DWORD reason, void*) {
    if (reason != DLL_THREAD_DETACH) return;
    const HANDLE never = CreateEventA(nullptr, TRUE, FALSE, nullptr);
    WaitForSingleObject(never, 1);
    CloseHandle(never);
}
extern "C" {
__attribute__((section(".CRT$XLF"), used)) PIMAGE_TLS_CALLBACK g_waits_at_exit = waits_at_exit;
}

// The same again, in a child, whose log stands beside.
void run_child(const char* program, const Options& options) {
    std::string line = std::string(program) + ' ' + options.log + ".child packets=" + std::to_string(options.packets);
    STARTUPINFOA startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION made{};
    if (CreateProcessA(nullptr, line.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr, &startup, &made) == FALSE) return;
    WaitForSingleObject(made.hProcess, INFINITE);
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    if (argc < 2) return 2;
    options.log = argv[1];
    for (int i = 2; i < argc; ++i)
        if (!read_word(options, argv[i])) return 2;
    Log log;
    if (!open_log(options, log)) return 1;
    const HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, options.concurrency);
    Counts counts;
    std::vector<std::thread> threads;
    for (uint32_t t = 0; t < options.threads; ++t)
        threads.emplace_back([&, t] {
            if (options.named) name_thread(t);
            for (bool first = true; take(port, options, log, t, counts, first); first = false) {}
        });
    for (uint32_t i = 0; i < options.exits; ++i) std::thread([] {}).join();
    if (options.reads > 0) read_itself(port, argv[0], options.reads);
    if (options.pipe_reads > 0) make_pipe_reads(port, options, log);
    run_posters(port, options, log);
    while (options.reads > 0 && counts.got.load() < int64_t{options.packets} * options.posters + options.reads) Sleep(1);
    if (options.close) {
        while (counts.got.load() < int64_t{options.packets} * options.posters) Sleep(1);
        Sleep(50);
        CloseHandle(port);
        Sleep(50);
        std::fflush(nullptr);
        TerminateProcess(GetCurrentProcess(), 0);          // Wine 8 wakes nobody when a port closes
    }
    for (uint32_t t = 0; t < options.threads; ++t) post(port, log, options.threads + options.posters, kQuitKey, 0);
    for (std::thread& thread : threads) thread.join();
    if (options.child) run_child(argv[0], options);
    return 7;
}
