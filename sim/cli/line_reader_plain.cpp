#include <cstdio>
#include <iostream>

#include "sim/cli/line_reader.h"

namespace sim {

LineReader::LineReader(const char* prompt) : prompt_(prompt) {}
LineReader::~LineReader() = default;

std::optional<std::string> LineReader::next() {
    std::fputs(prompt_, stdout);
    std::fflush(stdout);
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    return line;
}

}  // namespace sim
