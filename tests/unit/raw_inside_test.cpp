// Calls on files inside a handler: a block where the call returned when it was done, none where it was overlapped.
#include <doctest/doctest.h>

#include <algorithm>

#include "sim/trace/arguments.h"
#include "sim/trace/observed.h"
#include "sim/trace/print.h"
#include "sim/trace/raw_merge.h"
#include "sim/trace/summary.h"
#include "tests/unit/raw_build.h"

using namespace sim;
using test::kFile;

namespace {

constexpr uint32_t kPending = 0x103;

RawRecord asks(uint64_t at, uint32_t thread = 12) { return test::record(RawKind::get_called, at, thread); }
RawRecord called(uint64_t at) {
    RawRecord r = test::record(RawKind::io_called, at, 12, kFile);
    r.count = static_cast<uint32_t>(RawCall::read_file);
    return r;
}
RawRecord came_out(uint64_t begin, uint64_t at, uint32_t status = 0) {
    RawRecord r = called(begin);
    r.kind = RawKind::io_returned;
    r.end = at;
    r.status = status;
    return r;
}
RawRecord submitted(uint64_t begin, uint64_t end, uint32_t status) {
    RawRecord r = came_out(begin, end, status);
    r.kind = RawKind::submitted;
    r.overlapped = 0x900;
    return r;
}

// A thread that gets a packet at 20, does these, and asks again at 900.
Trace handler(const std::vector<RawRecord>& does) {
    RawTrace raw = test::empty_raw();
    raw.rings = {{test::created(5, 2), test::posted(8, 8, 0, 16)}, {asks(10), test::got(20, 12, 1, 0, 16)}};
    raw.rings[1].insert(raw.rings[1].end(), does.begin(), does.end());
    raw.rings[1].push_back(asks(900));
    return raw_merge(raw).value();
}

std::vector<Record> blocks(const Trace& trace) {
    std::vector<Record> out;
    std::copy_if(trace.records.begin(), trace.records.end(), std::back_inserter(out), [](const Record& r) { return r.kind == Kind::block_begin || r.kind == Kind::block_end; });
    return out;
}

}  // namespace

TEST_CASE("raw: K17 a call that returned when it was done is a block from its beginning to its return, with the device, the packet in work and the status") {
    const Trace trace = handler({called(100), came_out(100, 350, 0xC0000011)});
    const std::vector<Record> both = blocks(trace);
    REQUIRE(both.size() == 2);
    for (const Record& one : both) {
        CHECK(one.flags == (kWaitCall | kDeviceWait));
        CHECK(one.thread == 1);
        CHECK(one.packet == 0);
        CHECK(trace.header.devices.at(device_of_argument(one.argument)).name == "NtReadFile");
    }
    CHECK(both[0].kind == Kind::block_begin);
    CHECK(both[0].time_ns == 100);
    CHECK(both[1].kind == Kind::block_end);
    CHECK(both[1].time_ns == 350);
    CHECK((both[1].argument >> 32) == 0xC0000011);
    // Handled from 20 to 900, of which it was inside for 250.
    const Summary summary = summarize(trace.header, trace.records, 0);
    CHECK(summary.threads.at(1).blocked_ns == 250);
    const std::string text = narrate_trace(trace);
    CHECK_MESSAGE(text.find("thread.12 is inside NtReadFile, where it may wait, in packet 0: 0 threads are active.") != std::string::npos, text);
    CHECK_MESSAGE(text.find("thread.12 comes back from NtReadFile: 1 thread is active.") != std::string::npos, text);
}

TEST_CASE("raw: a call that was pending is overlapped and no block, and so is one whose packet comes after all") {
    CHECK(blocks(handler({called(100), came_out(100, 110, kPending)})).empty());
    CHECK(blocks(handler({called(100), submitted(100, 105, kPending), came_out(100, 110, kPending)})).empty());
    // Done inside the call, on a file that was associated before the recording began.
    const std::vector<RawRecord> at_once{called(100), submitted(100, 105, 0), came_out(100, 110)};
    CHECK(blocks(handler(at_once)).size() == 2);            // as far as is known
    std::vector<RawRecord> comes = at_once;
    comes.insert(comes.end(), {asks(200), test::got(210, 12, 1, 0, 0x900)});
    CHECK(blocks(handler(comes)).empty());
}

TEST_CASE("raw: a packet that another thread takes before the call has returned shows it overlapped") {
    CHECK(blocks(handler({asks(90, 13), called(100), submitted(100, 105, 0), test::got(107, 13, 1, 0, 0x900), came_out(100, 110)})).empty());
}

TEST_CASE("raw: a thread that is still inside when the recording ends has a beginning and no end; a return whose beginning was given up tells both") {
    const std::vector<Record> stuck = blocks(handler({called(100)}));
    REQUIRE(stuck.size() == 1);
    CHECK(stuck[0].kind == Kind::block_begin);
    const std::vector<Record> both = blocks(handler({came_out(100, 350)}));
    REQUIRE(both.size() == 2);
    CHECK(both[0].time_ns == 100);
    CHECK(both[1].time_ns == 350);
    CHECK(blocks(handler({came_out(100, 350, kPending)})).empty());
}

TEST_CASE("raw: calls inside one another, and one whose return was lost, have ends of their own") {
    const std::vector<Record> nested = blocks(handler({called(100), called(150), came_out(150, 200), came_out(100, 300)}));
    REQUIRE(nested.size() == 4);
    CHECK(nested[2].time_ns == 200);
    CHECK(nested[3].time_ns == 300);
    const std::vector<Record> lost = blocks(handler({called(100), called(400), came_out(400, 450)}));
    REQUIRE(lost.size() == 3);
    CHECK(lost[2].time_ns == 450);
}
