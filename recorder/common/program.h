// What a program that records needs of its system. linux/program.cpp and windows/program.cpp implement it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "recorder/common/run.h"

namespace recorder {

struct ProgramBackend {
    const char* name;                     ///< "port", "iocp"
    const char* about;                    ///< for --help
    /// An error: this machine has no such mechanism, or refuses it, and what would let it.
    sim::Result<BackendInfo> (*info)(const sim::Scenario& scenario);
};
/// Those of this system; the first is the default.
const std::vector<ProgramBackend>& program_backends();
/// Null: this system has none of that name.
inline const ProgramBackend* program_backend(std::string_view name) {
    for (const ProgramBackend& one : program_backends())
        if (name == one.name) return &one;
    return nullptr;
}
/// "port, epoll or io_uring"
inline std::string program_backend_names() {
    std::string out;
    const auto& all = program_backends();
    for (size_t i = 0; i < all.size(); ++i) out += (i == 0 ? "" : i + 1 == all.size() ? " or " : ", ") + std::string(all[i].name);
    return out;
}

/// From now on Ctrl-C and its kind end a recording and keep it (request_stop).
void program_catch_interrupts();

/// Returns when standard input has closed, having asked for the end.
void program_stop_at_eof();

}  // namespace recorder
