#include "sim/cli/file_system.h"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace sim {

// /proc/mounts says it in words; the longest mount point that the path begins with is the one.
std::string file_system_name(const std::string& path) {
    std::error_code failed;
    const std::string absolute = std::filesystem::weakly_canonical(path, failed).string();
    std::ifstream mounts("/proc/mounts");
    std::string line, best, name = "unknown";
    while (std::getline(mounts, line)) {
        std::istringstream words(line);
        std::string device, point, type;
        words >> device >> point >> type;
        const bool holds = point == "/" || absolute == point || absolute.starts_with(point + '/');
        if (holds && point.size() >= best.size()) best = point, name = type;
    }
    return name;
}

}  // namespace sim
