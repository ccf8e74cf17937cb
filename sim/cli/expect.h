// `--expect`: a fingerprint, or a figure of the summary compared with a number.
#pragma once
#include <string>

#include "sim/base/result.h"
#include "sim/trace/summary.h"

namespace sim {

/// Empty: it holds. Else what was expected and what came ("latency_ns.p99 is 7.2 ms, expected below 5 ms").
/// Forms: 16 hex digits; METRIC OP VALUE with OP one of < <= > >= == != and VALUE a number or a duration ("5ms").
/// The Result's error: the text is no expectation, or names no figure.
Result<std::string> expectation_failed(const std::string& text, const Summary& summary);

}  // namespace sim
