// What the argument of block_begin and block_end says of a wait for a lock (FORMAT.md).
#pragma once
#include <cstdint>

#include "sim/base/ids.h"

namespace sim {

/// Bits 31..0: the lock; 63..32: 1 + the thread that holds it (block_begin), that gave it back (block_end).
constexpr uint64_t lock_wait_argument(LockId lock, ThreadId holder) { return uint64_t{lock.value} | (uint64_t{holder.value} + 1) << 32; }
constexpr uint32_t lock_of_argument(uint64_t argument) { return static_cast<uint32_t>(argument); }
/// kNoThread where none is named.
constexpr uint32_t holder_of_argument(uint64_t argument) { return static_cast<uint32_t>((argument >> 32) - 1); }

}  // namespace sim
