// Files in a run: what comes to the port of an operation, when and with which key; cancelling, closing, duplicates, waits.
#include <optional>

#include "sim/compare/replay.h"
#include "sim/engine/checker.h"
#include "sim/engine/history.h"
#include "sim/engine/world_hash.h"
#include "sim/trace/arguments.h"
#include "sim/trace/print.h"
#include "sim/trace/summary.h"
#include "tests/scenario_text.h"
#include "tests/trace_times.h"

using namespace sim;

namespace {

// Thread 2 is main.0, thread 3 other.0. Both run from 0 on; the disk takes 1 ms.
const std::string kFiles = R"(
until = "50ms"
[machine]
processors = 4
[[port]]
name = "port"
concurrency = 2
[[device]]
name = "disk"
latency = "1ms"
[[file]]
name = "log"
device = "disk"
port = "port"
key = 7
[[file]]
name = "loose"
device = "disk"
[[file]]
name = "plain"
device = "disk"
overlapped = false
[[worker]]
name = "w"
port = "port"
count = 2
)";

constexpr uint32_t kMain = 2, kOther = 3;

Scenario with(const std::string& main, const std::string& other = {}, std::vector<std::string> sets = {}) {
    std::string text = kFiles + "[[thread]]\nname = \"main\"\nsteps = [ " + main + " ]\n";
    if (!other.empty()) text += "[[thread]]\nname = \"other\"\nsteps = [ " + other + " ]\n";
    return scenario_of(text, std::move(sets));
}

struct Arrival {
    int64_t time_ns = 0;
    uint64_t key = 0;
    uint32_t error = 0;
    friend bool operator==(const Arrival&, const Arrival&) = default;
};
using Arrivals = std::vector<Arrival>;

// The packets that came, with what they say.
Arrivals arrivals(const Trace& trace) {
    Arrivals all;
    for (const Record& record : trace.records) {
        if (record.kind == Kind::posted) all.push_back({record.time_ns, 0, 0});
        if (record.kind != Kind::detail) continue;
        if ((record.flags & kError) != 0) all.back().error = static_cast<uint32_t>(record.argument);
        else all.back().key = record.argument;
    }
    return all;
}

struct Called {
    int64_t time_ns = 0;
    ApiCall call = ApiCall::none;
    uint32_t error = 0;
    friend bool operator==(const Called&, const Called&) = default;
};
std::vector<Called> calls(const Trace& trace) {
    std::vector<Called> all;
    for (const Record& record : trace.records)
        if (record.kind == Kind::call) all.push_back({record.time_ns, call_of_argument(record.argument).call, call_of_argument(record.argument).error});
    return all;
}

// Runs with every check on, and the second port has to agree with every decision.
Trace played(const Scenario& scenario) {
    Trace trace = run_checked(scenario);
    const Replay replay = replay_through_second_port(trace);
    CHECK_MESSAGE(replay.agree == replay.decisions, replay.first_difference);
    return trace;
}

bool tells(const Trace& trace, const std::string& sentence) {
    const std::string story = narrate_trace(trace);
    const bool found = story.find(sentence) != std::string::npos;
    CHECK_MESSAGE(found, sentence << "\nis not in\n" << story);
    return found;
}

constexpr int64_t kMs = 1'000'000;

}  // namespace

TEST_CASE("F1: an operation that succeeds at once brings a packet all the same, with the file's key") {
    //   0: main starts it, it succeeds in the call; the packet is there at 0
    const Trace trace = played(with("{ start_io = \"log\" }, { compute = \"1ms\" }", {}, {"device.disk.at_once=1"}));
    CHECK(arrivals(trace) == Arrivals{{0, 7, 0}});
    CHECK(times_of(trace, Kind::io_finished, kNoThread) == Times{0});
    tells(trace, "main.0 starts an operation on log, which succeeds at once; a packet comes all the same (F1).");
}

TEST_CASE("F1: a file that skips the port on success brings no packet then, and one where the operation was pending") {
    const char* set = "file.log.skip_on_success=true";
    const Trace at_once = played(with("{ start_io = \"log\" }", {}, {set, "device.disk.at_once=1"}));
    CHECK(arrivals(at_once).empty());
    tells(at_once, "which succeeds at once; no packet comes, because the file skips the port on success (F1).");
    CHECK(arrivals(played(with("{ start_io = \"log\" }", {}, {set}))) == Arrivals{{kMs, 7, 0}});
}

TEST_CASE("SetFileCompletionNotificationModes: set by a step it holds from then on; a file that is not overlapped is refused with 87") {
    //   first operation: a packet; then the mode; the second brings none
    const Trace trace = played(with("{ start_io = \"log\" }, { skip_on_success = \"log\" }, { start_io = \"log\" }, { skip_on_success = \"plain\" }", {}, {"device.disk.at_once=1"}));
    CHECK(arrivals(trace) == Arrivals{{0, 7, 0}});
    CHECK(calls(trace) == std::vector<Called>{{0, ApiCall::set_file_completion_notification_modes, 0}, {0, ApiCall::set_file_completion_notification_modes, 87}});
}

TEST_CASE("SetFileCompletionNotificationModes: after skip_set_event by a step the end of an operation signals no handle, and its packet comes") {
    const Trace skips = played(with("{ skip_set_event = \"log\" }, { start_io = \"log\", as = \"op\" }, { wait_io = \"op\" }"));
    CHECK(times_of(skips, Kind::block_end, kMain).empty());              // for ever
    CHECK(arrivals(skips) == Arrivals{{kMs, 7, 0}});
    tells(skips, "main.0 makes log skip its event (SetFileCompletionNotificationModes): the end of an operation no longer signals the handle.");
}

TEST_CASE("F2: an operation that fails at once brings no packet") {
    const Trace trace = played(with("{ start_io = \"log\", as = \"op\" }, { wait_io = \"op\" }", {}, {"device.disk.fails_at_once=1", "device.disk.error=ERROR_BROKEN_PIPE"}));
    CHECK(arrivals(trace).empty());
    CHECK(calls(trace) == std::vector<Called>{{0, ApiCall::get_overlapped_result, 109}});
    tells(trace, "main.0 starts operation op on log, which fails at once with ERROR_BROKEN_PIPE (109); no packet comes of it (F2).");
}

TEST_CASE("F3: an operation that was pending and fails brings a packet that says the error, which on_error handles") {
    //   1 ms: it fails, the packet goes to w.1 (the newest), which computes 2 ms in on_error instead of 1 ms in on_packet: done at 3 ms
    const Trace trace = played(with("{ start_io = \"log\" }", {}, {"device.disk.fails=1", "device.disk.error=38", "worker.w.on_packet=[ { compute = \"1ms\" } ]", "worker.w.on_error=[ { compute = \"2ms\" } ]"}));
    CHECK(arrivals(trace) == Arrivals{{kMs, 7, 38}});
    CHECK(times_of(trace, Kind::completed, 1) == Times{3 * kMs});
    tells(trace, "An operation on log ends with ERROR_HANDLE_EOF (38), and its packet comes to the port (F3).");
    tells(trace, "Packet 0, the answer of log, which says ERROR_HANDLE_EOF (38) under key 7, arrives and goes to w.1");
    tells(trace, "w.1 runs on processor 0 and returns from its get with packet 0, which says ERROR_HANDLE_EOF (38) under key 7.");
    const Trace without = played(with("{ start_io = \"log\" }", {}, {"device.disk.fails=1", "worker.w.on_packet=[ { compute = \"1ms\" } ]"}));
    CHECK(times_of(without, Kind::completed, 1) == Times{2 * kMs});     // no on_error: as any packet
}

TEST_CASE("hEvent: with its low bit set no packet comes, and the event is signalled all the same") {
    const Trace trace = played(with("{ start_io = \"log\", as = \"op\", event = \"low_bit\" }, { wait_io = \"op\" }, { compute = \"1ms\" }"));
    CHECK(arrivals(trace).empty());
    CHECK(times_of(trace, Kind::block_end, kMain) == Times{kMs});
    tells(trace, "and goes on; no packet comes, because the low bit of its event is set.");
}

TEST_CASE("F4: closing a file with operations pending brings a packet for each, with its key and ERROR_OPERATION_ABORTED; with none pending it brings none") {
    //   0: two operations, the second waits for the channel; 0.5 ms: main closes the file; both packets are there at that instant
    const Trace trace = played(with("{ start_io = \"log\" }, { start_io = \"log\" }, { block = \"500us\" }, { close_file = \"log\" }"));
    CHECK(arrivals(trace) == Arrivals{{kMs / 2, 7, 995}, {kMs / 2, 7, 995}});
    size_t cancelled = 0;
    for (const Record& record : trace.records) {
        if (record.kind == Kind::io_cancelled) ++cancelled;
        if (record.kind == Kind::io_detail && (record.argument >> 32 & 0xFFFF) != 0) CHECK(record.rule == Rule::F4);
    }
    CHECK(cancelled == 2);
    CHECK(arrivals(played(with("{ start_io = \"log\" }, { block = \"2ms\" }, { close_file = \"log\" }"))) == Arrivals{{kMs, 7, 0}});
    const Trace twice = played(with("{ close_file = \"log\" }, { close_file = \"log\" }, { start_io = \"log\" }"));
    CHECK(calls(twice) == std::vector<Called>{{0, ApiCall::close_handle, 0}, {0, ApiCall::close_handle, 6}, {0, ApiCall::start_io, 6}});
    CHECK(arrivals(twice).empty());
}

TEST_CASE("F5: duplicates are one file: the same port and key, and the abort packet comes only when the last is closed, in either order") {
    const std::string start = "{ duplicate_file = \"log\", as = \"copy\" }, { start_io = \"copy\" }, { block = \"100us\" }, ";
    for (const std::string order : {"{ close_file = \"log\" }, { block = \"100us\" }, { close_file = \"copy\" }", "{ close_file = \"copy\" }, { block = \"100us\" }, { close_file = \"log\" }"}) {
        CAPTURE(order);
        CHECK(arrivals(played(with(start + order))) == Arrivals{{200'000, 7, 995}});
    }
    CHECK(arrivals(played(with(start + "{ close_file = \"log\" }, { start_io = \"copy\" }"))) == Arrivals{{kMs, 7, 0}, {2 * kMs, 7, 0}});
    const Trace again = played(with("{ duplicate_file = \"loose\", as = \"copy\" }, { associate = \"copy\", port = \"port\", key = 3 }, { associate = \"loose\", port = \"port\" }, { start_io = \"loose\" }"));
    CHECK(calls(again) == std::vector<Called>{{0, ApiCall::duplicate_handle, 0}, {0, ApiCall::create_io_completion_port, 0}, {0, ApiCall::create_io_completion_port, 87}});
    CHECK(arrivals(again) == Arrivals{{kMs, 3, 0}});
}

TEST_CASE("F7: an operation outlives the thread that started it; CancelIo of another thread does not reach it, CancelIoEx does") {
    //   0: main starts it and exits; 0.5 ms: other calls CancelIo, which succeeds and does nothing; 1 ms: the packet
    const Trace outlives = played(with("{ start_io = \"log\" }", "{ block = \"500us\" }, { cancel_io = \"log\" }"));
    CHECK(times_of(outlives, Kind::thread_exit, kMain) == Times{0});
    CHECK(arrivals(outlives) == Arrivals{{kMs, 7, 0}});
    CHECK(calls(outlives) == std::vector<Called>{{kMs / 2, ApiCall::cancel_io, 0}});
    CHECK(arrivals(played(with("{ start_io = \"log\" }", "{ block = \"500us\" }, { cancel_io_ex = \"log\" }"))) == Arrivals{{kMs / 2, 7, 995}});
}

TEST_CASE("CancelIo: what the calling thread started and nothing else; one in service and one in the queue alike") {
    //   0: main's operation is on the only channel, other's waits for it; 0.5 ms: main cancels its own; other's begins then, ends at 1.5 ms
    const Trace trace = played(with("{ start_io = \"log\" }, { block = \"500us\" }, { cancel_io = \"log\" }", "{ start_io = \"log\" }"));
    CHECK(arrivals(trace) == Arrivals{{kMs / 2, 7, 995}, {3 * kMs / 2, 7, 0}});
    tells(trace, "main.0 cancels what it has itself started on log (CancelIo).");
    //   other cancels the one that waits for the channel: main's is not disturbed
    CHECK(arrivals(played(with("{ start_io = \"log\" }", "{ start_io = \"log\" }, { block = \"500us\" }, { cancel_io = \"log\" }"))) == Arrivals{{kMs / 2, 7, 995}, {kMs, 7, 0}});
}

TEST_CASE("CancelIoEx: one operation by its name, or all of the file; what has ended is not found") {
    const std::string two = "{ start_io = \"log\", as = \"a\" }, { start_io = \"log\", as = \"b\" }, ";
    CHECK(arrivals(played(with(two + "{ cancel_io_ex = \"log\", operation = \"b\" }"))) == Arrivals{{0, 7, 995}, {kMs, 7, 0}});
    CHECK(arrivals(played(with(two + "{ cancel_io_ex = \"log\" }"))) == Arrivals{{0, 7, 995}, {0, 7, 995}});
    const Trace late = played(with(two + "{ block = \"5ms\" }, { cancel_io_ex = \"log\", operation = \"a\" }, { cancel_io_ex = \"loose\" }"));
    CHECK(calls(late) == std::vector<Called>{{5 * kMs, ApiCall::cancel_io_ex, 1168}, {5 * kMs, ApiCall::cancel_io_ex, 1168}});
    tells(late, "main.0 calls CancelIoEx for log, which fails with ERROR_NOT_FOUND (1168): nothing is pending.");
}

TEST_CASE("CancelIoEx: cancelling frees the channel at once, and the end that was foreseen does nothing") {
    //   0: one on the channel; 0.5 ms: cancelled, another is started: it ends at 1.5 ms, not at 1 ms when the first would have
    const Trace trace = played(with("{ start_io = \"log\" }, { block = \"500us\" }, { cancel_io_ex = \"log\" }, { start_io = \"log\" }"));
    CHECK(arrivals(trace) == Arrivals{{kMs / 2, 7, 995}, {3 * kMs / 2, 7, 0}});
}

TEST_CASE("CancelSynchronousIo: ends a read that blocks, with no packet; a thread that does not wait for a device is not found") {
    //   0: main reads; 0.3 ms: other cancels: main runs again then; at 0.4 ms it no longer waits
    const Trace trace = played(with("{ read = \"disk\" }, { compute = \"1ms\" }", "{ block = \"300us\" }, { cancel_synchronous_io = \"main.0\" }, { block = \"100us\" }, { cancel_synchronous_io = \"main.0\" }"));
    CHECK(times_of(trace, Kind::block_end, kMain) == Times{300'000});
    CHECK(times_of(trace, Kind::io_cancelled, kMain) == Times{300'000});
    CHECK(arrivals(trace).empty());
    CHECK(calls(trace) == std::vector<Called>{{300'000, ApiCall::cancel_synchronous_io, 0}, {400'000, ApiCall::cancel_synchronous_io, 1168}});
    tells(trace, "What main.0 waits for on disk is cancelled: it fails with ERROR_OPERATION_ABORTED (995); no packet is involved.");
}

TEST_CASE("K17 GetOverlappedResult: the wait is one that the port sees; its packet comes all the same") {
    //   limit 1: packet 0 goes to w.1 at 0, which starts an operation and waits for it; packet 1 may run in its place (K17), done at 0.1 ms
    const Scenario scenario = scenario_of(kFiles + "[[source]]\nname = \"s\"\nport = \"port\"\narrivals = { at = [\"0ms\", \"0ms\"] }\n",
                                          {"port.port.concurrency=1", "worker.w.on_packet=[ { start_io = \"log\", as = \"op\" }, { wait_io = \"op\" } ]", "worker.w.on_packet_7=[ { compute = \"1us\" } ]", "device.disk.channels=2"});
    const Trace trace = played(scenario);
    CHECK(times_of(trace, Kind::block_begin, 1) == Times{0});
    CHECK(times_of(trace, Kind::block_begin, 0) == Times{0});
    CHECK(times_of(trace, Kind::block_end, 1) == Times{kMs});
    CHECK(arrivals(trace) == Arrivals{{0, 0, 0}, {0, 0, 0}, {kMs, 7, 0}, {kMs, 7, 0}});
    CHECK(summarize(trace.header, trace.records).block_ns == 0);
    tells(trace, "w.1 waits for operation op in packet 0 and counts no longer (K17)");
    tells(trace, "GetOverlappedResult tells w.1 of operation op: it has succeeded.");
}

TEST_CASE("K18 GetOverlappedResult: of an operation that has ended there is no wait, and with timeout 0 never") {
    const Trace ended = played(with("{ start_io = \"log\", as = \"op\" }, { block = \"2ms\" }, { wait_io = \"op\" }"));
    CHECK(times_of(ended, Kind::block_begin, kMain) == Times{0});
    CHECK(calls(ended) == std::vector<Called>{{2 * kMs, ApiCall::get_overlapped_result, 0}});
    CHECK(calls(played(with("{ start_io = \"log\", as = \"op\" }, { wait_io = \"op\", timeout = \"0ns\" }"))) == std::vector<Called>{{0, ApiCall::get_overlapped_result, 996}});
    const Trace none = played(with("{ chance = 0, steps = [ { start_io = \"log\", as = \"op\" } ] }, { wait_io = \"op\" }"));
    CHECK(times_of(none, Kind::block_begin, kMain).empty());
}

TEST_CASE("GetOverlappedResultEx: a wait may time out; the operation goes on, and an old timer ends no later wait") {
    //   0: it waits 0.4 ms at most: 258 at 0.4 ms; waits again without a limit until 1 ms; the packet comes at 1 ms
    const Trace trace = played(with("{ start_io = \"log\", as = \"op\" }, { wait_io = \"op\", timeout = \"400us\" }, { wait_io = \"op\" }"));
    CHECK(times_of(trace, Kind::block_end, kMain) == Times{400'000, kMs});
    CHECK(calls(trace) == std::vector<Called>{{400'000, ApiCall::get_overlapped_result, 258}, {kMs, ApiCall::get_overlapped_result, 0}});
    CHECK(arrivals(trace) == Arrivals{{kMs, 7, 0}});
    //   0..1 ms: a wait with a timeout of 1.5 ms ends at 1 ms; the next, without, goes on over 1.5 ms until 2 ms
    const Trace stale = played(with("{ start_io = \"log\", as = \"op\" }, { wait_io = \"op\", timeout = \"1500us\" }, { start_io = \"log\", as = \"op\" }, { wait_io = \"op\" }"));
    CHECK(times_of(stale, Kind::block_end, kMain) == Times{kMs, 2 * kMs});
}

TEST_CASE("GetOverlappedResult: without an event of its own it waits for the file, which any operation signals") {
    //   two operations, ends at 1 and 2 ms; who waits for the second on the file's handle is woken at 1 ms and told that it is pending
    const std::string two = "{ start_io = \"log\" }, { start_io = \"log\", as = \"op\"";
    const Trace bare = played(with(two + " }, { wait_io = \"op\" }"));
    CHECK(calls(bare) == std::vector<Called>{{kMs, ApiCall::get_overlapped_result, 996}});
    const Trace event = played(with(two + ", event = \"own\" }, { wait_io = \"op\" }"));
    CHECK(calls(event) == std::vector<Called>{{2 * kMs, ApiCall::get_overlapped_result, 0}});
    CHECK(arrivals(event) == Arrivals{{kMs, 7, 0}, {2 * kMs, 7, 0}});
    const Trace skips = played(with("{ start_io = \"log\", as = \"op\" }, { wait_io = \"op\" }", {}, {"file.log.skip_set_event=true"}));
    CHECK(times_of(skips, Kind::block_end, kMain).empty());              // for ever: the handle is never signalled
}

TEST_CASE("F10: when an operation ends, who waits for it is let go before its packet comes") {
    const Trace trace = played(with("{ start_io = \"log\", as = \"op\" }, { wait_io = \"op\" }"));
    std::vector<Kind> order;
    for (const Record& record : trace.records)
        if (record.time_ns == kMs && (record.kind == Kind::io_finished || record.kind == Kind::block_end || record.kind == Kind::posted)) order.push_back(record.kind);
    CHECK(order == std::vector<Kind>{Kind::io_finished, Kind::block_end, Kind::posted});
}

TEST_CASE("F11: packets leave in order and are finished in another") {
    //   both answers are there at 0; w.1 takes the first and computes 3 ms, w.0 the second and computes 1 ms
    const Trace trace = played(with("{ start_io = \"log\" }, { start_io = \"loose\" }", {}, {"device.disk.at_once=1", "file.loose.port=port", "file.loose.key=8", "worker.w.on_packet_7=[ { compute = \"3ms\" } ]", "worker.w.on_packet_8=[ { compute = \"1ms\" } ]"}));
    std::vector<uint32_t> given, finished;
    for (const Record& record : trace.records) {
        if (record.kind == Kind::released) given.push_back(record.packet);
        if (record.kind == Kind::completed) finished.push_back(record.packet);
    }
    CHECK(given == std::vector<uint32_t>{0, 1});
    CHECK(finished == std::vector<uint32_t>{1, 0});
}

TEST_CASE("CreateIoCompletionPort: association by a step: once, not for a file that is not overlapped, not of a closed handle") {
    const Trace trace = played(with("{ associate = \"loose\", port = \"port\", key = 3 }, { associate = \"loose\", port = \"port\", key = 3 }, { associate = \"plain\", port = \"port\" }, { close_file = \"log\" }, { associate = \"log\", port = \"port\" }, { start_io = \"loose\" }"));
    CHECK(calls(trace) == std::vector<Called>{{0, ApiCall::create_io_completion_port, 0}, {0, ApiCall::create_io_completion_port, 87}, {0, ApiCall::create_io_completion_port, 87}, {0, ApiCall::close_handle, 0}, {0, ApiCall::create_io_completion_port, 6}});
    CHECK(arrivals(trace) == Arrivals{{kMs, 3, 0}});
    tells(trace, "main.0 calls CreateIoCompletionPort for loose, which fails with ERROR_INVALID_PARAMETER (87): the file is associated already.");
    tells(trace, "main.0 calls CreateIoCompletionPort for plain, which fails with ERROR_INVALID_PARAMETER (87): the file was not opened overlapped.");
}

TEST_CASE("CreateIoCompletionPort: an operation that was started before the association posts to the port when it ends") {
    CHECK(arrivals(played(with("{ start_io = \"loose\" }, { block = \"500us\" }, { associate = \"loose\", port = \"port\", key = 3 }"))) == Arrivals{{kMs, 3, 0}});
    const Trace never = played(with("{ start_io = \"loose\" }"));
    CHECK(arrivals(never).empty());                                       // associated with no port: no packet
    CHECK(times_of(never, Kind::io_finished, kNoThread) == Times{kMs});
}

TEST_CASE("files: an operation on a file that is not overlapped blocks its thread, and no packet comes") {
    const Trace trace = played(with("{ start_io = \"plain\" }, { compute = \"1ms\" }"));
    CHECK(times_of(trace, Kind::block_end, kMain) == Times{kMs});
    CHECK(arrivals(trace).empty());
}

TEST_CASE("BindIoCompletionCallback: packets go to the pool, whose limit is the number of processors; a second bind is refused with 87") {
    const std::string pool = "[[worker]]\nname = \"pool-thread\"\npool = true\ncount = 3\n[[file]]\nname = \"bound\"\ndevice = \"disk\"\npool = true\nkey = 4\n";
    const Scenario scenario = scenario_of(kFiles + pool + "[[thread]]\nname = \"main\"\nsteps = [ { start_io = \"bound\" }, { bind = \"bound\" }, { bind = \"loose\" }, { start_io = \"loose\" } ]\n");
    REQUIRE(scenario.pool.valid());
    const Trace trace = played(scenario);
    CHECK(trace.header.ports[scenario.pool.value].limit == 4);
    CHECK(calls(trace) == std::vector<Called>{{0, ApiCall::bind_io_completion_callback, 87}, {0, ApiCall::bind_io_completion_callback, 0}});
    for (const Record& record : trace.records)
        if (record.kind == Kind::posted) CHECK(record.port == scenario.pool.value);
    CHECK(arrivals(trace) == Arrivals{{kMs, 4, 0}, {2 * kMs, 0, 0}});
    tells(trace, "main.0 binds loose to the pool (BindIoCompletionCallback)");
}

TEST_CASE("files: names of operations are each thread's own; a thread without one means the last that was started") {
    //   main's ends at 1 ms, other's at 2 ms (one channel); each waits for its own
    const Trace own = played(with("{ start_io = \"log\", as = \"op\", event = \"own\" }, { wait_io = \"op\" }", "{ start_io = \"log\", as = \"op\", event = \"own\" }, { wait_io = \"op\" }"));
    CHECK(times_of(own, Kind::block_end, kMain) == Times{kMs});
    CHECK(times_of(own, Kind::block_end, kOther) == Times{2 * kMs});
    const Trace others = played(with("{ start_io = \"log\", as = \"op\", event = \"own\" }", "{ block = \"100us\" }, { wait_io = \"op\" }"));
    CHECK(times_of(others, Kind::block_end, kOther) == Times{100'000, kMs});
}

TEST_CASE("files: every call costs post_cost before it is made") {
    const Trace trace = played(with("{ start_io = \"log\" }, { cancel_io = \"log\" }, { close_file = \"log\" }", {}, {"machine.post_cost=10us"}));
    CHECK(times_of(trace, Kind::io_started, kMain) == Times{10'000});
    CHECK(times_of(trace, Kind::call, kMain) == Times{20'000, 30'000});
    CHECK(arrivals(trace) == Arrivals{{20'000, 7, 995}});
}

TEST_CASE("devices: a synchronous read may be answered at once, or fail; nothing of that comes to the port") {
    CHECK(times_of(played(with("{ read = \"disk\" }", {}, {"device.disk.at_once=1"})), Kind::block_begin, kMain).empty());
    const Trace fails = played(with("{ read = \"disk\" }, { compute = \"1us\" }", {}, {"device.disk.fails=1"}));
    CHECK(times_of(fails, Kind::block_end, kMain) == Times{kMs});
    tells(fails, "What main.0 waits for on disk fails with ERROR_IO_DEVICE (1117); no packet is involved.");
}

TEST_CASE("files: chances that are not given draw nothing, and those that are give what they say") {
    const std::string source = "[[source]]\nname = \"s\"\nport = \"port\"\narrivals = { every = \"10us\", count = 4000 }\n";
    const std::vector<std::string> sets{"worker.w.on_packet=[ { start_io = \"log\" } ]", "worker.w.on_packet_7=[]", "device.disk.channels=65536", "until=10s", "seed=11"};
    const Trace plain = run_checked(scenario_of(kFiles + source, sets));
    std::vector<std::string> chances = sets;
    for (const char* set : {"device.disk.at_once=0.3", "device.disk.fails_at_once=0.1", "device.disk.fails=0.2"}) chances.push_back(set);
    const Trace drawn = run_checked(scenario_of(kFiles + source, chances));
    std::array<size_t, 4> outcomes{};
    size_t failed = 0;
    for (const Record& record : drawn.records) {
        if (record.kind == Kind::detail && (record.flags & kError) != 0) ++failed;
        if (record.kind == Kind::io_detail && (record.argument >> 48) != 0) ++outcomes[static_cast<size_t>(io_detail_of_argument(record.argument).outcome)];
    }
    // Binomial, n = 4000: standard deviations 29, 19, 25. Four of them on either side.
    CHECK(outcomes[static_cast<size_t>(IoOutcome::success)] > 1200 - 116);
    CHECK(outcomes[static_cast<size_t>(IoOutcome::success)] < 1200 + 116);
    CHECK(outcomes[static_cast<size_t>(IoOutcome::error)] > 400 - 76);
    CHECK(outcomes[static_cast<size_t>(IoOutcome::error)] < 400 + 76);
    CHECK(failed > 800 - 100);
    CHECK(failed < 800 + 100);
    CHECK(arrivals(plain).size() == 8000);
    CHECK(arrivals(drawn).size() == 8000 - outcomes[static_cast<size_t>(IoOutcome::error)]);
}

TEST_CASE("files: a checker finds operations, handles and ports that do not fit") {
    const Scenario scenario = with("{ start_io = \"log\", as = \"op\" }, { wait_io = \"op\" }");
    Scratch<Record> records;
    World world = world_begin(scenario, records);
    while (world.io_waits.empty()) REQUIRE(world_step(scenario, world, records).ok());
    REQUIRE(world_broken(scenario, world).empty());
    const uint64_t before = world_hash(world);
    SUBCASE("an operation that is forgotten") { world.objects[1].pending = 0; }
    SUBCASE("a file that is closed") { world.objects[1].handles = 0; }
    SUBCASE("a port that has lost its file") { world.objects[1].port = {}; }
    SUBCASE("an operation that is told to have ended") { world.named_operations.begin()->second.pending = false; }
    CHECK_FALSE(world_broken(scenario, world).empty());
    CHECK(world_hash(world) != before);
}
