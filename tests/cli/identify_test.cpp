// `portside identify` and `info --strip-header` from outside, on simulated traces and on recordings of every backend that works here.
#include <doctest/doctest.h>

#include "tests/cli/shell.h"
#include "tests/skip.h"

using namespace test;

namespace {

/// What identify says of a trace, as JSON: the same with a header that claims nothing.
std::string identified(const Folder& folder, const std::string& trace) {
    const Outcome answer = portside(folder, "identify " + trace + " --json");
    CHECK(answer.code == 0);
    const Outcome stripped = portside(folder, "info --strip-header -o bare.ptrace " + trace);
    CHECK_MESSAGE(stripped.code == 0, stripped.err);
    CHECK(json_text(portside(folder, "info bare.ptrace --json").out, "backend").empty());
    CHECK(portside(folder, "identify bare.ptrace --json").out == answer.out);
    CHECK(portside(folder, "identify bare.ptrace").out == portside(folder, "identify " + trace).out);
    return answer.out;
}

/// Named so, or undecided with that among the candidates.
bool may_be(const std::string& json, const std::string& policy) {
    const std::string verdict = json_text(json, "verdict");
    const size_t at = json.find("\"candidates\"");
    return verdict == policy || (verdict == "undecided" && at != std::string::npos && has(json.substr(at, json.find(']', at) - at), '"' + policy + '"'));
}

}  // namespace

TEST_CASE("identify: a simulated trace is named, and every other policy has what contradicts it") {
    const Folder folder;
    for (const std::string policy : {"nt", "wine8", "wine10", "thread_per_operation"}) {
        CAPTURE(policy);
        REQUIRE(portside(folder, "sim limit-1-burst --set port.port.policy=" + policy + " -o t.ptrace").code == 0);
        CHECK(json_text(identified(folder, "t.ptrace"), "verdict") == policy);
    }
    const Outcome text = portside(folder, "identify t.ptrace");
    CHECK(text.out.rfind("thread_per_operation\n", 0) == 0);
    CHECK(has(text.out, "nt: At "));
    CHECK(has(text.out, "K1: "));
}

TEST_CASE("identify: wrong use and bad traces end as they do elsewhere") {
    const Folder folder;
    CHECK(portside(folder, "identify").code == 2);
    CHECK(portside(folder, "identify gone.ptrace").code == 1);
    CHECK(has(portside(folder, "identify gone.ptrace").err, "portside identify: gone.ptrace"));
    CHECK(portside(folder, "info --strip-header gone.ptrace").code == 2);
    CHECK(portside(folder, "info --strip-header -o x.ptrace gone.ptrace").code == 1);
    REQUIRE(portside(folder, "sim limit-1-burst -o t.ptrace").code == 0);
    CHECK(has(portside(folder, "info --strip-header -o t.ptrace t.ptrace").err, "that is the trace itself"));
    CHECK(portside(folder, "identify t.ptrace").code == 0);
}

TEST_CASE("info --strip-header: a trace that is not whole does not look whole afterwards") {
    const Folder folder;
    REQUIRE(portside(folder, "sim twice-cpus -o t.ptrace").code == 0);
    std::filesystem::resize_file(folder / "t.ptrace", std::filesystem::file_size(folder / "t.ptrace") * 2 / 3);
    const Outcome stripped = portside(folder, "info --strip-header -o bare.ptrace t.ptrace");
    REQUIRE_MESSAGE(stripped.code == 0, stripped.err);
    CHECK(json_numbers(portside(folder, "info bare.ptrace --json").out, "lost") != std::vector<double>{0});
    CHECK(json_text(portside(folder, "identify bare.ptrace --json").out, "verdict") == json_text(portside(folder, "identify t.ptrace --json").out, "verdict"));
}

TEST_CASE("identify: a recording of the port backend is nt, also of runs in which nobody is released or the limit never matters") {
    const Folder folder;
    for (const std::string scenario : {"limit-1-burst", "always-polling", "idle-lifo", "cancel-and-close", "limit-above-processors"}) {
        CAPTURE(scenario);
        const Outcome recorded = portside(folder, "record " + scenario + " -o t.ptrace");
        REQUIRE_MESSAGE(recorded.code == 0, recorded.err);
        CHECK_MESSAGE(has(recorded.err, "\nreleases, tried before the run: newest first in "), recorded.err);
        CHECK_MESSAGE(json_text(identified(folder, "t.ptrace"), "verdict") == "nt", recorded.err);
    }
    const Outcome other = portside(folder, "record limit-1-burst --set port.port.policy=wine8 -o t.ptrace");   // user mode under another policy's rules
    if (other.code != 0) return;                               // it has none but nt's
    CHECK(json_text(identified(folder, "t.ptrace"), "verdict") == "wine8");
}

TEST_CASE("identify: recordings of epoll and io_uring are named so, or are undecided with that among the candidates") {
    const Folder folder;
    for (const std::string backend : {"epoll", "io_uring"})
        for (const std::string scenario : {"limit-1-burst", "idle-lifo"}) {
            CAPTURE(backend);
            CAPTURE(scenario);
            const Outcome recorded = portside(folder, "record " + scenario + " --backend " + backend + " -o t.ptrace");
            if (recorded.code != 0) {
                skip(backend, recorded.err);
                continue;
            }
            const std::string json = identified(folder, "t.ptrace");
            CHECK_MESSAGE(may_be(json, backend), json);
            // What was tried before tells who names a waiter from who wakes all.
            const std::string tried = portside(folder, "info t.ptrace").out;
            CHECK_MESSAGE(has(tried, backend == "epoll" ? "\nreleases     tried before the run: newest first in " : "\nreleases     tried before the run: others are woken too: in "), tried);
            for (const std::string other : {backend == "epoll" ? "io_uring" : "epoll", "wine8", "thread_per_operation"}) CHECK_MESSAGE(!may_be(json, other), json);
        }
}
