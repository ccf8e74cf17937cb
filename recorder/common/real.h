// What a recorder opens where a scenario names it (`real` of a [[device]]).
#pragma once
#include <string>
#include <string_view>

#include "sim/model/scenario.h"

namespace recorder {

/// Bytes of an operation. Reads: what the other end writes when the device is done. Writes: more than what lies on the way holds (a pipe's kHeldBytes; connections of
/// buffers as small, three times that), so that they end when the other end has read them.
inline constexpr uint32_t kReadBytes = 1, kFileBytes = 4096, kHeldBytes = 4096, kWriteBytesMost = 32 << 10;
constexpr uint32_t write_bytes(sim::RealObject real) { return real == sim::RealObject::socket ? kWriteBytesMost : 2 * kHeldBytes; }

/// In words for the trace; empty: nothing is opened, the operations are emulated as a whole.
inline std::string real_object_name(std::string_view backend, const sim::DeviceParams& device) {
    const bool iocp = backend == "iocp";
    std::string name;
    switch (device.real) {
        case sim::RealObject::usual: name = iocp ? "named pipe" : ""; break;
        case sim::RealObject::pipe: name = iocp ? "named pipe" : "pipe"; break;
        case sim::RealObject::file: name = "temporary file"; break;
        case sim::RealObject::socket: name = "loopback TCP connection"; break;
    }
    return name.empty() || !device.writes ? name : name + ", written";
}

}  // namespace recorder
