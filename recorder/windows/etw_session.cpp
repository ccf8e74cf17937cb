#include "recorder/windows/etw_session.h"

#include <evntrace.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "recorder/common/work.h"

namespace recorder {
namespace {

constexpr char kSessionName[] = "Portside kernel events", kTurnName[] = "Global\\PortsideKernelEvents";
constexpr GUID kSessionGuid{0x5b0e8a53, 0x2c7d, 0x4d0b, {0x9a, 0x41, 0x6e, 0x0c, 0x1f, 0x77, 0xd2, 0x38}};
constexpr ULONG kClockIsPerformanceCounter = 1;
constexpr ULONG kLogMostMb = 2048;
// docs/port-rules.md 6.1: the group PERF_KERNEL_QUEUE stands in the second mask; newer systems have a provider for it.
constexpr std::array<ULONG, 8> kGroups{EVENT_TRACE_FLAG_CSWITCH | EVENT_TRACE_FLAG_DISPATCHER, 0x01000000};
constexpr GUID kSchedulerProvider{0x599a2a76, 0x4d91, 0x4910, {0x9a, 0xc7, 0x7d, 0x33, 0xf2, 0xe9, 0x7a, 0x6c}};
constexpr ULONGLONG kSchedulerKernelQueue = 0x4;

// With room for the two names.
struct Properties {
    EVENT_TRACE_PROPERTIES head;
    std::array<char, sizeof kSessionName> name;
    std::array<char, 1024> log;
};

Properties properties_for(const std::string& log) {
    Properties properties{};
    properties.head.Wnode.BufferSize = sizeof properties;
    properties.head.Wnode.Flags = WNODE_FLAG_TRACED_GUID;
    properties.head.Wnode.ClientContext = kClockIsPerformanceCounter;
    properties.head.Wnode.Guid = kSessionGuid;
    properties.head.BufferSize = 256;                                  // KB
    properties.head.MinimumBuffers = std::max<DWORD>(4 * GetActiveProcessorCount(ALL_PROCESSOR_GROUPS), 64);
    properties.head.MaximumBuffers = 2 * properties.head.MinimumBuffers;
    properties.head.MaximumFileSize = kLogMostMb;
    properties.head.LogFileMode = EVENT_TRACE_FILE_MODE_SEQUENTIAL | EVENT_TRACE_SYSTEM_LOGGER_MODE;
    properties.head.FlushTimer = 1;
    properties.head.EnableFlags = kGroups[0];
    properties.head.LoggerNameOffset = offsetof(Properties, name);
    properties.head.LogFileNameOffset = offsetof(Properties, log);
    std::copy_n(log.c_str(), std::min(log.size(), properties.log.size() - 1), properties.log.data());
    return properties;
}

sim::Error refused(std::string what, std::string hint) { return {.file = "--etw", .line = 0, .column = 0, .what = std::move(what), .hint = std::move(hint)}; }

sim::Error needs_rights() { return refused("Windows lets only administrators listen to the kernel", "start it from a console that runs as administrator, or leave out --etw"); }

// An administrator has it, and has to say so.
bool enable_profiling() {
    HANDLE token = nullptr;
    if (OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token) == FALSE) return false;
    TOKEN_PRIVILEGES wanted{};
    wanted.PrivilegeCount = 1;
    wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    bool good = LookupPrivilegeValueA(nullptr, "SeSystemProfilePrivilege", &wanted.Privileges[0].Luid) != FALSE;
    good = good && AdjustTokenPrivileges(token, FALSE, &wanted, 0, nullptr, nullptr) != FALSE && GetLastError() == ERROR_SUCCESS;
    CloseHandle(token);
    return good;
}

}  // namespace

sim::Result<std::unique_ptr<EtwSession>> EtwSession::start(const std::string& log) {
    if (host_text().starts_with("Wine")) return refused("Wine has no kernel event tracing", "leave out --etw, or record on Windows");
    std::array<char, 1024> full{};
    const DWORD length = GetFullPathNameA(log.c_str(), full.size(), full.data(), nullptr);
    if (length == 0 || length >= full.size()) return refused("the kernel's events can't be kept in " + log, "give a shorter path with -o");
    std::unique_ptr<EtwSession> session(new EtwSession(full.data()));
    if (const sim::Status turn = session->take_turn(); !turn) return turn.error();
    if (!enable_profiling()) return needs_rights();
    if (const sim::Status started = session->start_session(); !started) return started.error();
    session->ask_for_queues();
    return session;
}

EtwSession::~EtwSession() {
    if (runs_) stop(nullptr);
    if (session_ != 0 && !was_read_) remove_log();
    if (turn_ == nullptr) return;
    ReleaseMutex(turn_);
    CloseHandle(turn_);
}

sim::Status EtwSession::take_turn() {
    turn_ = CreateMutexA(nullptr, FALSE, kTurnName);
    if (turn_ != nullptr) {
        const DWORD waited = WaitForSingleObject(turn_, 0);            // abandoned: its owner was killed
        if (waited == WAIT_OBJECT_0 || waited == WAIT_ABANDONED) return sim::Done{};
        CloseHandle(turn_);
        turn_ = nullptr;
    }
    return refused("another recorder listens to the kernel", "let it end first, or leave out --etw");
}

sim::Status EtwSession::start_session() {
    ULONG error = ERROR_SUCCESS;
    for (int attempt = 0; attempt < 2; ++attempt) {
        Properties properties = properties_for(log_);
        error = StartTraceA(&session_, kSessionName, &properties.head);
        if (error != ERROR_ALREADY_EXISTS) break;
        Properties left = properties_for("");                          // of a recorder that was killed: it is this one's turn
        ControlTraceA(0, kSessionName, &left.head, EVENT_TRACE_CONTROL_STOP);
    }
    runs_ = error == ERROR_SUCCESS;
    if (runs_) return sim::Done{};
    session_ = 0;
    if (error == ERROR_ACCESS_DENIED) return needs_rights();
    return refused("Windows does not start a session for the kernel's events: Windows error " + std::to_string(error), error == ERROR_NO_SYSTEM_RESOURCES ? "others listen to the kernel; `logman query -ets` lists them" : "leave out --etw");
}

// Not in the documented flags. Without them the moments of queuing stay unknown, and all else is told.
void EtwSession::ask_for_queues() {
    using SetInformation = ULONG(WINAPI*)(TRACEHANDLE, int, void*, ULONG);
    constexpr int kEnableFlagsInfo = 4;                                // TraceSystemTraceEnableFlagsInfo
    std::array<ULONG, 8> groups = kGroups;
    const FARPROC found = GetProcAddress(GetModuleHandleA("advapi32.dll"), "TraceSetInformation");
    ULONG error = found == nullptr ? ERROR_NOT_SUPPORTED : std::bit_cast<SetInformation>(found)(session_, kEnableFlagsInfo, groups.data(), sizeof groups);
    if (error != ERROR_SUCCESS) error = EnableTraceEx2(session_, &kSchedulerProvider, EVENT_CONTROL_CODE_ENABLE_PROVIDER, 0, kSchedulerKernelQueue, 0, 0, nullptr);
    if (error != ERROR_SUCCESS) missing_ = "those of its queues can't be had (Windows error " + std::to_string(error) + "), so that the moments of queuing are not known";
}

ULONG EtwSession::stop(sim::Etl* counted) {
    runs_ = false;
    Properties properties = properties_for("");
    const ULONG error = ControlTraceA(session_, nullptr, &properties.head, EVENT_TRACE_CONTROL_STOP);
    if (error != ERROR_SUCCESS || counted == nullptr) return error;
    counted->events_lost = properties.head.EventsLost;
    counted->buffers_lost = properties.head.LogBuffersLost;
    return error;
}

sim::Result<sim::Etl> EtwSession::finish() {
    sim::Etl counted;
    const ULONG error = stop(&counted);
    sim::Result<sim::Etl> etl = sim::etl_read_file(log_);
    was_read_ = true;                                                  // or can't be: then it stays for whoever can
    if (!etl) return etl;
    if (etl->events_lost + etl->buffers_lost == 0 && counted.events_lost + counted.buffers_lost > 0) etl->holes.push_back({});   // where is not known
    etl->events_lost = std::max(etl->events_lost, counted.events_lost);
    etl->buffers_lost = std::max(etl->buffers_lost, counted.buffers_lost);
    if (!missing_.empty()) etl->damage.push_back(missing_);
    if (error != ERROR_SUCCESS) {
        etl->damage.push_back("the session ended before the recording (Windows error " + std::to_string(error) + "; a log holds at most " + std::to_string(kLogMostMb) + " MB)");
        etl->holes.push_back({.processor = sim::kEveryProcessor, .from = etl->events.empty() ? 0 : etl->events.back().ticks, .to = UINT64_MAX});
    }
    return etl;
}

void EtwSession::remove_log() { DeleteFileA(log_.c_str()); }

}  // namespace recorder
