// What an agent left, made into a trace: numbers for handles, threads and packets; nothing guessed; nothing crashes on bad bytes.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "sim/base/prng.h"
#include "sim/trace/arguments.h"
#include "sim/trace/file_format.h"
#include "sim/trace/observed.h"
#include "sim/trace/print.h"
#include "sim/trace/raw_known.h"
#include "sim/trace/raw_merge.h"
#include "sim/trace/state.h"
#include "sim/trace/summary.h"
#include "tests/etl_writer.h"
#include "tests/folder.h"
#include "tests/unit/raw_build.h"

using namespace sim;
using test::got, test::kFile, test::kPort, test::of_kind, test::record;

namespace {

constexpr uint64_t kModule = 0x140000000;

// The program's module is known, and every call came from it.
RawTrace empty_raw() {
    RawTrace raw = test::empty_raw();
    raw.notes.push_back({RawNoteKind::module_loaded, 0, kModule, 0x10000, "p.exe"});
    return raw;
}
RawRecord created(uint64_t at, uint32_t concurrency) { return test::created(at, concurrency, kModule + 0x100); }
RawRecord posted(uint64_t at, uint32_t thread, uint64_t key, uint64_t overlapped) { return test::posted(at, thread, key, overlapped, kModule + 0x1234); }

}  // namespace

TEST_CASE("raw: a post and the get that brings it are one packet, posted by a place in a module") {
    RawTrace raw = empty_raw();
    raw.rings[0] = {created(10, 0), posted(20, 8, 1, 16), posted(30, 8, 1, 32)};
    raw.rings[1] = {record(RawKind::get_called, 15, 12), got(25, 12, 1, 1, 16), record(RawKind::get_called, 28, 12), got(35, 12, 1, 1, 32)};
    const Trace trace = raw_merge(raw).value();
    REQUIRE(trace.header.ports.size() == 1);
    CHECK(trace.header.ports[0].name == "p.1");
    CHECK(trace.header.ports[0].concurrency == 0);
    CHECK(trace.header.ports[0].limit == 4);                // 0 means the processors
    CHECK(trace.header.sources == std::vector<std::string>{"p.exe+0x1234"});
    const auto returned = of_kind(trace, Kind::get_returned);
    REQUIRE(returned.size() == 2);
    CHECK(returned[0].packet == 0);
    CHECK(returned[1].packet == 1);
    // Posted 20, 30; back 25, 35: a wait of 5 each. The first is done when the thread comes back, at 28.
    const Summary summary = summarize(trace.header, trace.records, 0);
    CHECK(summary.posted == 2);
    CHECK(summary.completed == 1);
    CHECK(summary.queue_wait.mean == doctest::Approx(5));
    CHECK(summary.latency.max == 8);
}

TEST_CASE("raw: a batch is one get_returned for each packet, the first with their number, and counted by size") {
    RawTrace raw = empty_raw();
    RawRecord first = got(40, 12, 3, 1, 16), second = first, third = first;
    second.kind = third.kind = RawKind::get_entry;
    second.overlapped = 32;
    third.overlapped = 48;
    second.count = third.count = 0;
    raw.rings[0] = {created(10, 2), posted(20, 8, 1, 16), posted(21, 8, 1, 32), posted(22, 8, 1, 48)};
    raw.rings[1] = {record(RawKind::get_called, 15, 12), first, second, third};
    const Trace trace = raw_merge(raw).value();
    const auto returned = of_kind(trace, Kind::get_returned);
    REQUIRE(returned.size() == 3);
    CHECK(returned[0].argument == 3);
    CHECK(returned[1].argument == 0);
    CHECK(returned[2].packet == 2);
    CHECK(trace.header.program.ports[0].batches == std::map<uint32_t, uint64_t>{{3, 1}});
}

TEST_CASE("raw: packets of a get whose own record was lost are not another get's, and count as lost") {
    RawTrace raw = empty_raw();
    RawRecord one = got(40, 12, 1, 1, 16), other = got(60, 12, 0, 1, 48);
    other.kind = RawKind::get_entry;
    raw.rings[0] = {created(10, 2), posted(20, 8, 1, 16), posted(22, 8, 1, 48)};
    raw.rings[1] = {record(RawKind::get_called, 15, 12), one, other};      // a ring that was full has lost what stood between
    const Trace trace = raw_merge(raw).value();
    CHECK(of_kind(trace, Kind::get_returned).size() == 1);
    CHECK(lost_records(trace) == 1);
}

TEST_CASE("raw: what the kernel queued is stored as the interval from its submit to its get, and counts in no latency") {
    RawTrace raw = empty_raw();
    RawRecord associated = record(RawKind::associated, 12, 8, kFile);
    associated.other = kPort;
    associated.key = 7;
    RawRecord submit = record(RawKind::submitted, 50, 8, kFile);
    submit.end = 55;
    submit.overlapped = 0x900;
    submit.status = 0x103;
    submit.count = static_cast<uint32_t>(RawCall::read_file);
    raw.rings[0] = {created(10, 1), associated, submit};
    raw.rings[1] = {record(RawKind::get_called, 15, 12), got(90, 12, 1, 7, 0x900), record(RawKind::get_called, 95, 12)};
    const Trace trace = raw_merge(raw).value();
    const auto posts = of_kind(trace, Kind::posted);
    REQUIRE(posts.size() == 1);
    CHECK(posts[0].thread == kNoThread);
    CHECK(posts[0].flags == kWithin);
    CHECK(posts[0].time_ns == 90);
    const auto details = of_kind(trace, Kind::detail);
    const auto earliest = std::find_if(details.begin(), details.end(), [](const Record& r) { return r.flags == kEarliest; });
    REQUIRE(earliest != details.end());
    CHECK(earliest->argument == 50);
    CHECK(trace.header.devices[0].name == "NtReadFile");
    CHECK(trace.header.files[0] == "handle 0x60");
    const Summary summary = summarize(trace.header, trace.records, 0);
    CHECK(summary.completed == 1);
    CHECK(summary.latency.count == 0);
    CHECK(summary.queue_wait.count == 0);
}

TEST_CASE("raw: a status whose error is not known is told whole") {
    RawTrace raw = empty_raw();
    RawRecord fails = got(90, 12, 1, 7, 0x900);
    fails.status = 0xC0DE1234;
    raw.rings[0] = {created(10, 1)};
    raw.rings[1] = {fails};
    const Trace trace = raw_merge(raw).value();
    TraceState state = trace_state_begin(trace.header);
    for (const Record& one : trace.records) trace_state_apply(state, trace.header, one);
    REQUIRE(state.packets.find(0) != nullptr);
    CHECK(state.packets.find(0)->error == 0xC0DE1234);
}

TEST_CASE("raw: an operation that ended inside its call was queued before the call returned; one that fails or is skipped brings no packet") {
    RawTrace raw = empty_raw();
    RawRecord associated = record(RawKind::associated, 12, 8, kFile), skip = record(RawKind::notification, 13, 8, kFile), at_once = record(RawKind::submitted, 50, 8, kFile);
    associated.other = kPort;
    skip.count = 1;
    at_once.end = 55;
    at_once.overlapped = 0x900;
    RawRecord failing = at_once;
    failing.begin = 60;
    failing.status = 0xC0000022;
    raw.rings[0] = {created(10, 1), associated, at_once, failing};
    raw.rings[1] = {got(90, 12, 1, 0, 0x900)};
    Trace trace = raw_merge(raw).value();
    CHECK(of_kind(trace, Kind::posted)[0].time_ns == 55);   // between 50 and 55
    CHECK(of_kind(trace, Kind::io_finished).size() == 2);
    raw.rings[0].insert(raw.rings[0].begin() + 2, skip);
    raw.rings[1].clear();
    trace = raw_merge(raw).value();
    CHECK(of_kind(trace, Kind::posted).empty());
    for (const Record& end : of_kind(trace, Kind::io_finished)) CHECK((end.flags & kNoAnswer) != 0);
}

TEST_CASE("raw: a packet is of the last operation on its OVERLAPPED: one before it that brought none is no match; a wait packet's context may be in several at once") {
    RawTrace raw = empty_raw();
    RawRecord associated = record(RawKind::associated, 12, 8, kFile), skipped = record(RawKind::submitted, 50, 8, kFile);
    associated.other = kPort;
    skipped.overlapped = 0x900;                             // its file skips packets on success, which was set before the recording began
    skipped.count = static_cast<uint32_t>(RawCall::read_file);
    RawRecord pending = skipped;
    pending.begin = 60;
    pending.status = 0x103;
    raw.rings[0] = {created(10, 1), associated, skipped, pending};
    raw.rings[1] = {got(90, 12, 1, 0, 0x900)};
    const auto earliest_of = [&raw] {
        const Trace trace = raw_merge(raw).value();
        const auto details = of_kind(trace, Kind::detail);
        const auto earliest = std::find_if(details.begin(), details.end(), [](const Record& r) { return r.flags == kEarliest; });
        return earliest == details.end() ? 0 : earliest->argument;
    };
    CHECK(earliest_of() == 60);
    for (RawRecord& one : raw.rings[0])
        if (one.kind == RawKind::submitted) one.count = static_cast<uint32_t>(RawCall::wait_packet);
    CHECK(earliest_of() == 50);                             // which of the two is not known: the earlier moment holds for both
}

TEST_CASE("raw: a handle that was closed and comes again is another port; a thread's number likewise") {
    RawTrace raw = empty_raw();
    raw.rings[0] = {created(10, 1), posted(20, 8, 1, 16), record(RawKind::closed, 30, 8), created(40, 5), posted(50, 8, 1, 32), record(RawKind::thread_exit, 60, 8), record(RawKind::thread_start, 70, 8), posted(80, 8, 1, 48)};
    const Trace trace = raw_merge(raw).value();
    REQUIRE(trace.header.ports.size() == 2);
    CHECK(trace.header.ports[1].limit == 5);
    CHECK(of_kind(trace, Kind::port_closed)[0].argument == 1);   // one was queued and is lost
    CHECK(trace.header.threads.size() == 2);
    CHECK(of_kind(trace, Kind::posted)[2].thread == 1);
}

TEST_CASE("raw: a handle that is closed while another thread makes a port, which gets its number, was the old port's") {
    RawTrace raw = empty_raw();
    RawRecord other = posted(20, 12, 1, 16), second = created(90, 5), copy = record(RawKind::port_copied, 130, 8, 0x70);
    other.handle = 0x70;
    second.thread = 12;
    second.end = 110;                                       // it began before the close and ended after it
    copy.other = kPort;
    copy.end = 150;                                         // likewise
    raw.rings[0] = {created(10, 1), record(RawKind::closed, 100, 8), posted(120, 8, 1, 16), copy};
    raw.rings[1] = {other, second, record(RawKind::closed, 140, 12, 0x70)};
    const Trace trace = raw_merge(raw).value();
    CHECK(trace.header.ports.size() == 3);
    REQUIRE(of_kind(trace, Kind::port_closed).size() == 2);
    CHECK(of_kind(trace, Kind::port_closed)[0].port == 0);
    CHECK(of_kind(trace, Kind::port_closed)[1].port == 1);
    CHECK(of_kind(trace, Kind::posted)[1].port == 2);
    CHECK(of_kind(trace, Kind::port_opened)[2].time_ns == 110);
}

TEST_CASE("raw: a get on a handle that was closed asks the old port, waits for nobody and says so; one that fails otherwise says no more than that") {
    RawTrace raw = empty_raw();
    RawRecord fails = got(110, 12, 0, 0, 0), refused = got(130, 13, 0, 0, 0);
    fails.status = 0xC0000008;                              // STATUS_INVALID_HANDLE
    refused.status = 0xC0000022;
    raw.rings[0] = {created(10, 1), record(RawKind::closed, 50, 8), posted(200, 8, 1, 16)};
    raw.rings[1] = {record(RawKind::get_called, 20, 12), got(60, 12, 1, 1, 16), record(RawKind::get_called, 100, 12), fails};
    raw.rings[2] = {record(RawKind::get_called, 30, 13), refused};
    const Trace trace = raw_merge(raw).value();
    CHECK(trace.header.ports.size() == 2);                  // what was closed, and what the post went to, which came from elsewhere
    CHECK(of_kind(trace, Kind::get_returned)[0].port == 0); // its get began before the close
    CHECK(of_kind(trace, Kind::get_returned)[1].flags == kInvalid);
    CHECK(of_kind(trace, Kind::get_returned)[2].flags == kError);
    TraceState state = trace_state_begin(trace.header);
    for (const Record& one : trace.records) trace_state_apply(state, trace.header, one);
    CHECK(state.ports[0].waiters.empty());
    for (const Record& one : of_kind(trace, Kind::get_called)) CHECK(state.threads[one.thread].view == ThreadView::running);
    const std::string text = narrate_trace(trace);
    CHECK(text.find("thread.12 asks p.1, which is closed: the get fails with ERROR_INVALID_HANDLE.") != std::string::npos);
    CHECK(text.find("The get of thread.13 from p.1 fails.") != std::string::npos);
}

TEST_CASE("raw: a port whose handle is closed goes with the last handle of its files, and then tells what is lost") {
    RawTrace raw = empty_raw();
    RawRecord associated = record(RawKind::associated, 12, 8, kFile), copy = record(RawKind::port_copied, 14, 8, 0x70);
    associated.other = kPort;
    copy.other = kFile;
    raw.rings[0] = {created(10, 1), associated, copy, posted(20, 8, 1, 16), record(RawKind::closed, 30, 8), record(RawKind::closed, 40, 8, kFile), record(RawKind::closed, 50, 8, 0x70)};
    const Trace trace = raw_merge(raw).value();
    CHECK(trace.header.files.size() == 1);
    const auto closed = of_kind(trace, Kind::port_closed);
    REQUIRE(closed.size() == 2);
    CHECK(closed[0].flags == kKeepsSlot);
    CHECK(closed[0].argument == 0);
    CHECK(closed[1].time_ns == 50);
    CHECK(closed[1].flags == 0);
    CHECK(closed[1].argument == 1);
}

TEST_CASE("raw: a port that was there before has no limit that is known; --port keeps one port, and an unknown name lists them") {
    RawTrace raw = empty_raw();
    RawRecord other = posted(30, 8, 1, 16);
    other.handle = 0x70;
    raw.rings[0] = {posted(20, 8, 1, 16), other};
    CHECK(!raw_merge(raw).value().header.program.ports[0].limit_known);
    const Trace one = raw_merge(raw, {.port = "0x70", .last_ns = 0}).value();
    CHECK(of_kind(one, Kind::posted).size() == 1);
    const auto none = raw_merge(raw, {.port = "0x99", .last_ns = 0});
    REQUIRE(!none.ok());
    CHECK(none.error().hint.find("port.2 (0x70)") != std::string::npos);
}

TEST_CASE("raw: --last keeps the end, and what its packets began with") {
    RawTrace raw = empty_raw();
    raw.rings[0] = {created(10, 1), posted(20, 8, 1, 16), posted(30, 8, 1, 32), posted(1000, 8, 1, 48)};
    raw.rings[1] = {got(40, 12, 1, 1, 16), got(990, 12, 1, 1, 32)};
    const Trace trace = raw_merge(raw, {.port = "", .last_ns = 100}).value();
    CHECK(of_kind(trace, Kind::port_opened).size() == 1);
    CHECK(of_kind(trace, Kind::posted).size() == 2);        // of 32, which is taken inside, and of 48
    CHECK(of_kind(trace, Kind::get_returned).size() == 1);
}

TEST_CASE("raw: --last keeps who waits, what is queued and in work, and what is over: closed ports, threads that have left") {
    RawTrace raw = empty_raw();
    RawRecord other = posted(30, 8, 1, 32), gone = created(12, 2), ends = record(RawKind::wait_returned, 62, 12, 0);
    other.handle = gone.handle = 0x70;
    raw.rings[0] = {created(10, 1), gone, posted(20, 8, 1, 16), posted(21, 8, 2, 16), posted(22, 8, 3, 16), other, record(RawKind::closed, 40, 8, 0x70), posted(1000, 8, 1, 48)};
    raw.rings[1] = {record(RawKind::get_called, 50, 12), got(60, 12, 1, 1, 16), record(RawKind::wait_called, 61, 12, 0), ends, record(RawKind::wait_called, 63, 12, 0)};
    raw.rings[2] = {record(RawKind::get_called, 70, 13), got(71, 13, 1, 3, 16), record(RawKind::get_called, 75, 13), record(RawKind::get_called, 76, 14), record(RawKind::thread_exit, 80, 14)};
    const Trace trace = raw_merge(raw, {.port = "", .last_ns = 100}).value();
    CHECK(of_kind(trace, Kind::port_closed).size() == 1);
    CHECK(of_kind(trace, Kind::thread_exit).size() == 1);
    const auto posts = of_kind(trace, Kind::posted), gets = of_kind(trace, Kind::get_called), waits = of_kind(trace, Kind::block_begin);
    REQUIRE(posts.size() == 3);
    CHECK(posts[0].time_ns == 20);                          // in work
    CHECK(posts[1].time_ns == 21);                          // queued; what was on the closed port, and what is done, is not there
    REQUIRE(of_kind(trace, Kind::get_returned).size() == 1);
    CHECK(of_kind(trace, Kind::get_returned)[0].time_ns == 60);
    REQUIRE(gets.size() == 1);
    CHECK(gets[0].time_ns == 75);
    REQUIRE(waits.size() == 1);
    CHECK(waits[0].time_ns == 63);
}

TEST_CASE("raw: of files and threads that are gone nothing is kept for --last; of ports, open files and files with a copy all is") {
    RawRecord copy = record(RawKind::port_copied, 45, 8, 0x80), late = record(RawKind::closed, 25, 9, kFile);
    copy.other = 0x70;
    const RawRecord all[]{created(10, 1),                        record(RawKind::associated, 20, 8, kFile), record(RawKind::notification, 21, 8, kFile), record(RawKind::associated, 30, 8, kFile),
                          record(RawKind::associated, 40, 8, 0x70), copy,                                    record(RawKind::closed, 50, 8, 0x70),          record(RawKind::closed, 51, 8, kPort),
                          record(RawKind::thread_start, 5, 9, 0), late,                                    record(RawKind::thread_exit, 60, 9, 0),        record(RawKind::thread_start, 61, 9, 0)};
    std::vector<const RawRecord*> records;
    for (const RawRecord& one : all) {
        CHECK(raw_makes_known(one.kind));
        records.push_back(&one);
    }
    CHECK(raw_gone(records) == std::vector<bool>{false, true, true, false, false, false, false, false, true, true, true, false});
}

namespace {

// A file as a recorder and an agent leave it: two records drained, two still in the ring.
std::vector<uint8_t> raw_bytes(const TraceHeader& header = empty_raw().header) {
    const std::string json = header_to_json(header);
    std::vector<uint8_t> bytes(kRawPage * 2 + kRawPage + kRawPage + kRawPage * 2, 0);
    const auto put = [&bytes](uint64_t at, const auto& value) { std::memcpy(bytes.data() + at, &value, sizeof value); };
    std::memcpy(bytes.data(), kRawMagic, 8);
    put(offsetof(RawHead, version), kRawVersion);
    put(offsetof(RawHead, ring_count), uint32_t{1});
    put(offsetof(RawHead, ring_records), uint64_t{64});
    put(offsetof(RawHead, header_bytes), uint64_t{json.size()});
    put(offsetof(RawHead, header_checksum), trace_checksum(json.data(), json.size()));
    put(offsetof(RawHead, notes_bytes), kRawPage);
    put(offsetof(RawHead, counter_frequency), uint64_t{1'000'000'000});
    std::memcpy(bytes.data() + kRawPage, json.data(), json.size());
    const uint64_t ring = kRawPage * 3;
    const RawRecord records[4]{created(10, 1), posted(20, 8, 1, 16), posted(30, 8, 1, 32), posted(40, 8, 1, 48)};
    put(ring + offsetof(RawRing, written), uint64_t{4});
    put(ring + offsetof(RawRing, drained), uint64_t{2});
    std::memcpy(bytes.data() + ring + kRawPage, records, sizeof records);
    bytes.resize(ring + kRawPage * 2);
    const RawBlock block{kRawBlockMagic, 0, 0, 2, trace_checksum(records, 2 * sizeof(RawRecord))};
    const auto append = [&bytes](const void* data, size_t size) { bytes.insert(bytes.end(), static_cast<const uint8_t*>(data), static_cast<const uint8_t*>(data) + size); };
    append(&block, sizeof block);
    append(records, 2 * sizeof(RawRecord));
    return bytes;
}

}  // namespace

TEST_CASE("raw: a file whose recorder died is read whole, drained blocks and rings, and says that it was not finished") {
    const Trace trace = trace_read_bytes("a.part", raw_bytes()).value();
    CHECK(of_kind(trace, Kind::posted).size() == 3);
    CHECK(of_kind(trace, Kind::port_opened).size() == 1);
    CHECK(!trace.whole);
}

TEST_CASE("raw: the kernel's log beside a recording whose recorder died is merged too, and one that is no log is said to be none") {
    const test::Folder folder;
    const auto write = [&folder](const char* name, const std::vector<uint8_t>& bytes) {
        std::ofstream(folder / name, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        return (folder / name).string();
    };
    const std::string part = write("a.ptrace.part", raw_bytes());
    CHECK(!trace_read(part).value().header.has_processors);
    test::EtlWriter log({.started = 1});
    write("a.ptrace.etl", log.buffer(1).context_switch(25, 8, 0, 2).context_switch(35, 0, 8, 5).bytes());
    const Trace trace = trace_read(part).value();
    CHECK(trace.header.has_processors);
    REQUIRE(of_kind(trace, Kind::off_processor).size() == 1);
    CHECK(of_kind(trace, Kind::off_processor)[0].time_ns == 35);
    CHECK(trace_overview(part).value().counts[static_cast<size_t>(Kind::on_processor)] == 1);
    write("a.ptrace.etl", {1, 2, 3});
    const Trace without = trace_read(part).value();
    REQUIRE(without.losses.size() == 1);
    CHECK(without.losses[0].what.find("no event trace log") != std::string::npos);
}

TEST_CASE("raw: what --last gave up is no loss; what a killed recorder had only in its memory is one") {
    std::vector<uint8_t> bytes = raw_bytes();
    const auto put = [&bytes](uint64_t at, const auto& value) { std::memcpy(bytes.data() + at, &value, sizeof value); };
    const uint64_t ring = kRawPage * 3, block = bytes.size() - sizeof(RawBlock) - 2 * sizeof(RawRecord);
    CHECK(trace_read_bytes("a.part", bytes).value().losses.empty());
    put(block + offsetof(RawBlock, first), uint64_t{10});           // ten given up before it
    put(ring + offsetof(RawRing, drained), uint64_t{12});
    put(ring + offsetof(RawRing, written), uint64_t{12});
    put(offsetof(RawHead, state), static_cast<uint32_t>(RawState::stopped));
    CHECK(trace_read_bytes("a.part", bytes).value().losses.empty());
    put(ring + offsetof(RawRing, drained), uint64_t{15});           // three after it
    put(ring + offsetof(RawRing, written), uint64_t{15});
    CHECK(trace_read_bytes("a.part", bytes).value().losses.empty());
    put(offsetof(RawHead, state), static_cast<uint32_t>(RawState::recording));
    CHECK(lost_records(trace_read_bytes("a.part", bytes).value()) == 3);
}

TEST_CASE("raw: cut off or changed anywhere, the file is read or refused, and nothing crashes") {
    const std::vector<uint8_t> good = raw_bytes();
    for (size_t size = 0; size < good.size(); size += 61) (void)trace_read_bytes("a.part", {good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)});
    Stream draws{7};
    for (int i = 0; i < 3000; ++i) {
        std::vector<uint8_t> bad = good;
        for (int change = 0; change < 4; ++change) bad[draws.next_u64() % bad.size()] = static_cast<uint8_t>(draws.next_u64());
        const auto trace = trace_read_bytes("a.part", bad);
        if (trace) CHECK(trace.value().records.size() < 10'000);
    }
}

TEST_CASE("raw: a header that names ports, threads and what else is made by merging changes nothing") {
    TraceHeader crafted = empty_raw().header;
    crafted.ports.resize(3);
    crafted.threads = {"a", "b"};
    crafted.sources = {"c"};
    crafted.files = {"d"};
    crafted.devices.resize(2);
    crafted.priorities = {40};
    crafted.background = 7;
    crafted.has_decisions = crafted.has_processors = true;
    crafted.program.ports.resize(1);
    crafted.program.hooks = {"e"};
    const auto plain = trace_read_bytes("a.part", raw_bytes()), read = trace_read_bytes("a.part", raw_bytes(crafted));
    REQUIRE(read.ok());
    CHECK(header_to_json(read.value().header) == header_to_json(plain.value().header));
    CHECK(read.value().records == plain.value().records);
}
