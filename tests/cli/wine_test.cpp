// The Windows recorder, run by Wine as `portside record --backend iocp` does it. Wine's port has no limit and wakes the oldest
// waiter first: six packets and a limit of one must show that, and the trace must say who made it.
#include "tests/cli/shell.h"
#include "tests/skip.h"

using namespace test;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

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

TEST_CASE("iocp: every scenario that comes along is recorded under Wine, or refused for a step that is named") {
    const Folder folder;
    if (!have_wine(folder)) return;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(PORTSIDE_SOURCE_DIR) + "/scenarios")) {
        if (entry.path().extension() != ".toml") continue;
        CAPTURE(entry.path().filename().string());
        const Outcome recorded = portside(folder, "record " + quoted(entry.path().string()) + " --backend iocp");
        // Refused is only what the backend `port` refuses too, in the same words: steps that are simulated and not recorded yet.
        if (recorded.code == 0) continue;
        CHECK(recorded.code == 1);
        CHECK_MESSAGE(has(recorded.err, "not recorded yet"), recorded.err);
        CHECK(has(portside(folder, "record " + quoted(entry.path().string()) + " -o refused.ptrace").err, "not recorded yet"));
    }
}

TEST_CASE("iocp: without Wine it fails and says what is missing; it never falls back") {
    const Folder folder;
    const Outcome outcome = portside(folder, "record limit-1-burst --backend iocp -o none.ptrace", "env PATH=/nowhere ");
    CHECK(outcome.code == 1);
    CHECK(outcome.out.empty());
    CHECK(has(outcome.err, "ine"));
    CHECK(!std::filesystem::exists(folder / "none.ptrace"));
}
