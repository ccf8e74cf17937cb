// Bits of records that only recordings of unmodified programs have (FORMAT.md, "Recordings of programs").
#pragma once
#include <cstdint>

namespace sim {

inline constexpr uint16_t kWithin = 128;       ///< posted, io_finished: it happened at some moment up to this one; an `earliest` detail follows posted
inline constexpr uint16_t kEarliest = 256;     ///< detail after posted: the argument is the earliest moment in ns at which it can have been queued
inline constexpr uint16_t kDepth = 512;        ///< detail after get_returned: the argument is the number of packets that the system says are left
inline constexpr uint16_t kOverlapped = 1024;  ///< detail after posted: the argument is the OVERLAPPED that the packet brings
inline constexpr uint16_t kWaitCall = 64;      ///< block_begin, block_end: a thread is inside a call that may wait; argument of the end: what the call returned

}  // namespace sim
