// Lines from a terminal: line_reader_edit.cpp with editing and history (libedit), line_reader_plain.cpp where that library is not
// there; CMake picks one. Called by cmd_rules.cpp.
#pragma once
#include <optional>
#include <string>

namespace sim {

class LineReader {
public:
    /// `prompt` must outlive the reader.
    explicit LineReader(const char* prompt);
    ~LineReader();
    LineReader(const LineReader&) = delete;
    LineReader& operator=(const LineReader&) = delete;

    /// The next line without its end; none at the end of input (Ctrl-D).
    std::optional<std::string> next();

private:
    struct Library;
    Library* library_;
};

}  // namespace sim
