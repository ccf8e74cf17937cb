// What recording adds to a post and the get that brings it back, end to end: on the backend itself, in one thread, just before a recording begins.
#pragma once
#include <string>

#include "recorder/common/run.h"

namespace recorder {

struct RoundTrip { double ns = 0, recorded_ns = 0; };   ///< 0: the backend can't be asked

/// `file`: a place for the rings, which goes again. The trip that is not recorded pushes into rings without room, and reads no clock for its records.
RoundTrip measure_round_trip(const BackendInfo& backend, uint32_t processors, const std::string& file);

}  // namespace recorder
