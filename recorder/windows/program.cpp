#include "recorder/common/program.h"

#include <windows.h>

#include "recorder/common/work.h"
#include "recorder/windows/iocp_backend.h"

namespace recorder {
namespace {

BOOL WINAPI on_console(DWORD) {
    request_stop();
    return TRUE;
}

sim::Result<BackendInfo> iocp_info(const sim::Scenario&) {
    const std::string host = host_text();
    return BackendInfo{.name = "iocp", .made_by = "completion port, " + host.substr(0, host.find(',')), .has_decisions = false, .make = make_iocp_backend};
}

}  // namespace

const std::vector<ProgramBackend>& program_backends() {
    static const std::vector<ProgramBackend> all{{"iocp", "a Windows completion port", iocp_info}};
    return all;
}

void program_catch_interrupts() { SetConsoleCtrlHandler(on_console, TRUE); }

// No stream of the C library: its lock would be held when the program exits.
void program_stop_at_eof() {
    char bytes[64];
    DWORD count = 0;
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), bytes, sizeof bytes, &count, nullptr) != 0 && count != 0) {}
    request_stop();
}

}  // namespace recorder
