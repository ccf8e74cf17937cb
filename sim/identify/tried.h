// Releases that were tried before the run, against one policy. A thread that was taken to wait may not have waited yet, so single tries decide
// nothing: those that do not fit contradict where there are more of them than chance lets pass (p < 0.001).
#pragma once
#include "sim/identify/prediction.h"
#include "sim/identify/variant.h"
#include "sim/trace/release_tries.h"

namespace sim {

/// Adds to `explained`: who got the packet is a decision, whether others were woken is one, and whether a limit held.
void explain_tries(const ReleaseTries& tries, Policy policy, Explained& explained);

/// How often the one that the order names got the packet. by_request_size: all ask for one packet, so the newest does.
Prediction predict_tries(const ReleaseTries& tries, ReleaseOrder order);

}  // namespace sim
