// What the argument of a record says of locks and devices (FORMAT.md).
#pragma once
#include <cstdint>

#include "sim/base/ids.h"

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

}  // namespace sim
