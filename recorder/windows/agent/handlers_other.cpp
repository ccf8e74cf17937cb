// Beside the ports: what names and settings handles get, waits inside a handler, names of threads, children.
#include "recorder/windows/agent/handler.h"

namespace recorder::agent {
namespace {

using sim::RawCall;
using sim::RawKind;
using sim::RawNoteKind;
using sim::RawRecord;

// The object's name as the system has it, "\Device\Afd". Only for files that have just been associated: those are asynchronous, and
// only for synchronous ones this query may wait.
void tell_name(HANDLE handle) {
    alignas(8) uint8_t bytes[1024];
    char text[512];
    ULONG used = 0;
    constexpr int kObjectName = 1;
    if (g_calls.query_object == nullptr || !succeeded(g_calls.query_object(handle, kObjectName, bytes, sizeof bytes, &used))) return;
    const auto* name = reinterpret_cast<const UNICODE_STRING*>(bytes);
    if (name->Buffer == nullptr || name->Length == 0) return;
    const uint64_t length = narrow(name->Buffer, name->Length / 2, text, sizeof text);
    Writer writer;
    if (writer) writer.note(RawNoteKind::handle_name, number_of(handle), 0, text, length);
}

void tell_setting(RawKind kind, uint64_t begin, HANDLE file, uint64_t key, uint32_t other) {
    Writer writer;
    if (!writer) return;
    RawRecord record = record_of(kind, begin, file);
    record.key = key;
    record.other = record.count = other;
    end_now(record);
    writer.add(record);
}

NTSTATUS NTAPI set_file(HANDLE file, IO_STATUS_BLOCK* block, void* information, ULONG length, int what) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, IO_STATUS_BLOCK*, void*, ULONG, int);
    struct Association { HANDLE port; uint64_t key; };
    constexpr int kCompletion = 30, kNotificationModes = 41, kReplaceCompletion = 61;
    const uint64_t begin = begin_now();
    const NTSTATUS status = original<Call>(kSetFile)(file, block, information, length, what);
    if (!succeeded(status)) return status;
    if ((what == kCompletion || what == kReplaceCompletion) && length >= sizeof(Association)) {
        const auto* association = static_cast<const Association*>(information);
        if (association->port == nullptr) return status;
        handle_set(file, HandleIs::file);
        if (!is_recorded(handle_is(association->port))) handle_set(association->port, HandleIs::port);
        tell_setting(RawKind::associated, begin, file, association->key, number_of(association->port));
        tell_name(file);
    } else if (what == kNotificationModes && length >= sizeof(ULONG)) {
        tell_setting(RawKind::notification, begin, file, 0, *static_cast<const uint32_t*>(information));
    }
    return status;
}

// A wait of a thread that has taken packets and not come back for more, unless it can't wait: such a thread may free its slot (K17).
struct Wait {
    RawRecord record;
    bool tell = false;

    Wait(RawCall call, HANDLE object, const LARGE_INTEGER* timeout) {
        const uint64_t most = timeout_ns(timeout);
        if (most == 0) return;
        Writer writer;
        if (!writer || writer.head().with_waits == 0 || !writer.thread().in_handler) return;
        tell = true;
        record = record_of(RawKind::wait_called, 0, object);
        record.count = static_cast<uint32_t>(call);
        record.value = most;
        end_now(record);
        record.begin = record.end;
        writer.add(record);
    }
    NTSTATUS done(NTSTATUS status) {
        if (!tell) return status;
        Writer writer;
        if (!writer) return status;
        record.kind = RawKind::wait_returned;
        record.status = static_cast<uint32_t>(status);
        end_now(record);
        record.begin = record.end;
        writer.add(record);
        return status;
    }
};

NTSTATUS NTAPI wait_one(HANDLE object, BOOLEAN alertable, LARGE_INTEGER* timeout) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, BOOLEAN, LARGE_INTEGER*);
    Wait wait(RawCall::wait_one, object, timeout);
    return wait.done(original<Call>(kWaitOne)(object, alertable, timeout));
}

NTSTATUS NTAPI wait_many(ULONG count, HANDLE* objects, int any, BOOLEAN alertable, LARGE_INTEGER* timeout) {
    using Call = NTSTATUS(NTAPI*)(ULONG, HANDLE*, int, BOOLEAN, LARGE_INTEGER*);
    Wait wait(RawCall::wait_many, nullptr, timeout);
    return wait.done(original<Call>(kWaitMany)(count, objects, any, alertable, timeout));
}

NTSTATUS NTAPI delay(BOOLEAN alertable, LARGE_INTEGER* timeout) {
    using Call = NTSTATUS(NTAPI*)(BOOLEAN, LARGE_INTEGER*);
    Wait wait(RawCall::delay, nullptr, timeout);
    return wait.done(original<Call>(kDelay)(alertable, timeout));
}

NTSTATUS NTAPI wait_alert(void* address, LARGE_INTEGER* timeout) {
    using Call = NTSTATUS(NTAPI*)(void*, LARGE_INTEGER*);
    Wait wait(RawCall::wait_alert, nullptr, timeout);
    return wait.done(original<Call>(kWaitAlert)(address, timeout));
}

NTSTATUS NTAPI wait_keyed(HANDLE event, void* key, BOOLEAN alertable, LARGE_INTEGER* timeout) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, void*, BOOLEAN, LARGE_INTEGER*);
    Wait wait(RawCall::wait_keyed, event, timeout);
    return wait.done(original<Call>(kWaitKeyed)(event, key, alertable, timeout));
}

NTSTATUS NTAPI signal_and_wait(HANDLE signal, HANDLE object, BOOLEAN alertable, LARGE_INTEGER* timeout) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, HANDLE, BOOLEAN, LARGE_INTEGER*);
    Wait wait(RawCall::signal_and_wait, object, timeout);
    return wait.done(original<Call>(kSignalAndWait)(signal, object, alertable, timeout));
}

uint32_t thread_of(HANDLE thread) {
    struct Basic { NTSTATUS status; void* block; HANDLE process, thread; ULONG_PTR affinity; LONG priority, base; } basic{};
    if (thread == reinterpret_cast<HANDLE>(intptr_t{-2})) return static_cast<uint32_t>(GetCurrentThreadId());
    if (g_calls.query_thread == nullptr || !succeeded(g_calls.query_thread(thread, 0, &basic, sizeof basic, nullptr))) return 0;
    return number_of(basic.thread);
}

NTSTATUS NTAPI set_thread(HANDLE thread, int what, void* information, ULONG length) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, int, void*, ULONG);
    constexpr int kThreadName = 38;
    const NTSTATUS status = original<Call>(kSetThread)(thread, what, information, length);
    if (what != kThreadName || !succeeded(status) || length < sizeof(UNICODE_STRING)) return status;
    const auto* name = static_cast<const UNICODE_STRING*>(information);
    char text[512];
    const uint64_t bytes = narrow(name->Buffer, name->Length / 2, text, sizeof text);
    const uint32_t number = thread_of(thread);
    Writer writer;
    if (writer && number != 0) writer.note(RawNoteKind::thread_name, number, 0, text, bytes);
    return status;
}

// --- children: a new process is held where its creator lets its first thread go, until the recorder is inside.

struct Child { std::atomic<uint32_t> thread, process; };
constexpr uint32_t kChildren = 16;
Child g_children[kChildren];                          // created, not let go yet; by handle of the first thread

bool follows() {
    const Writer writer;
    return writer && writer.head().follow != 0;
}

uint32_t process_of(HANDLE process) {
    struct Basic { NTSTATUS status; void* block; ULONG_PTR affinity; LONG priority; ULONG_PTR process, parent; } basic{};
    if (g_calls.query_process == nullptr || !succeeded(g_calls.query_process(process, 0, &basic, sizeof basic, nullptr))) return 0;
    return static_cast<uint32_t>(basic.process);
}

NTSTATUS NTAPI create_process(HANDLE* process, HANDLE* thread, ACCESS_MASK process_access, ACCESS_MASK thread_access, OBJECT_ATTRIBUTES* process_attributes, OBJECT_ATTRIBUTES* thread_attributes, ULONG process_flags,
                              ULONG thread_flags, void* parameters, void* info, void* attributes) {
    using Call = NTSTATUS(NTAPI*)(HANDLE*, HANDLE*, ACCESS_MASK, ACCESS_MASK, OBJECT_ATTRIBUTES*, OBJECT_ATTRIBUTES*, ULONG, ULONG, void*, void*, void*);
    const NTSTATUS status = original<Call>(kCreateProcess)(process, thread, process_access, thread_access, process_attributes, thread_attributes, process_flags, thread_flags, parameters, info, attributes);
    if (!succeeded(status) || !follows()) return status;
    const uint32_t number = process_of(*process);
    for (Child& child : g_children) {
        uint32_t nobody = 0;
        if (number == 0 || !child.thread.compare_exchange_strong(nobody, number_of(*thread))) continue;
        child.process.store(number);
        break;
    }
    return status;
}

// A moment of waiting that is no wait of the program's.
void pause_1ms() {
    using Call = NTSTATUS(NTAPI*)(BOOLEAN, LARGE_INTEGER*);
    LARGE_INTEGER time;
    time.QuadPart = -10'000;
    if (g_originals[kDelay] != nullptr) original<Call>(kDelay)(FALSE, &time);
}

void ask_to_follow(uint32_t process) {
    constexpr int kPatienceMs = 10'000;
    for (int ms = 0; ms < kPatienceMs; ++ms) {
        {
            const Writer writer;
            if (!writer || writer.head().follow == 0 || !recorder_lives(writer.head())) return;
            uint32_t nobody = 0;
            std::atomic<uint32_t>& wanted = writer.head().child_wanted;
            if (writer.head().child_done.load() == process) return;
            if (wanted.load() != process) wanted.compare_exchange_strong(nobody, process);   // another child may be in its turn
        }
        pause_1ms();
    }
}

NTSTATUS NTAPI resume_thread(HANDLE thread, ULONG* count) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, ULONG*);
    for (Child& child : g_children) {
        if (child.thread.load() == 0 || child.thread.load() != number_of(thread)) continue;
        ask_to_follow(child.process.exchange(0));
        child.thread.store(0);
    }
    return original<Call>(kResumeThread)(thread, count);
}

}  // namespace

void* other_handler(HookId hook) {
    switch (hook) {
        case kSetFile: return reinterpret_cast<void*>(set_file);
        case kWaitOne: return reinterpret_cast<void*>(wait_one);
        case kWaitMany: return reinterpret_cast<void*>(wait_many);
        case kDelay: return reinterpret_cast<void*>(delay);
        case kWaitAlert: return reinterpret_cast<void*>(wait_alert);
        case kWaitKeyed: return reinterpret_cast<void*>(wait_keyed);
        case kSignalAndWait: return reinterpret_cast<void*>(signal_and_wait);
        case kSetThread: return reinterpret_cast<void*>(set_thread);
        case kCreateProcess: return reinterpret_cast<void*>(create_process);
        case kResumeThread: return reinterpret_cast<void*>(resume_thread);
        default: return nullptr;                       // of another file
    }
}

}  // namespace recorder::agent
