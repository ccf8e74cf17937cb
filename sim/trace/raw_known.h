// What a recorder with --last keeps of records that are too old to be kept: who is there. For recorder/windows/program_recording.cpp.
#pragma once
#include <vector>

#include "sim/trace/raw_file.h"

namespace sim {

/// What makes a handle or a thread known, or tells that it is gone: later records mean nothing without it.
bool raw_makes_known(RawKind kind);
/// For each of such records, as they are handed in: whether it is of a file or a thread that is gone since, so that nothing later needs it. Ports stay: their
/// numbers are in their names.
std::vector<bool> raw_gone(const std::vector<const RawRecord*>& records);

}  // namespace sim
