// Reads figures out of what the helpers of `portside bench record` print.
#pragma once
#include <cstdlib>
#include <string>

namespace recorder {

/// The number after "name": in one line of JSON; 0: there is none.
inline double number_in_json(const std::string& text, const std::string& name) {
    const size_t at = text.find('"' + name + "\":");
    return at == std::string::npos ? 0 : std::strtod(text.c_str() + at + name.size() + 3, nullptr);
}

}  // namespace recorder
