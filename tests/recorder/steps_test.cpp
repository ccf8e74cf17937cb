// What handlers and threads of a scenario do beside compute, block and post, on the `port` backend: real threads, so nothing here
// depends on how long anything takes. Every recording is also played against the rules (replay.h).
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "recorder/common/program.h"
#include "recorder/common/refuse.h"
#include "sim/engine/run.h"
#include "sim/scenario/load.h"
#include "sim/trace/arguments.h"
#include "tests/folder.h"
#include "tests/recorder/replay.h"

namespace {

using sim::Kind;
using sim::Record;

sim::Trace record(const sim::Scenario& scenario) {
    const test::Folder folder;
    const recorder::BackendInfo info = recorder::program_backend("port")->info(scenario).value();
    const sim::Result<sim::Trace> trace = recorder::record_scenario(scenario, info, (folder / "a.ptrace").string());
    REQUIRE_MESSAGE(trace.ok(), trace.error().text());
    CHECK(sim::lost_records(trace.value()) == 0);
    CHECK(test::illegal_decision(trace.value()) == "");
    return trace.value();
}

sim::Trace record_text(const std::string& text) {
    const sim::Result<sim::Scenario> scenario = sim::scenario_parse(text, "small.toml");
    REQUIRE_MESSAGE(scenario.ok(), scenario.error().text());
    return record(scenario.value());
}

sim::Scenario shipped(const std::string& name, std::vector<std::string> sets = {}) {
    const sim::Result<sim::Scenario> scenario = sim::scenario_load(std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/" + name + ".toml", std::move(sets));
    REQUIRE_MESSAGE(scenario.ok(), scenario.error().text());
    return scenario.value();
}

// Some scenarios end otherwise when a thread is not let run for longer than two of its times lie apart. Here those are half a second
// apart: what is cancelled is still on its way, and the clients' last packet stands before the quit packets.
sim::Scenario with_room(const std::string& name) {
    if (name == "cancel-and-close") return shipped(name, {"device.network.latency=500ms"});
    if (name != "quit-packets") return shipped(name);
    std::ifstream file(std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/" + name + ".toml");
    std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::string quits = "block = \"500us\"";
    const size_t at = text.find(quits);
    REQUIRE(at != std::string::npos);
    text.replace(at, quits.size(), "block = \"500ms\"");
    const sim::Result<sim::Scenario> scenario = sim::scenario_parse(text, name + ".toml");
    REQUIRE_MESSAGE(scenario.ok(), scenario.error().text());
    return scenario.value();
}

std::vector<Record> of_kind(const sim::Trace& trace, Kind kind, uint16_t flag = 0) {
    std::vector<Record> found;
    std::copy_if(trace.records.begin(), trace.records.end(), std::back_inserter(found), [&](const Record& r) { return r.kind == kind && (flag == 0 || (r.flags & flag) != 0); });
    return found;
}

std::multiset<uint64_t> posted(const sim::Trace& trace) {
    std::multiset<uint64_t> identities;
    for (const Record& r : of_kind(trace, Kind::posted)) identities.insert(r.argument);
    return identities;
}

std::string two_threads(const std::string& devices, const std::string& on_packet, const std::string& source, const std::string& top = "") {
    return top + "\n[machine]\nprocessors = 2\n[[port]]\nname = \"port\"\nconcurrency = 2\n" + devices + "\n[[worker]]\nname = \"worker\"\nport = \"port\"\ncount = 2\non_packet = [ " + on_packet +
           " ]\n[[source]]\nname = \"clients\"\nport = \"port\"\narrivals = { at = [" + source + "] }\n";
}

uint64_t drawn_by(const Record& r) { return sim::operation_of_argument(r.argument); }

}  // namespace

TEST_CASE("steps: the packets of every scenario that comes along are the model's, on real threads") {
    // Closing a port loses what happens to be queued; `until` cuts where it happens to be.
    for (const std::string name : {"lock-convoy", "sync-read-frees-slot", "overlapped-read", "order-of-handling", "skip-on-success", "cancel-and-close", "quit-packets", "thread-exits", "two-ports", "batch-fairness"}) {
        CAPTURE(name);
        const sim::Scenario scenario = with_room(name);
        const sim::Result<sim::Trace> simulated = sim::run_to_trace(scenario);
        REQUIRE(simulated.ok());
        const sim::Trace recorded = record(scenario);
        CHECK(posted(recorded) == posted(simulated.value()));
        CHECK(of_kind(recorded, Kind::completed).size() == of_kind(simulated.value(), Kind::completed).size());
        CHECK(of_kind(recorded, Kind::io_started).size() == of_kind(simulated.value(), Kind::io_started).size());
        CHECK(of_kind(recorded, Kind::io_cancelled).size() == of_kind(simulated.value(), Kind::io_cancelled).size());
        CHECK(of_kind(recorded, Kind::thread_exit).size() == of_kind(simulated.value(), Kind::thread_exit).size());
    }
}

TEST_CASE("steps: K17 who waits for a lock blocks, names who holds it, and is given it by that thread's turn") {
    // Two packets at once, each holds for 4 ms: the second finds it taken, unless the first thread was stopped before it took it.
    const sim::Trace trace = record_text(two_threads("", "{ lock = \"table\", hold = \"4ms\" }", "\"1ms\", \"1ms\", \"1ms\", \"1ms\""));
    CHECK(of_kind(trace, Kind::completed).size() == 4);
    const auto begun = of_kind(trace, Kind::block_begin, sim::kLockWait), ended = of_kind(trace, Kind::block_end, sim::kLockWait);
    REQUIRE(begun.size() >= 1);
    CHECK(ended.size() == begun.size());
    for (const Record& r : begun) {
        CHECK(sim::lock_of_argument(r.argument) == 0);
        CHECK(sim::holder_of_argument(r.argument) == 1 - r.thread);
    }
    for (const Record& r : ended) CHECK(sim::holder_of_argument(r.argument) == 1 - r.thread);
    // Held by one at a time: four holds of 4 ms of processor time follow one another.
    CHECK(of_kind(trace, Kind::completed).back().time_ns - of_kind(trace, Kind::posted).front().time_ns >= 16'000'000);
}

TEST_CASE("steps: a synchronous read waits its turn for a channel, and its latency begins there") {
    const sim::Trace trace = record_text(two_threads("[[device]]\nname = \"disk\"\nlatency = \"100ms\"", "{ read = \"disk\" }", "\"1ms\", \"1ms\""));
    const auto started = of_kind(trace, Kind::io_started, sim::kDeviceWait), finished = of_kind(trace, Kind::io_finished, sim::kDeviceWait);
    REQUIRE(started.size() == 2);
    REQUIRE(finished.size() == 2);
    CHECK(finished[0].time_ns - started[0].time_ns >= 100'000'000);
    CHECK(finished[1].time_ns - started[0].time_ns >= 200'000'000);      // one channel
    CHECK(drawn_by(finished[0]) == drawn_by(started[0]));
    CHECK(of_kind(trace, Kind::block_begin, sim::kDeviceWait).size() == 2);
    CHECK(of_kind(trace, Kind::block_end, sim::kDeviceWait).size() == 2);
    CHECK(of_kind(trace, Kind::posted).size() == 2);                   // no packet comes of a read
}

TEST_CASE("steps: an overlapped operation blocks nobody, and brings one packet with the key of its file") {
    sim::Trace trace = record_text("[machine]\nprocessors = 2\n[[port]]\nname = \"port\"\nconcurrency = 2\n[[device]]\nname = \"disk\"\nport = \"port\"\nkey = 5\nchannels = 4\nlatency = \"2ms\"\n"
                                   "[[worker]]\nname = \"worker\"\nport = \"port\"\ncount = 2\non_packet = [ { start_io = \"disk\" } ]\non_packet_5 = [ { compute = \"10us\" } ]\n"
                                   "[[source]]\nname = \"clients\"\nport = \"port\"\narrivals = { at = [\"1ms\", \"1ms\", \"1ms\"] }\n");
    const auto started = of_kind(trace, Kind::io_started), finished = of_kind(trace, Kind::io_finished);
    REQUIRE(started.size() == 3);
    REQUIRE(finished.size() == 3);
    CHECK(of_kind(trace, Kind::block_begin, sim::kDeviceWait).empty());
    CHECK(of_kind(trace, Kind::completed).size() == 6);
    for (size_t i = 0; i < trace.records.size(); ++i) {
        if (trace.records[i].kind != Kind::io_finished) continue;
        // The packet follows at the same instant, from nobody, with the file's key.
        REQUIRE(i + 2 < trace.records.size());
        CHECK(trace.records[i + 1].kind == Kind::posted);
        CHECK(trace.records[i + 1].thread == sim::kNoThread);
        CHECK(trace.records[i + 1].time_ns == trace.records[i].time_ns);
        CHECK(trace.records[i + 2].kind == Kind::detail);
        CHECK(trace.records[i + 2].argument == 5);
    }
}

TEST_CASE("steps: K30, K31 closing a port ends its waits, loses its queue and fails what is posted later") {
    const sim::Trace trace = record_text("[machine]\nprocessors = 2\n[[port]]\nname = \"port\"\nconcurrency = 1\n[[worker]]\nname = \"worker\"\nport = \"port\"\ncount = 3\non_packet = [ { compute = \"20ms\" } ]\n"
                                         "[[thread]]\nname = \"main\"\nsteps = [ { block = \"5ms\" }, { close = \"port\" }, { close = \"port\" } ]\n"
                                         "[[source]]\nname = \"clients\"\nport = \"port\"\narrivals = { at = [\"0ms\", \"0ms\", \"60ms\"] }\n");
    const auto closed = of_kind(trace, Kind::port_closed);
    REQUIRE(closed.size() == 1);
    CHECK(closed[0].argument == 1);
    CHECK(of_kind(trace, Kind::get_returned, sim::kAbandoned).size() == 2);
    CHECK(of_kind(trace, Kind::get_returned, sim::kInvalid).size() == 1);   // of the thread that was at work
    CHECK(of_kind(trace, Kind::thread_exit).size() == 4);
    CHECK(of_kind(trace, Kind::completed).size() == 1);
    const auto failed = of_kind(trace, Kind::call_failed);
    REQUIRE(failed.size() == 2);
    CHECK(sim::failed_call(failed[0].argument) == sim::FailedCall::close);
    CHECK(sim::failed_call(failed[1].argument) == sim::FailedCall::post);
}

TEST_CASE("steps: K27 a thread that exits loses the rest of its batch, and the recording ends all the same") {
    const sim::Trace trace = record_text("[machine]\nprocessors = 2\n[[port]]\nname = \"port\"\nconcurrency = 1\n[[worker]]\nname = \"worker\"\nport = \"port\"\nbatch = 8\non_packet = [ { compute = \"3ms\" } ]\non_packet_9 = [ { exit = true } ]\n"
                                         "[[source]]\nname = \"first\"\nport = \"port\"\narrivals = { at = [\"0ms\"] }\n"
                                         "[[source]]\nname = \"quit\"\nport = \"port\"\nkey = 9\narrivals = { at = [\"1ms\"] }\n"
                                         "[[source]]\nname = \"late\"\nport = \"port\"\narrivals = { at = [\"1ms\", \"1ms\"] }\n");
    const auto exits = of_kind(trace, Kind::thread_exit);
    REQUIRE(exits.size() == 1);
    CHECK(exits[0].argument == 2);
    CHECK(of_kind(trace, Kind::completed).size() == 2);
}

TEST_CASE("steps: K23 a user APC ends an alertable get, and on_apc runs; K24 another get does not hear of it") {
    const auto with = [](const char* alertable) {
        return record_text("until = \"40ms\"\n[machine]\nprocessors = 2\n[[port]]\nname = \"port\"\nconcurrency = 2\n[[worker]]\nname = \"worker\"\nport = \"port\"\nalertable = " + std::string(alertable) +
                           "\non_packet = [ { compute = \"10us\" } ]\non_apc = [ { post = \"port\", key = 4 } ]\n[[thread]]\nname = \"main\"\nsteps = [ { block = \"2ms\" }, { apc = \"worker.0\" }, { block = \"2ms\" }, { apc = \"worker.0\" } ]\n");
    };
    const sim::Trace heard = with("true"), unheard = with("false");
    CHECK(of_kind(heard, Kind::apc).size() == 2);
    CHECK(of_kind(heard, Kind::get_returned, sim::kAlerted).size() == 2);
    CHECK(of_kind(heard, Kind::completed).size() == 2);                 // what on_apc posted
    CHECK(of_kind(unheard, Kind::apc).size() == 2);
    CHECK(of_kind(unheard, Kind::get_returned, sim::kAlerted).empty());
    CHECK(of_kind(unheard, Kind::completed).empty());
}

TEST_CASE("steps: K33 a wait on a port's handle ends when a packet is queued, and K19 when its time is over") {
    const sim::Trace trace = record_text("until = \"600ms\"\n[machine]\nprocessors = 2\n[[port]]\nname = \"port\"\nconcurrency = 1\n[[thread]]\nname = \"main\"\nsteps = [ { watch = \"port\", timeout = \"1ms\" }, { watch = \"port\" }, { watch = \"port\" } ]\n"
                                         "[[source]]\nname = \"clients\"\nport = \"port\"\narrivals = { at = [\"300ms\"] }\n");
    const auto begun = of_kind(trace, Kind::block_begin, sim::kHandleWait), ended = of_kind(trace, Kind::block_end, sim::kHandleWait);
    CHECK(begun.size() == 2);                                           // the third finds the handle signalled
    REQUIRE(ended.size() == 3);
    CHECK((ended[0].flags & sim::kTimedOut) != 0);
    CHECK(ended[0].time_ns >= 1'000'000);
    CHECK((ended[1].flags & sim::kTimedOut) == 0);
    CHECK(ended[1].time_ns >= 300'000'000);
}

TEST_CASE("steps: calls on files answer as Windows does, and what is cancelled comes to the port with its error") {
    const sim::Trace trace = record_text("[machine]\nprocessors = 2\n[[port]]\nname = \"port\"\nconcurrency = 2\n[[device]]\nname = \"disk\"\nlatency = \"30ms\"\nchannels = 8\n[[file]]\nname = \"log\"\ndevice = \"disk\"\nport = \"port\"\nkey = 2\n"
                                         "[[worker]]\nname = \"worker\"\nport = \"port\"\non_packet = [ { compute = \"10us\" } ]\non_error = [ { compute = \"20us\" } ]\n"
                                         "[[thread]]\nname = \"main\"\nsteps = [ { start_io = \"log\", as = \"op\", event = \"own\" }, { wait_io = \"op\", timeout = \"1ms\" }, { start_io = \"log\", as = \"two\" }, { cancel_io_ex = \"log\", operation = \"two\" },\n"
                                         "{ cancel_io_ex = \"log\", operation = \"two\" }, { wait_io = \"op\" }, { close_file = \"log\" }, { start_io = \"log\" } ]\n"
                                         "[[thread]]\nname = \"reader\"\nsteps = [ { read = \"disk\" } ]\n[[thread]]\nname = \"canceller\"\nsteps = [ { block = \"5ms\" }, { cancel_synchronous_io = \"reader.0\" } ]\n");
    const auto calls = of_kind(trace, Kind::call);
    std::vector<uint16_t> errors;
    for (const Record& r : calls)
        if (r.thread == 1) errors.push_back(sim::call_of_argument(r.argument).error);
    CHECK(errors == std::vector<uint16_t>{sim::kWaitTimeout, 0, sim::kNotFound, 0, 0, sim::kInvalidHandle});
    const auto cancelled = of_kind(trace, Kind::io_cancelled);
    REQUIRE(cancelled.size() == 2);                                     // "two", and the read of another thread
    CHECK(of_kind(trace, Kind::posted).size() == 2);
    const auto said = of_kind(trace, Kind::detail, sim::kError);
    REQUIRE(said.size() == 1);
    CHECK(said[0].argument == sim::kOperationAborted);
    std::vector<uint64_t> computed;
    for (const Record& r : of_kind(trace, Kind::completed)) computed.push_back(r.argument);
    CHECK(computed == std::vector<uint64_t>{20'000, 10'000});           // on_error for the one that failed
    CHECK(of_kind(trace, Kind::block_end, sim::kDeviceWait).size() == 1);
}

TEST_CASE("steps: K22 on_timeout is done after each get that timed out") {
    const sim::Trace trace = record_text("until = \"60ms\"\n[machine]\nprocessors = 2\n[[port]]\nname = \"port\"\n[[worker]]\nname = \"worker\"\nport = \"port\"\ntimeout = \"2ms\"\non_timeout = [ { exit = true } ]\n"
                                         "[[source]]\nname = \"clients\"\nport = \"port\"\narrivals = { at = [\"50ms\"] }\n");
    REQUIRE(of_kind(trace, Kind::thread_exit).size() == 1);
    CHECK(of_kind(trace, Kind::get_called).size() == 1);
    CHECK(of_kind(trace, Kind::completed).empty());
}

TEST_CASE("steps: the table of what is real where says of every step what the recorder itself says") {
    std::ifstream file(std::string(PORTSIDE_SOURCE_DIR) + "/recorder/README.md");
    std::map<std::string, std::vector<std::string>> rows;               // by step: its cells
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("| `", 0) != 0) continue;
        std::vector<std::string> cells;
        std::stringstream parts(line.substr(2));
        for (std::string cell; std::getline(parts, cell, '|');) cells.push_back(cell.size() > 2 ? cell.substr(cells.empty() ? 0 : 1, cell.find_last_not_of(' ') - (cells.empty() ? 0 : 1) + 1) : "");
        rows[cells[0]] = cells;
    }
    constexpr std::array kBackends{"port", "iocp", "epoll"};
    for (int k = 0; k <= static_cast<int>(sim::Step::Kind::serve); ++k) {
        const auto kind = static_cast<sim::Step::Kind>(k);
        const std::string word = "`" + std::string(sim::step_word(kind)) + "`";
        CAPTURE(word);
        if (kind == sim::Step::Kind::group) continue;
        REQUIRE(rows.count(word) == 1);
        REQUIRE(rows[word].size() >= 4);
        for (size_t b = 0; b < kBackends.size(); ++b) {
            CAPTURE(kBackends[b]);
            const char* why = recorder::why_not_recorded(kind, kBackends[b]);
            if (why != nullptr) CHECK(rows[word][b + 1] == "refused: " + std::string(why));
            else CHECK(rows[word][b + 1].rfind("refused", 0) == std::string::npos);
        }
    }
}
