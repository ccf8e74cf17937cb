// epoll and io_uring as ports: packets come out once and in order, threads wait in the kernel, and recordings on them hold together.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "recorder/common/program.h"
#include "recorder/linux/mechanism.h"
#include "sim/scenario/load.h"
#include "tests/folder.h"
#include "tests/recorder/lanes.h"
#include "tests/skip.h"

namespace {

using recorder::Mechanism;
using sim::Duration;
using sim::Kind;
using sim::Record;

struct Kept { const char* name; recorder::MakeMechanism make; };
constexpr Kept kAll[] = {{"epoll", recorder::make_epoll}, {"io_uring", recorder::make_io_uring}};

bool works(const Kept& one) {
    const sim::Status status = recorder::mechanism_works(one.make);
    if (!status) test::skip(one.name, status.error().text());
    return status.ok();
}

std::vector<uint32_t> take(Mechanism& port, uint32_t most, Duration timeout) {
    std::vector<uint32_t> packets;
    port.take(most, timeout, packets);
    return packets;
}

bool is_asleep(pid_t tid) {
    std::string text;
    std::ifstream file("/proc/self/task/" + std::to_string(tid) + "/stat");
    std::getline(file, text);
    return text.find(") S ") != std::string::npos;
}

sim::Trace record(const std::string& backend, const std::string& text) {
    const test::Folder folder;
    const sim::Result<sim::Scenario> scenario = sim::scenario_parse(text, "small.toml");
    REQUIRE_MESSAGE(scenario.ok(), scenario.error().text());
    const sim::Result<recorder::BackendInfo> info = recorder::program_backend(backend)->info(scenario.value());
    REQUIRE(info.ok());
    const sim::Result<sim::Trace> trace = recorder::record_scenario(scenario.value(), info.value(), (folder / "a.ptrace").string());
    REQUIRE_MESSAGE(trace.ok(), trace.error().text());
    CHECK(sim::lost_records(trace.value()) == 0);
    CHECK(trace->header.backend == backend);
    CHECK(trace->header.made_by.find(backend + ", Linux ") == 0);
    CHECK_FALSE(trace->header.has_decisions);
    CHECK(trace->header.ports[0].policy.empty());
    test::check_lanes(trace.value());
    return trace.value();
}

// Posted, returned and completed once each, in this order, and never by more threads at once than there are.
void check_packets(const sim::Trace& trace, size_t count) {
    std::map<uint32_t, int64_t> posted, got, completed;
    for (const Record& r : trace.records) {
        if ((r.flags & sim::kStop) != 0) continue;
        if (r.kind == Kind::posted) CHECK(posted.emplace(r.packet, r.time_ns).second);
        if (r.kind == Kind::get_returned && r.packet != sim::kNoPacket) CHECK(got.emplace(r.packet, r.time_ns).second);
        if (r.kind == Kind::completed) CHECK(completed.emplace(r.packet, r.time_ns).second);
    }
    CHECK(posted.size() == count);
    CHECK(got.size() == count);
    CHECK(completed.size() == count);
    for (const auto& [packet, time_ns] : posted) CHECK((time_ns <= got[packet] && got[packet] <= completed[packet]));
}

std::string with(const std::string& worker, const std::string& source, const std::string& top = "") {
    return top + "\n[machine]\nprocessors = 2\n[[port]]\nname = \"port\"\nconcurrency = 1\n[[worker]]\nname = \"worker\"\nport = \"port\"\n" + worker + "\n[[source]]\nname = \"clients\"\nport = \"port\"\n" + source + "\n";
}

}  // namespace

TEST_CASE("mechanisms: packets come out once, oldest first, and no more than were asked for") {
    for (const Kept& one : kAll) {
        CAPTURE(one.name);
        if (!works(one)) continue;
        const auto port = one.make();
        REQUIRE(port->open().ok());
        for (uint32_t packet = 0; packet < 10; ++packet) port->post(packet);
        CHECK(take(*port, 1, sim::kInfinite) == std::vector<uint32_t>{0});
        CHECK(take(*port, 4, sim::kInfinite) == std::vector<uint32_t>{1, 2, 3, 4});
        CHECK(take(*port, 64, Duration{0}) == std::vector<uint32_t>{5, 6, 7, 8, 9});
        CHECK(take(*port, 64, Duration{0}).empty());
        CHECK(take(*port, 1, Duration{100'000}).empty());
    }
}

TEST_CASE("mechanisms: a timeout passes before a get returns without packets, and no sooner") {
    for (const Kept& one : kAll) {
        CAPTURE(one.name);
        if (!works(one)) continue;
        const auto port = one.make();
        REQUIRE(port->open().ok());
        const int64_t begin_ns = recorder::monotonic_ns();
        CHECK(take(*port, 1, Duration{1'500'000}).empty());
        CHECK(recorder::monotonic_ns() - begin_ns >= 1'500'000);
    }
}

TEST_CASE("mechanisms: more packets than the kernel's queue holds wait behind it, in order") {
    constexpr uint32_t kMany = 40'000;
    for (const Kept& one : kAll) {
        CAPTURE(one.name);
        if (!works(one)) continue;
        // A process of its own: the limit on files can't be raised again.
        const pid_t child = fork();
        if (child == 0) {
            const rlimit few{.rlim_cur = 200, .rlim_max = 200};
            setrlimit(RLIMIT_NOFILE, &few);
            const auto port = one.make();
            if (!port->open().ok()) _exit(2);
            for (uint32_t packet = 0; packet < kMany; ++packet) port->post(packet);
            for (uint32_t next = 0; next < kMany;)
                for (const uint32_t packet : take(*port, 7, Duration{0}))
                    if (packet != next++) _exit(3);
            _exit(take(*port, 1, Duration{0}).empty() ? 0 : 4);
        }
        int status = 0;
        waitpid(child, &status, 0);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
    }
}

TEST_CASE("mechanisms: threads that post and threads that take at once lose and double nothing") {
    constexpr uint32_t kThreads = 3, kEach = 2'000;
    for (const Kept& one : kAll) {
        CAPTURE(one.name);
        if (!works(one)) continue;
        const auto port = one.make();
        REQUIRE(port->open().ok());
        std::vector<std::vector<uint32_t>> got(kThreads);
        std::vector<std::thread> threads;
        for (uint32_t t = 0; t < kThreads; ++t) {
            threads.emplace_back([&port, &own = got[t], t] {
                while (own.empty() || own.back() != UINT32_MAX) port->take(t + 1, sim::kInfinite, own);
                const auto quits = std::count(own.begin(), own.end(), UINT32_MAX);
                for (auto i = quits; i > 1; --i) port->post(UINT32_MAX);
            });
            threads.emplace_back([&port, t] {
                for (uint32_t i = 0; i < kEach; ++i) port->post(t * kEach + i);
            });
        }
        for (uint32_t t = 0; t < kThreads; ++t) threads[2 * t + 1].join();
        for (uint32_t t = 0; t < kThreads; ++t) port->post(UINT32_MAX);
        for (uint32_t t = 0; t < kThreads; ++t) threads[size_t{2} * t].join();
        std::multiset<uint32_t> all;
        for (const auto& own : got) all.insert(own.begin(), own.end());
        all.erase(UINT32_MAX);
        REQUIRE(all.size() == kThreads * kEach);
        CHECK(std::set<uint32_t>(all.begin(), all.end()).size() == kThreads * kEach);
    }
}

TEST_CASE("epoll: the newest of those that wait in the kernel gets the packet") {
    if (!works(kAll[0])) return;
    const auto port = recorder::make_epoll();
    REQUIRE(port->open().ok());
    std::atomic<pid_t> tids[2] = {0, 0};
    std::vector<uint32_t> got[2];
    std::vector<std::thread> threads;
    for (size_t t = 0; t < 2; ++t) {
        threads.emplace_back([&, t] {
            tids[t] = gettid();
            port->take(1, sim::kInfinite, got[t]);
        });
        while (tids[t] == 0 || !is_asleep(tids[t])) std::this_thread::yield();
    }
    port->post(17);
    threads[1].join();
    CHECK(got[1] == std::vector<uint32_t>{17});
    CHECK(is_asleep(tids[0]));
    port->post(18);
    threads[0].join();
    CHECK(got[0] == std::vector<uint32_t>{18});
}

TEST_CASE("epoll, io_uring: a burst is handled once each, whatever the limit says, and every thread parks before time 0") {
    for (const Kept& one : kAll) {
        CAPTURE(one.name);
        if (!works(one)) continue;
        const sim::Trace trace = record(one.name, with("count = 3\non_packet = [ { compute = \"50us\" }, { block = \"2ms\" } ]", "arrivals = { at = [\"0ms\", \"0ms\", \"0ms\", \"0ms\", \"0ms\", \"0ms\"] }"));
        check_packets(trace, 6);
        std::set<uint32_t> called;
        for (const Record& r : trace.records)
            if (r.kind == Kind::get_called && r.time_ns == 0) called.insert(r.thread);
        CHECK(called == std::set<uint32_t>{0, 1, 2});
        const auto blocks = std::count_if(trace.records.begin(), trace.records.end(), [](const Record& r) { return r.kind == Kind::block_begin && (r.flags & sim::kSleep) != 0; });
        CHECK(blocks == 6);
    }
}

TEST_CASE("epoll, io_uring: batches, posts of handlers, closed loops and timeouts") {
    for (const Kept& one : kAll) {
        CAPTURE(one.name);
        if (!works(one)) continue;
        const sim::Trace batch = record(one.name, with("count = 2\nbatch = 4\non_packet = [ { compute = \"5us\" }, { post = \"port\", key = 2 } ]\non_packet_2 = [ { compute = \"1us\" } ]", "key = 1\narrivals = { every = \"50us\", count = 60 }"));
        check_packets(batch, 120);
        for (const Record& r : batch.records)
            if (r.kind == Kind::get_returned && (r.flags & sim::kStop) == 0) CHECK(r.argument <= 4);
        const sim::Trace asks = record(one.name, with("count = 2\ntimeout = \"300us\"\non_packet = [ { compute = \"5us\" } ]", "arrivals = { closed = 2, think = \"1ms\" }", "until = \"30ms\""));
        const auto timeouts = std::count_if(asks.records.begin(), asks.records.end(), [](const Record& r) { return (r.flags & sim::kTimedOut) != 0; });
        CHECK(timeouts > 0);
    }
}
