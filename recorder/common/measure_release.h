// Which of its waiters the backend's port lets go, and whether it wakes others in vain: tried with one packet at a time on a port of its own, just
// before a recording begins. A run itself may release nobody, or never tell whom.
#pragma once
#include <string>
#include <vector>

#include "recorder/common/run.h"

namespace recorder {

/// A release_tried for each try that can be counted, at time 0; none of a backend that records its decisions. `file`: a place for the rings, which goes
/// again. Takes about 50 ms, a third of a second where the machine is so busy that threads are seldom seen asleep; less when request_stop() was called.
std::vector<sim::Record> measure_release(const BackendInfo& backend, uint32_t processors, const std::string& file);

}  // namespace recorder
