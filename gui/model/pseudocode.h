// What a port does, as a few lines, and which of them a record is. No ImGui.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "sim/trace/record.h"

namespace gui {

struct Pseudocode {
    std::vector<std::string_view> lines;
    std::vector<size_t> routines;         ///< where each routine begins, ascending, the first at 0

    /// First line and one past the last of the routine that a line belongs to.
    struct Range { size_t begin = 0, end = 0; };
    Range routine_of(size_t line) const;
};

/// Of a policy; one that is not known is explained by the rules of nt.
const Pseudocode& pseudocode(std::string_view policy);
/// The line that a record is, -1: none.
int pseudocode_line(std::string_view policy, const sim::Record& record);

}  // namespace gui
