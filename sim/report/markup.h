// Text for a page: whatever stands in a trace, its names above all, may be meant to break out of it.
#pragma once
#include <string>
#include <string_view>

namespace sim {

/// As text or attribute of HTML and SVG: & < > " ' escaped, bytes that are no UTF-8 and control characters as U+FFFD. At most
/// `characters_max` characters, then an ellipsis.
std::string escaped(std::string_view text, size_t characters_max = 600);

/// "12.5": a coordinate, no finer than a tenth.
std::string coordinate(double value);

/// <tag class="name">text</tag>, the text escaped.
std::string element(std::string_view tag, std::string_view name, std::string_view text);

}  // namespace sim
