// `portside record run` on the servers of recorder/load and on each function that Microsoft lists as completing to a port: what the program says of itself is what the recording holds.
#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "tests/cli/oracle_log.h"

using namespace test;

namespace {

struct Kernel { size_t started = 0, packets = 0, posts = 0, gets = 0; };

// Operations, and packets by who queued them.
Kernel count(const sim::Trace& trace) {
    Kernel kernel;
    for (const sim::Record& record : trace.records) {
        kernel.started += record.kind == sim::Kind::io_started ? 1 : 0;
        kernel.gets += record.kind == sim::Kind::get_returned && record.packet != sim::kNoPacket ? 1 : 0;
        if (record.kind == sim::Kind::posted) ++((record.flags & sim::kWithin) != 0 ? kernel.packets : kernel.posts);
    }
    return kernel;
}

struct Said { std::string name, what; uint64_t overlapped = 0; };

// "ReadFile 16478944: completed through the port, pending until then"
std::vector<Said> said(const std::string& out) {
    std::vector<Said> all;
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);) {
        const size_t space = line.find(' '), colon = line.find(": ");
        if (colon == std::string::npos) continue;
        std::string what = line.substr(colon + 2);
        while (!what.empty() && what.back() == '\r') what.pop_back();
        all.push_back({line.substr(0, space), what, std::strtoull(line.c_str() + space, nullptr, 10)});
    }
    return all;
}

}  // namespace

TEST_CASE("program: each of fifteen functions that complete to a port: what the program says came of it is what the recording holds, and what it says unrecorded too") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    const std::string fifteen = quoted(windows_program("fifteen.exe").string());
    const Outcome run = portside(folder, "record run --no-waits -o a.ptrace -- " + fifteen, "timeout -k 5 100 ");
    REQUIRE_MESSAGE(run.code == 0, run.err);
    const std::vector<Said> functions = said(run.out);
    CAPTURE(run.out);
    REQUIRE(functions.size() == 15);
    const auto read = sim::trace_read((folder / "a.ptrace").string());
    REQUIRE(read.ok());
    const sim::Trace& trace = read.value();
    CHECK(sim::lost_records(trace) == 0);
    std::map<uint64_t, std::set<uint32_t>> packets;         // by OVERLAPPED
    std::map<uint32_t, size_t> gets, sources;
    for (const sim::Record& record : trace.records) {
        if (record.kind == sim::Kind::detail && (record.flags & sim::kOverlapped) != 0) packets[record.argument].insert(record.packet);
        if (record.kind == sim::Kind::get_returned && record.packet != sim::kNoPacket) ++gets[record.packet];
        if (record.kind == sim::Kind::posted) sources[record.packet] = static_cast<size_t>(record.argument >> 48);
    }
    size_t started = 0, through = 0;
    for (const Said& function : functions) {
        CAPTURE(function.name);
        const bool comes = has(function.what, "through the port");
        started += has(function.what, "completed") || has(function.what, "pending") ? 1 : 0;
        through += comes ? 1 : 0;
        if (function.overlapped == 0) continue;
        CHECK(packets[function.overlapped].size() == (comes ? 1 : 0));
        for (const uint32_t packet : packets[function.overlapped]) {
            CHECK(gets[packet] == 1);
            CHECK_FALSE(has(trace.header.sources.at(sources[packet]), "not seen"));   // the operation that it ends was seen to begin
        }
    }
    const Kernel kernel = count(trace);
    CHECK(kernel.started == started);
    CHECK(kernel.packets == through);
    CHECK(kernel.gets == through);
    CHECK(kernel.posts == 0);
    CHECK(through >= 13);                                   // Wine 8: all but LockFileEx and WaitCommEvent
    const Outcome plain = shell(folder, "WINEPREFIX=\"${WINEPREFIX:-${XDG_CACHE_HOME:-$HOME/.cache}/portside/wine}\" WINEDEBUG=-all timeout -k 5 100 wine " + fifteen);
    REQUIRE_MESSAGE(plain.code == 0, plain.err);
    const std::vector<Said> unrecorded = said(plain.out);
    REQUIRE(unrecorded.size() == functions.size());
    for (size_t i = 0; i < functions.size(); ++i) {
        CAPTURE(functions[i].name);
        CHECK(functions[i].what == unrecorded[i].what);
    }
}

TEST_CASE("program: three servers serve all their requests while they are recorded, and each operation's packet is in the recording") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    for (const std::string name : {"echo", "file", "convoy"}) {
        CAPTURE(name);
        const Outcome run = portside(folder, "record run -o a.ptrace -- " + quoted(windows_program("load-" + name + ".exe").string()) + " --clients 5 --requests 203 --threads 4 --concurrency 2", "timeout -k 5 90 ");
        REQUIRE_MESSAGE(run.code == 0, run.err);
        CHECK_MESSAGE(has(run.out, name + ": served 203 of 203 requests to 5 clients"), run.out);
        const auto trace = sim::trace_read((folder / "a.ptrace").string());
        REQUIRE(trace.ok());
        CHECK(sim::lost_records(trace.value()) == 0);
        CHECK(trace->header.ports.at(0).concurrency == 2);
        CHECK(has(portside(folder, "identify a.ptrace").out, "wine8\n"));   // what the kernel queues unseen tells nothing: the tries before do
        CHECK(shell(folder, "ls -d a.ptrace*").out == "a.ptrace\n");
        const Kernel kernel = count(trace.value());
        CHECK(kernel.started >= 2 * 203 + 2 * 5);           // a receive and a send each; of each client its accept, and the receive that finds its end
        CHECK(kernel.packets == kernel.started);
        CHECK(kernel.posts == 4);                           // that tell the threads to leave
        CHECK(kernel.gets == kernel.packets + kernel.posts);
        const auto waits = std::count_if(trace->records.begin(), trace->records.end(), [](const sim::Record& r) { return r.kind == sim::Kind::block_begin; });
        const auto reads = std::count_if(trace->records.begin(), trace->records.end(), [](const sim::Record& r) { return r.kind == sim::Kind::block_begin && (r.flags & sim::kDeviceWait) != 0; });
        if (name == "convoy") CHECK(waits >= 203);          // it sleeps each time, and others wait for the lock
        if (name == "file") CHECK(reads >= 203);            // its handler reads a file that is on no port
        else CHECK(reads == 0);                             // sockets that are on the port block nobody
    }
}
