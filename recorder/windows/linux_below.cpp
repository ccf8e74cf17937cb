#include "recorder/windows/linux_below.h"

#include <windows.h>

#include <array>
#include <bit>
#include <string>
#include <string_view>

#include "recorder/common/thread_activity.h"

namespace recorder {

bool linux_answers() {
    static const bool answers = [] {
        const FARPROC found = GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version");
        return found != nullptr && std::string_view(std::bit_cast<const char* (*)()>(found)()).starts_with("8.");
    }();
    return answers;
}

int64_t linux_call(LinuxCall call, int64_t first, void* second, int64_t third, int64_t fourth) {
    auto result = static_cast<int64_t>(call);
    register int64_t in_r10 asm("r10") = fourth;
    asm volatile("syscall" : "+a"(result) : "D"(first), "S"(second), "d"(third), "r"(in_r10) : "rcx", "r11", "memory");
    return result;
}

uint32_t activity_number() { return linux_answers() ? static_cast<uint32_t>(linux_call(LinuxCall::gettid)) : 0; }

ThreadActivity thread_activity(uint32_t number) {
    constexpr int64_t kHere = -100, kCloseOnExec = 02000000;   // AT_FDCWD; O_CLOEXEC, and 0 reads only
    if (!linux_answers()) return {};
    std::string path = "/proc/self/task/" + std::to_string(number) + "/status";
    const int64_t file = linux_call(LinuxCall::openat, kHere, path.data(), kCloseOnExec);
    if (file < 0) return {};
    std::array<char, 8192> text{};
    const int64_t size = linux_call(LinuxCall::read, file, text.data(), text.size());
    linux_call(LinuxCall::close, file);
    return size > 0 ? activity_of_status({text.data(), static_cast<size_t>(size)}) : ThreadActivity{};
}

}  // namespace recorder
