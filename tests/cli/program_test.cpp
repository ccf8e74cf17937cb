// `portside record run` on programs that know nothing of it: one that keeps its own log (the recording must equal it, thread by thread and in order), and node.exe,
// which nobody here wrote.
#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/cli/oracle_log.h"

using namespace test;

namespace {

sim::Trace recorded_oracle(const Folder& folder, const std::string& arguments, const std::string& options = "") {
    const Outcome run = portside(folder, "record run " + options + " -o a.ptrace -- " + oracle() + " a.log " + arguments, "timeout -k 5 60 ");
    REQUIRE_MESSAGE(run.code == 0, run.err);
    const auto trace = sim::trace_read((folder / "a.ptrace").string());
    REQUIRE(trace.ok());
    return trace.value();
}

// PORTSIDE_NODE, or build/tools/node.exe below the sources, where tools/node.sh puts it.
std::string node() {
    const char* named = std::getenv("PORTSIDE_NODE");
    const std::filesystem::path path = named != nullptr ? named : std::filesystem::path(PORTSIDE_SOURCE_DIR) / "build" / "tools" / "node.exe";
    return std::filesystem::exists(path) ? path.string() : "";
}

}  // namespace

TEST_CASE("program: the recording equals the program's own log, thread by thread and in order, for 1 to 16 threads and every way to ask") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    for (const std::string get : {"one", "batch", "poll", "alert"})
        for (const int threads : {1, 2, 16}) {
            CAPTURE(get);
            CAPTURE(threads);
            const sim::Trace trace = recorded_oracle(folder, "packets=300 sleep_us=100 get=" + get + " threads=" + std::to_string(threads) + " posters=" + std::to_string(threads > 1 ? 3 : 1));
            CHECK(trace.whole);
            CHECK(sim::lost_records(trace) == 0);
            REQUIRE(trace.header.ports.size() == 1);
            CHECK(trace.header.ports[0].concurrency == 2);
            const Deeds expected = deeds_of_log(folder / "a.log"), seen = deeds_of_trace(trace);
            REQUIRE(!expected.empty());
            REQUIRE(expected.size() == seen.size());
            for (const auto& [thread, deeds] : expected) {
                REQUIRE(seen.contains(thread));
                CHECK(seen.at(thread) == deeds);
            }
        }
}

TEST_CASE("program: one poster and one thread: packets come back in the order in which they were posted, each later than its post") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    const sim::Trace trace = recorded_oracle(folder, "packets=2000 threads=1 posters=1");
    uint32_t next = 0;
    std::map<uint32_t, int64_t> posted;
    for (const sim::Record& record : trace.records) {
        if (record.kind == sim::Kind::posted) posted[record.packet] = record.time_ns;
        if (record.kind != sim::Kind::get_returned) continue;
        CHECK(record.packet == next++);
        CHECK(posted.contains(record.packet));
    }
    CHECK(next == 2001);                                    // and the one that tells the thread to leave
}

TEST_CASE("program: a port that is closed while threads wait is told, and nothing after it is lost") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    const sim::Trace trace = recorded_oracle(folder, "packets=200 threads=4 close=1");
    size_t closed = 0;
    for (const sim::Record& record : trace.records) closed += record.kind == sim::Kind::port_closed ? 1 : 0;
    CHECK(closed == 1);
    const Deeds expected = deeds_of_log(folder / "a.log"), seen = deeds_of_trace(trace);
    REQUIRE(!expected.empty());
    for (const auto& [thread, deeds] : expected) CHECK(seen.at(thread) == deeds);
}

TEST_CASE("program: the header says what was recorded and what a record costs; info shows concurrency and batch sizes") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    const sim::Trace trace = recorded_oracle(folder, "packets=300 get=batch concurrency=5 sleep_us=2000");
    CHECK(trace.header.program.name == "portside-oracle.exe");
    CHECK(trace.header.program.hooks.size() > 15);
    CHECK(trace.header.program.refused.empty());
    CHECK(trace.header.record_cost_ns > 0);
    CHECK(trace.header.record_cost_ns < 2000);
    CHECK(trace.header.program.clock_cost_ns > 0);
    for (const std::string& source : trace.header.sources) CHECK(has(source, "portside-oracle.exe+0x"));
    const Outcome info = portside(folder, "info a.ptrace");
    CHECK(has(info.out, "concurrency 5"));
    CHECK(has(info.out, "packets a get: "));
    CHECK(has(info.out, "ns a record"));
    CHECK(portside(folder, "print a.ptrace --narrate").code == 0);
}

TEST_CASE("program: what the kernel queued has an interval that begins with its read; the handle's name, threads' names and waits in handlers are there") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    const sim::Trace trace = recorded_oracle(folder, "packets=20 reads=50 named=1 sleep_us=500");
    std::map<uint32_t, int64_t> latest, earliest;
    std::vector<int64_t> reads;
    size_t waits = 0;
    for (const sim::Record& record : trace.records) {
        if (record.kind == sim::Kind::posted && (record.flags & sim::kWithin) != 0) latest[record.packet] = record.time_ns;
        if (record.kind == sim::Kind::detail && (record.flags & sim::kEarliest) != 0) earliest[record.packet] = static_cast<int64_t>(record.argument);
        if (record.kind == sim::Kind::io_started) reads.push_back(record.time_ns);
        if (record.kind == sim::Kind::block_begin && (record.flags & sim::kWaitCall) != 0) ++waits;
    }
    CHECK(latest.size() == 50);
    CHECK(reads.size() == 50);
    for (const auto& [packet, at_ns] : latest) {
        REQUIRE(earliest.contains(packet));
        CHECK(earliest.at(packet) <= at_ns);
        CHECK(std::find(reads.begin(), reads.end(), earliest.at(packet)) != reads.end());
    }
    CHECK(waits > 20);
    REQUIRE(trace.header.files.size() == 1);
    CHECK_MESSAGE(has(trace.header.files[0], "portside-oracle.exe"), trace.header.files[0]);
    CHECK(std::count_if(trace.header.threads.begin(), trace.header.threads.end(), [](const std::string& name) { return name == "worker 0" || name == "worker 1"; }) == 2);
    CHECK(trace.header.program.round_trip_ns > 0);
    size_t left_out = 0;
    for (const sim::Record& record : recorded_oracle(folder, "packets=20 sleep_us=500", "--no-waits").records) left_out += record.kind == sim::Kind::block_begin ? 1 : 0;
    CHECK(left_out == 0);
}

TEST_CASE("program: threads that call on while they end take nothing with them: after more of them than there are rings nothing is lost") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    const sim::Trace trace = recorded_oracle(folder, "packets=50 exits=300");
    CHECK(sim::lost_records(trace) == 0);
    const Deeds expected = deeds_of_log(folder / "a.log"), seen = deeds_of_trace(trace);
    REQUIRE(!expected.empty());
    for (const auto& [thread, deeds] : expected) CHECK(seen.at(thread) == deeds);
}

TEST_CASE("program: a second recorder is turned away and the first one goes on") {
    const Folder folder, other;
    if (!have_program_recorder(folder)) return;
    Outcome second;
    std::thread later([&] {
        wait_for_drained(folder / "a.ptrace.part", 1);
        second = portside(other, "record attach portside-oracle.exe -o b.ptrace", "timeout -k 5 60 ");
    });
    const Outcome first = portside(folder, "record run -o a.ptrace -- " + oracle() + " first.log seconds=4 lines=300000", "timeout -k 5 60 ");
    later.join();
    CHECK(second.code == 1);
    CHECK_MESSAGE(has(second.err, "another recorder"), second.err);
    CAPTURE(first.err);
    CHECK(first.code == 0);
    const Deeds expected = deeds_of_log(folder / "first.log"), seen = deeds_of_trace(sim::trace_read((folder / "a.ptrace").string()).value());
    REQUIRE(!expected.empty());
    for (const auto& [thread, deeds] : expected) CHECK(seen.at(thread) == deeds);
}

TEST_CASE("program: --follow records a child in a trace of its own; --last, --until and --port keep a part") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    recorded_oracle(folder, "packets=50 child=1", "--follow");
    const auto child = sim::trace_read((folder / "a.2.ptrace").string());
    REQUIRE(child.ok());
    const Deeds expected = deeds_of_log(folder / "a.log.child"), seen = deeds_of_trace(child.value());
    REQUIRE(!expected.empty());
    for (const auto& [thread, deeds] : expected) CHECK(seen.at(thread) == deeds);
    const sim::Trace last = recorded_oracle(folder, "seconds=3 packets=20000", "--last 300ms");
    std::map<uint32_t, size_t> before;
    for (const sim::Record& record : last.records)
        before[record.thread] += record.kind == sim::Kind::get_called && record.time_ns < last.records.back().time_ns - 300'000'000 ? 1 : 0;
    for (const auto& [thread, gets] : before) CHECK(gets <= 1);      // the one that it was in when the last part began
    CHECK(last.records.size() > 100);
    CHECK(last.header.ports.at(0).concurrency == 2);        // made long before the part that is kept
    CHECK(last.header.program.ports.at(0).limit_known);
    CHECK(sim::lost_records(last) == 0);
    const Outcome until = portside(folder, "record run --until 'posts>=500' -o u.ptrace -- " + oracle() + " u.log packets=5000", "timeout -k 5 60 ");
    CHECK(until.code == 0);
    CHECK(has(until.err, "the condition holds"));
    const Outcome port = portside(folder, "record run --port nosuch -o p.ptrace -- " + oracle() + " p.log packets=5", "timeout -k 5 60 ");
    CHECK(port.code == 1);
    CHECK(has(port.err, "portside-oracle.1 (0x"));
    CHECK(sim::trace_read((folder / "p.ptrace.part").string()).ok());   // what was recorded is not lost with a mistyped name
}

TEST_CASE("program: what can't be recorded is said in one line with exit code 1, and leaves nothing behind") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    std::string bytes = read_file(windows_program("portside-oracle.exe"));
    uint32_t at = 0;
    std::memcpy(&at, bytes.data() + 60, sizeof at);
    bytes[at + 4] = 0x4C;                                   // the machine: i386
    bytes[at + 5] = 0x01;
    write_file(folder / "small.exe", bytes);
    write_file(folder / "text.exe", "no program");
    struct Bad { std::string arguments, says; };
    for (const Bad& bad : {Bad{"run -o x.ptrace -- ./nosuch.exe", "there is no such program"}, Bad{"run -o x.ptrace -- nosuch", "there is no such program"}, Bad{"run -o x.ptrace -- ./small.exe", "32-bit"},
                           Bad{"run -o x.ptrace -- ./text.exe", "no Windows program"}, Bad{"run -o nowhere/x.ptrace -- " + oracle() + " a.log", "no folder"}, Bad{"run -o /proc/x.ptrace -- " + oracle() + " a.log", "can't be written"}, Bad{"attach 99999 -o x.ptrace", "no process of that number"},
                           Bad{"attach nosuch.exe -o x.ptrace", "no process of that name"}, Bad{"run --until 'depth<3' -o x.ptrace -- " + oracle() + " a.log", "no condition"}, Bad{"run --last 10 -o x.ptrace -- " + oracle() + " a.log", "--last 10"}}) {
        CAPTURE(bad.arguments);
        const Outcome outcome = portside(folder, "record " + bad.arguments, "timeout -k 5 60 ");
        CHECK(outcome.code == 1);
        CHECK(outcome.out.empty());
        CHECK_MESSAGE(has(outcome.err, bad.says), outcome.err);
        CHECK(!std::filesystem::exists(folder / "x.ptrace"));
        CHECK(!std::filesystem::exists(folder / "x.ptrace.part"));
        CHECK(!std::filesystem::exists(folder / "a.log"));  // the program was not started
    }
    CHECK(has(portside(folder, "record run -o x.ptrace -- " + oracle() + " a.log", "env PATH=/nowhere ").err, "Wine is missing"));
    // The Windows recorder itself, in the folder of Wine that the tries above have made.
    const Outcome kernel = shell(folder, "WINEDEBUG=-all WINEPREFIX=\"${WINEPREFIX:-${XDG_CACHE_HOME:-$HOME/.cache}/portside/wine}\" timeout -k 5 60 wine " + quoted(windows_program("portside-record.exe").string()) + " run --etw -o x.ptrace -- " + oracle() + " a.log");
    CHECK(kernel.code == 1);
    CHECK_MESSAGE(has(kernel.err, "--etw: Wine has no kernel event tracing"), kernel.err);
    for (const char* name : {"x.ptrace", "x.ptrace.part", "x.ptrace.etl", "a.log"}) CHECK(!std::filesystem::exists(folder / name));
    // What a recorder that was killed has left stays until there is something better; files beside it are nobody's but the caller's.
    for (const char* own : {"x.ptrace.part", "x.ptrace.log", "x.ptrace.stop"}) write_file(folder / own, own);
    CHECK(portside(folder, "record run -o x.ptrace -- nosuch", "timeout -k 5 60 ").code == 1);
    for (const char* own : {"x.ptrace.part", "x.ptrace.log", "x.ptrace.stop"}) CHECK(read_file(folder / own) == own);
}

TEST_CASE("program: a full disk is told before the program starts") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    // In a space of its own, with a folder of Wine's own: the server of another one would not see what is mounted here.
    const std::string prepare = "from=\"${XDG_CACHE_HOME:-$HOME/.cache}/portside/wine\"; mkdir small prefix && cp -a \"$from\"/*.reg \"$from/.update-timestamp\" \"$from/dosdevices\" prefix && ln -s \"$from/drive_c\" prefix/drive_c && mount -t tmpfs -o size=8m none small";
    if (shell(folder, "unshare -rm sh -c 'mkdir small && mount -t tmpfs none small'; e=$?; rmdir small; exit $e").code != 0) return skip("tmpfs", "this machine lets nobody mount a small file system");
    const std::string command = quoted(PORTSIDE_PROGRAM) + " record run -o small/x.ptrace -- " + oracle() + " a.log";
    write_file(folder / "full.sh", prepare + "\nWINEPREFIX=$PWD/prefix timeout -k 5 60 " + command + "\n");
    const Outcome full = shell(folder, "unshare -rm sh full.sh");
    CHECK(full.code == 1);
    CHECK_MESSAGE(has(full.err, "the disk is full"), full.err);
    CHECK(!std::filesystem::exists(folder / "a.log"));
}

TEST_CASE("program: node.exe serves 1,000 requests while it is recorded, and its ports show a concurrency of one") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    if (node().empty()) return skip("node", "node.exe is not here: tools/node.sh fetches it, or PORTSIDE_NODE names it");
    std::filesystem::copy_file(std::filesystem::path(PORTSIDE_SOURCE_DIR) / "recorder" / "load" / "serve.js", folder / "serve.js");   // as README shows it
    const Outcome run = portside(folder, "record run -o node.ptrace -- " + quoted(node()) + " serve.js", "NODE_SKIP_PLATFORM_CHECK=1 timeout -k 5 90 ");
    REQUIRE_MESSAGE(run.code == 0, run.err);
    CHECK(has(run.out, "served 1000"));
    const auto read = sim::trace_read((folder / "node.ptrace").string());
    REQUIRE(read.ok());
    const sim::Trace& trace = read.value();
    CHECK(sim::lost_records(trace) == 0);
    uint64_t packets = 0;
    for (size_t p = 0; p < trace.header.ports.size(); ++p) {
        CHECK(trace.header.ports[p].concurrency == 1);      // of libuv's loop, of node's platform
        for (const auto& [size, gets] : trace.header.program.ports[p].batches) packets += size * gets;
    }
    CHECK(packets >= 2000);                                 // a request and an answer each
    CHECK(std::any_of(trace.header.sources.begin(), trace.header.sources.end(), [](const std::string& source) { return has(source, "node.exe+0x"); }));
    const Outcome info = portside(folder, "info node.ptrace");
    CHECK(has(info.out, "concurrency 1"));
    CHECK(has(info.out, "packets a get: "));
    std::printf("%s", info.out.c_str());
}
