// Which of its waiters the backend's port lets go, whether it wakes others in vain, and whether it holds a limit: tried on a port of its own, just
// before a recording begins. A run itself may release nobody, or never tell whom.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "recorder/common/run.h"

namespace recorder {

/// A release_tried or limit_tried for each try that can be counted, at time 0. `ports`: of the run, none of a program's. A backend that decides by their
/// policy is tried with that; nothing is where they have several. `file`: a place for the rings, which goes again. Takes about 0.1 s, 0.6 s where the machine is so busy that threads are
/// seldom seen asleep; less when request_stop() was called.
std::vector<sim::Record> measure_release(const BackendInfo& backend, std::span<const sim::PortParams> ports, uint32_t processors, const std::string& file);

}  // namespace recorder
