// `portside compare ... --html`: the comparison as one page that needs nothing else: no network, no script, no other file.
#pragma once
#include <string>
#include <vector>

#include "sim/compare/compare.h"

namespace sim {

inline constexpr size_t kReportBytesMax = 2'000'000;
inline constexpr size_t kReportSidesMax = 6;   ///< beside A that are drawn; of more the page says that they are left out

/// comparisons[i] is of traces[0] and traces[i + 1], made by compare_closely. The page is at most kReportBytesMax long: large
/// traces are folded by columns, names cut, threads left out, and where that is done the page says so. version: of the program.
std::string report_page(const std::vector<Trace>& traces, const std::vector<Comparison>& comparisons, const std::string& version);

}  // namespace sim
