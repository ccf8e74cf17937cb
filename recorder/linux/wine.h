// The Windows recorder, run through Wine in a prefix of its own.
#pragma once
#include "recorder/common/limits.h"
#include "sim/base/result.h"
#include "sim/model/scenario.h"
#include "sim/trace/file.h"

namespace recorder {

/// Runs windows/portside-record.exe (beside this program, or $PORTSIDE_WINDOWS_RECORDER) under Wine with a hard time limit.
/// Errors: Wine or the program missing, time over, the program's own.
sim::Result<sim::Trace> record_under_wine(const sim::Scenario& scenario, const std::string& out, const LimitOptions& limits);

}  // namespace recorder
