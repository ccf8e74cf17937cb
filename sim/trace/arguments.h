// What the argument of a record says of locks, devices, files, calls and releases (FORMAT.md).
#pragma once
#include <cstdint>

#include "sim/base/ids.h"
#include "sim/model/api.h"
#include "sim/model/file.h"
#include "sim/trace/record.h"

namespace sim {

/// Of a wait for a lock. Bits 31..0: the lock; 63..32: 1 + the thread that holds it (block_begin), that gave it back (block_end).
constexpr uint64_t lock_wait_argument(LockId lock, ThreadId holder) { return uint64_t{lock.value} | (uint64_t{holder.value} + 1) << 32; }
constexpr uint32_t lock_of_argument(uint64_t argument) { return static_cast<uint32_t>(argument); }
/// kNoThread where none is named.
constexpr uint32_t holder_of_argument(uint64_t argument) { return static_cast<uint32_t>((argument >> 32) - 1); }

/// Of io_started and io_finished. Bits 15..0: the device; 63..16: the operation, counted over all devices from 0.
constexpr uint64_t io_argument(DeviceId device, uint64_t operation) { return uint64_t{device.value & 0xFFFFu} | operation << 16; }
constexpr uint16_t device_of_argument(uint64_t argument) { return static_cast<uint16_t>(argument); }
constexpr uint64_t operation_of_argument(uint64_t argument) { return argument >> 16; }

/// Of block_begin and block_end of a wait for an operation (GetOverlappedResult). Bits 47..0: the operation; 63..48: 1 + its name, 0 none.
constexpr uint64_t io_wait_argument(uint64_t operation, uint32_t name) { return (operation & 0xFFFF'FFFF'FFFFu) | uint64_t{(name + 1) & 0xFFFFu} << 48; }

/// Of io_detail.
struct IoDetail {
    FileId file{};                    ///< none: it was not started with a handle
    uint32_t name = UINT32_MAX;       ///< `as`; UINT32_MAX none
    uint16_t error = 0;
    IoOutcome outcome = IoOutcome::pending;   ///< after io_started
    EventUse event = EventUse::none;          ///< after io_started
};
/// Bits 15..0: 1 + file; 31..16: 1 + name; 47..32: error; 51..48: outcome; 55..52: event.
constexpr uint64_t io_detail_argument(const IoDetail& detail) {
    return uint64_t{(detail.file.value + 1) & 0xFFFFu} | uint64_t{(detail.name + 1) & 0xFFFFu} << 16 | uint64_t{detail.error} << 32 |
           static_cast<uint64_t>(detail.outcome) << 48 | static_cast<uint64_t>(detail.event) << 52;
}
constexpr IoDetail io_detail_of_argument(uint64_t argument) {
    return {.file = {static_cast<uint32_t>(argument & 0xFFFFu) - 1}, .name = static_cast<uint32_t>(argument >> 16 & 0xFFFFu) - 1, .error = static_cast<uint16_t>(argument >> 32),
            .outcome = static_cast<IoOutcome>(argument >> 48 & 3), .event = static_cast<EventUse>(argument >> 52 & 3)};
}

/// Of call.
struct CallDetail {
    ApiCall call = ApiCall::none;
    ApiReason reason = ApiReason::none;
    uint16_t error = 0;               ///< 0: it succeeded
    FileId file{};
    uint16_t other = 0;               ///< what SetFileCompletionNotificationModes sets, 0: kSkipOnSuccess; a duplicate's file, or the thread whose operation is cancelled; an operation's name: 1 + it, 0 none
};
/// Bits 15..0: 1 + file; 23..16: the call; 31..24: the reason; 47..32: the error; 63..48: other.
constexpr uint64_t call_argument(const CallDetail& detail) {
    return uint64_t{(detail.file.value + 1) & 0xFFFFu} | static_cast<uint64_t>(detail.call) << 16 | static_cast<uint64_t>(detail.reason) << 24 | uint64_t{detail.error} << 32 | uint64_t{detail.other} << 48;
}
constexpr CallDetail call_of_argument(uint64_t argument) {
    return {.call = static_cast<ApiCall>(argument >> 16 & 0xFF), .reason = static_cast<ApiReason>(argument >> 24 & 0xFF), .error = static_cast<uint16_t>(argument >> 32),
            .file = {static_cast<uint32_t>(argument & 0xFFFFu) - 1}, .other = static_cast<uint16_t>(argument >> 48)};
}
/// Of suspended and resumed. Bits 31..0: suspends in force before, or still; above 0 the record only counts. 63..32: 1 + the thread whose step it was.
constexpr uint64_t suspend_argument(uint32_t others, uint32_t caller) { return uint64_t{others} | uint64_t{caller + 1} << 32; }
constexpr uint32_t suspend_others(uint64_t argument) { return static_cast<uint32_t>(argument); }
constexpr uint32_t suspend_caller(uint64_t argument) { return static_cast<uint32_t>(argument >> 32) - 1; }

/// Of apc. Bits 31..0: 1 + the thread whose step it was; 63..32 of a kernel APC: 1 + the packet that it posts, 0 none.
constexpr uint64_t apc_argument(uint32_t caller, uint32_t packet) { return uint64_t{caller + 1} | uint64_t{packet + 1} << 32; }
constexpr uint32_t apc_caller(uint64_t argument) { return static_cast<uint32_t>(argument) - 1; }
constexpr uint32_t apc_packet(uint64_t argument) { return static_cast<uint32_t>(argument >> 32) - 1; }

/// Of call_failed: which call, and why.
enum class FailedCall : uint8_t { none, post, close, watch, suspend, resume, apc, kernel_apc, answer, create_port, count };
enum class WhyFailed : uint8_t {
    none,
    port_closed,              ///< ERROR_INVALID_HANDLE; `answer`: nothing refers to the port any more
    thread_exited,
    not_suspended,            ///< ResumeThread returns 0
    port_is_there,            ///< ERROR_INVALID_PARAMETER: an existing port and no file
    closed_port_in_use,       ///< create_port: its name still means the closed port, which files keep (K32) or threads wait on (O4)
    count
};
/// Bits 7..0: the call; 15..8: why; 63..32: 1 + the thread that the call named, 0 none.
constexpr uint64_t failed_argument(FailedCall call, WhyFailed why, uint32_t whom) { return uint64_t{static_cast<uint8_t>(call)} | uint64_t{static_cast<uint8_t>(why)} << 8 | uint64_t{whom + 1} << 32; }
constexpr FailedCall failed_call(uint64_t argument) { return (argument & 0xFF) < static_cast<uint64_t>(FailedCall::count) ? static_cast<FailedCall>(argument & 0xFF) : FailedCall::none; }
constexpr WhyFailed failed_why(uint64_t argument) { return (argument >> 8 & 0xFF) < static_cast<uint64_t>(WhyFailed::count) ? static_cast<WhyFailed>(argument >> 8 & 0xFF) : WhyFailed::none; }
/// kNoThread where none is named.
constexpr uint32_t failed_whom(uint64_t argument) { return static_cast<uint32_t>(argument >> 32) - 1; }

/// Of release_tried: waiters of one port, each for one packet, and one packet posted while nothing else went on there.
struct ReleaseTry {
    static constexpr uint16_t not_told = UINT16_MAX;
    uint16_t place = not_told;        ///< of the one that got it, by how long each had waited: 0 the longest
    uint16_t waiters = 0;
    uint16_t in_vain = not_told;      ///< of the others had a processor
    bool tells_place() const { return waiters > 1 && place < waiters; }
    bool tells_others() const { return waiters > 1 && in_vain < waiters; }
};
/// Bits 15..0: place; 31..16: waiters; 47..32: in vain.
constexpr uint64_t release_try_argument(const ReleaseTry& one) { return uint64_t{one.place} | uint64_t{one.waiters} << 16 | uint64_t{one.in_vain} << 32; }
constexpr ReleaseTry release_try_of_argument(uint64_t argument) {
    return {.place = static_cast<uint16_t>(argument), .waiters = static_cast<uint16_t>(argument >> 16), .in_vain = static_cast<uint16_t>(argument >> 32)};
}

/// Of limit_tried: a thread has a packet and runs on, and one more is posted while others wait.
struct LimitTry {
    uint16_t limit = 0, waiters = 0;
    bool exceeded = false;            ///< one of them got it meanwhile
    bool tells() const { return limit == 1 && waiters > 0; }
};
/// Bits 15..0: the limit; 31..16: waiters; 32: exceeded.
constexpr uint64_t limit_try_argument(const LimitTry& one) { return uint64_t{one.limit} | uint64_t{one.waiters} << 16 | uint64_t{one.exceeded} << 32; }
constexpr LimitTry limit_try_of_argument(uint64_t argument) {
    return {.limit = static_cast<uint16_t>(argument), .waiters = static_cast<uint16_t>(argument >> 16), .exceeded = (argument >> 32 & 1) != 0};
}

/// block_begin, block_end: a wait that was over before the recorder saw it, so that no port heard of it; the thread counts as running.
constexpr bool is_unseen_block(const Record& record) { return (record.flags & kKeepsSlot) != 0 && (record.flags & kPageIn) == 0; }

}  // namespace sim
