// The Windows recorder, run by Wine as `portside record --backend iocp` does it. Wine's port has no limit and wakes the oldest
// waiter first: six packets and a limit of one must show that, and the trace must say who made it.
#include "tests/cli/shell.h"
#include "tests/skip.h"

using namespace test;

namespace {

bool have_wine(const Folder& folder) {
    if (shell(folder, "command -v wine").code != 0) {
        skip("wine", "wine is not installed");
        return false;
    }
    if (!std::filesystem::exists(std::filesystem::path(PORTSIDE_PROGRAM).parent_path() / "windows" / "portside-record.exe")) {
        skip("wine", "the Windows recorder is not built: g++-mingw-w64-x86-64-posix is not installed");
        return false;
    }
    return true;
}

}  // namespace

TEST_CASE("iocp: a recording under Wine names Wine, counts every packet, and differs from nt in who wakes") {
    const Folder folder;
    if (!have_wine(folder)) return;
    const Outcome recorded = portside(folder, "record limit-1-burst --backend iocp -o 'under wine.ptrace' --json");
    REQUIRE_MESSAGE(recorded.code == 0, recorded.err);
    CHECK(recorded.out.front() == '{');
    CHECK(json_text(recorded.out, "backend") == "iocp");
    CHECK(shell(folder, "ls -d *.ptrace*").out == "under wine.ptrace\n");
    const Outcome info = portside(folder, "info 'under wine.ptrace'");
    CHECK(info.code == 0);
    CHECK(has(info.out, "Wine"));
    CHECK(!has(info.out, "user mode on Linux"));
    const Outcome compared = portside(folder, "compare limit-1-burst 'under wine.ptrace'");
    CHECK(compared.code == 0);
    CHECK(has(compared.out, "first divergence"));       // worker.5 under nt, worker.0 under Wine
    CHECK(has(compared.out, "worker.5"));
    CHECK(has(compared.out, "worker.0"));
}

TEST_CASE("iocp: Wine's port keeps no limit: with a limit of one more than one thread is active at once") {
    const Folder folder;
    if (!have_wine(folder)) return;
    double over_ns = 0;
    for (int recording = 0; recording < 5 && over_ns == 0; ++recording) {   // a busy machine may run the threads one after another
        const Outcome recorded = portside(folder, "record limit-1-burst --backend iocp -o a.ptrace");
        REQUIRE_MESSAGE(recorded.code == 0, recorded.err);
        const Outcome compared = portside(folder, "compare limit-1-burst a.ptrace --json");
        REQUIRE(compared.code == 0);
        const std::vector<double> over = json_numbers(compared.out, "over_limit_ns");
        REQUIRE(over.size() == 2);
        CHECK(over[0] == 0);                                // the model's port keeps it
        over_ns = over[1];
        std::filesystem::remove(folder / "a.ptrace");
    }
    CHECK(over_ns > 0);
}

TEST_CASE("iocp: every packet of a batch is told as taken") {
    const Folder folder;
    if (!have_wine(folder)) return;
    const Outcome recorded = portside(folder, "record limit-1-burst --backend iocp --set worker.worker.batch=4 --set worker.worker.count=1 -o a.ptrace --json");
    REQUIRE_MESSAGE(recorded.code == 0, recorded.err);
    const Outcome printed = portside(folder, "print a.ptrace");
    size_t returned = 0;
    for (size_t at = printed.out.find("get_returned"); at != std::string::npos; at = printed.out.find("get_returned", at + 1)) ++returned;
    CHECK(returned >= 6);                                   // one for each packet, however many a call brought
    for (const double packets : json_numbers(recorded.out, "completed")) CHECK(packets == 6);
}

TEST_CASE("iocp: every scenario that comes along is recorded under Wine") {
    const Folder folder;
    if (!have_wine(folder)) return;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(PORTSIDE_SOURCE_DIR) + "/scenarios")) {
        if (entry.path().extension() != ".toml") continue;
        CAPTURE(entry.path().filename().string());
        const Outcome recorded = portside(folder, "record " + quoted(entry.path().string()) + " --backend iocp");
        CHECK_MESSAGE(recorded.code == 0, recorded.err);
    }
}

TEST_CASE("iocp: locks, reads and operations bring as many packets as in the model, and calls answer as the system says") {
    const Folder folder;
    if (!have_wine(folder)) return;
    for (const std::string name : {"lock-convoy", "sync-read-frees-slot", "overlapped-read", "skip-on-success", "cancel-and-close"}) {
        CAPTURE(name);
        const Outcome recorded = portside(folder, "record " + std::string(name) + " --backend iocp -o a.ptrace");
        REQUIRE_MESSAGE(recorded.code == 0, recorded.err);
        const Outcome compared = portside(folder, "compare " + std::string(name) + " a.ptrace --json");
        REQUIRE(compared.code == 0);
        for (const char* figure : {"posted", "completed"}) {
            const std::vector<double> packets = json_numbers(compared.out, figure);
            REQUIRE(packets.size() >= 2);
            CHECK(packets[0] == packets[1]);
        }
    }
    const Outcome told = portside(folder, "record cancel-and-close --backend iocp -o b.ptrace");
    REQUIRE(told.code == 0);
    const Outcome printed = portside(folder, "print b.ptrace --narrate");
    CHECK(has(printed.out, "Operation second on pipe is cancelled: it ends with ERROR_OPERATION_ABORTED (995)"));
    CHECK(has(printed.out, "client.0 calls CreateIoCompletionPort for pipe, which fails with ERROR_INVALID_PARAMETER (87)"));
}

TEST_CASE("iocp: waits for operations, cancelled reads, user APCs and waits on a port's handle are the system's own") {
    const Folder folder;
    if (!have_wine(folder)) return;
    write_file(folder / "calls.toml", "[machine]\nprocessors = 2\n[[port]]\nname = \"port\"\nconcurrency = 2\n[[device]]\nname = \"disk\"\nlatency = \"100ms\"\nchannels = 4\n[[file]]\nname = \"log\"\ndevice = \"disk\"\nport = \"port\"\nkey = 2\n"
                                      "[[worker]]\nname = \"worker\"\nport = \"port\"\nalertable = true\non_packet = [ { compute = \"10us\" } ]\non_apc = [ { post = \"port\", key = 7 } ]\n"
                                      "[[thread]]\nname = \"main\"\nsteps = [ { start_io = \"log\", as = \"op\", event = \"own\" }, { wait_io = \"op\", timeout = \"5ms\" }, { wait_io = \"op\" }, { apc = \"worker.0\" }, { watch = \"port\", timeout = \"5ms\" } ]\n"
                                      "[[thread]]\nname = \"reader\"\nsteps = [ { read = \"disk\" } ]\n[[thread]]\nname = \"canceller\"\nsteps = [ { block = \"30ms\" }, { cancel_synchronous_io = \"reader.0\" } ]\n");
    const Outcome recorded = portside(folder, "record calls.toml --backend iocp -o a.ptrace");
    REQUIRE_MESSAGE(recorded.code == 0, recorded.err);
    const std::string told = portside(folder, "print a.ptrace --narrate").out;
    CHECK(has(told, "main.0 calls GetOverlappedResult for operation op, which fails with WAIT_TIMEOUT (258)"));
    CHECK(has(told, "GetOverlappedResult tells main.0 of operation op: it has succeeded"));
    CHECK(has(told, "What reader.0 waits for on disk is cancelled: it fails with ERROR_OPERATION_ABORTED (995)"));
    CHECK(has(told, "The user APC ends the wait of worker.0"));
    CHECK(has(told, "the handle of port"));
    CHECK(has(told, "worker.0 finishes packet worker.0 0"));            // what on_apc posted
}

TEST_CASE("iocp: K28 a thread is suspended and resumed by the system, and the recording ends with one that stays so") {
    const Folder folder;
    if (!have_wine(folder)) return;
    write_file(folder / "stops.toml", "until = \"300ms\"\n[machine]\nprocessors = 2\n[[port]]\nname = \"port\"\nconcurrency = 2\n[[worker]]\nname = \"worker\"\nport = \"port\"\non_packet = [ { compute = \"1ms\" } ]\n"
                                      "[[thread]]\nname = \"main\"\nsteps = [ { suspend = \"worker.0\" }, { suspend = \"worker.0\" }, { block = \"50ms\" }, { resume = \"worker.0\" }, { resume = \"worker.0\" }, { resume = \"worker.0\" },\n"
                                      "{ block = \"50ms\" }, { suspend = \"main.0\" } ]\n[[source]]\nname = \"clients\"\nport = \"port\"\narrivals = { at = [\"20ms\"] }\n");
    const Outcome recorded = portside(folder, "record stops.toml --backend iocp -o a.ptrace");
    REQUIRE_MESSAGE(recorded.code == 0, recorded.err);
    const std::string told = portside(folder, "print a.ptrace --narrate").out;
    const size_t stopped = told.find("main.0 suspends worker.0"), goes_on = told.find("main.0 resumes worker.0 in its wait"), taken = told.find("worker.0 finishes packet clients 0");
    REQUIRE(stopped != std::string::npos);
    REQUIRE(goes_on != std::string::npos);
    REQUIRE(taken != std::string::npos);
    CHECK(stopped < goes_on);
    CHECK(goes_on < taken);                                            // nobody else serves the port
    CHECK(has(told, "main.0 suspends worker.0 once more"));
    CHECK(has(told, "main.0 resumes worker.0, which is not suspended"));
    CHECK(has(told, "main.0 suspends itself"));
}

TEST_CASE("iocp: without Wine it fails and says what is missing; it never falls back") {
    const Folder folder;
    const Outcome outcome = portside(folder, "record limit-1-burst --backend iocp -o none.ptrace", "env PATH=/nowhere ");
    CHECK(outcome.code == 1);
    CHECK(outcome.out.empty());
    CHECK(has(outcome.err, "ine"));
    CHECK(!std::filesystem::exists(folder / "none.ptrace"));
}
