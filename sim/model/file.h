// Files of a scenario: handles, the file objects behind them, and what waits for their operations. Only sim/device decides
// about them. Copyable.
#pragma once
#include <cstdint>

#include "sim/base/ids.h"
#include "sim/base/time.h"

namespace sim {

/// The hEvent of an OVERLAPPED.
enum class EventUse : uint8_t {
    none,                 ///< a wait for the operation is a wait for the file's handle
    own,                  ///< an event of its own
    low_bit,              ///< likewise, and its low bit set: no packet
};

/// How a call that starts an operation ends (F1-F3): exactly one of these.
enum class IoOutcome : uint8_t { pending, success, success_without_packet, error };

/// How an operation goes, as drawn.
enum class IoFate : uint8_t { pends, at_once, fails_at_once, fails };

/// What a recorder opens for a device. The model's devices are none of these.
enum class RealObject : uint8_t {
    usual,                ///< a named pipe on Windows, nothing on Linux
    pipe, file, socket,
};

/// What CreateFile made: duplicates of a handle share it (F5), and with it association and modes.
struct FileObject {
    DeviceId device;
    bool overlapped = true;
    bool skip_on_success = false;     ///< FILE_SKIP_COMPLETION_PORT_ON_SUCCESS
    bool skip_set_event = false;      ///< FILE_SKIP_SET_EVENT_ON_HANDLE
    bool signalled = false;           ///< an operation has ended since the last one was started
    uint32_t handles = 1;             ///< open ones
    uint32_t pending = 0;             ///< operations in the device
    PortId port;                      ///< associated with; none: with no port
    uint64_t key = 0;
};

/// What a name stands for; a second duplicate of the same name takes its place, and the first stays open.
struct FileHandle {
    bool open = false;
    uint32_t object = 0;              ///< of an open one
};

/// The operation that a thread started last under a name.
struct NamedOperation {
    uint64_t number = 0;
    uint32_t object = 0;
    EventUse event = EventUse::none;
    bool pending = false;
    uint16_t error = 0;               ///< of an ended one; 0 success
};

/// A thread in GetOverlappedResult.
struct IoWait {
    ThreadId thread;
    uint32_t name = 0;                ///< that it used for the operation
    uint64_t number = 0;
    uint32_t object = 0;              ///< whose handle it waits for where the operation has no event
    bool by_event = false;
};

}  // namespace sim
