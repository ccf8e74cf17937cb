// Operations on files, sockets and pipes: those that may end in a packet, for they carry an APC context, which is the OVERLAPPED that it will bring; and those inside of
// which a thread that handles packets may wait (K17).
#include "recorder/windows/agent/handler.h"

namespace recorder::agent {
namespace {

using sim::RawCall;
using sim::RawKind;
using sim::RawRecord;

constexpr NTSTATUS kPending = 0x103;

// A call of a thread that has taken packets and not come back, on a handle that no association and no pending call has shown to be overlapped: the handle may be one whose
// calls return when they are done. Whether this one did is known when it has returned; the handle is not asked, for that would wait, too.
struct Inside {
    RawRecord record;
    bool tell = false;

    void begin(HANDLE file, RawCall call) {
        if (handle_is(file) != HandleIs::unknown) return;
        Writer writer;
        if (!writer || writer.head().with_waits == 0 || !writer.thread().in_handler) return;
        tell = true;
        record = record_of(RawKind::io_called, 0, file);
        record.count = static_cast<uint32_t>(call);
        end_now(record);
        record.begin = record.end;
        writer.add(record);
    }
    void end(HANDLE file, NTSTATUS status) {
        if (!tell) return;
        if (status == kPending) handle_is_overlapped(file);
        Writer writer;
        if (!writer) return;
        record.kind = RawKind::io_returned;
        record.status = static_cast<uint32_t>(status);
        end_now(record);
        writer.add(record);
    }
};

// One system call after the other has these four, then its own.
struct Submit {
    RawRecord record;
    Inside inside;
    HANDLE handle;
    bool tell = false;

    Submit(HANDLE file, RawCall call, void* routine, void* context, void* return_address, void* stack) : handle(file) {
        if (routine != nullptr || g_session.load(std::memory_order_relaxed) == nullptr) return;
        if (call != RawCall::wait_packet) inside.begin(file, call);   // that one only asks for a packet
        tell = context != nullptr;                     // only then does a packet come of it
        if (!tell) return;
        record = record_of(RawKind::submitted, begin_now(), file);
        record.overlapped = reinterpret_cast<uint64_t>(context);
        record.count = static_cast<uint32_t>(call);
        record.value = caller_outside(return_address, stack);
    }
    NTSTATUS done(NTSTATUS status) {
        if (tell) tell_done(status);
        inside.end(handle, status);
        return status;
    }

private:
    void tell_done(NTSTATUS status) {
        Writer writer;
        if (!writer) return;
        record.status = static_cast<uint32_t>(status);
        end_now(record);
        writer.add(record);
    }
};

NTSTATUS NTAPI read_file(HANDLE file, HANDLE event, void* routine, void* context, IO_STATUS_BLOCK* block, void* buffer, ULONG length, LARGE_INTEGER* offset, ULONG* key) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, HANDLE, void*, void*, IO_STATUS_BLOCK*, void*, ULONG, LARGE_INTEGER*, ULONG*);
    Submit submit(file, RawCall::read_file, routine, context, __builtin_return_address(0), __builtin_dwarf_cfa());
    return submit.done(original<Call>(kRead)(file, event, routine, context, block, buffer, length, offset, key));
}

NTSTATUS NTAPI write_file(HANDLE file, HANDLE event, void* routine, void* context, IO_STATUS_BLOCK* block, void* buffer, ULONG length, LARGE_INTEGER* offset, ULONG* key) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, HANDLE, void*, void*, IO_STATUS_BLOCK*, void*, ULONG, LARGE_INTEGER*, ULONG*);
    Submit submit(file, RawCall::write_file, routine, context, __builtin_return_address(0), __builtin_dwarf_cfa());
    return submit.done(original<Call>(kWrite)(file, event, routine, context, block, buffer, length, offset, key));
}

using Control = NTSTATUS(NTAPI*)(HANDLE, HANDLE, void*, void*, IO_STATUS_BLOCK*, ULONG, void*, ULONG, void*, ULONG);

NTSTATUS NTAPI device_control(HANDLE file, HANDLE event, void* routine, void* context, IO_STATUS_BLOCK* block, ULONG code, void* in, ULONG in_bytes, void* out, ULONG out_bytes) {
    Submit submit(file, RawCall::device_control, routine, context, __builtin_return_address(0), __builtin_dwarf_cfa());
    return submit.done(original<Control>(kDeviceControl)(file, event, routine, context, block, code, in, in_bytes, out, out_bytes));
}

NTSTATUS NTAPI fs_control(HANDLE file, HANDLE event, void* routine, void* context, IO_STATUS_BLOCK* block, ULONG code, void* in, ULONG in_bytes, void* out, ULONG out_bytes) {
    Submit submit(file, RawCall::fs_control, routine, context, __builtin_return_address(0), __builtin_dwarf_cfa());
    return submit.done(original<Control>(kFsControl)(file, event, routine, context, block, code, in, in_bytes, out, out_bytes));
}

NTSTATUS NTAPI notify_directory(HANDLE file, HANDLE event, void* routine, void* context, IO_STATUS_BLOCK* block, void* buffer, ULONG length, ULONG filter, BOOLEAN tree) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, HANDLE, void*, void*, IO_STATUS_BLOCK*, void*, ULONG, ULONG, BOOLEAN);
    Submit submit(file, RawCall::notify_directory, routine, context, __builtin_return_address(0), __builtin_dwarf_cfa());
    return submit.done(original<Call>(kNotifyDirectory)(file, event, routine, context, block, buffer, length, filter, tree));
}

// The key is a number to Windows and a pointer to Wine: all of its bits go on.
NTSTATUS NTAPI lock_file(HANDLE file, HANDLE event, void* routine, void* context, IO_STATUS_BLOCK* block, LARGE_INTEGER* offset, LARGE_INTEGER* length, ULONG_PTR key, BOOLEAN at_once, BOOLEAN exclusive) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, HANDLE, void*, void*, IO_STATUS_BLOCK*, LARGE_INTEGER*, LARGE_INTEGER*, ULONG_PTR, BOOLEAN, BOOLEAN);
    Submit submit(file, RawCall::lock_file, routine, context, __builtin_return_address(0), __builtin_dwarf_cfa());
    return submit.done(original<Call>(kLockFile)(file, event, routine, context, block, offset, length, key, at_once, exclusive));
}

// Windows only: when the target is signalled, the kernel posts.
NTSTATUS NTAPI wait_packet(HANDLE packet, HANDLE port, HANDLE target, void* key, void* context, NTSTATUS packet_status, ULONG_PTR bytes, BOOLEAN* signalled) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, HANDLE, HANDLE, void*, void*, NTSTATUS, ULONG_PTR, BOOLEAN*);
    Submit submit(target, RawCall::wait_packet, nullptr, context, __builtin_return_address(0), __builtin_dwarf_cfa());
    return submit.done(original<Call>(kWaitPacket)(packet, port, target, key, context, packet_status, bytes, signalled));
}

}  // namespace

void* io_handler(HookId hook) {
    switch (hook) {
        case kRead: return reinterpret_cast<void*>(read_file);
        case kWrite: return reinterpret_cast<void*>(write_file);
        case kDeviceControl: return reinterpret_cast<void*>(device_control);
        case kFsControl: return reinterpret_cast<void*>(fs_control);
        case kNotifyDirectory: return reinterpret_cast<void*>(notify_directory);
        case kLockFile: return reinterpret_cast<void*>(lock_file);
        case kWaitPacket: return reinterpret_cast<void*>(wait_packet);
        default: return nullptr;                       // of another file
    }
}

}  // namespace recorder::agent
