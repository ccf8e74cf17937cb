// The file system that a file lies on: a figure of writing speed means nothing without it.
#pragma once
#include <string>

namespace sim {

/// "ext4", "tmpfs", "xfs" ...; "unknown" where the system does not tell.
std::string file_system_name(const std::string& path);

}  // namespace sim
