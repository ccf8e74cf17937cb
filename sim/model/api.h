// The Windows calls that steps of a scenario make on files, why they fail, and the names of error codes: what trace records
// carry as numbers (FORMAT.md). What a call answers: sim/device/api.h.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sim {

enum class ApiCall : uint8_t {
    none,
    start_io,                         ///< ReadFile or WriteFile with an OVERLAPPED
    create_io_completion_port, bind_io_completion_callback, set_file_completion_notification_modes,
    cancel_io, cancel_io_ex, cancel_synchronous_io, get_overlapped_result, close_handle, duplicate_handle,
    count
};

/// Why a call fails, where its error alone does not say.
enum class ApiReason : uint8_t {
    none, file_is_closed, file_is_null, port_is_closed, no_file_but_a_port, not_overlapped, associated_already, no_function, unknown_flags,
    nothing_to_cancel, timed_out, still_pending, nothing_started, operation_failed,
    count
};

// What SetFileCompletionNotificationModes sets.
inline constexpr uint32_t kSkipOnSuccess = 1, kSkipSetEvent = 2;

// Error codes, as GetLastError gives them.
inline constexpr uint16_t kInvalidHandle = 6, kInvalidParameter = 87, kWaitTimeout = 258, kOperationAborted = 995, kIoIncomplete = 996, kIoDevice = 1117, kNotFound = 1168;

/// "CreateIoCompletionPort"
std::string_view api_call_name(ApiCall call);
/// "the file is associated already"; empty for `none`.
std::string_view api_reason_text(ApiReason reason);
/// "ERROR_INVALID_PARAMETER (87)", "error 12345" for one without a name here.
std::string error_text(uint32_t error);
/// The code of a name that error_text knows.
std::optional<uint16_t> error_from_name(std::string_view name);

}  // namespace sim
