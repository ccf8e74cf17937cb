// Who called: the first return address that lies outside of the system's own libraries, found with the unwind data that every
// 64-bit library carries, without the system's unwinder, which may take locks.
#pragma once
#include <cstdint>

namespace recorder::agent {

/// From now on this library counts as the system's, if its name says so.
void caller_add_module(const char* name, uint64_t base, uint64_t bytes);
/// It is unloaded: its unwind data is about to go.
void caller_remove_module(uint64_t base);

/// `return_address` and the stack pointer just above it, as the called function has them. The farthest that can be told.
uint64_t caller_outside(const void* return_address, const void* stack);

}  // namespace recorder::agent
