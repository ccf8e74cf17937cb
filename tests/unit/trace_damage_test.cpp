// Records that no program of ours writes, in files whose checksums hold: the reader leaves them out and says so, and whatever
// uses a trace afterwards lives.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>

#include "gui/model/side.h"
#include "sim/base/prng.h"
#include "sim/compare/compare.h"
#include "sim/compare/replay.h"
#include "sim/trace/print.h"
#include "sim/trace/summary.h"
#include "tests/counts.h"
#include "tests/folder.h"
#include "tests/scenario_text.h"
#include "tests/unit/trace_build.h"

using namespace sim;

namespace {

/// Blocks, packets that handlers post, keys, polls and a second port: nearly every kind of record.
const std::string kBusy = R"(
until = "4ms"
[machine]
processors = 2
quantum = "100us"
context_switch = "2us"
[[port]]
name = "front"
concurrency = 1
[[port]]
name = "back"
concurrency = 2
[[worker]]
name = "asks"
port = "front"
count = 3
on_packet = [ { compute = "150us" }, { block = "300us", chance = 0.5 }, { post = "back", key = 2 } ]
[[worker]]
name = "answers"
port = "back"
count = 2
timeout = "700us"
on_packet = [ { compute = "200us" } ]
[[source]]
name = "clients"
port = "front"
arrivals = { every = "120us", count = 20 }
)";

/// As the model, the `port` recorder and the `iocp` recorder would have written it.
Trace busy(const std::string& backend) {
    Trace trace = run_checked(scenario_of(kBusy));
    if (backend == "model") return trace;
    trace.header.source = "measured";
    trace.header.backend = backend;
    trace.header.has_processors = false;
    trace.header.has_decisions = backend == "port";
    std::erase_if(trace.records, [&](const Record& r) {
        const bool decision = r.kind == Kind::associated || r.kind == Kind::parked || r.kind == Kind::released || r.kind == Kind::queued || r.kind == Kind::handed_over || r.kind == Kind::taken;
        return r.kind == Kind::ready || r.kind == Kind::on_processor || r.kind == Kind::off_processor || (decision && backend == "iocp");
    });
    return trace;
}

/// Everything that is done with a trace that was read.
void use(Trace read, const Trace& good) {
    (void)narrate_trace(read);
    (void)comparison_text(compare_traces(good, read));
    (void)comparison_text(compare_traces(read, good));
    (void)summary_text(summarize(read.header, read.records));
    TraceState state = trace_state_begin(read.header);
    for (const Record& record : read.records) {
        (void)record_line(read.header, state, record);
        trace_state_apply(state, read.header, record);
    }
    (void)gui::side_build(std::move(read));
}

Result<Trace> read_back(const Trace& trace) {
    const test::Folder folder;
    const std::string path = (folder / "made.ptrace").string();
    REQUIRE(trace_write(path, trace).ok());
    return trace_read(path);
}

/// What is read of `good` with one record more at its end, out of a ring.
Trace with_one_more(const Trace& good, Record record) {
    std::vector<Record> records = good.records;
    record.time_ns = records.back().time_ns;
    records.push_back(record);
    const Result<Trace> read = trace_read_bytes("made", test::ring_file(good.header, records.size(), {records}));
    REQUIRE(read.ok());
    return read.value();
}

bool says(const Trace& trace, const std::string& words) {
    return std::any_of(trace.damage.begin(), trace.damage.end(), [&](const std::string& line) { return line.find(words) != std::string::npos; });
}

}  // namespace

TEST_CASE("trace damage: a record that lacks what its kind needs is left out, and said") {
    for (const std::string backend : {"model", "port", "iocp"}) {
        const Trace good = busy(backend);
        CHECK(read_back(good)->damage.empty());
        for (uint8_t kind = 1; kind < static_cast<uint8_t>(Kind::kind_count); ++kind) {
            const Names needs = names_of(static_cast<Kind>(kind));
            for (const int left : {0, 1, 2}) {
                CAPTURE(backend);
                CAPTURE(kind_name(static_cast<Kind>(kind)));
                CAPTURE(left);
                Record record = test::at(0, static_cast<Kind>(kind), 1).packet(3);
                if (left == 0) record.thread = kNoThread;
                if (left == 1) record.port = kNoPort;
                if (left == 2) record.packet = kNoPacket;
                const bool needed = left == 0 ? needs.thread : left == 1 ? needs.port : needs.packet;
                const Trace read = with_one_more(good, record);
                CHECK(read.records.size() == good.records.size() + (needed ? 0 : 1));
                CHECK(says(read, "1 records of the rings") == needed);
                use(read, good);
            }
        }
    }
}

TEST_CASE("trace damage: the last thread and port there can be are read, the next are left out") {
    const Trace good = busy("port");
    const Record last = test::at(0, Kind::completed, 65'535).packet(3), beyond = test::at(0, Kind::completed, 65'536).packet(3);
    CHECK(with_one_more(good, last).records.size() == good.records.size() + 1);
    CHECK(with_one_more(good, beyond).records.size() == good.records.size());
    Record port = last;
    port.port = 4'095;
    CHECK(with_one_more(good, port).records.size() == good.records.size() + 1);
    port.port = 4'096;
    CHECK(with_one_more(good, port).records.size() == good.records.size());
}

TEST_CASE("trace damage: a chunk whose checksum holds is read without the records that make no sense") {
    Trace trace = busy("port");
    const std::vector<Record> good = trace.records;
    trace.records.insert(trace.records.begin() + 20, {test::posted(trace.records[20].time_ns, kNoPacket), test::at(trace.records[20].time_ns, Kind::get_called)});
    const Result<Trace> read = read_back(trace);
    REQUIRE(read.ok());
    CHECK(read->records == good);
    CHECK(says(read.value(), "2 records of the chunk"));
    CHECK_FALSE(read->whole);
}

TEST_CASE("trace damage: times before 0 are left out, and records out of order are sorted") {
    Trace trace = busy("model");
    ++trace.records.back().time_ns;
    const std::vector<Record> good = trace.records;
    trace.records.front().time_ns = -1;
    CHECK(read_back(trace)->records == std::vector<Record>(good.begin() + 1, good.end()));
    trace.records = good;
    std::rotate(trace.records.begin(), trace.records.end() - 1, trace.records.end());      // the last moment first
    const Result<Trace> read = read_back(trace);
    CHECK(read->records.back() == good.back());
    CHECK(says(read.value(), "sorted"));
    use(read.value(), trace);
}

TEST_CASE("trace damage: a ring tells of records that make no sense and goes on behind them") {
    TraceHeader header = test::header(1, 1, true, false);
    Record wrong = test::posted(1, 0);
    wrong.packet = kNoPacket;
    const Result<Trace> read = trace_read_bytes("killed", test::ring_file(header, 10, {{test::posted(1, 0), wrong, test::posted(2, 1)}, {}}));
    REQUIRE(read.ok());
    CHECK(read->records.size() == 2);
    CHECK(says(read.value(), "1 records of the rings"));
    use(read.value(), read.value());
}

TEST_CASE("trace damage: bits flip in the records of rings, and whatever uses what is read lives") {
    const uint64_t seed = test::seed_or(23), count = test::count_or(10'000) / 100;
    std::printf("seed %llu, %llu flips in rings\n", static_cast<unsigned long long>(seed), static_cast<unsigned long long>(count));
    Stream random{.key = seed, .counter = 0};
    for (const std::string backend : {"model", "port", "iocp"}) {
        const Trace good = busy(backend);
        std::vector<std::vector<Record>> rings(good.header.threads.size() + 1);
        for (const Record& record : good.records) rings[record.thread == kNoThread ? 0 : record.thread + 1].push_back(record);
        const std::vector<uint8_t> whole = test::ring_file(good.header, good.records.size(), rings);
        REQUIRE(trace_read_bytes("whole", whole)->records.size() == good.records.size());
        std::vector<size_t> places;            // where records lie
        for (size_t r = 0; r < rings.size(); ++r)
            for (size_t b = 0; b < rings[r].size() * sizeof(Record); ++b) places.push_back(ring_first(header_to_json(good.header).size()) + r * ring_stride(good.records.size()) + kRingPage + b);
        for (uint64_t i = 0; i < count; ++i) {
            CAPTURE(backend);
            CAPTURE(i);
            std::vector<uint8_t> bytes = whole;
            for (uint64_t n = 0; n <= i % 4; ++n) {
                uint8_t& byte = bytes[places[random.next_u64() % places.size()]];
                byte = static_cast<uint8_t>(i % 3 == 0 ? 0xFF : byte ^ (1u << (random.next_u64() % 8)));
            }
            if (i % 5 == 0) bytes.resize(bytes.size() - random.next_u64() % (bytes.size() / 2));
            const Result<Trace> read = trace_read_bytes("damaged", bytes);
            REQUIRE(read.ok());
            use(read.value(), good);
        }
    }
}

TEST_CASE("every scenario's trace is whole when it is read again") {
    const test::Folder folder;
    const Result<std::vector<ScenarioEntry>> entries = scenario_list();
    REQUIRE(entries.ok());
    for (const ScenarioEntry& entry : entries.value()) {
        CAPTURE(entry.name);
        const Result<Scenario> scenario = scenario_load(entry.path);
        REQUIRE(scenario.ok());
        const Result<Trace> trace = run_to_trace(scenario.value());
        REQUIRE(trace.ok());
        REQUIRE(trace_write(folder / "t.ptrace", trace.value()).ok());
        const Result<Trace> read = trace_read(folder / "t.ptrace");
        REQUIRE(read.ok());
        CHECK(read->damage == std::vector<std::string>{});
        CHECK(read->records == trace->records);
    }
}
