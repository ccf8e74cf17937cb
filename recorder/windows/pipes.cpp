#define _WIN32_WINNT 0x0602
#include "recorder/windows/pipes.h"

#include <winternl.h>

#include <algorithm>
#include <cstdio>

#include "recorder/common/run.h"

namespace recorder {
namespace {

constexpr ULONG_PTR kPending = 0x103;                   // STATUS_PENDING, while OVERLAPPED::Internal says so
constexpr int kLooksMost = 200;

uint16_t last_error() { return static_cast<uint16_t>(GetLastError()); }

}  // namespace

Pipes::Pipes(const sim::Scenario& scenario) : scenario_(scenario) {}

Pipes::~Pipes() {
    for (std::vector<Object>* objects : {&objects_, &readers_})
        for (Object& object : *objects)
            for (Pipe& pipe : object.pipes) {
                for (const auto& [file, end] : pipe.ends) close_end(pipe.kind, end);
                if (pipe.other != INVALID_HANDLE_VALUE) close_end(pipe.kind, pipe.other);
            }
    for (const Native& native : natives_) {
        if (native.event != nullptr) CloseHandle(native.event);
        if (native.reader != nullptr) CloseHandle(native.reader);
    }
}

sim::Status Pipes::open(const std::vector<HANDLE>& ports, const std::string& out) {
    out_ = out;
    objects_.resize(scenario_.files.size());
    readers_.resize(scenario_.devices.size());
    for (size_t d = 0; d < readers_.size(); ++d) {
        const sim::DeviceParams& device = scenario_.devices[d];
        readers_[d].kind = {.real = device.real, .writes = device.writes, .overlapped = false};
        if (device.real == sim::RealObject::socket && !start_sockets()) return sim::Error{.file = scenario_.path, .line = device.real_line, .column = device.real_column, .what = "Windows has no sockets here", .hint = {}};
    }
    for (uint32_t f = 0; f < scenario_.files.size(); ++f) {
        const sim::FileParams& file = scenario_.files[f];
        object_of_.push_back(f);
        Object& object = objects_[f];
        object.name = f;
        object.kind = readers_[file.device.value].kind;
        object.kind.overlapped = file.overlapped;
        object.skip_on_success = file.skip_on_success;
        object.skip_set_event = file.skip_set_event;
        object.key = static_cast<ULONG_PTR>(file.key);
        if (file.port.valid()) object.port = ports[file.port.value];
        if (file.duplicate || (f < scenario_.devices.size() && !file.port.valid())) continue;   // that of a device which is only read waits until it is used
        if (new_pipe(object) == nullptr) return sim::Error{.file = scenario_.path, .line = 0, .column = 0, .what = "no " + real_object_name("iocp", scenario_.devices[file.device.value]) + " for file '" + file.name + "': Windows error " + std::to_string(GetLastError()), .hint = {}};
    }
    return sim::Done{};
}

// Another pipe of the file, as the others are: for each of its names a handle, associated, with its modes.
Pipes::Pipe* Pipes::new_pipe(Object& object) {
    std::vector<uint32_t> names;
    if (object.pipes.empty() || !object.kind.overlapped) names.push_back(object.name);
    else
        for (const auto& [file, end] : object.pipes.front().ends) names.push_back(file);
    if (names.empty()) return nullptr;
    Ends made;
    if (!open_ends(object.kind, out_, std::to_string(opened_++), made)) return nullptr;
    const HANDLE end = made.end;
    Pipe& pipe = object.pipes.emplace_back();
    pipe.kind = object.kind;
    pipe.other = made.other;
    pipe.ends[names.front()] = end;
    for (size_t i = 1; i < names.size(); ++i) DuplicateHandle(GetCurrentProcess(), end, GetCurrentProcess(), &pipe.ends[names[i]], 0, FALSE, DUPLICATE_SAME_ACCESS);
    if (object.port != nullptr) CreateIoCompletionPort(end, object.port, object.key, 0);
    const UCHAR modes = static_cast<UCHAR>((object.skip_on_success ? FILE_SKIP_COMPLETION_PORT_ON_SUCCESS : 0) | (object.skip_set_event ? FILE_SKIP_SET_EVENT_ON_HANDLE : 0));
    if (modes != 0) SetFileCompletionNotificationModes(end, modes);
    return &pipe;
}

Pipes::Pipe* Pipes::free_pipe(Object& object, bool broken) {
    for (Pipe& pipe : object.pipes)
        if (!pipe.busy && pipe.broken == broken) return &pipe;
    Pipe* pipe = new_pipe(object);
    if (pipe == nullptr || !broken) return pipe;
    close_end(pipe->kind, std::exchange(pipe->other, INVALID_HANDLE_VALUE));
    pipe->broken = true;
    return pipe;
}

// The read itself is the wait.
Backend::Started Pipes::start_read(Operation& operation) {
    Object& object = readers_[operation.device.value];
    const std::lock_guard lock(mutex_);
    Native& native = natives_.emplace_back();
    native.operation = &operation;
    native.pipe = free_pipe(object, false);
    operation.native = &native;
    if (native.pipe == nullptr) {
        const unsigned error = last_error();
        std::fprintf(stderr, "what a device really is can't be opened, Windows error %u: the recording ends\n", error);
        request_stop();
        return {sim::IoOutcome::error, static_cast<uint16_t>(error)};
    }
    native.end = native.pipe->ends.begin()->second;
    native.pipe->busy = true;
    native.over = stopped_;
    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &native.reader, 0, FALSE, DUPLICATE_SAME_ACCESS);
    return {sim::IoOutcome::pending, 0};
}

void Pipes::read_at_once(Operation& operation) {
    Object& object = readers_[operation.device.value];
    if (object.kind.real == sim::RealObject::usual) return;
    Pipe* pipe = free_pipe(object, false);
    if (pipe == nullptr) return;
    const HANDLE end = pipe->ends.begin()->second;
    if (object.kind.is_file()) return static_cast<void>(begin_transfer(object.kind, end, kFileBytes, nullptr));
    if (!object.kind.writes) act_at_other(object.kind, pipe->other, kReadBytes);
    begin_transfer(object.kind, end, kReadBytes, nullptr);
    if (object.kind.writes) act_at_other(object.kind, pipe->other, kReadBytes);
}

Backend::Started Pipes::start(Operation& operation, Backend::Started expected) {
    if (operation.reader != sim::kNoThread) return start_read(operation);
    Object& object = objects_[object_of_[operation.file.value]];
    Pipe* pipe = free_pipe(object, expected.outcome == sim::IoOutcome::error);
    if (pipe == nullptr) return {sim::IoOutcome::error, last_error()};
    const std::lock_guard lock(mutex_);
    Native& native = natives_.emplace_back();
    native.operation = &operation;
    native.pipe = pipe;
    operation.native = &native;
    if (operation.event != sim::EventUse::none) {
        native.event = CreateEventA(nullptr, TRUE, FALSE, nullptr);
        const auto low_bit = static_cast<ULONG_PTR>(operation.event == sim::EventUse::low_bit ? 1 : 0);
        native.overlapped.hEvent = reinterpret_cast<HANDLE>(reinterpret_cast<ULONG_PTR>(native.event) | low_bit);   // no packet for it
    }
    native.end = pipe->ends[operation.file.value];
    if (object.kind.is_file()) return expected;               // it begins when the device is done
    const bool at_once = expected.outcome == sim::IoOutcome::success || expected.outcome == sim::IoOutcome::success_without_packet;
    if (at_once && !object.kind.writes) {                     // what it reads is there
        act_at_other(object.kind, pipe->other, kReadBytes);
        wait_until_there(object.kind, native.end);
    }
    const Backend::Started started = begin(native, object.kind.writes && !at_once ? write_bytes(object.kind.real) : kReadBytes);
    if (at_once && started.outcome == sim::IoOutcome::success) {
        if (object.kind.writes) act_at_other(object.kind, pipe->other, kReadBytes);
        return expected;
    }
    pipe->busy = started.outcome == sim::IoOutcome::pending;
    return started;
}

Backend::Started Pipes::begin(Native& native, DWORD bytes) {
    native.bytes = bytes;
    const DWORD error = begin_transfer(native.pipe->kind, native.end, bytes, &native.overlapped);
    if (error == 0) return {sim::IoOutcome::success, 0};
    return error == ERROR_IO_PENDING ? Backend::Started{sim::IoOutcome::pending, 0} : Backend::Started{sim::IoOutcome::error, static_cast<uint16_t>(error)};
}

bool Pipes::wait(Operation& operation, sim::Duration longest) {
    Native& native = *static_cast<Native*>(operation.native);
    DWORD count = 0;
    if (operation.reader != sim::kNoThread) {
        if (native.pipe == nullptr) return true;
        const EndsKind kind = native.pipe->kind;
        if (!native.over) begin_transfer(kind, native.end, kind.is_file() ? kFileBytes : kind.writes ? write_bytes(kind.real) : kReadBytes, nullptr);
        if (kind.is_file()) native.pipe->busy = false;
        return true;
    }
    const DWORD timeout_ms = longest == sim::kInfinite ? INFINITE : static_cast<DWORD>((longest.ns + 999'999) / 1'000'000);
    return GetOverlappedResultEx(native.end, &native.overlapped, &count, timeout_ms, FALSE) != 0 || GetLastError() != WAIT_TIMEOUT;
}

void Pipes::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    for (Native& native : natives_) {
        const bool waits = native.reader != nullptr && native.pipe != nullptr && native.pipe->busy && !native.over && native.pipe->other != INVALID_HANDLE_VALUE;
        if (waits) act_at_other(native.pipe->kind, native.pipe->other, native.pipe->kind.writes ? write_bytes(native.pipe->kind.real) : kReadBytes);
        if (waits) native.over = true;
        if (native.event != nullptr) SetEvent(native.event);
    }
}

void Pipes::answer(Operation& operation) {
    Native& native = *static_cast<Native*>(operation.native);
    if (native.pipe == nullptr) return;
    Pipe& pipe = *native.pipe;
    if (pipe.kind.is_file()) {
        if (operation.reader != sim::kNoThread) return;      // its thread does it
        if (const Backend::Started begun = begin(native, kFileBytes); begun.outcome == sim::IoOutcome::error) {
            std::fprintf(stderr, "an operation on the temporary file of a device fails with Windows error %u: the recording ends\n", begun.error);
            request_stop();
        }
        return;
    }
    if (operation.error == 0) {
        act_at_other(pipe.kind, pipe.other, operation.reader == sim::kNoThread ? native.bytes : pipe.kind.writes ? write_bytes(pipe.kind.real) : kReadBytes);
        pipe.busy = false;                                 // what reads next waits for the next byte
        return;
    }
    close_end(pipe.kind, std::exchange(pipe.other, INVALID_HANDLE_VALUE));
    pipe.broken = true;
}

uint32_t Pipes::packet_of(LPOVERLAPPED overlapped) { return reinterpret_cast<const Native*>(overlapped)->operation->packet; }

uint16_t Pipes::cancel_read(const std::vector<Operation*>& operations) {
    if (operations.empty()) return ERROR_NOT_FOUND;         // its thread is in no read, and the recorder's own waits are none to cancel
    Native& native = *static_cast<Native*>(operations.front()->native);
    native.cancelled = CancelSynchronousIo(native.reader) != 0;
    return native.cancelled ? 0 : last_error();
}

// On the file's handle of every pipe: it succeeds where it does for one of them.
template <class Call>
uint16_t Pipes::for_each_end(Object& object, uint32_t file, Call call) {
    uint16_t error = ERROR_INVALID_HANDLE;
    bool one = false;
    for (Pipe& pipe : object.pipes) {
        const auto end = pipe.ends.find(file);
        if (end == pipe.ends.end()) continue;
        if (call(pipe, end->second) != 0) one = true;
        else error = last_error();
    }
    return one ? 0 : error;
}

uint16_t Pipes::cancel(Object& object, const sim::FileCall& call, const std::vector<Operation*>& operations) {
    if (call.call == sim::ApiCall::cancel_io) return for_each_end(object, call.file.value, [](Pipe&, HANDLE end) { return CancelIo(end); });
    if (call.operation == sim::kNoOperation) return for_each_end(object, call.file.value, [](Pipe&, HANDLE end) { return CancelIoEx(end, nullptr); });
    static OVERLAPPED ended{};                             // the operation that is meant is over: none that the kernel knows
    LPOVERLAPPED meant = operations.empty() ? &ended : &static_cast<Native*>(operations.front()->native)->overlapped;
    return for_each_end(object, call.file.value, [meant](Pipe&, HANDLE end) { return CancelIoEx(end, meant); });
}

// A closed handle's number may be another's by now: no call is made with it.
uint16_t Pipes::call(const sim::FileCall& call, const std::vector<Operation*>& operations, HANDLE port, uint16_t expected) {
    if (call.call == sim::ApiCall::cancel_synchronous_io) return cancel_read(operations);
    const uint32_t file = call.file.value;
    Object& object = objects_[object_of_[file]];
    if (object.pipes.empty() || object.pipes.front().ends.count(file) == 0) return expected;
    uint16_t error = 0;
    switch (call.call) {
        case sim::ApiCall::create_io_completion_port:
            error = for_each_end(object, file, [&](Pipe&, HANDLE end) { return CreateIoCompletionPort(end, port != nullptr ? port : INVALID_HANDLE_VALUE, static_cast<ULONG_PTR>(call.key), 0) != nullptr; });
            if (error == 0) {
                object.port = port;
                object.key = static_cast<ULONG_PTR>(call.key);
            }
            return error;
        case sim::ApiCall::set_file_completion_notification_modes:
            error = for_each_end(object, file, [&](Pipe&, HANDLE end) { return SetFileCompletionNotificationModes(end, static_cast<UCHAR>(call.modes)); });
            if (error != 0) return error;
            object.skip_on_success = object.skip_on_success || (call.modes & sim::kSkipOnSuccess) != 0;
            object.skip_set_event = object.skip_set_event || (call.modes & sim::kSkipSetEvent) != 0;
            return error;
        case sim::ApiCall::cancel_io:
        case sim::ApiCall::cancel_io_ex: return cancel(object, call, operations);
        case sim::ApiCall::close_handle:
            error = for_each_end(object, file, [](Pipe& pipe, HANDLE end) {
                close_end(pipe.kind, end);
                return TRUE;
            });
            for (Pipe& pipe : object.pipes) pipe.ends.erase(file);
            return error;
        case sim::ApiCall::duplicate_handle:
            error = for_each_end(object, file, [&](Pipe& pipe, HANDLE end) { return DuplicateHandle(GetCurrentProcess(), end, GetCurrentProcess(), &pipe.ends[call.copy.value], 0, FALSE, DUPLICATE_SAME_ACCESS); });
            if (error == 0) object_of_[call.copy.value] = object_of_[file];
            return error;
        case sim::ApiCall::none: case sim::ApiCall::start_io: case sim::ApiCall::bind_io_completion_callback: case sim::ApiCall::cancel_synchronous_io:
        case sim::ApiCall::get_overlapped_result: case sim::ApiCall::count: return expected;
    }
    return expected;
}

// The kernel may take its time after the call returned.
bool Pipes::is_cancelled(Operation& operation) {
    Native& native = *static_cast<Native*>(operation.native);
    if (operation.reader != sim::kNoThread) {
        if (native.pipe == nullptr) return native.cancelled;
        native.pipe->busy = false;
        native.pipe->broken = native.pipe->broken || (native.cancelled && native.pipe->kind.writes);   // what it wrote is still on the way
        return native.cancelled;
    }
    const volatile ULONG_PTR& status = native.overlapped.Internal;
    for (int look = 0; look < kLooksMost && status == kPending; ++look) Sleep(1);
    if (status == kPending) return false;
    operation.error = static_cast<uint16_t>(RtlNtStatusToDosError(static_cast<NTSTATUS>(status)));
    native.pipe->busy = false;
    native.pipe->broken = native.pipe->broken || native.pipe->kind.writes;   // what it wrote of it is still on the way
    return true;
}

}  // namespace recorder
