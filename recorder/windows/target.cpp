#include "recorder/windows/target.h"

#include <psapi.h>
#include <tlhelp32.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstring>

#include "recorder/common/stub.h"
#include "recorder/windows/agent/agent.h"

namespace recorder {
namespace {

using sim::Error;

Error plain(std::string where, std::string what, std::string hint) { return {.file = std::move(where), .line = 0, .column = 0, .what = std::move(what), .hint = std::move(hint)}; }

std::string file_name(const std::string& path) { return path.substr(path.find_last_of("\\/") + 1); }

// As the C library of the program takes it apart again.
std::string command_line(const std::vector<std::string>& words) {
    std::string line;
    for (const std::string& word : words) {
        if (!line.empty()) line += ' ';
        if (!word.empty() && word.find_first_of(" \t\"") == std::string::npos) {
            line += word;
            continue;
        }
        line += '"';
        size_t slashes = 0;
        for (const char c : word) {
            if (c == '"') line.append(slashes + 1, '\\');
            slashes = c == '\\' ? slashes + 1 : 0;
            line += c;
        }
        line.append(slashes, '\\');
        line += '"';
    }
    return line;
}

// None: it is one that can be recorded.
std::string why_not_a_program(const std::string& path) {
    const HANDLE file = CreateFileA(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING, 0, nullptr);
    if (file == INVALID_HANDLE_VALUE) return "can't read it: Windows error " + std::to_string(GetLastError());
    std::array<uint8_t, 4096> bytes{};
    DWORD got = 0;
    ReadFile(file, bytes.data(), bytes.size(), &got, nullptr);
    CloseHandle(file);
    uint32_t at = 0;
    std::memcpy(&at, &bytes[60], sizeof at);
    if (got < 64 || bytes[0] != 'M' || bytes[1] != 'Z') return "it is no Windows program";
    if (at > got - 6 || std::memcmp(&bytes[at], "PE\0", 4) != 0) return "it is no 64-bit Windows program";
    uint16_t machine = 0;
    std::memcpy(&machine, &bytes[at + 4], sizeof machine);
    if (machine == IMAGE_FILE_MACHINE_AMD64) return {};
    return machine == IMAGE_FILE_MACHINE_I386 ? "it is a 32-bit program; only 64-bit programs can be recorded" : "it is a program for another processor; only x86-64 programs can be recorded";
}

uint64_t module_base(HANDLE process, const char* file) {
    std::vector<HMODULE> modules(1024);
    DWORD used = 0;
    if (K32EnumProcessModules(process, modules.data(), static_cast<DWORD>(modules.size() * sizeof(HMODULE)), &used) == FALSE) return 0;
    modules.resize(std::min<size_t>(used / sizeof(HMODULE), modules.size()));
    for (const HMODULE module : modules) {
        std::array<char, 260> name{};
        K32GetModuleBaseNameA(process, module, name.data(), static_cast<DWORD>(name.size()));
        if (lstrcmpiA(name.data(), file) == 0) return reinterpret_cast<uint64_t>(module);
    }
    return 0;
}

// Every thread of a process stopped, also those that began meanwhile; they go on at the end.
class StoppedThreads {
public:
    explicit StoppedThreads(DWORD process) {
        constexpr int kRounds = 100;
        for (int round = 0; round < kRounds && stop_new(process); ++round) {}
    }
    ~StoppedThreads() {
        for (const auto& thread : threads_) {
            ResumeThread(thread.second);
            CloseHandle(thread.second);
        }
    }
    StoppedThreads(const StoppedThreads&) = delete;
    StoppedThreads& operator=(const StoppedThreads&) = delete;

    // Asking for its registers waits until a thread has really stopped.
    bool stands_in(const sim::RawHead& head) const {
        bool inside = false;
        for (const auto& thread : threads_) {
            CONTEXT context{};
            context.ContextFlags = CONTEXT_CONTROL;
            if (GetThreadContext(thread.second, &context) == FALSE) continue;      // it has ended
            for (uint32_t i = 0; i < head.patch_count; ++i) inside = inside || (context.Rip > head.patches[i].address && context.Rip < head.patches[i].address + kStubPatchBytes);
        }
        return inside;
    }

private:
    std::vector<std::pair<DWORD, HANDLE>> threads_;

    bool stop_new(DWORD process) {
        const HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
        if (all == INVALID_HANDLE_VALUE) return false;
        bool found = false;
        THREADENTRY32 entry{};
        entry.dwSize = sizeof entry;
        for (BOOL more = Thread32First(all, &entry); more != FALSE; more = Thread32Next(all, &entry)) {
            const bool known = std::any_of(threads_.begin(), threads_.end(), [&](const auto& one) { return one.first == entry.th32ThreadID; });
            if (entry.th32OwnerProcessID != process || known) continue;
            const HANDLE thread = OpenThread(THREAD_SUSPEND_RESUME | THREAD_GET_CONTEXT | THREAD_QUERY_INFORMATION, FALSE, entry.th32ThreadID);
            if (thread == nullptr) continue;
            if (SuspendThread(thread) == static_cast<DWORD>(-1)) {
                CloseHandle(thread);
                continue;
            }
            threads_.emplace_back(entry.th32ThreadID, thread);
            found = true;
        }
        CloseHandle(all);
        return found;
    }
};

bool write_patches(HANDLE process, const sim::RawHead& head, bool in, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
        const sim::RawPatch& patch = head.patches[i];
        void* at = reinterpret_cast<void*>(patch.address);
        DWORD before = 0;
        SIZE_T written = 0;
        if (VirtualProtectEx(process, at, kStubPatchBytes, PAGE_EXECUTE_READWRITE, &before) == FALSE) return false;
        const bool good = WriteProcessMemory(process, at, in ? patch.patched : patch.original, kStubPatchBytes, &written) != FALSE && written == kStubPatchBytes;
        VirtualProtectEx(process, at, kStubPatchBytes, before, &before);
        FlushInstructionCache(process, at, kStubPatchBytes);
        if (!good) return false;
    }
    return true;
}

DWORD process_named(const std::string& name) {
    DWORD found = 0;
    const HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32 entry{};
    entry.dwSize = sizeof entry;
    for (BOOL more = Process32First(all, &entry); more != FALSE && found == 0; more = Process32Next(all, &entry))
        if (lstrcmpiA(entry.szExeFile, name.c_str()) == 0) found = entry.th32ProcessID;
    CloseHandle(all);
    return found;
}

// As it is looked up: a status in hexadecimal digits.
std::string code_text(DWORD code) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), code >= 0x8000'0000 ? "0x%08lX" : "%lu", code);
    return text.data();
}

}  // namespace

std::string agent_path() {
    std::array<char, 1024> path{};
    GetModuleFileNameA(nullptr, path.data(), static_cast<DWORD>(path.size()));
    const std::string own = path.data();
    return own.substr(0, own.find_last_of("\\/") + 1) + kAgentFile;
}

Target::Target(Target&& other) noexcept : process_(other.process_), first_thread_(other.first_thread_), id_(other.id_), name_(std::move(other.name_)), agent_(other.agent_) { other.process_ = other.first_thread_ = nullptr; }

Target::~Target() {
    if (first_thread_ != nullptr) let_go();
    if (process_ != nullptr) CloseHandle(process_);
}

Error Target::failed(const std::string& what) const { return plain(name_, what + ": Windows error " + std::to_string(GetLastError()), "the program runs on, unrecorded"); }

sim::Result<Target> Target::start(const std::vector<std::string>& command) {
    std::array<char, 4096> path{};
    if (SearchPathA(nullptr, command.front().c_str(), ".exe", static_cast<DWORD>(path.size()), path.data(), nullptr) == 0)
        return plain(command.front(), "there is no such program", "give its path, or a name that stands in PATH");
    if (const std::string why = why_not_a_program(path.data()); !why.empty()) return plain(command.front(), why, "it was not started");
    std::string line = command_line(command);
    STARTUPINFOA startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION made{};
    if (CreateProcessA(path.data(), line.data(), nullptr, nullptr, TRUE, CREATE_SUSPENDED, nullptr, nullptr, &startup, &made) == FALSE)
        return plain(command.front(), "can't start it: Windows error " + std::to_string(GetLastError()), {});
    Target target;
    target.process_ = made.hProcess;
    target.first_thread_ = made.hThread;
    target.id_ = made.dwProcessId;
    target.name_ = file_name(path.data());
    return target;
}

sim::Result<Target> Target::open(const std::string& process) {
    const bool is_number = !process.empty() && std::all_of(process.begin(), process.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    Target target;
    target.id_ = is_number ? static_cast<DWORD>(std::strtoul(process.c_str(), nullptr, 10)) : process_named(process);
    if (target.id_ == 0) return plain(process, "no process of that name runs", "give its number (of Windows: tasklist shows it) or the name of its file");
    target.process_ = OpenProcess(PROCESS_CREATE_THREAD | PROCESS_QUERY_INFORMATION | PROCESS_VM_OPERATION | PROCESS_VM_READ | PROCESS_VM_WRITE | SYNCHRONIZE, FALSE, target.id_);
    if (target.process_ == nullptr) {
        const DWORD error = GetLastError();
        return plain(process, error == ERROR_INVALID_PARAMETER ? "there is no process of that number" : error == ERROR_ACCESS_DENIED ? "this user may not open that process" : "can't open it: Windows error " + std::to_string(error), {});
    }
    std::array<char, 1024> path{};
    DWORD length = path.size();
    if (QueryFullProcessImageNameA(target.process_, 0, path.data(), &length) != FALSE) target.name_ = file_name(path.data());
    if (const sim::Status good = target.refuse_other_machines(); !good) return good.error();
    return target;
}

sim::Status Target::refuse_other_machines() const {
    BOOL is_32 = FALSE;
    if (IsWow64Process(process_, &is_32) != FALSE && is_32 != FALSE) return plain(name_, "it is a 32-bit program; only 64-bit programs can be recorded", "it runs on, untouched");
    return sim::Done{};
}

DWORD Target::exit_code() const {
    DWORD code = 0;
    GetExitCodeProcess(process_, &code);
    return code;
}

void Target::let_go() {
    if (first_thread_ == nullptr) return;
    ResumeThread(first_thread_);
    CloseHandle(first_thread_);
    first_thread_ = nullptr;
}

sim::Result<DWORD> Target::run_in(void* start, void* argument) {
    constexpr DWORD kPatienceMs = 30'000;
    const HANDLE thread = CreateRemoteThread(process_, nullptr, 0, reinterpret_cast<LPTHREAD_START_ROUTINE>(start), argument, 0, nullptr);
    if (thread == nullptr) return failed("can't start a thread in it");
    const bool ended = WaitForSingleObject(thread, kPatienceMs) == WAIT_OBJECT_0;
    DWORD result = 0;
    GetExitCodeThread(thread, &result);
    CloseHandle(thread);
    if (!ended) return plain(name_, "the recorder's thread in it has not ended within 30 s", "the program runs on");
    return result;
}

sim::Status Target::load_agent() {
    agent_ = module_base(process_, kAgentFile);
    if (agent_ != 0) return sim::Done{};
    const std::string path = agent_path();
    if (GetFileAttributesA(path.c_str()) == INVALID_FILE_ATTRIBUTES) return plain(path, "the recorder's agent is missing", "it belongs beside portside-record.exe");
    void* text = VirtualAllocEx(process_, nullptr, path.size() + 1, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    if (text == nullptr) return failed("can't have memory in it");
    if (WriteProcessMemory(process_, text, path.c_str(), path.size() + 1, nullptr) == FALSE) return failed("can't write into it");
    void* load = reinterpret_cast<void*>(GetProcAddress(GetModuleHandleA("kernel32.dll"), "LoadLibraryA"));
    const sim::Result<DWORD> loaded = run_in(load, text);
    if (!loaded) return loaded.error();                // a thread that has not ended may still read the text
    VirtualFreeEx(process_, text, 0, MEM_RELEASE);
    agent_ = module_base(process_, kAgentFile);
    if (agent_ != 0) return sim::Done{};
    DWORD code = 0;
    if (WaitForSingleObject(process_, 0) == WAIT_OBJECT_0 && GetExitCodeProcess(process_, &code) != FALSE)
        return plain(name_, "it ended with code " + code_text(code) + " before its first instruction", "a library or a function that it needs may be missing on this system: try it without the recorder");
    return plain(name_, "it does not load the recorder's agent", "a program may forbid foreign libraries; it runs on, unrecorded");
}

sim::Result<DWORD> Target::call_agent(const char* name, unsigned number) {
    // The same file in this process tells where its exports are.
    static const HMODULE own = LoadLibraryA(agent_path().c_str());
    const auto there = reinterpret_cast<uint64_t>(GetProcAddress(own, name));
    if (own == nullptr || there == 0) return plain(agent_path(), std::string("it has no ") + name, "it belongs to another version of portside-record.exe");
    return run_in(reinterpret_cast<void*>(agent_ + (there - reinterpret_cast<uint64_t>(own))), reinterpret_cast<void*>(uintptr_t{number}));
}

sim::Status Target::patch(const sim::RawHead& head, bool in) {
    constexpr int kTries = 1000;
    for (int attempt = 0; attempt < kTries; ++attempt) {
        {
            const StoppedThreads stopped(id_);
            if (has_exited()) return sim::Done{};
            if (!stopped.stands_in(head)) {
                if (write_patches(process_, head, in, head.patch_count)) return sim::Done{};
                const Error error = failed(in ? "can't change the system's calls in it" : "can't put the system's calls back as they were");
                if (in) write_patches(process_, head, false, head.patch_count);
                return error;
            }
        }
        Sleep(1);                                      // whoever stands in the bytes goes on a little
    }
    return plain(name_, "one of its threads does not leave the beginning of a system call", "the program runs on, unrecorded");
}

}  // namespace recorder
