// Words that the table and the report share.
#pragma once
#include <string>

namespace sim {

/// "latency_ns.p99" -> "latency p99": the unit stands with the figure.
std::string metric_text(std::string metric);

}  // namespace sim
