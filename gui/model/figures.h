// The table of figures: a row a figure, a value a side. No ImGui.
#pragma once
#include <string>
#include <vector>

#include "sim/trace/summary.h"

namespace gui {

struct FigureRow {
    std::string name;
    std::vector<std::string> values;      ///< one a side
    std::string ratio;                    ///< second side to the first; "" where there is no second, "-" where one is 0
};
std::vector<FigureRow> figure_rows(const std::vector<const sim::Summary*>& sides);

}  // namespace gui
