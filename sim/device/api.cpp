#include "sim/device/api.h"

namespace sim {
namespace {

ApiAnswer fails(uint16_t error, ApiReason reason) { return {.error = error, .reason = reason}; }

// NULL and closed handles are told first, by every call.
ApiAnswer handle_checked(FileArgument file) {
    switch (file.kind) {
        case FileArgument::Kind::open: return {};
        case FileArgument::Kind::closed: return fails(kInvalidHandle, ApiReason::file_is_closed);
        case FileArgument::Kind::null:
        case FileArgument::Kind::invalid: return fails(kInvalidHandle, ApiReason::file_is_null);
    }
    return {};
}

ApiAnswer associated(FileArgument file) {
    if (const ApiAnswer answer = handle_checked(file); answer.error != 0) return answer;
    if (!file.overlapped) return fails(kInvalidParameter, ApiReason::not_overlapped);
    if (file.associated) return fails(kInvalidParameter, ApiReason::associated_already);   // also with the same port
    return {.error = 0, .reason = ApiReason::none, .opens_port = false, .associates = true};
}

}  // namespace

ApiAnswer create_io_completion_port(FileArgument file, PortArgument existing) {
    if (file.kind == FileArgument::Kind::invalid) {
        if (existing != PortArgument::null) return fails(kInvalidParameter, ApiReason::no_file_but_a_port);
        return {.error = 0, .reason = ApiReason::none, .opens_port = true, .associates = false};
    }
    ApiAnswer answer = associated(file);
    if (answer.error != 0) return answer;             // without an existing port: the new one is gone again
    if (existing == PortArgument::closed) return fails(kInvalidHandle, ApiReason::port_is_closed);
    answer.opens_port = existing == PortArgument::null;
    return answer;
}

ApiAnswer bind_io_completion_callback(FileArgument file, bool function, uint32_t flags) {
    if (const ApiAnswer answer = handle_checked(file); answer.error != 0) return answer;
    if (!function) return fails(kInvalidParameter, ApiReason::no_function);
    if (flags != 0) return fails(kInvalidParameter, ApiReason::unknown_flags);
    return associated(file);
}

ApiAnswer set_file_completion_notification_modes(FileArgument file, uint32_t set, uint32_t& flags) {
    if (const ApiAnswer answer = handle_checked(file); answer.error != 0) return answer;
    if ((set & kSkipOnSuccess) != 0 && !file.overlapped) return fails(kInvalidParameter, ApiReason::not_overlapped);
    flags |= set & (kSkipOnSuccess | kSkipSetEvent);   // never cleared, not by 0 either
    return {};
}

ApiAnswer cancel_io(FileArgument file) { return handle_checked(file); }

ApiAnswer cancel_io_ex(FileArgument file, bool found) {
    if (const ApiAnswer answer = handle_checked(file); answer.error != 0) return answer;
    return found ? ApiAnswer{} : fails(kNotFound, ApiReason::nothing_to_cancel);
}

ApiAnswer cancel_synchronous_io(bool waits) { return waits ? ApiAnswer{} : fails(kNotFound, ApiReason::nothing_to_cancel); }

ApiAnswer get_overlapped_result(const NamedOperation& operation) {
    if (operation.pending) return fails(kIoIncomplete, ApiReason::still_pending);
    return operation.error == 0 ? ApiAnswer{} : fails(operation.error, ApiReason::operation_failed);
}

ApiAnswer close_handle(FileArgument file) { return handle_checked(file); }
ApiAnswer duplicate_handle(FileArgument file) { return handle_checked(file); }

FileArgument file_argument(const FileHandle& handle, const std::vector<FileObject>& objects) {
    if (!handle.open) return {.kind = FileArgument::Kind::closed, .overlapped = true, .associated = false};
    const FileObject& object = objects[handle.object];
    return {.kind = FileArgument::Kind::open, .overlapped = object.overlapped, .associated = object.port.valid()};
}

IoOutcome io_outcome(const FileObject& object, IoFate fate) {
    switch (fate) {
        case IoFate::at_once: return object.skip_on_success ? IoOutcome::success_without_packet : IoOutcome::success;   // F1
        case IoFate::fails_at_once: return IoOutcome::error;                                                            // F2
        case IoFate::pends:
        case IoFate::fails: return IoOutcome::pending;                                                                  // F3
    }
    return IoOutcome::pending;
}

bool io_brings_packet(const FileObject& object, IoOutcome outcome, EventUse event) {
    return object.port.valid() && event != EventUse::low_bit && (outcome == IoOutcome::pending || outcome == IoOutcome::success);
}

}  // namespace sim
