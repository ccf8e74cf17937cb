// The rings: one writer each, nothing lost without being counted, everything finished readable after a kill.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>
#include <vector>

#include "recorder/common/packets.h"
#include "recorder/common/ring.h"
#include "sim/trace/file.h"
#include "sim/trace/file_format.h"
#include "tests/folder.h"

namespace {

using recorder::RingFile;
using sim::Kind;
using sim::Record;

sim::TraceHeader header_with_threads(uint32_t count) {
    sim::TraceHeader header;
    header.version = sim::kTraceVersion;
    header.source = "measured";
    for (uint32_t t = 0; t < count; ++t) header.threads.push_back("worker." + std::to_string(t));
    return header;
}

Record mark(uint32_t thread, uint64_t number) {
    Record record;
    record.kind = Kind::mark;
    record.thread = thread;
    record.time_ns = static_cast<int64_t>(number);
    record.argument = number;
    return record;
}

void push_from(uint32_t threads, uint64_t each, RingFile& file) {
    std::vector<std::thread> writers;
    for (uint32_t t = 0; t < threads; ++t)
        writers.emplace_back([&file, t, each] {
            for (uint64_t i = 0; i < each; ++i) file.of_thread(t).push(mark(t, i));
        });
    for (std::thread& writer : writers) writer.join();
}

// Per thread: the marks are 0, 1, 2 ... without a gap. Returns how many there are.
std::vector<uint64_t> marks_by_thread(const sim::Trace& trace, uint32_t threads) {
    std::vector<uint64_t> next(threads);
    for (const Record& record : trace.records) {
        REQUIRE(record.kind == Kind::mark);
        REQUIRE(record.thread < threads);
        CHECK(record.argument == next[record.thread]);
        next[record.thread] = record.argument + 1;
    }
    return next;
}

}  // namespace

TEST_CASE("rings: threads write at once, each into its own, and every record is read back in time order") {
    const test::Folder folder;
    const std::string path = (folder / "a.ptrace.part").string();
    {
        sim::Result<RingFile> file = RingFile::create(path, header_with_threads(4), 3'000);
        REQUIRE(file.ok());
        push_from(4, 3'000, file.value());
    }
    const sim::Result<sim::Trace> trace = sim::trace_read(path);
    REQUIRE(trace.ok());
    CHECK(trace->records.size() == 12'000);
    CHECK(sim::lost_records(trace.value()) == 0);
    for (uint64_t count : marks_by_thread(trace.value(), 4)) CHECK(count == 3'000);
    for (size_t i = 1; i < trace->records.size(); ++i) CHECK(trace->records[i - 1].time_ns <= trace->records[i].time_ns);
}

TEST_CASE("rings: a full ring keeps its beginning and counts every record that it has no room for") {
    const test::Folder folder;
    const std::string path = (folder / "a.ptrace.part").string();
    {
        sim::Result<RingFile> file = RingFile::create(path, header_with_threads(2), 100);
        REQUIRE(file.ok());
        push_from(2, 250, file.value());
        CHECK(file->of_thread(0).lost() == 150);
    }
    const sim::Result<sim::Trace> trace = sim::trace_read(path);
    REQUIRE(trace.ok());
    CHECK(sim::lost_records(trace.value()) == 300);
    for (uint64_t count : marks_by_thread(trace.value(), 2)) CHECK(count == 100);
}

TEST_CASE("rings: time never goes back in a ring") {
    const test::Folder folder;
    const std::string path = (folder / "a.ptrace.part").string();
    {
        sim::Result<RingFile> file = RingFile::create(path, header_with_threads(1), 10);
        REQUIRE(file.ok());
        for (uint64_t time : {5u, 3u, 9u}) file->of_thread(0).push(mark(0, time));
    }
    const sim::Result<sim::Trace> trace = sim::trace_read(path);
    REQUIRE(trace.ok());
    REQUIRE(trace->records.size() == 3);
    CHECK(trace->records[1].time_ns == 5);
}

TEST_CASE("rings: a writer that is killed in the middle leaves every finished record readable") {
    constexpr uint64_t kRoom = 400'000;
    const test::Folder folder;
    const std::string path = (folder / "a.ptrace.part").string();
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    const pid_t child = fork();
    if (child == 0) {
        sim::Result<RingFile> file = RingFile::create(path, header_with_threads(2), kRoom);
        std::thread other([&file, &ready] {
            for (uint64_t i = 0; i < kRoom; ++i) {
                file->of_thread(1).push(mark(1, i));
                if (i == 1'000 && write(ready[1], "x", 1) != 1) _exit(1);
            }
        });
        for (uint64_t i = 0; i < kRoom; ++i) file->of_thread(0).push(mark(0, i));
        other.join();
        pause();
    }
    REQUIRE(child > 0);
    char byte = 0;
    REQUIRE(read(ready[0], &byte, 1) == 1);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    close(ready[0]);
    close(ready[1]);
    const sim::Result<sim::Trace> trace = sim::trace_read(path);
    REQUIRE(trace.ok());
    CHECK_FALSE(trace->whole);
    CHECK(marks_by_thread(trace.value(), 2)[1] > 1'000);
}

TEST_CASE("rings: one that wraps keeps its newest records but the slot in work, in order, and says how many it gave up") {
    const test::Folder folder;
    const std::string path = (folder / "a.ptrace.part").string();
    sim::Result<RingFile> file = RingFile::create(path, header_with_threads(2), 128, 0, true);
    REQUIRE(file.ok());
    for (uint64_t i = 0; i < 1'000; ++i) file->of_thread(0).push(mark(0, i));
    for (uint64_t i = 0; i < 100; ++i) file->of_thread(1).push(mark(1, i));
    CHECK(file->of_thread(0).lost() == 0);
    CHECK(file->parts()[1].whole_from_ns() == 1'000 - 127);
    CHECK(file->parts()[2].whole_from_ns() == 0);
    const sim::Result<sim::Trace> trace = sim::trace_read(path);
    REQUIRE(trace.ok());
    REQUIRE(trace->losses.size() == 1);
    CHECK(trace->losses[0].records == 1'000 - 127);
    CHECK(trace->losses[0].what == "given up by the ring of worker.0 to keep only the last part");
    uint64_t next[2]{1'000 - 127, 0};
    for (const Record& record : trace->records) CHECK(record.argument == next[record.thread]++);
    CHECK(next[0] == 1'000);
    CHECK(next[1] == 100);
}

TEST_CASE("rings: one that wraps is looked at while it is written: what is seen is whole and in order, and nothing is seen twice") {
    const test::Folder folder;
    sim::Result<RingFile> file = RingFile::create((folder / "a.ptrace.part").string(), header_with_threads(1), 128, 0, true);
    REQUIRE(file.ok());
    constexpr uint64_t kCount = 300'000;
    std::atomic<bool> over{false};
    std::thread writer([&] {
        for (uint64_t i = 1; i <= kCount; ++i) file->of_thread(0).push(mark(0, i));
        over.store(true);
    });
    uint64_t next = 0, last = 0, seen = 0, wrong = 0;
    for (bool once_more = true; once_more;) {
        once_more = !over.load();
        file->parts()[1].look(next, [&](const Record& record) {
            wrong += record.kind != Kind::mark || record.time_ns != static_cast<int64_t>(record.argument) || record.argument <= last ? 1 : 0;
            last = record.argument;
            ++seen;
        });
    }
    writer.join();
    CHECK(wrong == 0);
    CHECK(last == kCount);
    CHECK(seen >= 127);
    CHECK(next == kCount);
}

TEST_CASE("rings: what had no room after the end of the run is no loss; what had none before it is") {
    const test::Folder folder;
    sim::Result<RingFile> file = RingFile::create((folder / "a.ptrace.part").string(), header_with_threads(2), 128);
    REQUIRE(file.ok());
    for (uint64_t i = 1; i <= 200; ++i) {
        file->of_thread(0).push(mark(0, i));
        file->of_thread(1).push(mark(1, i));
    }
    file->of_thread(0).lose(3);
    REQUIRE(file->of_thread(0).lost() == 72 + 3);
    file->of_thread(0).forget_losses_after(100);        // its newest record is of 128
    file->of_thread(1).forget_losses_after(150);        // what is lacking from 129 on belongs to the run
    CHECK(file->of_thread(0).lost() == 3);
    CHECK(file->of_thread(1).lost() == 72);
}

TEST_CASE("rings: large ones are cut into parts: who writes much goes on in what others leave, in order, and nothing is lost while there is room") {
    const test::Folder folder;
    const std::string path = (folder / "a.ptrace.part").string();
    constexpr uint64_t kEach = 40'000, kAll = 4 * kEach;
    uint64_t pushed[2]{};
    {
        sim::Result<RingFile> file = RingFile::create(path, header_with_threads(3), kEach);
        REQUIRE(file.ok());
        CHECK(std::filesystem::file_size(path) <= sim::ring_first(sim::header_to_json(header_with_threads(3)).size()) + 4 * sim::ring_stride(kEach));
        std::vector<std::thread> threads;
        for (const uint32_t t : {0u, 2u})
            threads.emplace_back([&file, t] { for (uint64_t i = 0; i < 2 * kEach; ++i) file->of_thread(t).push(mark(t, i)); });
        for (std::thread& thread : threads) thread.join();
        CHECK(file->of_thread(0).lost() + file->of_thread(2).lost() > 0);         // more than there is room for, and less than others keep for themselves
        pushed[0] = 2 * kEach - file->of_thread(0).lost();
        pushed[1] = 2 * kEach - file->of_thread(2).lost();
        CHECK(pushed[0] + pushed[1] > kAll * 9 / 10 - 2 * kEach / 8);
        CHECK(pushed[0] > kEach);
    }
    const sim::Result<sim::Trace> trace = sim::trace_read(path);
    REQUIRE(trace.ok());
    uint64_t next[3]{};
    for (const Record& record : trace->records) CHECK(record.argument == next[record.thread]++);
    CHECK(next[0] == pushed[0]);
    CHECK(next[2] == pushed[1]);
    for (const sim::Loss& loss : trace->losses) CHECK((loss.what == "the ring of worker.0 was full" || loss.what == "the ring of worker.2 was full"));
}

TEST_CASE("rings: the sources' spare ring is told as theirs") {
    const test::Folder folder;
    const std::string path = (folder / "a.ptrace.part").string();
    {
        sim::Result<RingFile> file = RingFile::create(path, header_with_threads(1), 10'000, 1);
        REQUIRE(file.ok());
        for (uint64_t i = 0; i < 40'000; ++i) file->sources().push(mark(sim::kNoThread, i));
        CHECK(file->sources().lost() > 0);
    }
    const sim::Result<sim::Trace> trace = sim::trace_read(path);
    REQUIRE(trace.ok());
    REQUIRE(trace->losses.size() == 1);
    CHECK(trace->losses[0].what == "the ring of the sources was full");
    CHECK(trace->records.size() + trace->losses[0].records == 40'000);
}

TEST_CASE("rings: a folder that is not there is an error that names the file") {
    const sim::Result<RingFile> file = RingFile::create("/no/such/folder/a.part", header_with_threads(1), 10);
    REQUIRE_FALSE(file.ok());
    CHECK(file.error().text().find("/no/such/folder/a.part") != std::string::npos);
}

TEST_CASE("packets: threads that add at once get numbers of their own and keep their packets") {
    recorder::Packets packets;
    std::vector<std::vector<uint32_t>> numbers(4);
    std::vector<std::thread> threads;
    for (uint64_t t = 0; t < 4; ++t)
        threads.emplace_back([&packets, &own = numbers[t], t] {
            for (uint64_t i = 0; i < 2'000; ++i) {
                sim::Packet packet;
                packet.key = t * 10'000 + i;
                own.push_back(packets.add(packet));
            }
        });
    for (std::thread& thread : threads) thread.join();
    for (uint64_t t = 0; t < 4; ++t)
        for (uint64_t i = 0; i < 2'000; ++i) CHECK(packets[numbers[t][i]].key == t * 10'000 + i);
}
