// What the calls on files answer (docs/port-rules.md 2.1): their argument rules as pure functions, and the state of handles and
// file objects as calls change it. Decides only; sim/engine carries out what an answer means for ports, devices and threads.
#pragma once
#include <vector>

#include "sim/model/api.h"
#include "sim/model/file.h"

namespace sim {

/// What a caller passes as a file.
struct FileArgument {
    enum class Kind : uint8_t { open, closed, null, invalid };    ///< invalid: INVALID_HANDLE_VALUE
    Kind kind = Kind::open;
    bool overlapped = true;           ///< of an open one
    bool associated = false;          ///< of an open one: with whatever port
};
/// What a caller passes as an existing port.
enum class PortArgument : uint8_t { open, closed, null };

struct ApiAnswer {
    uint16_t error = 0;               ///< 0: it succeeds
    ApiReason reason = ApiReason::none;
    bool opens_port = false;          ///< CreateIoCompletionPort without an existing port
    bool associates = false;
};

ApiAnswer create_io_completion_port(FileArgument file, PortArgument existing);
/// function: it is not NULL. flags: anything but 0 is refused, as newer Windows does.
ApiAnswer bind_io_completion_callback(FileArgument file, bool function, uint32_t flags);

/// flags: what was set before, and is after: flags only accumulate.
ApiAnswer set_file_completion_notification_modes(FileArgument file, uint32_t set, uint32_t& flags);

/// Operations of the calling thread: none is no error.
ApiAnswer cancel_io(FileArgument file);
/// found: there are such operations of any thread.
ApiAnswer cancel_io_ex(FileArgument file, bool found);
/// waits: the thread is in a synchronous operation.
ApiAnswer cancel_synchronous_io(bool waits);
/// The error of an operation that has ended. A pending one: the call does not wait, or was woken by the end of another.
ApiAnswer get_overlapped_result(const NamedOperation& operation);
ApiAnswer close_handle(FileArgument file);
ApiAnswer duplicate_handle(FileArgument file);

/// What the handle is as an argument.
FileArgument file_argument(const FileHandle& handle, const std::vector<FileObject>& objects);

/// How the call that starts an operation on an open file ends (F1-F3).
IoOutcome io_outcome(const FileObject& object, IoFate fate);
/// Whether a packet comes of it, at once or later.
bool io_brings_packet(const FileObject& object, IoOutcome outcome, EventUse event);

}  // namespace sim
