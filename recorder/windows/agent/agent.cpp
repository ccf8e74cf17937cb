// The library that the recorder has a program load. It looks at the stubs of ntdll, prepares what is to stand in their place, and leaves
// changing them to the recorder, which can stop the program's threads for that without stopping itself.
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "recorder/common/stub.h"
#include "recorder/windows/agent/agent.h"
#include "recorder/windows/agent/cost.h"
#include "recorder/windows/agent/handler.h"

#include <psapi.h>

namespace recorder::agent {

std::array<void*, kHookCount> g_originals{};
Calls g_calls;

namespace {

constexpr uint32_t kHandles = 65'536;              // larger ones are told by what is done with them only
std::atomic<uint8_t> g_handles[kHandles];
std::array<bool, kHookCount> g_known{};            // its stub is one that can be replaced
uint8_t* g_trampolines = nullptr;
constexpr uint32_t kSessions = 64;
Session g_sessions[kSessions];                     // in turn: an old one may still be looked at
uint32_t g_generation = 0;

HMODULE ntdll() { return GetModuleHandleA("ntdll.dll"); }

// --- modules

void tell_module(const char* name, uint64_t base, uint64_t bytes) {
    caller_add_module(name, base, bytes);
    Writer writer;
    if (writer) writer.note(sim::RawNoteKind::module_loaded, base, bytes, name, std::strlen(name));
}

struct LoadedData { ULONG flags; const UNICODE_STRING* path; const UNICODE_STRING* name; void* base; ULONG bytes; };

void NTAPI on_module(ULONG reason, const LoadedData* data, void*) {
    constexpr ULONG kLoaded = 1, kUnloaded = 2;
    if (reason == kUnloaded) caller_remove_module(reinterpret_cast<uint64_t>(data->base));
    if (reason != kLoaded || data->name == nullptr) return;
    char name[260];
    name[narrow(data->name->Buffer, data->name->Length / 2, name, sizeof name - 1)] = 0;
    tell_module(name, reinterpret_cast<uint64_t>(data->base), data->bytes);
}

void tell_modules() {
    using Register = NTSTATUS(NTAPI*)(ULONG, void (NTAPI*)(ULONG, const LoadedData*, void*), void*, void**);
    static bool registered = false;
    static void* cookie = nullptr;
    if (!registered)
        if (const auto call = reinterpret_cast<Register>(reinterpret_cast<void*>(GetProcAddress(ntdll(), "LdrRegisterDllNotification")))) registered = succeeded(call(0, on_module, nullptr, &cookie));
    static HMODULE modules[1024];
    DWORD used = 0;
    if (K32EnumProcessModules(GetCurrentProcess(), modules, sizeof modules, &used) == FALSE) return;
    for (DWORD i = 0; i < std::min<DWORD>(used / sizeof(HMODULE), 1024); ++i) {
        char name[260] = "";
        MODULEINFO info{};
        K32GetModuleBaseNameA(GetCurrentProcess(), modules[i], name, sizeof name);
        K32GetModuleInformation(GetCurrentProcess(), modules[i], &info, sizeof info);
        tell_module(name, reinterpret_cast<uint64_t>(info.lpBaseOfDll), info.SizeOfImage);
    }
}

// --- stubs

// Once: what is looked at later is already changed.
bool prepare_trampolines() {
    if (g_trampolines != nullptr) return true;
    g_trampolines = static_cast<uint8_t*>(VirtualAlloc(nullptr, sim::kRawPage, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE));
    return g_trampolines != nullptr;
}

void tell_hook(Writer& writer, HookId hook, sim::RawHookState state, const std::string& text) {
    writer.note(sim::RawNoteKind::hook, static_cast<uint64_t>(state), hook, text.data(), text.size());
}

void prepare_hook(Writer& writer, HookId id) {
    const Hook& hook = hooks()[id];
    const std::string name = hook.name;
    auto* stub = reinterpret_cast<uint8_t*>(GetProcAddress(ntdll(), hook.name));
    if (stub == nullptr) return tell_hook(writer, id, sim::RawHookState::absent, name + ": this system has none");
    sim::RawHead& head = writer.head();
    uint8_t bytes[kStubBytes];
    std::memcpy(bytes, stub, sizeof bytes);
    uint8_t* trampoline = g_trampolines + id * kTrampolineBytes;
    if (g_known[id]) std::memcpy(bytes, trampoline, kStubPatchBytes);      // as it was: a recorder that died has left its patch
    const StubLayout layout = stub_layout(bytes);
    if (layout == StubLayout::unknown) return tell_hook(writer, id, sim::RawHookState::refused, name + ": " + stub_refusal(bytes));
    if (!g_known[id]) {
        std::memcpy(trampoline, stub_trampoline(bytes, reinterpret_cast<uint64_t>(stub)).data(), kTrampolineBytes);
        g_originals[id] = trampoline;
        g_known[id] = true;
    }
    sim::RawPatch& patch = head.patches[head.patch_count];
    patch.address = reinterpret_cast<uint64_t>(stub);
    std::memcpy(patch.original, bytes, kStubPatchBytes);
    std::memcpy(patch.patched, stub_patch(reinterpret_cast<uint64_t>(hook.handler)).data(), kStubPatchBytes);
    ++head.patch_count;
    const bool wine = layout == StubLayout::wine;
    tell_hook(writer, id, wine ? sim::RawHookState::known_wine : sim::RawHookState::known_windows, name + (wine ? ": Wine's layout" : ": Windows' layout"));
}

// Without these a recording would say nothing, or something wrong.
constexpr HookId kNeeded[] = {kCreatePort, kPost, kRemove, kRemoveEx, kClose, kSetFile};

bool prepare_hooks(Writer& writer) {
    DWORD before = 0;
    if (!prepare_trampolines() || VirtualProtect(g_trampolines, sim::kRawPage, PAGE_READWRITE, &before) == FALSE) {
        std::snprintf(writer.head().refusal, sizeof writer.head().refusal, "no memory for the way back into the system's calls: Windows error %lu", GetLastError());
        return false;
    }
    for (uint32_t id = 0; id < kHookCount; ++id) prepare_hook(writer, static_cast<HookId>(id));
    VirtualProtect(g_trampolines, sim::kRawPage, PAGE_EXECUTE_READ, &before);
    FlushInstructionCache(GetCurrentProcess(), g_trampolines, sim::kRawPage);
    for (const HookId id : kNeeded) {
        if (g_known[id]) continue;
        writer.head().patch_count = 0;
        std::snprintf(writer.head().refusal, sizeof writer.head().refusal, "%s of ntdll can't be replaced safely", hooks()[id].name);
        return false;
    }
    return true;
}

// --- the clock

void prepare_clock(sim::RawHead& head) {
    LARGE_INTEGER frequency;
    QueryPerformanceFrequency(&frequency);
    head.counter_frequency = static_cast<uint64_t>(frequency.QuadPart);
    unsigned int a = 0, b = 0, c = 0, d = 0, most = 0;
    __asm__("cpuid" : "=a"(most), "=b"(b), "=c"(c), "=d"(d) : "a"(0x80000000u), "c"(0));
    bool invariant = false, reads_processor = false;
    if (most >= 0x80000007u) {
        __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(0x80000007u), "c"(0));
        invariant = (d >> 8 & 1) != 0;
        __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(0x80000001u), "c"(0));
        reads_processor = (d >> 27 & 1) != 0;
    }
    g_is_wine = GetProcAddress(ntdll(), "wine_get_version") != nullptr;
    g_has_tsc = invariant && reads_processor;
    head.has_tsc = g_has_tsc ? 1 : 0;
    head.is_wine = g_is_wine ? 1 : 0;
}

void take_moment(sim::RawClockPair& pair) {
    LARGE_INTEGER counter;
    uint16_t processor = 0;
    QueryPerformanceCounter(&counter);
    pair.counter.store(static_cast<uint64_t>(counter.QuadPart));
    pair.ticks.store(ticks(processor));
}

// --- start and stop

void load_calls() {
    const auto find = [](const char* name, auto& call) { call = reinterpret_cast<std::remove_reference_t<decltype(call)>>(reinterpret_cast<void*>(GetProcAddress(ntdll(), name))); };
    find("NtQueryIoCompletion", g_calls.query_port);
    find("NtQueryObject", g_calls.query_object);
    find("NtQueryInformationThread", g_calls.query_thread);
    find("NtQueryInformationProcess", g_calls.query_process);
}

Session* map_session(unsigned number) {
    const HANDLE section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, agent_section(GetCurrentProcessId(), number).c_str());
    if (section == nullptr) return nullptr;
    auto* base = static_cast<uint8_t*>(MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0));
    CloseHandle(section);
    if (base == nullptr) return nullptr;
    Session& session = g_sessions[++g_generation % kSessions];
    session = {reinterpret_cast<sim::RawHead*>(base), base, g_generation};
    return &session;
}

bool take_slot() {
    g_tls = TlsAlloc();
    if (g_tls == 0) g_tls = TlsAlloc();                // 0 stands for none here
    if (g_tls >= kTlsInBlock) g_tls = 0;
    return g_tls != 0;
}

DWORD start(unsigned number) {
    if (g_tls == 0) {
        if (!take_slot()) return kAgentNoSlot;
        load_calls();
    }
    if (const Session* other = g_session.load(); other != nullptr && recorder_lives(*other->head)) return kAgentTaken;
    Session* session = map_session(number);
    if (session == nullptr) return kAgentNoSection;
    sim::RawHead& head = *session->head;
    prepare_clock(head);
    g_session.store(session);
    measure_record(head);
    take_moment(head.start);
    take_moment(head.now);
    bool good = false;
    {
        Writer writer;
        good = writer && prepare_hooks(writer);
    }
    if (good) measure_round_trip(head);
    else g_session.store(nullptr);
    return good ? kAgentStarted : kAgentRefused;
}

}  // namespace

const std::array<Hook, kHookCount>& hooks() {
    static constexpr std::array<const char*, kHookCount> kNames{
        "NtCreateIoCompletion", "NtOpenIoCompletion", "NtSetIoCompletion", "NtSetIoCompletionEx", "NtRemoveIoCompletion", "NtRemoveIoCompletionEx", "NtClose", "NtDuplicateObject", "NtSetInformationFile",
        "NtCreateWorkerFactory", "NtWaitForWorkViaWorkerFactory",
        "NtReadFile", "NtWriteFile", "NtDeviceIoControlFile", "NtFsControlFile", "NtNotifyChangeDirectoryFile", "NtLockFile", "NtAssociateWaitCompletionPacket",
        "NtWaitForSingleObject", "NtWaitForMultipleObjects", "NtDelayExecution", "NtWaitForAlertByThreadId", "NtWaitForKeyedEvent", "NtSignalAndWaitForSingleObject",
        "NtSetInformationThread", "NtCreateUserProcess", "NtResumeThread"};
    static std::array<Hook, kHookCount> all{};
    if (all[0].name == nullptr)
        for (uint32_t id = 0; id < kHookCount; ++id) {
            const auto hook = static_cast<HookId>(id);
            void* handler = port_handler(hook);
            if (handler == nullptr) handler = io_handler(hook);
            if (handler == nullptr) handler = other_handler(hook);
            all[id] = {kNames[id], handler};
        }
    return all;
}

HandleIs handle_is(HANDLE handle) {
    const uint32_t at = number_of(handle) / 4;
    return at < kHandles ? static_cast<HandleIs>(g_handles[at].load(std::memory_order_relaxed)) : HandleIs::unknown;
}

void handle_set(HANDLE handle, HandleIs what) {
    const uint32_t at = number_of(handle) / 4;
    if (at < kHandles) g_handles[at].store(static_cast<uint8_t>(what), std::memory_order_relaxed);
}

void handle_is_overlapped(HANDLE handle) {
    const uint32_t at = number_of(handle) / 4;
    auto nothing = static_cast<uint8_t>(HandleIs::unknown);
    if (at < kHandles) g_handles[at].compare_exchange_strong(nothing, static_cast<uint8_t>(HandleIs::overlapped), std::memory_order_relaxed);
}

}  // namespace recorder::agent

using namespace recorder::agent;

extern "C" {

// By the recorder, as a thread of the program.
__declspec(dllexport) DWORD WINAPI portside_agent_start(void* number) {
    const DWORD result = start(static_cast<unsigned>(reinterpret_cast<uintptr_t>(number)));
    if (result == recorder::kAgentStarted) tell_modules();
    if (g_tls != 0) thread_leaves();                   // the recorder's thread is none of the program's
    return result;
}

// By a recorder that has loaded the library itself.
__declspec(dllexport) DWORD WINAPI portside_agent_cost(void* cost) {
    if (g_session.load() != nullptr || (g_tls == 0 && !take_slot())) return recorder::kAgentRefused;
    static sim::RawHead clock{};
    prepare_clock(clock);
    return measure_rings(clock.counter_frequency, *static_cast<recorder::AgentCost*>(cost)) ? recorder::kAgentStarted : recorder::kAgentRefused;
}

__declspec(dllexport) DWORD WINAPI portside_agent_stop(void*) {
    g_session.store(nullptr);
    return 0;
}

__declspec(dllexport) DWORD WINAPI portside_agent_leave(void*) {
    if (!wait_for_writers()) return 1;                 // the memory stays
    Session& session = g_sessions[g_generation % kSessions];
    if (session.base != nullptr) UnmapViewOfFile(session.base);
    session = {};
    return 0;
}

BOOL WINAPI DllMain(HINSTANCE, DWORD reason, void*) {
    if (reason != DLL_THREAD_ATTACH && reason != DLL_THREAD_DETACH) return TRUE;
    if (g_session.load() == nullptr && reason == DLL_THREAD_ATTACH) return TRUE;
    if (Writer writer; writer) {
        sim::RawRecord record = record_of(reason == DLL_THREAD_ATTACH ? sim::RawKind::thread_start : sim::RawKind::thread_exit, 0, nullptr);
        end_now(record);
        record.begin = record.end;
        writer.add(record);
    }
    if (reason == DLL_THREAD_DETACH && g_tls != 0) thread_leaves();
    return TRUE;
}

}
