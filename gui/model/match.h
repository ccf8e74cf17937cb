// How well typed words name a thing. No ImGui.
#pragma once
#include <string_view>

namespace gui {

/// Every word of `typed` has to be found in the title or in the name, capital or not: 0: one is not; 1: somewhere; 2: each begins
/// a word; 3: the title, or the name, begins with all that was typed. Nothing typed: 1.
int match_rank(std::string_view typed, std::string_view title, std::string_view name);

}  // namespace gui
