#include <cstdio>
#include <iostream>

#include "sim/cli/line_reader.h"

namespace sim {

struct LineReader::Library { const char* prompt; };

LineReader::LineReader(const char* prompt) : library_(new Library{prompt}) {}
LineReader::~LineReader() { delete library_; }

std::optional<std::string> LineReader::next() {
    std::fputs(library_->prompt, stdout);
    std::fflush(stdout);
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    return line;
}

}  // namespace sim
