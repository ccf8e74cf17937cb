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

TEST_CASE("identify: a recording under Wine 8 is wine8, or leaves open whether all waiters are woken, and nothing else") {
    const Folder folder;
    bool named = false;
    for (const std::string scenario : {"limit-1-burst", "idle-lifo", "two-ports", "batch-fairness", "overlapped-read", "sync-read-frees-slot"}) {
        CAPTURE(scenario);
        const Outcome recorded = portside(folder, "record " + scenario + " --backend iocp -o t.ptrace");
        if (recorded.code != 0) {
            skip("wine", recorded.err);
            return;
        }
        const std::string json = portside(folder, "identify t.ptrace --json").out;
        const std::string verdict = json_text(json, "verdict"), candidates = json.substr(0, json.find("\"policies\""));
        CHECK_MESSAGE((verdict == "wine8" || (verdict == "undecided" && has(candidates, "\"wine8\""))), json);
        CHECK_MESSAGE(!has(candidates, "\"nt\""), json);
        if (kernel_tells_switches(folder) && scenario != "overlapped-read" && scenario != "batch-fairness")   // of these it may be too little
            for (const std::string other : {"\"epoll\"", "\"event_ports\"", "\"wine10\"", "\"thread_per_operation\""}) CHECK_MESSAGE(!has(candidates, other), json);
        named = named || verdict == "wine8";
    }
    CHECK_MESSAGE(named, "six sleepers and twelve packets one after the other: idle-lifo tells them apart");
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
