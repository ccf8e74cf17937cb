// Writing an answer that is a whole file.
#pragma once
#include <string>

#include "sim/base/result.h"

namespace sim {

/// Replaces a regular file that may be written, as `-o` does, but only once the new one is there: a full disk leaves the old one.
/// What is no regular file (a link, a pipe) is written into. The error says what could not be done.
Status write_whole_file(const std::string& path, const std::string& text);

}  // namespace sim
