// Synchronous reads inside a handler of a recorded program: the trace says between which moments the thread was inside, with the packet in work.
#include <algorithm>
#include <vector>

#include "sim/trace/arguments.h"
#include "tests/cli/oracle_log.h"

using namespace test;

TEST_CASE("program: K17 a handler's synchronous read of a pipe is in the recording: it ends no earlier than the write, in the packet that asked for it, and --no-waits leaves it out") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    const std::string run = " -- " + oracle() + " a.log threads=1 posters=1 packets=20 pipe_reads=30";
    const Outcome recorded = portside(folder, "record run -o a.ptrace" + run, "timeout -k 5 60 ");
    REQUIRE_MESSAGE(recorded.code == 0, recorded.err);
    const sim::Trace trace = sim::trace_read((folder / "a.ptrace").string()).value();
    CHECK(sim::lost_records(trace) == 0);
    std::map<uint32_t, uint64_t> keys;                      // by packet
    for (const sim::Record& record : trace.records)
        if (record.kind == sim::Kind::detail && record.flags == 0) keys[record.packet] = record.argument;
    std::vector<int64_t> writes, ends;
    size_t begun = 0;
    constexpr uint16_t kRead = sim::kWaitCall | sim::kDeviceWait;
    for (const sim::Record& record : trace.records) {
        if (record.kind == sim::Kind::posted && keys[record.packet] == 97) writes.push_back(record.time_ns);
        if ((record.flags & kRead) != kRead || keys[record.packet] != 98) continue;
        CHECK(trace.header.devices.at(sim::device_of_argument(record.argument)).name == "NtReadFile");
        begun += record.kind == sim::Kind::block_begin ? 1 : 0;
        if (record.kind != sim::Kind::block_end) continue;
        CHECK((record.argument >> 32) == 0);
        CHECK(begun == ends.size() + 1);                    // one at a time, each begun before it ends
        ends.push_back(record.time_ns);
    }
    REQUIRE(writes.size() == 30);
    REQUIRE(ends.size() == 30);
    for (size_t i = 0; i < ends.size(); ++i) CHECK(ends[i] >= writes[i]);
    const Deeds expected = deeds_of_log(folder / "a.log"), seen = deeds_of_trace(trace);
    for (const auto& [thread, deeds] : expected) CHECK(seen.at(thread) == deeds);
    const Outcome narrated = portside(folder, "print a.ptrace --narrate");
    CHECK_MESSAGE(narrated.out.find(" is inside NtReadFile, where it may wait, in packet ") != std::string::npos, narrated.out.substr(0, 2000));
    REQUIRE(portside(folder, "record run --no-waits -o b.ptrace" + run, "timeout -k 5 60 ").code == 0);
    const sim::Trace without = sim::trace_read((folder / "b.ptrace").string()).value();
    CHECK(std::none_of(without.records.begin(), without.records.end(), [](const sim::Record& r) { return r.kind == sim::Kind::block_begin; }));
}
