#include "sim/model/api.h"

#include <algorithm>
#include <array>

namespace sim {
namespace {

constexpr std::array<std::string_view, static_cast<size_t>(ApiCall::count)> kCalls{
    "a call", "ReadFile", "CreateIoCompletionPort", "BindIoCompletionCallback", "SetFileCompletionNotificationModes",
    "CancelIo", "CancelIoEx", "CancelSynchronousIo", "GetOverlappedResult", "CloseHandle", "DuplicateHandle"};

constexpr std::array<std::string_view, static_cast<size_t>(ApiReason::count)> kReasons{
    "", "the handle is closed", "the handle is NULL", "the port's handle is closed", "without a file there may be no existing port", "the file was not opened overlapped",
    "the file is associated already", "there is no function to call", "no such flags", "nothing is pending", "the time is over before the operation is", "the operation is still pending",
    "no operation was started", "the operation failed"};

struct ErrorName { uint16_t code; std::string_view name; };
constexpr std::array<ErrorName, 18> kErrors{{
    {5, "ERROR_ACCESS_DENIED"}, {kInvalidHandle, "ERROR_INVALID_HANDLE"}, {23, "ERROR_CRC"}, {38, "ERROR_HANDLE_EOF"}, {64, "ERROR_NETNAME_DELETED"},
    {kInvalidParameter, "ERROR_INVALID_PARAMETER"}, {109, "ERROR_BROKEN_PIPE"}, {121, "ERROR_SEM_TIMEOUT"}, {232, "ERROR_NO_DATA"}, {234, "ERROR_MORE_DATA"},
    {kWaitTimeout, "WAIT_TIMEOUT"}, {735, "ERROR_ABANDONED_WAIT_0"}, {kOperationAborted, "ERROR_OPERATION_ABORTED"}, {kIoIncomplete, "ERROR_IO_INCOMPLETE"},
    {kIoDevice, "ERROR_IO_DEVICE"}, {kNotFound, "ERROR_NOT_FOUND"}, {1236, "ERROR_CONNECTION_ABORTED"}, {10054, "WSAECONNRESET"},
}};

}  // namespace

std::string_view api_call_name(ApiCall call) { return call < ApiCall::count ? kCalls[static_cast<size_t>(call)] : kCalls[0]; }

std::string_view api_reason_text(ApiReason reason) { return reason < ApiReason::count ? kReasons[static_cast<size_t>(reason)] : std::string_view{}; }

std::string error_text(uint32_t error) {
    const auto at = std::find_if(kErrors.begin(), kErrors.end(), [error](const ErrorName& entry) { return entry.code == error; });
    return at == kErrors.end() ? "error " + std::to_string(error) : std::string(at->name) + " (" + std::to_string(error) + ")";
}

std::optional<uint16_t> error_from_name(std::string_view name) {
    const auto at = std::find_if(kErrors.begin(), kErrors.end(), [name](const ErrorName& entry) { return entry.name == name; });
    if (at == kErrors.end()) return std::nullopt;
    return at->code;
}

}  // namespace sim
