// The system calls that the agent takes part in: one handler each, and the way to the call itself.
#pragma once
#include "recorder/windows/agent/session.h"

#include <winternl.h>

#include <array>

namespace recorder::agent {

enum HookId : uint32_t {
    kCreatePort, kOpenPort, kPost, kPostEx, kRemove, kRemoveEx, kClose, kDuplicate, kSetFile,
    kCreateFactory, kWaitForWork,
    kRead, kWrite, kDeviceControl, kFsControl, kNotifyDirectory, kLockFile, kWaitPacket,
    kWaitOne, kWaitMany, kDelay, kWaitAlert, kWaitKeyed, kSignalAndWait,
    kSetThread, kCreateProcess, kResumeThread,
    kHookCount
};
static_assert(kHookCount <= sim::kRawHooksMax);

struct Hook {
    const char* name;                 ///< in ntdll
    void* handler;
};
/// By HookId. A system that lacks one of them lacks what it does, too.
const std::array<Hook, kHookCount>& hooks();

/// By HookId: a moved copy of the stub's beginning, which goes on in the stub. Set before the stub is changed.
extern std::array<void*, kHookCount> g_originals;

template <class Call>
Call original(HookId hook) { return reinterpret_cast<Call>(g_originals[hook]); }

/// What a handle is known to be; handles are multiples of 4. overlapped: a call on it was pending once, and nothing of it is recorded at its end.
enum class HandleIs : uint8_t { unknown, port, file, overlapped };
HandleIs handle_is(HANDLE handle);
void handle_set(HANDLE handle, HandleIs what);
void handle_is_overlapped(HANDLE handle);   ///< unless more is known of it
/// A port, or an associated file.
inline bool is_recorded(HandleIs what) { return what == HandleIs::port || what == HandleIs::file; }

inline uint32_t number_of(HANDLE handle) { return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(handle)); }
inline bool succeeded(NTSTATUS status) { return status >= 0; }

/// Not hooked; by name from ntdll, null where it lacks them.
struct Calls {
    NTSTATUS(NTAPI* query_port)(HANDLE, int, void*, ULONG, ULONG*) = nullptr;
    NTSTATUS(NTAPI* query_object)(HANDLE, int, void*, ULONG, ULONG*) = nullptr;
    NTSTATUS(NTAPI* query_thread)(HANDLE, int, void*, ULONG, ULONG*) = nullptr;
    NTSTATUS(NTAPI* query_process)(HANDLE, int, void*, ULONG, ULONG*) = nullptr;
};
extern Calls g_calls;

// The handlers, each with the signature of its call (handlers_port.cpp, handlers_io.cpp, handlers_other.cpp).
void* port_handler(HookId hook);
void* io_handler(HookId hook);
void* other_handler(HookId hook);


}  // namespace recorder::agent
