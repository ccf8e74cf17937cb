// `real` and `writes` of a device on the `port` backend: what the system shows to be open, and what can't be done for real is refused with its reason.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "recorder/common/program.h"
#include "recorder/common/refuse.h"
#include "sim/engine/run.h"
#include "sim/scenario/load.h"
#include "tests/folder.h"
#include "tests/recorder/replay.h"

namespace {

using sim::Kind;

const std::string kScenario =
    "[machine]\nprocessors = 2\n[[port]]\nname = \"port\"\nconcurrency = 2\n[[device]]\nname = \"disk\"\nport = \"port\"\nkey = 5\nchannels = 4\nlatency = \"5ms\"\nreal = \"file\"\nwrites = false\n"
    "[[file]]\nname = \"plain\"\ndevice = \"disk\"\noverlapped = false\n[[worker]]\nname = \"worker\"\nport = \"port\"\ncount = 3\n"
    "on_packet = [ { read = \"disk\" }, { start_io = \"disk\" }, { start_io = \"plain\" } ]\non_packet_5 = [ { compute = \"10us\" } ]\n"
    "[[source]]\nname = \"clients\"\nport = \"port\"\narrivals = { every = \"1ms\", count = 12 }\n";

// Descriptors of this process whose name has such a part.
size_t open_ones(const std::string& part) {
    size_t found = 0;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", failed)) found += std::filesystem::read_symlink(entry.path(), failed).string().find(part) != std::string::npos ? 1 : 0;
    return found;
}

std::string why(const std::string& backend, std::vector<std::string> sets, const std::string& step = "") {
    std::string text = kScenario;
    if (!step.empty()) text += "[[thread]]\nname = \"main\"\nsteps = [ " + step + " ]\n";
    const sim::Result<sim::Scenario> scenario = sim::scenario_parse(text, "x.toml", std::move(sets));
    REQUIRE_MESSAGE(scenario.ok(), scenario.error().text());
    const auto refused = recorder::not_recorded(scenario.value(), backend);
    return refused ? refused->what.substr(refused->what.find("because ") + 8) : "";
}

}  // namespace

TEST_CASE("real: pipes, connections and a temporary file are open while they are recorded and gone afterwards, and bring the model's packets") {
    struct Named { std::string real, part, says; };
    for (const Named& named : {Named{"pipe", "pipe:[", "pipe"}, Named{"file", "a.ptrace.file.", "temporary file"}, Named{"socket", "socket:[", "loopback TCP connection"}})
        for (const std::string writes : {"false", "true"})
            for (const std::string at_once : {"0", "0.5"}) {
                CAPTURE(named.real);
                CAPTURE(writes);
                CAPTURE(at_once);
                const sim::Scenario scenario = sim::scenario_parse(kScenario, "x.toml", {"device.disk.real=" + named.real, "device.disk.writes=" + writes, "device.disk.at_once=" + at_once}).value();
                const test::Folder folder;
                const size_t before = open_ones(named.part);
                size_t most = 0;
                const auto record = [&] {
                    std::atomic<bool> over{false};
                    std::thread looks([&] {
                        while (!over.load()) most = std::max(most, open_ones(named.part));
                    });
                    sim::Result<sim::Trace> recorded = recorder::record_scenario(scenario, recorder::program_backend("port")->info(scenario).value(), (folder / "a.ptrace").string());
                    over.store(true);
                    looks.join();
                    return recorded;
                };
                sim::Result<sim::Trace> trace = record();
                for (int again = 0; again < 50 && trace.ok() && most <= before; ++again) trace = record();   // on a busy machine nobody may have looked meanwhile
                REQUIRE_MESSAGE(trace.ok(), trace.error().text());
                CHECK(most > before);
                CHECK(open_ones(named.part) == before);
                CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
                CHECK(test::illegal_decision(trace.value()) == "");
                CHECK(trace->header.devices[0].real == named.says + (writes == "true" ? ", written" : ""));
                CHECK(sim::header_from_json(sim::header_to_json(trace->header)).value().devices[0].real == trace->header.devices[0].real);
                const auto count = [&](Kind kind) { return std::count_if(trace->records.begin(), trace->records.end(), [kind](const sim::Record& r) { return r.kind == kind; }); };
                CHECK(count(Kind::completed) == 24);
                CHECK(count(Kind::io_started) == 36);
                CHECK(count(Kind::io_finished) == 36);
            }
}

TEST_CASE("real: the model looks at none of it: its records are the same whatever a device really is") {
    const auto records = [](std::vector<std::string> sets) { return sim::run_to_trace(sim::scenario_parse(kScenario, "x.toml", std::move(sets)).value()).value().records; };
    CHECK(records({"device.disk.real=socket", "device.disk.writes=true"}) == records({}));
}

TEST_CASE("real: what is over early and what is cancelled leaves no thread inside a pipe or a connection") {
    for (const char* real : {"pipe", "socket", "file"})
        for (const char* writes : {"false", "true"}) {
            CAPTURE(real);
            CAPTURE(writes);
            const std::vector<std::string> sets{std::string("device.disk.real=") + real, std::string("device.disk.writes=") + writes, "device.disk.latency=10s"};
            const sim::Scenario scenario = sim::scenario_parse("until = \"900ms\"\n" + kScenario + "[[thread]]\nname = \"canceller\"\nsteps = [ { block = \"300ms\" }, { cancel_synchronous_io = \"worker.0\" }, { cancel_io_ex = \"disk\" } ]\n", "x.toml", sets).value();
            const test::Folder folder;
            const sim::Result<sim::Trace> trace = recorder::record_scenario(scenario, recorder::program_backend("port")->info(scenario).value(), (folder / "a.ptrace").string());
            REQUIRE_MESSAGE(trace.ok(), trace.error().text());
            CHECK(std::any_of(trace->records.begin(), trace->records.end(), [](const sim::Record& r) { return r.kind == Kind::io_cancelled; }));
        }
}

TEST_CASE("real: a temporary file that can't be made is an error") {
    const sim::Scenario scenario = sim::scenario_parse(kScenario, "x.toml").value();
    const test::Folder folder;
    const sim::Result<sim::Trace> trace = recorder::record_scenario(scenario, recorder::program_backend("port")->info(scenario).value(), (folder / std::string(245, 'a')).string());
    REQUIRE(!trace.ok());
    CHECK_MESSAGE(trace.error().text().find("no temporary file for a device") != std::string::npos, trace.error().text());
}

TEST_CASE("real: what can't be done for real is refused with its reason; all else is not") {
    const char* fails = "only a named pipe's reads can be made to fail with an error that is known before";
    const char* at_once = "whether an operation on a file succeeds at once is the system's choice";
    const char* begins = "its operation begins when the drawn latency is over: before, there is none to cancel, close or wait for";
    for (const char* backend : {"port", "iocp"})
        for (const char* real : {"pipe", "file", "socket"}) CHECK(why(backend, {std::string("device.disk.real=") + real, "device.disk.writes=true"}) == "");
    CHECK(why("epoll", {}) == "it waits for packets of its own and opens no files");
    CHECK(why("io_uring", {"device.disk.real=socket"}) == "it waits for packets of its own and opens no files");
    CHECK(why("port", {"device.disk.fails=0.5", "device.disk.error=109", "device.disk.real=pipe"}) == fails);
    CHECK(why("iocp", {"device.disk.fails=0.5", "device.disk.error=109", "device.disk.real=pipe"}) == "");
    CHECK(why("iocp", {"device.disk.fails=0.5", "device.disk.error=109", "device.disk.real=pipe", "device.disk.writes=true"}) == fails);
    CHECK(why("iocp", {"device.disk.fails_at_once=0.5", "device.disk.error=109", "device.disk.real=socket"}) == fails);
    CHECK(why("iocp", {"device.disk.at_once=0.5"}) == at_once);
    CHECK(why("iocp", {}, "{ skip_on_success = \"disk\" }") == at_once);
    CHECK(why("iocp", {}, "{ skip_set_event = \"disk\" }") == "");
    for (const char* step : {"{ cancel_io = \"disk\" }", "{ cancel_io_ex = \"disk\" }", "{ close_file = \"disk\" }", "{ start_io = \"disk\", as = \"op\", event = \"own\" }, { wait_io = \"op\" }"}) {
        CAPTURE(step);
        CHECK(why("iocp", {}, step) == begins);
        CHECK(why("iocp", {"device.disk.real=socket"}, step) == "");
        CHECK(why("port", {}, step) == "");
    }
    CHECK(why("iocp", {"device.disk.real=socket"}, "{ duplicate_file = \"disk\", as = \"copy\" }") == "DuplicateHandle is no way to duplicate a socket");
    CHECK(why("iocp", {"device.disk.real=socket"}, "{ cancel_synchronous_io = \"worker.0\" }") == "its threads wait for the emulated latency or in a socket, where CancelSynchronousIo finds nothing");
    CHECK(why("iocp", {"device.disk.real=pipe"}, "{ cancel_synchronous_io = \"worker.0\" }") == "");
}
