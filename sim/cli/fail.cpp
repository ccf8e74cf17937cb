#include <cstdio>

#include "sim/cli/commands.h"

namespace sim {

int fail(const char* command, const Error& error, ExitCode code) {
    std::fprintf(stderr, "portside %s: %s\n", command, error.text().c_str());
    return code;
}

}  // namespace sim
