// What bounds a recording: the last part, the condition that ends it, the memory of its file.
#include "recorder/common/limits.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "recorder/common/ring.h"
#include "sim/trace/ring_file.h"
#include "sim/trace/state.h"
#include "tests/folder.h"

namespace {

using sim::Kind;
using sim::Record;

Record record_of(Kind kind, int64_t time_ns, uint32_t thread, uint32_t packet = sim::kNoPacket, uint64_t argument = 0) {
    Record record;
    record.kind = kind;
    record.time_ns = time_ns;
    record.thread = thread;
    record.packet = packet;
    record.port = 0;
    record.argument = argument;
    return record;
}

// Two workers of one port. Worker 0 parks at 10 and gets packet 1 at 200; worker 1 has packet 0 from 20 on and comes back at 150.
sim::Trace trace_of_two() {
    sim::Trace trace;
    trace.header.version = sim::kTraceVersion;
    trace.header.source = "measured";
    trace.header.has_decisions = true;
    trace.header.threads = {"worker.0", "worker.1"};
    trace.header.ports = {{.name = "gate", .concurrency = 2, .limit = 2, .policy = "nt"}};
    trace.records = {record_of(Kind::port_opened, 0, sim::kNoThread, sim::kNoPacket, 2), record_of(Kind::thread_start, 0, 0), record_of(Kind::thread_start, 0, 1),
                     record_of(Kind::get_called, 5, 0, 1), record_of(Kind::associated, 5, 0), record_of(Kind::parked, 10, 0, sim::kNoPacket, 1),
                     record_of(Kind::posted, 12, sim::kNoThread, 0), record_of(Kind::queued, 12, sim::kNoThread, 0, 1),
                     record_of(Kind::get_called, 20, 1, 1), record_of(Kind::associated, 20, 1), record_of(Kind::taken, 20, 1, 0), record_of(Kind::get_returned, 21, 1, 0, 1),
                     record_of(Kind::mark, 90, sim::kNoThread), record_of(Kind::completed, 149, 1, 0), record_of(Kind::get_called, 150, 1, 1), record_of(Kind::parked, 150, 1, sim::kNoPacket, 2),
                     record_of(Kind::posted, 200, sim::kNoThread, 1), record_of(Kind::handed_over, 200, 0, 1), record_of(Kind::released, 200, 0, 1), record_of(Kind::get_returned, 201, 0, 1, 1)};
    return trace;
}

sim::TraceState state_at(const sim::Trace& trace, int64_t time_ns) {
    sim::TraceState state = sim::trace_state_begin(trace.header);
    for (const Record& record : trace.records)
        if (record.time_ns <= time_ns) sim::trace_state_apply(state, trace.header, record);
    return state;
}

}  // namespace

TEST_CASE("--last: what is kept stands as it stood: who waits, who is active, what is queued, and nothing older") {
    for (const int64_t from_ns : {100, 150, 200, 201}) {
        CAPTURE(from_ns);
        sim::Trace cut = trace_of_two();
        recorder::keep_from(cut, from_ns);
        CHECK(cut.records.size() < trace_of_two().records.size());
        CHECK(std::count_if(cut.records.begin(), cut.records.end(), [](const Record& r) { return r.kind == Kind::mark; }) == 0);
        for (const int64_t at_ns : {from_ns, int64_t{201}}) {
            const sim::TraceState whole = state_at(trace_of_two(), at_ns), kept = state_at(cut, at_ns);
            REQUIRE(kept.ports.size() == 1);
            CHECK(kept.ports[0].active == whole.ports[0].active);
            CHECK(kept.ports[0].limit == whole.ports[0].limit);
            CHECK(kept.ports[0].waiters.size() == whole.ports[0].waiters.size());
            CHECK(kept.ports[0].queue.size() == whole.ports[0].queue.size());
            for (size_t t = 0; t < 2; ++t) CHECK(kept.threads[t].view == whole.threads[t].view);
        }
    }
}

TEST_CASE("--last: beginnings that a ring has given up are made again from the header") {
    sim::Trace cut = trace_of_two();
    std::erase_if(cut.records, [](const Record& r) { return r.kind == Kind::port_opened || r.kind == Kind::thread_start; });
    recorder::keep_from(cut, 200);
    CHECK(cut.records[0].kind == Kind::port_opened);
    CHECK(cut.records[0].argument == 2);
    CHECK(std::count_if(cut.records.begin(), cut.records.end(), [](const Record& r) { return r.kind == Kind::thread_start; }) == 2);
    CHECK(std::is_sorted(cut.records.begin(), cut.records.end(), [](const Record& a, const Record& b) { return a.time_ns < b.time_ns; }));
}

TEST_CASE("--until: depth counts a port's posts less what gets brought, batches and stop packets included") {
    recorder::Until depth = recorder::Until::parse("depth > 2").value();
    CHECK_FALSE(depth.holds_after(record_of(Kind::posted, 1, 0, 0), true));
    CHECK_FALSE(depth.holds_after(record_of(Kind::posted, 1, 0, 1), true));
    CHECK_FALSE(depth.holds_after(record_of(Kind::get_returned, 2, 0, 0, 2), true));
    CHECK_FALSE(depth.holds_after(record_of(Kind::posted, 3, 0, 2), true));
    CHECK_FALSE(depth.holds_after(record_of(Kind::posted, 3, 0, 3), true));
    Record stop = record_of(Kind::posted, 3, 0, 4);
    stop.flags = sim::kStop;
    CHECK_FALSE(depth.holds_after(stop, true));
    Record elsewhere = record_of(Kind::posted, 3, 0, 5);
    elsewhere.port = 1;
    CHECK_FALSE(depth.holds_after(elsewhere, true));
    CHECK(depth.holds_after(record_of(Kind::posted, 4, 0, 6), true));
    recorder::Until gets = recorder::Until::parse("gets>=2").value();      // without decisions: a record for each packet of a batch
    CHECK_FALSE(gets.holds_after(record_of(Kind::get_returned, 1, 0, 0, 2), false));
    CHECK_FALSE(gets.holds_after(record_of(Kind::get_returned, 1, 0, 1, 0), false));
    CHECK(gets.holds_after(record_of(Kind::get_returned, 2, 0, 2, 1), false));
    recorder::Until batch = recorder::Until::parse("batch>=2").value();
    CHECK_FALSE(batch.holds_after(record_of(Kind::get_returned, 1, 0, 0, 1), true));
    CHECK(batch.holds_after(record_of(Kind::get_returned, 1, 0, 0, 2), true));
}

TEST_CASE("--memory: the ring file is no larger, whatever the rings and the header") {
    const test::Folder folder;
    for (const uint64_t threads : {1, 7, 60})
        for (const uint64_t bytes : {uint64_t{1} << 20, uint64_t{5} << 20}) {
            CAPTURE(threads);
            sim::TraceHeader header;
            header.version = sim::kTraceVersion;
            for (uint64_t t = 0; t < threads; ++t) header.threads.push_back("worker." + std::to_string(t));
            const uint64_t rings = recorder::RingFile::ring_count(header, 2), records = recorder::records_within(bytes, sim::header_to_json(header).size(), rings);
            REQUIRE(records > 0);
            const auto path = folder / "a.part";
            REQUIRE(recorder::RingFile::create(path.string(), header, records, 2).ok());
            CHECK(std::filesystem::file_size(path) <= bytes);
            CHECK(std::filesystem::file_size(path) > bytes - bytes / 8 / rings - (rings + 1) * sim::kRingPage);   // a part that is not whole is none
        }
    CHECK(recorder::records_within(1 << 20, 500, 1000) == 0);
}
