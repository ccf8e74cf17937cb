// What switches mean, from made-up ones; and the kernel's own, on waits that no step reports.
#include <doctest/doctest.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fcntl.h>
#include <sched.h>

#include <functional>
#include <mutex>
#include <thread>

#include "recorder/linux/blocking.h"
#include "recorder/linux/port_backend.h"
#include "sim/scenario/load.h"
#include "sim/trace/file.h"
#include "tests/folder.h"
#include "tests/recorder/replay.h"
#include "tests/skip.h"

namespace {

using recorder::Blocking;
using recorder::Seen;
using recorder::Switch;
using Meaning = Seen::What;
using What = Switch::What;
using sim::Kind;
using sim::Record;

Switch at(int64_t time_ns, uint32_t tid, What what, uint16_t processor = 0) { return {.time_ns = time_ns, .tid = tid, .processor = processor, .ring = processor, .what = what, .count = 0}; }

std::vector<Meaning> meanings(Blocking& blocking, const std::vector<Switch>& switches) {
    std::vector<Seen> seen;
    blocking.interpret(switches, seen);
    std::vector<Meaning> all;
    for (const Seen& one : seen) all.push_back(one.what);
    return all;
}

// Thread 0 is 100 to the system, thread 1 is 101; both were in a call of the port from 10 to 20.
struct Two {
    Blocking blocking{2};
    Two() {
        for (uint32_t t = 0; t < 2; ++t) {
            blocking.is_system_thread(t, 100 + t);
            blocking.enters(t, 10);
            blocking.leaves(t, 20);
        }
    }
};

// A port with limit 1 and two workers that take one packet each and do what the test says with it.
class Pair {
public:
    using Work = std::function<void(uint32_t thread, uint32_t packet)>;

    sim::Trace run(const Work& work) {
        const sim::Result<sim::Scenario> scenario = sim::scenario_parse(kText, "pair.toml");
        REQUIRE(scenario.ok());
        const std::string path = (folder_ / "pair.ptrace.part").string();
        sim::TraceHeader header = sim::header_of(scenario.value());
        header.source = "measured";
        header.has_decisions = header.has_processors = true;
        header.blocking.how = "seen";
        header.ports[0].limit = 1;
        {
            sim::Result<recorder::RingFile> rings = recorder::RingFile::create(path, header, 4096, recorder::port_backend_rings(static_cast<uint32_t>(sysconf(_SC_NPROCESSORS_CONF))));
            REQUIRE(rings.ok());
            recorder::Session session(scenario.value(), 2, rings.value(), true);
            const auto backend = recorder::make_port_backend(session, true);
            REQUIRE(backend->open().ok());
            std::thread crew([&] { serve(*backend, work); });
            while (!parked_.load()) std::this_thread::yield();
            session.clock.start();
            backend->post(sim::kNoThread, {{{0}, session.packets.add({})}, {{0}, session.packets.add({})}});
            while (done_.load() < 2) std::this_thread::yield();
            session.stopped_ns.store(recorder::monotonic_ns());
            session.stop.store(true);
            backend->stop();
            crew.join();
        }
        sim::Result<sim::Trace> trace = sim::trace_read(path);
        REQUIRE(trace.ok());
        CHECK(sim::lost_records(trace.value()) == 0);
        CHECK(test::illegal_decision(trace.value()) == "");
        return trace.value();
    }

private:
    static constexpr const char* kText = "[[port]]\nname = \"port\"\nconcurrency = 1\n[[worker]]\nname = \"worker\"\nport = \"port\"\ncount = 2\non_packet = [ { compute = \"1us\" } ]\n"
                                         "[[source]]\nname = \"clients\"\nport = \"port\"\narrivals = { at = [\"0ms\", \"0ms\"] }\n";
    const test::Folder folder_;
    std::atomic<int> done_{0};
    std::atomic<bool> parked_{false};

    void serve(recorder::Backend& backend, const Work& work) {
        REQUIRE(backend.before_workers().ok());
        std::vector<std::thread> workers;
        for (uint32_t t = 0; t < 2; ++t) {
            workers.emplace_back([&, t] {
                recorder::Got got;
                backend.get(t, {0}, got);
                for (const uint32_t packet : got.packets) work(t, packet);
                ++done_;
                backend.get(t, {0}, got);
            });
            while (!backend.is_waiting(t)) std::this_thread::yield();
        }
        parked_ = true;
        for (std::thread& worker : workers) worker.join();
    }
};

// Packet 1 waits behind packet 0, whose handler waits for what packet 1's handler does: it ends only if the port hears of it.
void check_second_went_first(const sim::Trace& trace) {
    const Record* begun = nullptr;
    const Record* released = nullptr;
    for (const Record& record : trace.records) {
        if (record.kind == Kind::block_begin && record.thread == 1 && begun == nullptr) begun = &record;
        if (record.kind == Kind::released && record.rule == sim::Rule::K17 && released == nullptr) released = &record;
    }
    REQUIRE(begun != nullptr);
    REQUIRE(released != nullptr);
    CHECK(begun->rule == sim::Rule::K17);
    CHECK(begun->packet == 0);
    CHECK(begun->processor != sim::kNoProcessor);
    CHECK((begun->flags & sim::kSleep) == 0);            // no step said so
    CHECK(released->thread == 0);
    CHECK(released->packet == 1);
    CHECK(released->argument == 1 + 1);                  // thread 1's block
    CHECK(begun->time_ns < released->time_ns);
}

bool sees() {
    const std::string refused = recorder::switches_refused();
    if (!refused.empty()) test::skip("perf", refused);
    return refused.empty();
}

}  // namespace

TEST_CASE("blocking: K17 a wait outside the port's calls is a block, K19 its end a return, K20 a preemption neither") {
    Two two;
    CHECK(meanings(two.blocking, {at(30, 100, What::waits)}) == std::vector{Meaning::blocks});
    CHECK(meanings(two.blocking, {at(40, 100, What::on, 1)}) == std::vector{Meaning::returns});
    CHECK(meanings(two.blocking, {at(50, 100, What::preempted), at(55, 101, What::on)}) == std::vector{Meaning::preempted, Meaning::runs});
    CHECK(meanings(two.blocking, {at(60, 100, What::on)}) == std::vector{Meaning::runs});
}

TEST_CASE("blocking: waits inside a call never count, by the time of the switch and not by where the thread is now") {
    Two two;
    two.blocking.enters(0, 40);
    CHECK(meanings(two.blocking, {at(15, 100, What::waits), at(18, 100, What::on), at(45, 100, What::waits)}) == std::vector{Meaning::waits_at_port, Meaning::runs, Meaning::waits_at_port});
    // ns:   20 left   40 entered: the switch at 30 is a block although the thread is inside again
    CHECK(meanings(two.blocking, {at(50, 100, What::on)}) == std::vector{Meaning::runs});
    two.blocking.leaves(0, 60);
    two.blocking.enters(0, 90);
    CHECK(meanings(two.blocking, {at(70, 100, What::waits), at(80, 100, What::on)}) == std::vector{Meaning::blocked_shortly, Meaning::returns_unseen});
}

TEST_CASE("blocking: a block whose end is known already is short, the one after it is not") {
    Two two;
    CHECK(meanings(two.blocking, {at(30, 100, What::waits), at(31, 101, What::waits), at(35, 100, What::on, 1), at(38, 100, What::waits, 1)}) ==
          std::vector{Meaning::blocked_shortly, Meaning::blocks, Meaning::returns_unseen, Meaning::blocks});
    CHECK(meanings(two.blocking, {at(40, 100, What::on)}) == std::vector{Meaning::returns});
}

TEST_CASE("blocking: a thread that is not known, and one before its first call has ended, are nobody's business") {
    Blocking blocking(1);
    CHECK(meanings(blocking, {at(5, 100, What::waits)}).empty());
    blocking.is_system_thread(0, 100);
    blocking.enters(0, 10);
    CHECK(meanings(blocking, {at(15, 100, What::waits)}) == std::vector{Meaning::waits_at_port});
}

TEST_CASE("blocking: a block step's duration goes with the block that it makes, and with no other") {
    Two two;
    two.blocking.rests(0, 50, 3'000);
    std::vector<Seen> seen;
    two.blocking.interpret({at(30, 100, What::waits), at(40, 100, What::on), at(55, 100, What::waits)}, seen);
    REQUIRE(seen.size() == 3);
    CHECK(seen[0].intended_ns == 0);
    CHECK(seen[2].intended_ns == 3'000);
    two.blocking.rested(0);
    seen.clear();
    two.blocking.interpret({at(60, 100, What::on), at(70, 100, What::waits)}, seen);
    CHECK(seen[1].intended_ns == 0);
}

TEST_CASE("blocking: switches that the kernel lost are counted, and what comes after them makes sense again") {
    Two two;
    std::vector<Seen> seen;
    two.blocking.interpret({at(30, 100, What::waits), {.time_ns = 35, .tid = 0, .processor = 1, .ring = 1, .what = What::lost, .count = 7}, at(50, 100, What::waits), at(60, 100, What::on)}, seen);
    REQUIRE(seen.size() == 4);
    CHECK(seen[1].what == Meaning::lost);
    CHECK(seen[1].count == 7);
    CHECK(seen[1].ring == 1);
    CHECK(seen[3].what == Meaning::returns_unseen);
}

// Two threads on one processor hand a byte to and fro: each round is two switches, each of them one thread off and one on.
TEST_CASE("switches: what the kernel had no room for is counted") {
    if (!sees()) return;
    constexpr uint64_t kRounds = 20'000;
    uint64_t told = 0, lost = 0;
    std::thread([&] {
        cpu_set_t allowed, one;
        CPU_ZERO(&allowed);
        CPU_ZERO(&one);
        sched_getaffinity(0, sizeof allowed, &allowed);
        for (size_t cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++cpu)
            if (CPU_ISSET(cpu, &allowed)) CPU_SET(cpu, &one);
        sched_setaffinity(0, sizeof one, &one);
        const auto rings = recorder::SwitchRings::open();
        REQUIRE(rings.ok());
        REQUIRE((*rings)->processors().size() == 1);
        int there[2], back[2];
        REQUIRE(pipe(there) == 0);
        REQUIRE(pipe(back) == 0);
        const auto hand_on = [](int from, int to, uint64_t rounds, bool first) {
            char byte = 'x';
            if (first) CHECK(write(to, &byte, 1) == 1);
            for (uint64_t i = 0; i < rounds; ++i) {
                CHECK(read(from, &byte, 1) == 1);
                if (!first || i + 1 < rounds) CHECK(write(to, &byte, 1) == 1);
            }
        };
        std::vector<Switch> switches;
        for (const uint64_t rounds : {kRounds, uint64_t{100}}) {          // the kernel tells of the loss when there is room again
            std::thread a([&] { hand_on(back[0], there[1], rounds, true); }), b([&] { hand_on(there[0], back[1], rounds, false); });
            a.join();
            b.join();
            (*rings)->read(recorder::monotonic_ns(), switches);
        }
        for (size_t i = 0; i < switches.size(); ++i) {
            if (i > 0) CHECK(switches[i - 1].time_ns <= switches[i].time_ns);
            if (switches[i].what == What::lost) lost += switches[i].count;
            else ++told;
        }
        for (const int file : {there[0], there[1], back[0], back[1]}) close(file);
    }).join();
    CHECK(lost > 0);
    CHECK(told + lost >= 4 * kRounds - 8);
}

TEST_CASE("seeing: K17 a read that waits frees the slot, and nobody reports it") {
    if (!sees()) return;
    int pipe_of[2];
    REQUIRE(pipe(pipe_of) == 0);
    check_second_went_first(Pair().run([&](uint32_t, uint32_t packet) {
        char byte = 'x';
        CHECK((packet == 0 ? read(pipe_of[0], &byte, 1) : write(pipe_of[1], &byte, 1)) == 1);
    }));
    close(pipe_of[0]);
    close(pipe_of[1]);
}

TEST_CASE("seeing: K17 a contended mutex frees the slot") {
    if (!sees()) return;
    // Held for packet 0's handler by a thread that gives it back when packet 1 is handled.
    std::mutex table;
    std::atomic<bool> held{false}, handled{false};
    std::thread holder([&] {
        const std::lock_guard lock(table);
        held = true;
        while (!handled) std::this_thread::yield();
    });
    while (!held) std::this_thread::yield();
    check_second_went_first(Pair().run([&](uint32_t, uint32_t packet) {
        if (packet == 0) const std::lock_guard lock(table);
        else handled = true;
    }));
    holder.join();
}

TEST_CASE("seeing: K17, K21 a page that has to be fetched frees the slot") {
    if (!sees()) return;
    const long faults = syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
    if (faults < 0) return test::skip("userfaultfd", "the kernel lets nobody else fetch a page");
    const int file = static_cast<int>(faults);
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    void* memory = mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uffdio_api api{.api = UFFD_API, .features = 0, .ioctls = 0};
    REQUIRE(ioctl(file, UFFDIO_API, &api) == 0);
    uffdio_register missing{.range = {.start = reinterpret_cast<uintptr_t>(memory), .len = page}, .mode = UFFDIO_REGISTER_MODE_MISSING, .ioctls = 0};
    REQUIRE(ioctl(file, UFFDIO_REGISTER, &missing) == 0);
    check_second_went_first(Pair().run([&](uint32_t, uint32_t packet) {
        if (packet == 0) {
            static_cast<volatile char*>(memory)[0] = 'x';
        } else {
            uffdio_zeropage zero{.range = missing.range, .mode = 0, .zeropage = 0};
            CHECK(ioctl(file, UFFDIO_ZEROPAGE, &zero) == 0);
        }
    }));
    munmap(memory, page);
    close(file);
}
