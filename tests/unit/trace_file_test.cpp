#include <doctest/doctest.h>

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "gui/model/side.h"
#include "sim/base/prng.h"
#include "sim/compare/compare.h"
#include "sim/trace/file.h"
#include "sim/trace/file_format.h"
#include "sim/trace/ring_file.h"
#include "sim/trace/summary.h"
#include "tests/counts.h"
#include "tests/folder.h"
#include "tests/unit/trace_build.h"

using namespace sim;

namespace {

using Bytes = std::vector<uint8_t>;

/// A file that goes when the test ends.
struct ScratchFile {
    std::string path = (std::filesystem::temp_directory_path() / ("portside-trace-test-" + std::to_string(reinterpret_cast<uintptr_t>(this)) + ".ptrace")).string();
    ~ScratchFile() {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
};

Bytes bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void put(const std::string& path, const Bytes& bytes) {
    std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// Records whose argument is their number.
std::vector<Record> numbered(size_t count) {
    std::vector<Record> records;
    for (size_t i = 0; i < count; ++i) records.push_back(test::at(static_cast<int64_t>(i) * 10, Kind::mark).with(i));
    return records;
}

Trace numbered_trace(size_t count) {
    Trace trace;
    trace.header = test::header(2, 1);
    trace.records = numbered(count);
    trace.losses = {{.what = "the ring of worker.1 was full", .records = 12}};
    return trace;
}

Bytes written(const Trace& trace) {
    ScratchFile file;
    REQUIRE(trace_write(file.path, trace).ok());
    return bytes_of(file.path);
}

/// The records chunks of a whole file: where they begin and end, and how many records they hold.
struct ChunkPlace { size_t begin, end, first_record, records; };
std::vector<ChunkPlace> chunk_places(const Bytes& bytes) {
    FileHead head;
    std::memcpy(&head, bytes.data(), sizeof head);
    std::vector<ChunkPlace> places;
    size_t at = sizeof head + trace_align_up(head.header_bytes), records = 0;
    while (at + sizeof(ChunkHead) <= bytes.size()) {
        ChunkHead chunk;
        std::memcpy(&chunk, bytes.data() + at, sizeof chunk);
        const size_t end = at + sizeof chunk + trace_align_up(chunk.bytes);
        if (chunk.kind == static_cast<uint32_t>(ChunkKind::records)) {
            places.push_back({at, end, records, chunk.bytes / sizeof(Record)});
            records += chunk.bytes / sizeof(Record);
        }
        at = end;
    }
    return places;
}

/// Every record of the chunks that [begin, end) of the file does not touch, in order.
std::vector<Record> untouched(const std::vector<Record>& all, const std::vector<ChunkPlace>& places, size_t begin, size_t end) {
    std::vector<Record> out;
    for (const ChunkPlace& place : places) {
        if (place.begin < end && begin < place.end) continue;
        out.insert(out.end(), all.begin() + static_cast<std::ptrdiff_t>(place.first_record), all.begin() + static_cast<std::ptrdiff_t>(place.first_record + place.records));
    }
    return out;
}

bool contains_in_order(const std::vector<Record>& all, const std::vector<Record>& wanted) {
    size_t at = 0;
    for (const Record& record : wanted) {
        while (at < all.size() && !(all[at] == record)) ++at;
        if (at++ == all.size()) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("a trace file gives back what was written: header, records, losses") {
    for (const size_t count : {size_t{0}, size_t{1}, size_t{kChunkRecords - 1}, size_t{kChunkRecords}, size_t{kChunkRecords + 1}, size_t{3 * kChunkRecords + 77}}) {
        CAPTURE(count);
        const Trace trace = numbered_trace(count);
        ScratchFile file;
        REQUIRE(trace_write(file.path, trace).ok());
        const Result<Trace> read = trace_read(file.path);
        REQUIRE(read.ok());
        CHECK(read->whole);
        CHECK(read->damage.empty());
        CHECK(read->records == trace.records);
        CHECK(lost_records(read.value()) == 12);
        CHECK(read->losses.at(0).what == "the ring of worker.1 was full");
        CHECK(read->header.threads == trace.header.threads);
    }
}

TEST_CASE("a trace file does not depend on how its records were handed to the writer") {
    const Trace trace = numbered_trace(9'000);
    ScratchFile file;
    {
        Result<TraceWriter> writer = TraceWriter::create(file.path, trace.header);
        REQUIRE(writer.ok());
        for (const Record& record : trace.records) REQUIRE(writer->add(&record, 1).ok());
        REQUIRE(writer->close(trace.losses).ok());
    }
    CHECK(bytes_of(file.path) == written(trace));
}

TEST_CASE("a writer that dies leaves every record that it was given") {
    const Trace trace = numbered_trace(kChunkRecords + 5);
    ScratchFile file;
    Bytes left;
    {
        Result<TraceWriter> writer = TraceWriter::create(file.path, trace.header);
        REQUIRE(writer.ok());
        REQUIRE(writer->add(trace.records.data(), trace.records.size()).ok());
        left = bytes_of(file.path);      // as after a kill: nothing was closed or flushed since
    }
    const Result<Trace> read = trace_read_bytes("left", left);
    REQUIRE(read.ok());
    CHECK(read->records == trace.records);
    CHECK_FALSE(read->whole);
    CHECK(read->damage.at(0).find("5 finished records") != std::string::npos);
}

TEST_CASE("an open chunk is read up to the first record whose kind is missing") {
    // Kind is written last, so a record that was cut short looks like this.
    const Trace trace = numbered_trace(10);
    ScratchFile file;
    Result<TraceWriter> writer = TraceWriter::create(file.path, trace.header);
    REQUIRE(writer.ok());
    REQUIRE(writer->add(trace.records.data(), trace.records.size()).ok());
    Bytes bytes = bytes_of(file.path);
    const std::array<uint8_t, 32> seventh = [&] { std::array<uint8_t, 32> b; std::memcpy(b.data(), &trace.records[7], 32); return b; }();
    const auto at = std::search(bytes.begin(), bytes.end(), seventh.begin(), seventh.end());
    REQUIRE(at != bytes.end());
    *(at + 31) = 0;
    const Result<Trace> read = trace_read_bytes("cut", bytes);
    REQUIRE(read.ok());
    CHECK(read->records == std::vector<Record>(trace.records.begin(), trace.records.begin() + 7));
}

TEST_CASE("cut and damaged trace files: every whole chunk is read, the rest is told, nothing crashes") {
    const uint64_t seed = test::seed_or(20), count = test::count_or(10'000);
    std::printf("seed %llu, %llu cuts and flips\n", static_cast<unsigned long long>(seed), static_cast<unsigned long long>(count));
    const Trace trace = numbered_trace(2 * kChunkRecords + 300);
    const Bytes whole = written(trace);
    const std::vector<ChunkPlace> places = chunk_places(whole);
    REQUIRE(places.size() == 3);
    const size_t body = places[0].begin;
    Stream random{.key = seed, .counter = 0};
    for (uint64_t i = 0; i < count; ++i) {
        CAPTURE(i);
        Bytes bytes = whole;
        size_t begin = random.next_u64() % whole.size();
        if (i % 8 == 0) begin = random.next_u64() % body;                  // the header is small: it would hardly be hit
        const bool cut = i % 2 == 0;
        if (cut) bytes.resize(begin);
        else bytes[begin] = static_cast<uint8_t>(bytes[begin] ^ (1u << (random.next_u64() % 8)));
        Result<Trace> read = trace_read_bytes("damaged", bytes);
        if (!read) {
            REQUIRE(begin < body);                                         // only without its header nothing can be made of it
            REQUIRE(!read.error().what.empty());
            continue;
        }
        const bool changed = read->records != trace.records || read->losses.size() != 1;
        REQUIRE(contains_in_order(read->records, untouched(trace.records, places, begin, cut ? whole.size() : begin + 1)));
        if (changed) REQUIRE_FALSE(read->damage.empty());
        REQUIRE(read->whole == read->damage.empty());
        if (cut) REQUIRE_FALSE(read->whole);
        REQUIRE(contains_in_order(trace.records, read->records));          // and nothing is invented
        if (i % 16 == 0) {                                                 // and every use of it lives
            (void)compare_traces(read.value(), trace);
            (void)gui::side_build(std::move(read.value()));
        }
    }
}

TEST_CASE("a trace of several flips at once is read as far as it goes") {
    const uint64_t seed = test::seed_or(21);
    const Bytes whole = written(numbered_trace(3 * kChunkRecords));
    Stream random{.key = seed, .counter = 0};
    for (int i = 0; i < 300; ++i) {
        Bytes bytes = whole;
        for (int n = 0; n < 40; ++n) bytes[random.next_u64() % bytes.size()] ^= static_cast<uint8_t>(random.next_u64());
        (void)trace_read_bytes("damaged", bytes);
    }
}

TEST_CASE("what is no trace gives an error that says so") {
    const auto what = [](const std::string& path) {
        const Result<Trace> read = trace_read(path);
        return read ? std::string("read") : read.error().text();
    };
    ScratchFile file;
    CHECK(what(file.path).find("can't open") != std::string::npos);
    put(file.path, {});
    CHECK(what(file.path).find("empty") != std::string::npos);
    const std::string text = "title = \"A scenario, not a trace\"\nseed = 7\n";
    put(file.path, Bytes(text.begin(), text.end()));
    CHECK(what(file.path).find("not a trace") != std::string::npos);
    CHECK(what(file.path).find(file.path) != std::string::npos);
    CHECK(what(std::filesystem::temp_directory_path().string()).find("directory") != std::string::npos);
}

TEST_CASE("a trace of another version is refused by its number") {
    Bytes bytes = written(numbered_trace(3));
    bytes[8] = 99;
    const Result<Trace> read = trace_read_bytes("new.ptrace", bytes);
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().text().find("version 99") != std::string::npos);
    CHECK(read.error().text().find("version " + std::to_string(kTraceVersion)) != std::string::npos);
}

TEST_CASE("a full disk is an error of the writer") {
    if (!std::filesystem::exists("/dev/full")) return;
    const Result<TraceWriter> writer = TraceWriter::create("/dev/full", test::header(1, 1));
    REQUIRE_FALSE(writer.ok());
    CHECK(writer.error().text().find("/dev/full") != std::string::npos);
    CHECK(writer.error().hint.find("disk is full") != std::string::npos);
}

TEST_CASE("a disk that becomes full is an error: what a writer wrote before can be read, and a trace that is written as a whole leaves what was there") {
    // A limit on the size of files stands in for the disk: room for the first chunk and a part of the second.
    const Trace trace = numbered_trace(3 * kChunkRecords);
    ScratchFile file;
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    rlimit small = before;
    small.rlim_cur = kChunkRecords * sizeof(Record) + 65'536;
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    Status status = Done{};
    {
        Result<TraceWriter> writer = TraceWriter::create(file.path, trace.header);
        REQUIRE(writer.ok());
        status = writer->add(trace.records.data(), trace.records.size());
        if (status) status = writer->close(trace.losses);
    }
    const ScratchFile old;
    std::ofstream(old.path) << "old";
    const Status whole = trace_write(old.path, trace);
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, old_handler);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().text().find(file.path) != std::string::npos);
    const Result<Trace> read = trace_read(file.path);
    REQUIRE(read.ok());
    CHECK_FALSE(read->whole);
    CHECK(read->records.size() > kChunkRecords);
    CHECK(contains_in_order(trace.records, read->records));
    REQUIRE_FALSE(whole.ok());
    CHECK(whole.error().file == old.path);
    CHECK(test::read_file(old.path) == "old");
    CHECK_FALSE(std::filesystem::exists(old.path + ".new"));
}

TEST_CASE("a trace can't be written where there is no folder") {
    const Result<TraceWriter> writer = TraceWriter::create("/nonexistent-folder/x.ptrace", test::header(1, 1));
    REQUIRE_FALSE(writer.ok());
    CHECK(writer.error().text().find("can't write") != std::string::npos);
}

TEST_CASE("the rings of a killed recorder are merged by time, equal times in the order of the rings") {
    const std::vector<Record> sources{test::at(5, Kind::mark).with(1), test::at(20, Kind::mark).with(2)};
    const std::vector<Record> first{test::at(10, Kind::mark).with(3), test::at(20, Kind::mark).with(4), test::at(20, Kind::mark).with(5)};
    const Bytes bytes = test::ring_file(test::header(2, 1, true, false), 1'000, {sources, first, {}});
    const Result<Trace> read = trace_read_bytes("killed", bytes);
    REQUIRE(read.ok());
    CHECK_FALSE(read->whole);
    std::vector<uint64_t> order;
    for (const Record& record : read->records) order.push_back(record.argument);
    CHECK(order == std::vector<uint64_t>{1, 3, 2, 4, 5});
    CHECK(read->header.backend == "port");
}

TEST_CASE("what a full ring had to drop is counted and named") {
    const Result<Trace> read = trace_read_bytes("killed", test::ring_file(test::header(1, 1, true, false), 4, {{}, numbered(4)}, 7));
    REQUIRE(read.ok());
    CHECK(read->records.size() == 4);
    CHECK(lost_records(read.value()) == 14);
    CHECK(read->losses.at(1).what == "the ring of worker.0 was full");
}

TEST_CASE("cut and damaged ring files never crash the reader") {
    const uint64_t seed = test::seed_or(22);
    const Bytes whole = test::ring_file(test::header(2, 1, true, false), 100, {numbered(100), numbered(50), numbered(1)});
    Stream random{.key = seed, .counter = 0};
    for (int i = 0; i < 3'000; ++i) {
        Bytes bytes = whole;
        if (i % 2 == 0) bytes.resize(random.next_u64() % (whole.size() + 1));
        else bytes[random.next_u64() % (i % 3 == 0 ? 4096 : whole.size())] ^= static_cast<uint8_t>(1u << (random.next_u64() % 8));
        const Result<Trace> read = trace_read_bytes("damaged", bytes);
        if (read) (void)summarize(read->header, read->records);
    }
}

TEST_CASE("the header of a trace survives its JSON") {
    TraceHeader header = test::header(3, 4);
    header.made_by = "nt rules in user mode on Linux";
    header.clock = "CLOCK_MONOTONIC";
    header.host = "Linux 6.1, \"x\"\n\\";
    header.scenario = "limit-1-burst";
    header.scenario_text = "title = \"\xff\x01 bytes\"\n";
    header.sets = {"port.port.concurrency=4", "seed=3"};
    header.seed = UINT64_MAX;
    header.until_ns = INT64_MAX;
    header.processors_asked = 8;
    header.record_cost_ns = 31.5;
    header.ports.push_back({.name = "p2", .concurrency = UINT32_MAX, .limit = UINT32_MAX, .policy = "wine8"});
    const Result<TraceHeader> read = header_from_json(header_to_json(header));
    REQUIRE(read.ok());
    CHECK(header_to_json(read.value()) == header_to_json(header));
    CHECK(read->seed == UINT64_MAX);
    CHECK(read->until_ns == INT64_MAX);
    CHECK(read->host == header.host);
    CHECK(read->ports.at(1).policy == "wine8");
    CHECK(read->has_processors);
}

TEST_CASE("a header that is no header is an error, not a crash") {
    for (const std::string text : {"", "7", "[]", "{", "{\"version\":\"one\"}", "{\"version\":1,\"threads\":7}", "{\"version\":1,\"ports\":[7]}", "{\"version\":1,\"ports\":{\"a\":1}}", "{\"version\":2}", "{\"version\":1,\"seed\":-1e300}"}) {
        CAPTURE(text);
        const Result<TraceHeader> read = header_from_json(text);
        if (read) CHECK(read->version == kTraceVersion);
        else CHECK(!read.error().what.empty());
    }
}

namespace {

// What trace_overview says of a file has to be what trace_read says, whose records it does not keep.
void check_overview(const std::string& path) {
    const Result<Trace> read = trace_read(path);
    const Result<TraceOverview> overview = trace_overview(path);
    REQUIRE(read.ok() == overview.ok());
    if (!read) {
        REQUIRE(overview.error().text() == read.error().text());
        return;
    }
    REQUIRE(overview->records == read->records.size());
    REQUIRE(overview->last_ns == (read->records.empty() ? 0 : read->records.back().time_ns));
    std::array<uint64_t, static_cast<size_t>(Kind::kind_count)> counts{};
    for (const Record& record : read->records) ++counts[static_cast<size_t>(record.kind)];
    REQUIRE(overview->counts == counts);
    REQUIRE(overview->damage == read->damage);
    REQUIRE(overview->whole == read->whole);
    REQUIRE(lost_records(overview->losses) == lost_records(read->losses));
    REQUIRE(overview->header.threads == read->header.threads);
}

}  // namespace

TEST_CASE("an overview says of a trace, whole or damaged, what reading all of it says") {
    const uint64_t seed = test::seed_or(22);
    // several windows of the reader long: 40 chunks of 128 KiB
    for (const size_t count : {size_t{0}, size_t{1}, kChunkRecords + 1, 40 * kChunkRecords + 5}) {
        ScratchFile file;
        const Trace trace = numbered_trace(count);
        REQUIRE(trace_write(file.path, trace).ok());
        check_overview(file.path);
        CHECK(trace_overview(file.path)->whole);
    }
    const Bytes whole = written(numbered_trace(20 * kChunkRecords));
    Stream random{.key = seed, .counter = 0};
    for (int i = 0; i < 60; ++i) {
        CAPTURE(i);
        Bytes bytes = whole;
        for (int n = 0; n < 1 + i % 5; ++n) bytes[random.next_u64() % bytes.size()] ^= static_cast<uint8_t>(1 + random.next_u64() % 255);
        if (i % 3 == 0) bytes.resize(random.next_u64() % bytes.size());
        ScratchFile file;
        put(file.path, bytes);
        check_overview(file.path);
        const Result<Trace> from_file = trace_read(file.path), from_memory = trace_read_bytes(file.path, bytes);
        REQUIRE(from_file.ok() == from_memory.ok());
        if (from_file) REQUIRE(from_file->records == from_memory->records);
        if (from_file) REQUIRE(from_file->damage == from_memory->damage);
    }
}
