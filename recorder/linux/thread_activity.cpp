#include "recorder/common/thread_activity.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>

namespace recorder {

uint32_t activity_number() { return static_cast<uint32_t>(gettid()); }

ThreadActivity thread_activity(uint32_t number) {
    const int file = open(("/proc/self/task/" + std::to_string(number) + "/status").c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return {};
    std::array<char, 8192> text{};
    const ssize_t size = read(file, text.data(), text.size());
    close(file);
    return size > 0 ? activity_of_status({text.data(), static_cast<size_t>(size)}) : ThreadActivity{};
}

}  // namespace recorder
