// What Wine's completion port is called.
#include <doctest/doctest.h>

#include "sim/trace/file.h"
#include "tests/cli/shell.h"
#include "tests/skip.h"

using namespace test;
using sim::Result;

namespace {

bool kernel_tells_switches(const Folder& folder) { return has(portside(folder, "info t.ptrace --json").out, "\"has_processors\": true"); }

}  // namespace

TEST_CASE("identify: a recording of any scenario under Wine 8 is wine8, also of one in which nobody is released") {
    const Folder folder;
    size_t recordings = 0;
    for (const auto& scenario : std::filesystem::directory_iterator(std::filesystem::path(PORTSIDE_SOURCE_DIR) / "scenarios")) {
        if (scenario.path().extension() != ".toml") continue;
        CAPTURE(scenario.path().filename().string());
        const Outcome recorded = portside(folder, "record " + quoted(scenario.path().string()) + " --backend iocp -o t.ptrace");
        if (recorded.code != 0) {
            skip("wine", recorded.err);
            return;
        }
        ++recordings;
        CHECK_MESSAGE(has(recorded.err, "\nreleases, tried before the run: oldest first in "), recorded.err);
        const Outcome identified = portside(folder, "identify t.ptrace");
        CHECK_MESSAGE(identified.out.starts_with("wine8\n"), identified.out);
        const Outcome stripped = portside(folder, "info --strip-header -o bare.ptrace t.ptrace");
        CHECK_MESSAGE(stripped.code == 0, stripped.err);
        CHECK(portside(folder, "identify bare.ptrace").out == identified.out);
    }
    CHECK(recordings >= 22);
}

TEST_CASE("record: under Wine what was tried before the run stands in front of the end of a recording too") {
    const Folder folder;
    const Outcome recorded = portside(folder, "record poster-flood --backend iocp --last 1ms -o t.ptrace");
    if (recorded.code != 0) return skip("wine", recorded.err);
    const Result<sim::Trace> trace = sim::trace_read((folder / "t.ptrace").string());
    REQUIRE(trace);
    REQUIRE(trace->records.size() > 16);
    CHECK(trace->records.front().kind == sim::Kind::release_tried);
    CHECK(has(portside(folder, "identify t.ptrace").out, "before the run releases were tried on a port of its own: oldest first in "));
}

TEST_CASE("record: under Wine the kernel tells which processor ran which thread, and the trace is in order") {
    const Folder folder;
    const Outcome recorded = portside(folder, "record limit-1-burst --backend iocp -o t.ptrace");
    if (recorded.code != 0) return skip("wine", recorded.err);
    if (!kernel_tells_switches(folder)) return skip("perf", "the kernel tells nothing of context switches");
    CHECK_FALSE(std::filesystem::exists(folder / "t.ptrace.threads"));
    CHECK_FALSE(std::filesystem::exists(folder / "t.ptrace.new"));
    const Result<sim::Trace> trace = sim::trace_read((folder / "t.ptrace").string());
    REQUIRE(trace);
    // Whoever returns from its get has a processor, and has had it since it was last given one.
    std::vector<bool> has_one(trace->header.threads.size(), false);
    size_t returned = 0;
    int64_t last_ns = 0;
    for (const sim::Record& record : trace->records) {
        CHECK(record.time_ns >= last_ns);
        last_ns = record.time_ns;
        if (record.kind == sim::Kind::on_processor) has_one[record.thread] = true;
        if (record.kind == sim::Kind::off_processor) has_one[record.thread] = false;
        if (record.kind != sim::Kind::get_returned || record.packet == sim::kNoPacket || (record.flags & sim::kStop) != 0) continue;
        ++returned;
        CHECK(has_one[record.thread]);
    }
    CHECK(returned == 6);
}
