// Ports: made, posted to, asked, closed.
#include "recorder/windows/agent/handler.h"

namespace recorder::agent {
namespace {

using sim::RawKind;
using sim::RawRecord;

constexpr uint32_t kEntriesMax = 4096;             // of a batch that are told one by one; the others count as lost

// FILE_IO_COMPLETION_INFORMATION
struct Entry { uint64_t key, overlapped, status, bytes; };
static_assert(sizeof(Entry) == 32);

void tell_port(RawKind kind, uint64_t begin, HANDLE port, uint32_t count, uint64_t caller) {
    handle_set(port, HandleIs::port);
    Writer writer;
    if (!writer) return;
    RawRecord record = record_of(kind, begin, port);
    record.count = count;
    record.value = caller;
    end_now(record);
    writer.add(record);
}

NTSTATUS NTAPI create_port(HANDLE* port, ACCESS_MASK access, OBJECT_ATTRIBUTES* attributes, ULONG threads) {
    using Call = NTSTATUS(NTAPI*)(HANDLE*, ACCESS_MASK, OBJECT_ATTRIBUTES*, ULONG);
    const uint64_t begin = begin_now();
    const NTSTATUS status = original<Call>(kCreatePort)(port, access, attributes, threads);
    if (succeeded(status)) tell_port(RawKind::port_created, begin, *port, threads, caller_outside(__builtin_return_address(0), __builtin_dwarf_cfa()));
    return status;
}

NTSTATUS NTAPI open_port(HANDLE* port, ACCESS_MASK access, OBJECT_ATTRIBUTES* attributes) {
    using Call = NTSTATUS(NTAPI*)(HANDLE*, ACCESS_MASK, OBJECT_ATTRIBUTES*);
    const uint64_t begin = begin_now();
    const NTSTATUS status = original<Call>(kOpenPort)(port, access, attributes);
    if (succeeded(status)) tell_port(RawKind::port_named, begin, *port, 0, caller_outside(__builtin_return_address(0), __builtin_dwarf_cfa()));
    return status;
}

// begin is from before the call: not later than the packet is there.
void tell_post(RawRecord record, uint64_t key, uint64_t overlapped, NTSTATUS packet_status, uint64_t bytes, NTSTATUS result) {
    Writer writer;
    if (!writer) return;
    record.key = key;
    record.overlapped = overlapped;
    record.status = static_cast<uint32_t>(packet_status);
    record.count = static_cast<uint32_t>(bytes);
    record.other = static_cast<uint32_t>(result);
    end_now(record);
    writer.add(record);
}

NTSTATUS NTAPI post(HANDLE port, ULONG_PTR key, ULONG_PTR context, NTSTATUS packet_status, ULONG_PTR bytes) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, ULONG_PTR, ULONG_PTR, NTSTATUS, ULONG_PTR);
    RawRecord record = record_of(RawKind::posted, begin_now(), port);
    record.value = caller_outside(__builtin_return_address(0), __builtin_dwarf_cfa());
    const NTSTATUS result = original<Call>(kPost)(port, key, context, packet_status, bytes);
    tell_post(record, key, context, packet_status, bytes, result);
    return result;
}

NTSTATUS NTAPI post_ex(HANDLE port, HANDLE reserve, ULONG_PTR key, ULONG_PTR context, NTSTATUS packet_status, ULONG_PTR bytes) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, HANDLE, ULONG_PTR, ULONG_PTR, NTSTATUS, ULONG_PTR);
    RawRecord record = record_of(RawKind::posted, begin_now(), port);
    record.value = caller_outside(__builtin_return_address(0), __builtin_dwarf_cfa());
    const NTSTATUS result = original<Call>(kPostEx)(port, reserve, key, context, packet_status, bytes);
    tell_post(record, key, context, packet_status, bytes, result);
    return result;
}

struct Asked { HANDLE port; uint32_t packets_max; uint64_t timeout; uint8_t flags; };

void tell_asked(const Asked& asked) {
    if ((asked.flags & sim::kRawFactory) == 0 && !is_recorded(handle_is(asked.port))) handle_set(asked.port, HandleIs::port);
    Writer writer;
    if (!writer) return;
    writer.thread().in_handler = false;
    RawRecord record = record_of(RawKind::get_called, 0, asked.port);
    record.count = asked.packets_max;
    record.value = asked.timeout;
    record.flags = asked.flags;
    end_now(record);
    record.begin = record.end;
    writer.add(record);
}

// How many packets are left, now and then: it costs a call.
uint32_t depth_after(HANDLE port) {
    uint32_t every = 0, gets = 0;
    if (const Writer writer; writer) {
        every = writer.head().depth_every;
        gets = ++writer.thread().gets;
    }
    if (every == 0 || gets % every != 0 || g_calls.query_port == nullptr) return sim::kRawNoDepth;
    LONG depth = 0;
    return succeeded(g_calls.query_port(port, 0, &depth, sizeof depth, nullptr)) ? static_cast<uint32_t>(depth) : sim::kRawNoDepth;
}

void tell_returned(const Asked& asked, NTSTATUS status, const Entry* entries, uint32_t count) {
    RawRecord record = record_of(RawKind::get_returned, 0, asked.port);
    end_now(record);
    record.begin = record.end;
    record.flags = asked.flags;
    record.status = static_cast<uint32_t>(status);
    record.other = count > 0 && (asked.flags & sim::kRawFactory) == 0 ? depth_after(asked.port) : sim::kRawNoDepth;
    Writer writer;
    if (!writer) return;
    record.count = count;
    writer.thread().in_handler = count > 0;
    for (uint32_t i = 0; i < count && i < kEntriesMax; ++i) {
        record.key = entries[i].key;
        record.overlapped = entries[i].overlapped;
        record.status = static_cast<uint32_t>(entries[i].status);
        record.value = entries[i].bytes;
        writer.add(record);
        record.kind = RawKind::get_entry;
        record.count = 0;
    }
    if (count == 0) writer.add(record);
    if (count > kEntriesMax) writer.lose(count - kEntriesMax);
}

NTSTATUS NTAPI remove_one(HANDLE port, ULONG_PTR* key, ULONG_PTR* context, IO_STATUS_BLOCK* block, LARGE_INTEGER* timeout) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, ULONG_PTR*, ULONG_PTR*, IO_STATUS_BLOCK*, LARGE_INTEGER*);
    const Asked asked{port, 1, timeout_ns(timeout), 0};
    tell_asked(asked);
    const NTSTATUS status = original<Call>(kRemove)(port, key, context, block, timeout);
    Entry entry{};
    const bool got = status == 0;
    if (got) entry = {*key, *context, static_cast<uint32_t>(block->Status), block->Information};
    tell_returned(asked, status, &entry, got ? 1 : 0);
    return status;
}

NTSTATUS NTAPI remove_many(HANDLE port, Entry* entries, ULONG count, ULONG* removed, LARGE_INTEGER* timeout, BOOLEAN alertable) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, Entry*, ULONG, ULONG*, LARGE_INTEGER*, BOOLEAN);
    const Asked asked{port, count, timeout_ns(timeout), static_cast<uint8_t>(alertable != FALSE ? sim::kRawAlertable : 0)};
    tell_asked(asked);
    const NTSTATUS status = original<Call>(kRemoveEx)(port, entries, count, removed, timeout, alertable);
    tell_returned(asked, status, entries, status == 0 && removed != nullptr ? *removed : 0);
    return status;
}

// Windows only: threads of the system's thread pool take packets by this call, and never by the two above.
NTSTATUS NTAPI wait_for_work(HANDLE factory, Entry* entries, ULONG count, ULONG* returned, void* deferred) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, Entry*, ULONG, ULONG*, void*);
    const Asked asked{factory, count, static_cast<uint64_t>(INT64_MAX), sim::kRawFactory};
    tell_asked(asked);
    const NTSTATUS status = original<Call>(kWaitForWork)(factory, entries, count, returned, deferred);
    tell_returned(asked, status, entries, status == 0 && returned != nullptr ? *returned : 0);
    return status;
}

NTSTATUS NTAPI create_factory(HANDLE* factory, ACCESS_MASK access, OBJECT_ATTRIBUTES* attributes, HANDLE port, HANDLE process, void* start, void* parameter, ULONG threads_max, SIZE_T stack, SIZE_T commit) {
    using Call = NTSTATUS(NTAPI*)(HANDLE*, ACCESS_MASK, OBJECT_ATTRIBUTES*, HANDLE, HANDLE, void*, void*, ULONG, SIZE_T, SIZE_T);
    const uint64_t begin = begin_now();
    const NTSTATUS status = original<Call>(kCreateFactory)(factory, access, attributes, port, process, start, parameter, threads_max, stack, commit);
    Writer writer;
    if (!succeeded(status) || !writer) return status;
    RawRecord record = record_of(RawKind::factory_created, begin, *factory);
    record.other = number_of(port);
    record.count = threads_max;
    end_now(record);
    writer.add(record);
    return status;
}

NTSTATUS NTAPI close_handle(HANDLE handle) {
    using Call = NTSTATUS(NTAPI*)(HANDLE);
    const HandleIs what = handle_is(handle);
    if (what == HandleIs::overlapped) handle_set(handle, HandleIs::unknown);
    if (!is_recorded(what)) return original<Call>(kClose)(handle);
    RawRecord record = record_of(RawKind::closed, begin_now(), handle);
    handle_set(handle, HandleIs::unknown);          // before the call: another thread may get the number next
    const NTSTATUS status = original<Call>(kClose)(handle);
    if (!succeeded(status)) {
        handle_set(handle, what);
        return status;
    }
    Writer writer;
    if (!writer) return status;
    end_now(record);
    writer.add(record);
    return status;
}

NTSTATUS NTAPI duplicate(HANDLE from_process, HANDLE handle, HANDLE to_process, HANDLE* copy, ACCESS_MASK access, ULONG attributes, ULONG options) {
    using Call = NTSTATUS(NTAPI*)(HANDLE, HANDLE, HANDLE, HANDLE*, ACCESS_MASK, ULONG, ULONG);
    constexpr ULONG kCloseSource = 1;
    const HANDLE self = reinterpret_cast<HANDLE>(intptr_t{-1});
    const HandleIs what = from_process == self ? handle_is(handle) : HandleIs::unknown;
    const uint64_t begin = begin_now();
    const NTSTATUS status = original<Call>(kDuplicate)(from_process, handle, to_process, copy, access, attributes, options);
    if (what == HandleIs::unknown || !succeeded(status)) return status;
    const bool here_too = to_process == self && copy != nullptr;
    if (here_too) handle_set(*copy, what);
    if ((options & kCloseSource) != 0) handle_set(handle, HandleIs::unknown);
    if (!is_recorded(what)) return status;
    Writer writer;
    if (!writer) return status;
    RawRecord record = record_of(RawKind::port_copied, begin, here_too ? *copy : nullptr);
    record.other = number_of(handle);
    end_now(record);
    if (here_too) writer.add(record);
    if ((options & kCloseSource) != 0) {
        record.kind = RawKind::closed;
        record.handle = number_of(handle);
        if (here_too) record.begin = record.end;       // after its copy, which keeps the port
        writer.add(record);
    }
    return status;
}

}  // namespace

void* port_handler(HookId hook) {
    switch (hook) {
        case kCreatePort: return reinterpret_cast<void*>(create_port);
        case kOpenPort: return reinterpret_cast<void*>(open_port);
        case kPost: return reinterpret_cast<void*>(post);
        case kPostEx: return reinterpret_cast<void*>(post_ex);
        case kRemove: return reinterpret_cast<void*>(remove_one);
        case kRemoveEx: return reinterpret_cast<void*>(remove_many);
        case kWaitForWork: return reinterpret_cast<void*>(wait_for_work);
        case kCreateFactory: return reinterpret_cast<void*>(create_factory);
        case kClose: return reinterpret_cast<void*>(close_handle);
        case kDuplicate: return reinterpret_cast<void*>(duplicate);
        default: return nullptr;                       // of another file
    }
}

}  // namespace recorder::agent
