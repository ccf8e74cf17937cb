// A recording's file on Windows: all of it is written before anything is recorded, and what can't be is told.
#pragma once
#include <windows.h>

#include <cstdint>
#include <string>

#include "sim/base/result.h"

namespace recorder {

/// The last error, in words: "a.part: WHAT: the disk is full".
sim::Error at_file(const std::string& path, const std::string& what);
/// All of it. False: the last error says why; a disk with room for a part takes that part.
bool write_all(HANDLE file, const void* bytes, DWORD size);
/// So many from where the file stands. Who maps a file that has not been written in full is killed by a disk that fills up, in the middle of a store.
bool write_zeros(HANDLE file, uint64_t bytes);

}  // namespace recorder
