// Programs that are killed while they are recorded, and programs that are attached to and left again and again while all their threads work.
// PORTSIDE_TEST_COUNT: how often (3); PORTSIDE_TEST_SEED: when.
#include <algorithm>
#include <chrono>
#include <thread>

#include "sim/base/prng.h"
#include "tests/cli/oracle_log.h"
#include "tests/counts.h"

using namespace test;

namespace {

// What is in `all` and not in `some`, each as often as it is there.
size_t missing(std::vector<std::string> all, std::vector<std::string> some) {
    std::sort(all.begin(), all.end());
    std::sort(some.begin(), some.end());
    std::vector<std::string> left;
    std::set_difference(all.begin(), all.end(), some.begin(), some.end(), std::back_inserter(left));
    return left.size();
}

void kill_oracle(const std::string& log, std::chrono::milliseconds after) {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<pid_t> found;
    while (found.empty() && std::chrono::steady_clock::now() - begin < std::chrono::seconds(30)) found = processes_of("portside-oracle.exe", log);
    std::this_thread::sleep_for(after);
    for (const pid_t pid : found) kill(pid, SIGKILL);
}

}  // namespace

TEST_CASE("killed at a random time: the trace opens, is whole, and lacks at most one record a thread of what the program itself saw") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    const uint64_t times = test::count_or(3), seed = test::seed_or(20261121);
    std::printf("seed %llu, %llu kills\n", static_cast<unsigned long long>(seed), static_cast<unsigned long long>(times));
    sim::Stream draws{seed};
    size_t lost = 0, seen_all = 0, without_start = 0;
    for (uint64_t i = 0; i < times; ++i) {
        const std::string log = "kill" + std::to_string(i) + ".log";
        const auto after = std::chrono::milliseconds(draws.next_u64() % 1500);   // the program ends by itself after about 1.2 s
        std::thread killer(kill_oracle, log, after);
        const Outcome run = portside(folder, "record run -o k.ptrace -- " + oracle() + " " + log + " seconds=1 threads=4 posters=3 get=" + (i % 2 == 0 ? "one" : "batch") + " packets=20000", "timeout -k 5 60 ");
        killer.join();
        CAPTURE(i);
        CAPTURE(after.count());
        // So early that the agent was not in it yet: said, and no trace.
        if (run.code != 0) {
            CHECK_MESSAGE(!std::filesystem::exists(folder / "k.ptrace"), run.err);
            ++without_start;
            continue;
        }
        const auto trace = sim::trace_read((folder / "k.ptrace").string());
        REQUIRE_MESSAGE(trace.ok(), run.err);
        CHECK(trace.value().whole);
        const Deeds expected = deeds_of_log(folder / log), seen = deeds_of_trace(trace.value());
        for (const auto& [thread, deeds] : expected) {
            const size_t lacks = missing(deeds, seen.contains(thread) ? seen.at(thread) : std::vector<std::string>{});
            CHECK(lacks <= 1);
            lost += lacks;
            seen_all += deeds.size();
        }
        std::filesystem::remove(folder / "k.ptrace");
        std::filesystem::remove(folder / log);
    }
    CHECK(without_start < times);
    CHECK(seen_all > 0);
    std::printf("killed %llu times: %zu of %zu records that the program saw are missing, %zu before the recording began\n", static_cast<unsigned long long>(times), lost, seen_all, without_start);
}

TEST_CASE("the recorder itself killed: what is there opens, and the program runs on to its end") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    bool drained = false;
    std::thread killer([&] {
        drained = wait_for_drained(folder / "dead.ptrace.part", 200);
        for (const pid_t pid : processes_of("portside-record.exe", "dead.ptrace")) kill(pid, SIGKILL);
    });
    const Outcome run = portside(folder, "record run -o dead.ptrace -- " + oracle() + " dead.log seconds=3 packets=20000", "timeout -k 5 60 ");
    killer.join();
    CHECK(drained);
    CHECK(run.code == 1);
    const auto trace = sim::trace_read((folder / "dead.ptrace.part").string());
    REQUIRE(trace.ok());
    CHECK(!trace.value().whole);
    CHECK(trace.value().records.size() > 100);
    for (int wait = 0; wait < 100 && !processes_of("portside-oracle.exe", "dead.log").empty(); ++wait) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    CHECK(processes_of("portside-oracle.exe", "dead.log").empty());
    const Deeds deeds = deeds_of_log(folder / "dead.log");
    size_t quits = 0;
    for (const auto& thread : deeds) quits += std::count_if(thread.second.begin(), thread.second.end(), [](const std::string& deed) { return deed.starts_with("got 4294967295"); });
    CHECK(quits == 2);                                      // each of its threads left as it should
}

TEST_CASE("attached and left again and again while every thread works: each recording opens, and the program ends as it would") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    const uint64_t times = test::count_or(3);
    Outcome program;
    std::thread runs([&] { program = shell(folder, "WINEPREFIX=\"${XDG_CACHE_HOME:-$HOME/.cache}/portside/wine\" WINEDEBUG=-all timeout -k 5 3000 wine " + oracle() + " load.log threads=8 posters=2 lines=1000 stop=load.stop"); });
    for (int wait = 0; wait < 600 && totals_of_log(folder / "load.log").got < 100; ++wait) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    uint64_t good = 0;
    const Folder other;                                     // its own: shell() keeps its output there
    for (uint64_t i = 0; i < times; ++i) {
        std::filesystem::remove(other / "at.ptrace");
        const Outcome attached = portside(other, "record attach portside-oracle.exe --for 300ms --memory 8 -o at.ptrace", "timeout -k 5 60 ");
        CAPTURE(i);
        CHECK_MESSAGE(attached.code == 0, attached.err);
        const auto trace = sim::trace_read((other / "at.ptrace").string());
        if (!trace.ok()) continue;
        CHECK(trace.value().whole);
        good += trace.value().records.size() > 20 ? 1 : 0;
    }
    write_file(folder / "load.stop", "");
    runs.join();
    CHECK(good == times);
    CHECK(program.code == 7);                               // as its main says
    const Totals totals = totals_of_log(folder / "load.log");
    CHECK(totals.posts == totals.got);                      // nothing that was posted got lost in it
    CHECK(totals.posts > 100);
    std::printf("attached and left %llu times under load; %llu packets\n", static_cast<unsigned long long>(times), static_cast<unsigned long long>(totals.posts));
}
