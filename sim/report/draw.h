// The drawings of a report: each one inline SVG of a bounded size, coloured by the page's style sheet, so that light, dark and print
// are its business.
#pragma once
#include <string>
#include <vector>

#include "sim/compare/compare.h"
#include "sim/report/picture.h"

namespace sim {

/// Patterns that the drawings refer to: once in a page, before them.
std::string draw_patterns();
/// What each colour and pattern means.
std::string draw_legend();

/// Lanes of one side; mark_ns: a moment that is marked, -1: none.
std::string draw_lanes(const TraceHeader& header, const Picture& picture, const PictureOptions& options, int64_t mark_ns, const std::string& title);

/// One side's queue and active threads against the limit, from 0 to end_ns; the maxima are shared by the sides.
struct PortScale { uint32_t depth_max = 1, active_max = 1; };
std::string draw_port(const Picture& picture, int64_t end_ns, PortScale scale, const std::string& title);

/// Waits of both sides by percentile.
std::string draw_waits(const WaitsCompared& waits, const std::string& b_name);

/// How many decisions agree, contradict, can't be told.
std::string draw_verdicts(const Explained& explained);

/// Round moments between two, at most about `count`; and one of them as text, no finer than their step.
std::vector<int64_t> ticks(int64_t from_ns, int64_t to_ns, size_t count);
std::string tick_text(int64_t ns, int64_t step_ns);

}  // namespace sim
