// Sentences about operations of files and the calls on them (docs/port-rules.md 2).
#include "sim/trace/arguments.h"
#include "sim/trace/print.h"
#include "sim/trace/teller.h"

namespace sim {

// "log", and for a device's own handle the device's name.
std::string Teller::file(FileId id) const { return id.value < header.files.size() ? header.files[id.value] : "file " + std::to_string(id.value); }

std::string Teller::operation(uint32_t name) const { return name < header.operations.size() ? "operation " + header.operations[name] : "an operation"; }

// ", which says ERROR_OPERATION_ABORTED (995) under key 7": of a packet whose operation failed.
std::string Teller::says_error() const {
    const PacketTraceState* p = state.packets.find(record.packet);
    if (p == nullptr || p->error == 0) return {};
    return ", which says " + error_text(p->error) + (p->key == 0 ? "" : " under key " + std::to_string(p->key));
}

std::string Teller::io_detail() const {
    const IoDetail detail = io_detail_of_argument(record.argument);
    const Record& io = state.io;
    const uint16_t device = device_of_argument(io.argument);
    const std::string where = detail.file.valid() ? file(detail.file) : device_label(header, device);
    const std::string what = detail.name == UINT32_MAX ? "an operation" : operation(detail.name);
    if (io.kind == Kind::io_started) return io_begins(detail, subject() + " starts " + what + " on " + where, device);
    const std::string which = (detail.name == UINT32_MAX ? "An operation" : "Operation " + header_operation(detail.name)) + " on " + where;
    const std::string packet = (io.flags & kNoAnswer) == 0 ? ", and its packet comes to the port" : "; no packet comes of it";
    if ((io.flags & kDeviceWait) != 0)
        return "What " + subject() + " waits for on " + where + (io.kind == Kind::io_cancelled ? " is cancelled: it fails with " : " fails with ") + error_text(detail.error) + "; no packet is involved.";
    if (io.kind == Kind::io_cancelled) return which + " is cancelled: it ends with " + error_text(detail.error) + packet + rule() + ".";
    return which + " ends with " + error_text(detail.error) + packet + rule() + ".";
}

std::string Teller::header_operation(uint32_t name) const { return name < header.operations.size() ? header.operations[name] : std::to_string(name); }

// How the call that starts an operation comes back.
std::string Teller::io_begins(const IoDetail& detail, const std::string& starts, uint16_t device) const {
    const std::string in = record.packet == kNoPacket ? "" : " in packet " + packet();
    const bool low_bit = detail.event == EventUse::low_bit;
    const std::string why_none = low_bit ? "no packet comes, because the low bit of its event is set" : "no packet comes, because the file is associated with no port";
    switch (detail.outcome) {
        case IoOutcome::success:
            if (low_bit || record.port == kNoPort) return starts + in + ", which succeeds at once; " + why_none + ".";
            return starts + in + ", which succeeds at once; a packet comes all the same" + rule() + ".";
        case IoOutcome::success_without_packet: return starts + in + ", which succeeds at once; no packet comes, because the file skips the port on success" + rule() + ".";
        case IoOutcome::error: return starts + in + ", which fails at once with " + error_text(detail.error) + "; no packet comes of it" + rule() + ".";
        case IoOutcome::pending: break;
    }
    const std::string line = ahead_of(device, 1);
    return starts + (line.empty() ? "" : ", where " + line + ",") + in + " and goes on" + (low_bit ? "; " + why_none : std::string()) + ".";
}

std::string Teller::call() const {
    const CallDetail detail = call_of_argument(record.argument);
    const bool about_operation = detail.call == ApiCall::get_overlapped_result;
    const std::string name(api_call_name(detail.call));
    const std::string of = about_operation ? operation(uint32_t{detail.other} - 1) : detail.call == ApiCall::cancel_synchronous_io ? thread(detail.other) : file(detail.file);
    const std::string reason(api_reason_text(detail.reason));
    if (detail.error != 0) return subject() + " calls " + name + " for " + of + ", which fails with " + error_text(detail.error) + (reason.empty() ? "" : ": " + reason) + rule() + ".";
    const std::string by = " (" + name + ")";
    switch (detail.call) {
        case ApiCall::create_io_completion_port: return subject() + " associates " + of + " with " + port_label(header, record.port) + by + ": the packets of its operations come there from now on.";
        case ApiCall::bind_io_completion_callback: return subject() + " binds " + of + " to the pool" + by + ": the packets of its operations come to " + port_label(header, record.port) + " from now on.";
        case ApiCall::set_file_completion_notification_modes:
            if (detail.other == kSkipSetEvent) return subject() + " makes " + of + " skip its event" + by + ": the end of an operation no longer signals the handle.";
            return subject() + " makes " + of + " skip the port on success" + by + ": an operation that succeeds at once brings no packet from now on.";
        case ApiCall::cancel_io: return subject() + " cancels what it has itself started on " + of + by + ".";
        case ApiCall::cancel_io_ex: return subject() + " cancels " + (detail.other == 0 ? "whatever is pending" : operation(uint32_t{detail.other} - 1)) + " on " + of + by + ".";
        case ApiCall::cancel_synchronous_io: return subject() + " cancels what " + of + " waits for" + by + ".";
        case ApiCall::get_overlapped_result: return name + " tells " + subject() + " of " + of + ": " + (reason.empty() ? "it has succeeded" : reason) + ".";
        case ApiCall::close_handle: return subject() + " closes " + of + ".";
        case ApiCall::duplicate_handle: return subject() + " duplicates " + of + " as " + file({detail.other}) + ": two handles of one file" + rule() + ".";
        case ApiCall::none:
        case ApiCall::start_io:
        case ApiCall::count: break;
    }
    return subject() + " calls " + name + ".";
}

}  // namespace sim
