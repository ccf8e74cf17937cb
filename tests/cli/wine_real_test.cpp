// What a device really is, on a Windows port: named pipes, loopback connections and temporary files, read and written, under Wine.
#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/cli/shell.h"
#include "tests/skip.h"

using namespace test;

namespace {

size_t times(const std::string& text, const std::string& part) {
    size_t found = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

// Established connections on 127.0.0.1, each end counted.
size_t loopback_connections() {
    std::ifstream file("/proc/net/tcp");
    size_t found = 0;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string number, local, remote, state;
        words >> number >> local >> remote >> state;
        found += local.rfind("0100007F:", 0) == 0 && state == "01" ? 1 : 0;
    }
    return found;
}

size_t temporary_files(const Folder& folder) {
    size_t found = 0;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path(), failed)) found += entry.path().filename().string().rfind("a.ptrace.new.file.", 0) == 0 ? 1 : 0;
    return found;
}

const char* const kScenario =
    "[machine]\nprocessors = 2\n[[port]]\nname = \"port\"\nconcurrency = 2\n[[device]]\nname = \"disk\"\nport = \"port\"\nkey = 5\nchannels = 4\nlatency = \"20ms\"\nreal = \"pipe\"\nwrites = false\n"
    "[[file]]\nname = \"plain\"\ndevice = \"disk\"\noverlapped = false\n[[worker]]\nname = \"worker\"\nport = \"port\"\ncount = 3\n"
    "on_packet = [ { read = \"disk\" }, { start_io = \"disk\" }, { start_io = \"plain\" } ]\non_packet_5 = [ { compute = \"10us\" } ]\n"
    "[[source]]\nname = \"clients\"\nport = \"port\"\narrivals = { every = \"1ms\", count = 12 }\n";

bool have_wine(const Folder& folder) {
    const bool there = shell(folder, "command -v wine").code == 0 && std::filesystem::exists(std::filesystem::path(PORTSIDE_PROGRAM).parent_path() / "windows" / "portside-record.exe");
    if (!there) skip("wine", "wine or the Windows recorder is not here");
    return there;
}

}  // namespace

TEST_CASE("iocp: a device's operations are made on what it really is: the system shows it while they are, each packet comes through the port, and nothing is left") {
    const Folder folder;
    if (!have_wine(folder)) return;
    write_file(folder / "real.toml", kScenario);
    for (const std::string real : {"pipe", "file", "socket"})
        for (const std::string writes : {"false", "true"}) {
            CAPTURE(real);
            CAPTURE(writes);
            const size_t before = loopback_connections();
            size_t files = 0, connections = 0;
            Outcome recorded;
            const auto is_seen = [&] { return real == "pipe" || (real == "file" ? files > 0 : connections >= before + 2); };
            for (int again = 0; again < 5 && (again == 0 || (recorded.code == 0 && !is_seen())); ++again) {   // on a busy machine nobody may have looked meanwhile
                std::atomic<bool> over{false};
                std::thread looks([&] {
                    for (; !over.load(); std::this_thread::yield()) {
                        files = std::max(files, temporary_files(folder));
                        connections = std::max(connections, loopback_connections());
                    }
                });
                recorded = portside(folder, "record real.toml --backend iocp --set device.disk.real=" + real + " --set device.disk.writes=" + writes + " -o a.ptrace --json", "timeout -k 5 60 ");
                over.store(true);
                looks.join();
            }
            REQUIRE_MESSAGE(recorded.code == 0, recorded.err);
            for (const double completed : json_numbers(recorded.out, "completed")) CHECK(completed == 24);
            CHECK(is_seen());
            CHECK(temporary_files(folder) == 0);
            const std::string says = real == "pipe" ? "named pipe" : real == "file" ? "temporary file" : "loopback TCP connection";
            CHECK(has(portside(folder, "info a.ptrace --json").out, "\"real\": \"" + says + (writes == "true" ? ", written\"" : "\"")));
            CHECK(has(portside(folder, "info a.ptrace").out, "disk: " + says));
            const std::string printed = portside(folder, "print a.ptrace").out;
            CHECK(times(printed, "io_started ") == 36);
            CHECK(times(printed, "io_finished ") == 36);
            CHECK(times(printed, " at once") == 0);         // each of them pended
        }
}

TEST_CASE("iocp: what succeeds at once, is waited for, is cancelled or closed does so on connections, too") {
    const Folder folder;
    if (!have_wine(folder)) return;
    write_file(folder / "real.toml", kScenario);
    write_file(folder / "calls.toml", "[machine]\nprocessors = 2\n[[port]]\nname = \"port\"\n[[device]]\nname = \"net\"\nlatency = \"100ms\"\nchannels = 8\nreal = \"socket\"\nwrites = false\n[[file]]\nname = \"client\"\ndevice = \"net\"\nport = \"port\"\nkey = 2\n"
                                      "[[worker]]\nname = \"worker\"\nport = \"port\"\n[[thread]]\nname = \"main\"\nsteps = [ { start_io = \"client\", as = \"op\", event = \"own\" }, { wait_io = \"op\", timeout = \"5ms\" }, { start_io = \"client\", as = \"two\" }, "
                                      "{ cancel_io_ex = \"client\", operation = \"two\" }, { wait_io = \"op\" }, { start_io = \"client\" }, { close_file = \"client\" } ]\n");
    for (const std::string writes : {"false", "true"}) {
        CAPTURE(writes);
        const Outcome at_once = portside(folder, "record real.toml --backend iocp --set device.disk.real=socket --set device.disk.at_once=1 --set device.disk.writes=" + writes + " -o a.ptrace --json", "timeout -k 5 60 ");
        REQUIRE_MESSAGE(at_once.code == 0, at_once.err);
        CHECK(times(portside(folder, "print a.ptrace").out, " at once") == 12);
        for (const double completed : json_numbers(at_once.out, "completed")) CHECK(completed == 24);
        const Outcome calls = portside(folder, "record calls.toml --backend iocp --set device.net.writes=" + writes + " -o b.ptrace --json", "timeout -k 5 60 ");
        REQUIRE_MESSAGE(calls.code == 0, calls.err);
        for (const double completed : json_numbers(calls.out, "completed")) CHECK(completed == 3);
        const std::string told = portside(folder, "print b.ptrace --narrate").out;
        CHECK(has(told, "main.0 calls GetOverlappedResult for operation op, which fails with WAIT_TIMEOUT (258)"));
        CHECK(has(told, "Operation two on client is cancelled: it ends with ERROR_OPERATION_ABORTED (995)"));
        CHECK(has(told, "GetOverlappedResult tells main.0 of operation op: it has succeeded"));
        CHECK(has(told, "main.0 closes client"));
    }
}
