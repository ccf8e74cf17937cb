// `portside record` and `portside-record` from outside, on the port backend: interrupted, killed, wrongly used.
#include "tests/cli/shell.h"
#include "tests/skip.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace test;

namespace {

const std::string kLong = R"(until = "600s"
[machine]
processors = 2
[[port]]
name = "port"
concurrency = 1
[[worker]]
name = "worker"
port = "port"
count = 2
on_packet = [ { compute = "10us" } ]
[[source]]
name = "clients"
port = "port"
arrivals = { every = "1ms" }
)";

// Starts a long recording in the background, waits until packets are in its file, sends the signal, waits for the end.
Outcome recording_that_gets(const Folder& folder, const std::string& signal) {
    write_file(folder / "long.toml", kLong);
    const std::string program = quoted(PORTSIDE_PROGRAM);
    return shell(folder, program + " record long.toml -o 'my trace.ptrace' & p=$!; for i in $(seq 3000); do " + program +
                             " info 'my trace.ptrace.part' 2>/dev/null | grep -q completed && break; sleep 0.02; done; kill -" + signal + " $p; wait $p");
}

}  // namespace

TEST_CASE("record: Ctrl-C ends a recording early, and the trace is whole") {
    const Folder folder;
    const Outcome outcome = recording_that_gets(folder, "INT");
    CHECK(outcome.code == 0);
    CHECK_FALSE(std::filesystem::exists(folder / "my trace.ptrace.part"));
    const Outcome info = portside(folder, "info 'my trace.ptrace'");
    CHECK(info.code == 0);
    CHECK(has(info.out, "whole        yes"));
    CHECK(portside(folder, "compare long.toml 'my trace.ptrace'").code == 0);
}

TEST_CASE("record: kill -9 leaves every finished record in the file that was named at the start") {
    const Folder folder;
    const Outcome outcome = recording_that_gets(folder, "KILL");
    CHECK(outcome.code != 0);
    CHECK(has(outcome.err, "my trace.ptrace.part"));
    const Outcome info = portside(folder, "info 'my trace.ptrace.part'");
    CHECK(info.code == 0);
    CHECK(has(info.out, "completed"));
    CHECK(has(info.out, "whole        no"));
}

TEST_CASE("record: --until ends the recording when its condition holds, and the trace is whole") {
    const Folder folder;
    write_file(folder / "long.toml", kLong);
    const Outcome outcome = portside(folder, "record long.toml --until 'posts>=200' -o a.ptrace --json", "timeout 60 ");
    CHECK_MESSAGE(outcome.code == 0, outcome.err);
    CHECK(has(outcome.err, "--until posts>=200: the condition holds, the recording ends"));
    const auto posted = json_numbers(outcome.out, "posted");
    REQUIRE(posted.size() == 1);
    CHECK(posted[0] >= 200);
    CHECK(posted[0] < 20'000);
    CHECK(has(portside(folder, "info a.ptrace").out, "whole        yes"));
    CHECK(portside(folder, "record long.toml --until 'depth<3'").code == 1);
    CHECK(has(portside(folder, "record long.toml --last 10").err, "--last 10"));
}

TEST_CASE("record: --last keeps the end of a recording, in rings that wrap; --memory bounds its file, and what has no room is counted and told") {
    const Folder folder;
    std::string busy = kLong;
    busy.replace(busy.find("600s"), 4, "3s");
    busy.replace(busy.find("1ms"), 3, "100us");
    write_file(folder / "busy.toml", busy);
    // 30,000 packets, 12 records or more each, are ten times as much as 1 MB holds.
    const Outcome full = portside(folder, "record busy.toml --memory 1 -o full.ptrace --json", "timeout 60 ");
    REQUIRE_MESSAGE(full.code == 0, full.err);
    CHECK(has(full.err, " records were lost: the trace says where"));
    CHECK(json_numbers(full.out, "losses")[0] > 1000);
    CHECK(has(portside(folder, "info full.ptrace").out, " was full"));
    const Outcome last = portside(folder, "record busy.toml --memory 1 --last 20ms -o last.ptrace --json", "timeout 60 ");
    REQUIRE_MESSAGE(last.code == 0, last.err);
    CHECK(json_numbers(last.out, "losses")[0] == 0);
    CHECK(json_numbers(last.out, "posted")[0] > 10);
    CHECK(json_numbers(last.out, "posted")[0] < 2000);
    CHECK(has(portside(folder, "print last.ptrace --from 2970ms").out, "posted"));
    CHECK_FALSE(has(portside(folder, "print last.ptrace --from 1ns --to 2900ms").out, "completed"));
    const Outcome wanting = portside(folder, "record busy.toml --memory 1 --last 3s -o wanting.ptrace", "timeout 60 ");
    REQUIRE_MESSAGE(wanting.code == 0, wanting.err);
    CHECK(has(wanting.err, "--last: the rings held only the last "));
    CHECK(has(wanting.err, " records were lost: the trace says where"));
    CHECK(has(portside(folder, "info wanting.ptrace").out, "given up by the ring of "));
    const Outcome tiny = portside(folder, "record busy.toml --memory 1 --set worker.worker.count=500 -o tiny.ptrace");
    CHECK(tiny.code == 1);
    CHECK(has(tiny.err, "--memory 1: too little for the "));
}

TEST_CASE("record: a file that a recorder left before it wrote its beginning is told in one line, and the next recording replaces it") {
    const Folder folder;
    write_file(folder / "a.ptrace.part", std::string(100'000, '\0'));
    for (const std::string command : {"info", "print", "info --json"}) {
        const Outcome outcome = portside(folder, command + " a.ptrace.part");
        CHECK(outcome.code == 1);
        CHECK(outcome.out.empty());
        CHECK(has(outcome.err, "a.ptrace.part: the recorder died before it recorded anything"));
        CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
    }
    CHECK(portside(folder, "record limit-1-burst -o a.ptrace").code == 0);
    CHECK_FALSE(std::filesystem::exists(folder / "a.ptrace.part"));
    CHECK(portside(folder, "info a.ptrace").code == 0);
}

TEST_CASE("record: a disk that is full is told in one line, and nothing is left behind") {
    const Folder folder;
    if (shell(folder, "unshare -rm sh -c 'mkdir small && mount -t tmpfs none small'; e=$?; rmdir small; exit $e").code != 0) return skip("tmpfs", "this machine lets nobody mount a small file system");
    write_file(folder / "full.sh", "mkdir small && mount -t tmpfs -o size=64k none small\n" + quoted(PORTSIDE_PROGRAM) + " record limit-1-burst -o small/a.ptrace; e=$?; ls small; exit $e\n");
    const Outcome full = shell(folder, "unshare -rm sh full.sh");
    CHECK(full.code == 1);
    CHECK_MESSAGE(has(full.err, "small/a.ptrace.part: can't reserve the recording's file: No space left on device"), full.err);
    CHECK(full.out.empty());
}

TEST_CASE("record: a disk with room for the rings and none for the trace is told in one line; the rings stay, and so does the trace that was there") {
    const Folder folder;
    if (shell(folder, "unshare -rm sh -c 'mkdir small && mount -t tmpfs none small'; e=$?; rmdir small; exit $e").code != 0) return skip("tmpfs", "this machine lets nobody mount a small file system");
    std::string busy = kLong;
    busy.replace(busy.find("600s"), 4, "1s");
    busy.replace(busy.find("1ms"), 3, "50us");
    write_file(folder / "busy.toml", busy);
    write_file(folder / "full.sh", "mkdir small && mount -t tmpfs -o size=2500k none small\necho old >small/a.ptrace\n" + quoted(PORTSIDE_PROGRAM) + " record busy.toml --memory 2 -o small/a.ptrace; e=$?; ls small >listed; cat small/a.ptrace >there; " +
                                       quoted(PORTSIDE_PROGRAM) + " info small/a.ptrace.part >info; exit $e\n");
    const Outcome full = shell(folder, "unshare -rm sh full.sh");
    CHECK(full.code == 1);
    CHECK_MESSAGE(has(full.err, "portside record: small/a.ptrace: can't write the trace: No space left on device; what was recorded is in small/a.ptrace.part"), full.err);
    CHECK(read_file(folder / "listed") == "a.ptrace\na.ptrace.part\n");
    CHECK(read_file(folder / "there") == "old\n");
    CHECK(has(read_file(folder / "info"), "completed"));
}

TEST_CASE("record: what is not recorded yet, a folder that is not there and a lost recorder are told plainly") {
    const Folder folder;
    const Outcome none = portside(folder, "record limit-1-burst --backend kqueue");
    CHECK(none.code == 2);
    CHECK(has(none.err, "no such backend; use port, epoll or io_uring, or iocp"));
    std::string pages = kLong;
    pages.replace(pages.find("{ compute"), 9, "{ page_in = \"1us\" }, { compute");
    write_file(folder / "pages.toml", pages);
    const Outcome refused = portside(folder, "record pages.toml");
    CHECK(refused.code == 1);
    CHECK(has(refused.err, "pages.toml:11:17: not recorded yet: page_in on backend port, because when the system reads a page, and for how long, is its own choice; portside sim pages simulates it"));
    CHECK_FALSE(std::filesystem::exists(folder / "pages-port.ptrace.part"));
    CHECK(has(portside(folder, "record limit-1-burst --set worker.worker.priority=9").err, "not recorded yet: priority of [[worker]] 'worker' on backend port, because a recorder's threads all run as the system places them; portside sim limit-1-burst simulates it"));
    CHECK(has(portside(folder, "record limit-1-burst --set worker.worker.affinity=[0]").err, "not recorded yet: affinity of [[worker]] 'worker' on backend port"));
    CHECK(has(portside(folder, "record limit-1-burst --backend epoll --set worker.worker.alertable=true").err, "not recorded yet: alertable of worker 'worker' on backend epoll, because Linux has no APCs"));
    CHECK(has(portside(folder, "record limit-1-burst --set 'worker.worker.on_abandoned=[{page_in=\"1ms\"}]'").err, "not recorded yet: page_in on backend port, because when the system reads a page, and for how long, is its own choice"));
    CHECK(has(portside(folder, "record port-closes --backend epoll").err, "not recorded yet: close on backend epoll, because closing it ends no wait in the kernel"));
    CHECK(has(portside(folder, "record limit-1-burst --set 'worker.worker.on_packet.0={suspend=\"worker.1\"}'").err, "not recorded yet: suspend on backend port, because Linux stops no thread of a process from outside, only all of them"));
    const Outcome background = portside(folder, "record limit-1-burst --set until=1s --set machine.background.processors=[0]");
    CHECK(background.code == 1);
    CHECK(has(background.err, "not recorded yet: background on backend port, because a recorder puts no other work on the processors"));
    for (const std::string how : {"run", "attach"}) {
        const Outcome kernel = portside(folder, "record " + how + " --etw -o x.ptrace x.exe");
        CHECK(kernel.code == 1);
        CHECK_MESSAGE(has(kernel.err, "record " + how + " --etw: Wine has no kernel event tracing; on Windows: portside-record " + how + " --etw, as an administrator"), kernel.err);
    }
    const Outcome nowhere = portside(folder, "record limit-1-burst -o gone/a.ptrace");
    CHECK(nowhere.code == 1);
    CHECK(has(nowhere.err, "gone"));
    const Outcome lost = portside(folder, "record limit-1-burst --backend iocp", "env PORTSIDE_WINDOWS_RECORDER=/gone.exe ");
    CHECK(lost.code == 1);
    CHECK(has(lost.err, "/gone.exe"));
    CHECK_FALSE(std::filesystem::exists(folder / "limit-1-burst-iocp.ptrace"));
}

TEST_CASE("record: where the kernel does not tell of context switches the steps report blocking, and command and trace say so") {
    const Folder folder;
    const Outcome refused = portside(folder, "record block-and-release", quoted(PORTSIDE_REFUSED) + " perf_event_open 13 ");
    REQUIRE_MESSAGE(refused.code == 0, refused.err);
    CHECK(has(refused.err, "blocking is reported by the steps, not seen: the kernel does not tell this process of its context switches: perf_event_open: Permission denied (kernel.perf_event_paranoid is "));
    CHECK(has(refused.err, "sudo sysctl kernel.perf_event_paranoid=2"));
    const Outcome info = portside(folder, "info block-and-release-port.ptrace");
    CHECK(has(info.out, "blocking     reported by the steps, not seen: "));
    CHECK_FALSE(has(info.out, "on_processor"));
    CHECK(has(info.out, "block_begin"));
    const Outcome old = portside(folder, "record block-and-release", quoted(PORTSIDE_REFUSED) + " perf_event_open 38 ");
    CHECK(old.code == 0);
    CHECK(has(old.err, "Function not implemented"));
    CHECK(has(old.err, "CONFIG_PERF_EVENTS"));
    CHECK_FALSE(has(old.err, "sysctl"));
}

TEST_CASE("record: where it tells, blocking is seen, and the trace has processors and the delay") {
    const Folder folder;
    const Outcome seen = portside(folder, "record block-and-release --json");
    REQUIRE_MESSAGE(seen.code == 0, seen.err);
    if (!has(seen.err, "blocking is seen by context switches: ")) return skip("perf", seen.err);
    CHECK(has(seen.err, "let a waiter go, "));
    const Outcome info = portside(folder, "info block-and-release-port.ptrace --json");
    CHECK(has(info.out, "\"has_processors\": true"));
    CHECK(has(info.out, "\"how\": \"seen\""));
    const auto releases = json_numbers(info.out, "releases"), p50 = json_numbers(info.out, "delay_p50_ns"), p99 = json_numbers(info.out, "delay_p99_ns");
    REQUIRE(releases.size() == 1);
    CHECK(releases[0] > 0);
    CHECK(p50[0] > 0);
    CHECK(p50[0] <= p99[0]);
    const Outcome compared = portside(folder, "compare block-and-release block-and-release-port.ptrace --json");
    CHECK(json_numbers(compared.out, "replay") == std::vector<double>{1});
    CHECK(has(portside(folder, "print block-and-release-port.ptrace --narrate").out, "blocks for 3 ms in packet"));
}

TEST_CASE("record: epoll and io_uring record what compare, info and print read, or say in one line that the kernel refuses") {
    const Folder folder;
    for (const std::string backend : {"epoll", "io_uring"}) {
        const Outcome recorded = portside(folder, "record limit-1-burst --backend " + backend);
        if (recorded.code == 1 && has(recorded.err, "the kernel gives")) { skip(backend, recorded.err); continue; }
        REQUIRE_MESSAGE(recorded.code == 0, recorded.err);
        CHECK(has(recorded.out, "made by               " + backend + ", Linux "));
        CHECK(has(recorded.out, "6 posted, 6 completed, 0 left"));
        CHECK_MESSAGE(has(recorded.err, "\nround trip: "), recorded.err);
        CHECK(has(recorded.err, " for a post and its get; recorded "));
        CHECK(has(portside(folder, "info limit-1-burst-" + backend + ".ptrace").out, "source       measured, backend " + backend));
        CHECK(has(portside(folder, "print --narrate limit-1-burst-" + backend + ".ptrace").out, "finishes packet 5"));
        CHECK(portside(folder, "compare limit-1-burst limit-1-burst-" + backend + ".ptrace").code == 0);
    }
    const Outcome sandbox = portside(folder, "record limit-1-burst --backend io_uring -o no.ptrace", quoted(PORTSIDE_REFUSED) + " io_uring_setup 1 ");
    CHECK(sandbox.code == 1);
    CHECK(has(sandbox.err, "portside record: the kernel gives this process no io_uring: io_uring_setup: Operation not permitted"));
    CHECK(std::count(sandbox.err.begin(), sandbox.err.end(), '\n') == 1);
    CHECK(sandbox.out.empty());
    CHECK_FALSE(std::filesystem::exists(folder / "no.ptrace"));
    CHECK_FALSE(std::filesystem::exists(folder / "no.ptrace.part"));
    CHECK(has(portside(folder, "record limit-1-burst --backend io_uring", quoted(PORTSIDE_REFUSED) + " io_uring_setup 38 ").err, "Function not implemented; Linux 5.11 or newer has it"));
    const Outcome none = portside(folder, "record limit-1-burst --backend epoll", quoted(PORTSIDE_REFUSED) + " epoll_create1 38 ");
    CHECK(none.code == 1);
    CHECK(has(none.err, "the kernel gives no epoll: epoll_create1: Function not implemented"));
}

TEST_CASE("bench record: the cost of a record and of the clock, and a round trip on each backend") {
    const Folder folder;
    const Outcome bench = portside(folder, "bench record --records 100000 --json");
    REQUIRE_MESSAGE(bench.code == 0, bench.err);
    const bool has_agent = !has(bench.out, R"("agent":{"absent")");     // Wine and its folder are there
    for (const char* figure : {"warm", "cold", "clock_ns"}) {
        const auto values = json_numbers(bench.out, figure);
        REQUIRE_MESSAGE(values.size() == (has_agent ? 2 : 1), figure);
        for (const double value : values) CHECK(value > 0);
    }
    CHECK(json_numbers(bench.out, "records") == std::vector<double>{100'000});
    if (!has_agent) skip("the agent's cost", json_text(bench.out, "absent"));
    CHECK(json_numbers(bench.out, "packets").size() == 3);
    const auto event_ns = json_numbers(bench.out, "event_ns");
    if (event_ns.empty()) skip("lttng", json_text(bench.out.substr(bench.out.find("lttng_ust")), "absent"));
    else CHECK(event_ns[0] > 0);
    const Outcome without = portside(folder, "bench record --records 20000 --json", "env PATH=/nowhere ");
    CHECK(without.code == 0);
    CHECK(has(without.out, R"("agent":{"absent":"Wine is missing)"));  // no figure without a reason
    CHECK(json_text(without.out.substr(without.out.find("lttng_ust")), "absent").size() > 10);
    CHECK(json_numbers(without.out, "event_ns").empty());
    CHECK(json_numbers(without.out, "warm").size() == 1);
    CHECK(has(bench.out, "\"name\":\"io_uring\""));
    for (const double each : json_numbers(bench.out, "records_per_packet")) CHECK(each >= 4);      // posted, get called, get returned, completed
    CHECK(has(portside(folder, "bench record --records 100000").out, "of the round trip"));
}

TEST_CASE("portside-record: the small program records the same and names its file after scenario and backend") {
    const Folder folder;
    const std::string program = quoted((std::filesystem::path(PORTSIDE_PROGRAM).parent_path() / "portside-record").string());
    const std::string scenario = quoted(std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/limit-1-burst.toml");
    const Outcome recorded = shell(folder, program + " " + scenario + " --set worker.worker.count=3");
    REQUIRE_MESSAGE(recorded.code == 0, recorded.err);
    CHECK(has(recorded.out, "nt rules in user mode on Linux"));
    CHECK(has(recorded.out, "worker.2"));
    const Outcome info = portside(folder, "info limit-1-burst-port.ptrace");
    CHECK(info.code == 0);
    CHECK_MESSAGE(has(info.out, " for a post and its get; recorded "), info.out);
    const std::string json = portside(folder, "info --json limit-1-burst-port.ptrace").out;
    const auto plain = json_numbers(json, "round_trip_ns"), recorded_trip = json_numbers(json, "round_trip_recorded_ns");
    REQUIRE(plain.size() == 1);
    CHECK(plain[0] > 0);
    CHECK(recorded_trip[0] > 0);
    CHECK_FALSE(std::filesystem::exists(folder / "limit-1-burst-port.ptrace.part.trip"));
    CHECK(shell(folder, program + " " + scenario + " --backend iocp").code == 2);
    CHECK(shell(folder, program).code == 2);
}
