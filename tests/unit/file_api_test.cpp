// The argument rules of the calls on files, one line of docs/port-rules.md 2.1 after the other, without a run.
#include <doctest/doctest.h>

#include "sim/device/api.h"

using namespace sim;

namespace {

using Kind = FileArgument::Kind;

constexpr FileArgument kFresh{.kind = Kind::open, .overlapped = true, .associated = false};
constexpr FileArgument kAssociated{.kind = Kind::open, .overlapped = true, .associated = true};
constexpr FileArgument kNotOverlapped{.kind = Kind::open, .overlapped = false, .associated = false};
constexpr FileArgument kClosed{.kind = Kind::closed, .overlapped = true, .associated = false};
constexpr FileArgument kNull{.kind = Kind::null, .overlapped = true, .associated = false};
constexpr FileArgument kInvalid{.kind = Kind::invalid, .overlapped = true, .associated = false};

void check(const ApiAnswer& answer, uint16_t error, bool opens_port, bool associates) {
    CHECK(answer.error == error);
    CHECK(answer.opens_port == opens_port);
    CHECK(answer.associates == associates);
    CHECK((answer.reason == ApiReason::none) == (error == 0));
}

}  // namespace

TEST_CASE("CreateIoCompletionPort: without a file and without a port it opens a port and associates nothing") {
    check(create_io_completion_port(kInvalid, PortArgument::null), 0, true, false);
}

TEST_CASE("CreateIoCompletionPort: without a file an existing port is refused with 87") {
    check(create_io_completion_port(kInvalid, PortArgument::open), 87, false, false);
    check(create_io_completion_port(kInvalid, PortArgument::closed), 87, false, false);
}

TEST_CASE("CreateIoCompletionPort: with a file and without a port it opens one and associates; if that fails no port is left") {
    check(create_io_completion_port(kFresh, PortArgument::null), 0, true, true);
    check(create_io_completion_port(kNotOverlapped, PortArgument::null), 87, false, false);
    check(create_io_completion_port(kAssociated, PortArgument::null), 87, false, false);
    check(create_io_completion_port(kNull, PortArgument::null), 6, false, false);
}

TEST_CASE("CreateIoCompletionPort: with both it associates") {
    check(create_io_completion_port(kFresh, PortArgument::open), 0, false, true);
    check(create_io_completion_port(kFresh, PortArgument::closed), 6, false, false);
}

TEST_CASE("CreateIoCompletionPort: a file that is not overlapped, or associated already, is refused with 87, a NULL or closed handle with 6") {
    CHECK(create_io_completion_port(kNotOverlapped, PortArgument::open).reason == ApiReason::not_overlapped);
    check(create_io_completion_port(kNotOverlapped, PortArgument::open), 87, false, false);
    check(create_io_completion_port(kAssociated, PortArgument::open), 87, false, false);      // whichever port: the rule does not ask
    CHECK(create_io_completion_port(kAssociated, PortArgument::open).reason == ApiReason::associated_already);
    check(create_io_completion_port(kNull, PortArgument::open), 6, false, false);
    check(create_io_completion_port(kClosed, PortArgument::open), 6, false, false);
    CHECK(create_io_completion_port(kClosed, PortArgument::open).reason == ApiReason::file_is_closed);
}

TEST_CASE("BindIoCompletionCallback: needs an overlapped handle, a function and no flags, and works once") {
    check(bind_io_completion_callback(kFresh, true, 0), 0, false, true);
    check(bind_io_completion_callback(kNotOverlapped, true, 0), 87, false, false);
    check(bind_io_completion_callback(kAssociated, true, 0), 87, false, false);
    check(bind_io_completion_callback(kFresh, false, 0), 87, false, false);
    check(bind_io_completion_callback(kFresh, true, 1), 87, false, false);
    check(bind_io_completion_callback(kNull, true, 0), 6, false, false);
}

TEST_CASE("SetFileCompletionNotificationModes: flags accumulate; 0 and garbage clear nothing") {
    uint32_t flags = 0;
    check(set_file_completion_notification_modes(kFresh, kSkipOnSuccess, flags), 0, false, false);
    CHECK(flags == kSkipOnSuccess);
    check(set_file_completion_notification_modes(kAssociated, kSkipSetEvent, flags), 0, false, false);
    CHECK(flags == (kSkipOnSuccess | kSkipSetEvent));
    set_file_completion_notification_modes(kFresh, 0, flags);
    set_file_completion_notification_modes(kFresh, 0xF0, flags);
    CHECK(flags == (kSkipOnSuccess | kSkipSetEvent));
}

TEST_CASE("SetFileCompletionNotificationModes: to skip the port needs an overlapped handle; a closed one is refused with 6") {
    uint32_t flags = 0;
    check(set_file_completion_notification_modes(kNotOverlapped, kSkipOnSuccess, flags), 87, false, false);
    check(set_file_completion_notification_modes(kClosed, kSkipOnSuccess, flags), 6, false, false);
    CHECK(flags == 0);
}

TEST_CASE("CancelIo: nothing to cancel is no error; CancelIoEx and CancelSynchronousIo say ERROR_NOT_FOUND") {
    check(cancel_io(kFresh), 0, false, false);
    check(cancel_io(kClosed), 6, false, false);
    check(cancel_io_ex(kFresh, true), 0, false, false);
    check(cancel_io_ex(kFresh, false), 1168, false, false);
    check(cancel_io_ex(kClosed, false), 6, false, false);
    check(cancel_synchronous_io(true), 0, false, false);
    check(cancel_synchronous_io(false), 1168, false, false);
}

TEST_CASE("GetOverlappedResult: the operation's error, and ERROR_IO_INCOMPLETE while it is pending") {
    check(get_overlapped_result({.number = 0, .object = 0, .event = EventUse::none, .pending = false, .error = 0}), 0, false, false);
    check(get_overlapped_result({.number = 0, .object = 0, .event = EventUse::none, .pending = false, .error = 38}), 38, false, false);
    check(get_overlapped_result({.number = 0, .object = 0, .event = EventUse::none, .pending = true, .error = 0}), 996, false, false);
}

TEST_CASE("CloseHandle and DuplicateHandle: a closed handle is refused with 6") {
    check(close_handle(kFresh), 0, false, false);
    check(close_handle(kClosed), 6, false, false);
    check(duplicate_handle(kFresh), 0, false, false);
    check(duplicate_handle(kClosed), 6, false, false);
}

TEST_CASE("F1 F2 F3: exactly one outcome, and a packet of those that succeed or were pending") {
    FileObject file;
    file.port = {0};
    CHECK(io_outcome(file, IoFate::pends) == IoOutcome::pending);
    CHECK(io_outcome(file, IoFate::fails) == IoOutcome::pending);
    CHECK(io_outcome(file, IoFate::at_once) == IoOutcome::success);
    CHECK(io_outcome(file, IoFate::fails_at_once) == IoOutcome::error);
    CHECK(io_brings_packet(file, IoOutcome::pending, EventUse::none));
    CHECK(io_brings_packet(file, IoOutcome::success, EventUse::own));
    CHECK_FALSE(io_brings_packet(file, IoOutcome::error, EventUse::none));
    CHECK_FALSE(io_brings_packet(file, IoOutcome::pending, EventUse::low_bit));
    file.skip_on_success = true;
    CHECK(io_outcome(file, IoFate::at_once) == IoOutcome::success_without_packet);
    CHECK(io_outcome(file, IoFate::pends) == IoOutcome::pending);           // pending ones queue all the same
    CHECK_FALSE(io_brings_packet(file, IoOutcome::success_without_packet, EventUse::none));
    CHECK(io_brings_packet(file, IoOutcome::pending, EventUse::none));
    file.port = {};
    CHECK_FALSE(io_brings_packet(file, IoOutcome::pending, EventUse::none));
}

TEST_CASE("api: errors have names both ways") {
    CHECK(error_text(87) == "ERROR_INVALID_PARAMETER (87)");
    CHECK(error_text(12345) == "error 12345");
    CHECK(error_from_name("ERROR_HANDLE_EOF") == uint16_t{38});
    CHECK_FALSE(error_from_name("ERROR").has_value());
}
