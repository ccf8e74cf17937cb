// Traces that are larger than what is written at once: sim/trace/file_behind.h.
#include <doctest/doctest.h>

#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "sim/trace/file.h"
#include "sim/trace/file_behind.h"
#include "sim/trace/file_format.h"
#include "tests/unit/trace_build.h"

using namespace sim;

namespace {

struct LargeFile {
    std::string path = (std::filesystem::temp_directory_path() / ("portside-behind-test-" + std::to_string(reinterpret_cast<uintptr_t>(this)) + ".ptrace")).string();
    ~LargeFile() {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
};

constexpr size_t kAtOnce = 4 * kChunkRecords;

// Records whose argument is their number.
std::vector<Record> numbered(uint64_t from, size_t count) {
    std::vector<Record> records;
    for (uint64_t i = from; i < from + count; ++i) records.push_back(test::at(static_cast<int64_t>(i), Kind::mark).with(i));
    return records;
}

// Until `count` are there or the writer refuses; how many it took.
uint64_t write_numbered(TraceWriter& writer, uint64_t from, uint64_t count, Status& status) {
    uint64_t taken = 0;
    while (taken < count && status) {
        const std::vector<Record> records = numbered(from + taken, kAtOnce);
        status = writer.add(records.data(), records.size());
        if (status) taken += records.size();
    }
    return taken;
}

}  // namespace

TEST_CASE("a large trace that is written behind has every record in its place, also those of chunks that were not whole in between") {
    LargeFile file;
    Result<TraceWriter> writer = TraceWriter::create(file.path, test::header(1, 1));
    REQUIRE(writer.ok());
    Status status = Done{};
    const uint64_t first = write_numbered(*writer, 0, 2'200'000, status);      // 70 MB: from 64 on behind
    REQUIRE(status.ok());
    const std::vector<Record> few = numbered(first, 100);                      // an open chunk, then behind again
    REQUIRE(writer->add(few.data(), few.size()).ok());
    const std::vector<Record> rest = numbered(first + few.size(), kChunkRecords - few.size());
    REQUIRE(writer->add(rest.data(), rest.size()).ok());
    const uint64_t more = write_numbered(*writer, first + kChunkRecords, 700'000, status);   // more than is on its way at a time
    REQUIRE(status.ok());
    REQUIRE(writer->close().ok());
    const Result<Trace> read = trace_read(file.path);
    REQUIRE(read.ok());
    CHECK(read->whole);
    REQUIRE(read->records.size() == first + kChunkRecords + more);
    uint64_t wrong = 0;
    for (uint64_t i = 0; i < read->records.size(); ++i) wrong += read->records[i].argument != i;
    CHECK(wrong == 0);
}

TEST_CASE("a disk that is full while a large trace is written behind: an error that says so, and all that was written can be read") {
    LargeFile file;
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{.rlim_cur = 100'000'000, .rlim_max = before.rlim_max};  // stands for the end of the disk
    Status status = Done{};
    {
        Result<TraceWriter> writer = TraceWriter::create(file.path, test::header(1, 1));
        REQUIRE(writer.ok());
        REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
        write_numbered(*writer, 0, 8'000'000, status);
    }
    REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
    std::signal(SIGXFSZ, old_handler);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().what.find("can't write the trace: File too large") != std::string::npos);
    const Result<TraceOverview> read = trace_overview(file.path);
    REQUIRE(read.ok());
    CHECK_FALSE(read->whole);
    CHECK(read->records > (100'000'000 - FileBehind::kBytesBehindMax) / sizeof(Record));
    CHECK(read->last_ns == static_cast<int64_t>(read->records) - 1);           // from the first on, none missing
}

TEST_CASE("a writer that is given up finishes what it was given") {
    LargeFile file;
    Status status = Done{};
    uint64_t taken = 0;
    {
        Result<TraceWriter> writer = TraceWriter::create(file.path, test::header(1, 1));
        REQUIRE(writer.ok());
        taken = write_numbered(*writer, 0, 2'300'000, status);
    }
    const Result<TraceOverview> read = trace_overview(file.path);
    REQUIRE(read.ok());
    CHECK(read->records == taken);
    CHECK_FALSE(read->whole);                                                   // it was not closed
}
