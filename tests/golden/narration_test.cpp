// Every scenario tells its story in tests/golden/NAME.txt. A change of a rule or a sentence shows there as a text difference;
// PORTSIDE_GOLDEN_UPDATE=1 writes the files anew, and the review is `git diff`.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "sim/trace/print.h"
#include "sim/trace/summary.h"
#include "tests/scenario_text.h"

namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

// Long stories are told to the end of their first events: a golden text is for reading.
constexpr size_t kLinesMax = 400;

std::string first_lines(const std::string& text) {
    size_t at = 0;
    for (size_t line = 0; line < kLinesMax && at != std::string::npos; ++line) at = text.find('\n', at == 0 ? 0 : at + 1);
    return at == std::string::npos ? text : text.substr(0, at + 1);
}

}  // namespace

TEST_CASE("golden: every scenario tells the same story as before") {
    size_t told = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(std::string(PORTSIDE_SOURCE_DIR) + "/scenarios")) {
        if (entry.path().extension() != ".toml") continue;
        const std::string name = entry.path().stem().string();
        CAPTURE(name);
        const std::string story = first_lines(sim::narrate_trace(run_checked(scenario_named(name))));
        const fs::path golden = fs::path(PORTSIDE_SOURCE_DIR) / "tests" / "golden" / (name + ".txt");
        if (std::getenv("PORTSIDE_GOLDEN_UPDATE") != nullptr) std::ofstream(golden, std::ios::binary) << story;
        CHECK_MESSAGE(read_text(golden) == story, "the story of " << name << " changed; PORTSIDE_GOLDEN_UPDATE=1 rewrites " << golden.string());
        ++told;
    }
    CHECK(told >= 22);
}

TEST_CASE("golden: a scenario run twice gives the same bytes, another seed gives others where it draws") {
    for (const char* name : {"twice-cpus", "poster-flood", "block-and-release"}) {
        const sim::Trace once = run_checked(scenario_named(name)), again = run_checked(scenario_named(name)), other = run_checked(scenario_named(name, {"seed=8"}));
        CHECK(once.records == again.records);
        CHECK(once.records != other.records);
    }
}

TEST_CASE("golden: the figures that the scenarios' texts name are what they show") {
    const auto wait_ms = [](const char* name, const char* set) {
        const sim::Trace trace = run_checked(scenario_named(name, {set}));
        return sim::summarize(trace.header, trace.records).queue_wait.mean / 1e6;
    };
    CHECK(wait_ms("mio-one", "port.port.concurrency=1") == doctest::Approx(14).epsilon(0.04));
    CHECK(wait_ms("mio-one", "port.port.concurrency=0") < 0.2);
    const double few = wait_ms("twice-cpus", "worker.worker.count=2"), twice = wait_ms("twice-cpus", "worker.worker.count=4"), many = wait_ms("twice-cpus", "worker.worker.count=16");
    CHECK(few / twice == doctest::Approx(5.8).epsilon(0.05));
    CHECK(many / twice > 0.85);
    const auto p99_ms = [](const char* name, const char* set) {
        const sim::Trace trace = run_checked(scenario_named(name, {set}));
        return static_cast<double>(sim::summarize(trace.header, trace.records).queue_wait.p99) / 1e6;
    };
    CHECK(p99_ms("long-vs-short", "port.port.concurrency=1") > 10 * p99_ms("long-vs-short", "port.port.concurrency=2"));
}

TEST_CASE("golden: the figures of the scenarios about locks and devices") {
    const auto summary_of = [](const char* name, std::vector<std::string> sets) {
        const sim::Trace trace = run_checked(scenario_named(name, std::move(sets)));
        return sim::summarize(trace.header, trace.records);
    };
    // lock-convoy: a turn at the lock is 20 us of work, 10 us to wake up and 2 us for the switch.
    const auto waits_for_lock = [](const char* wake_latency) {
        std::vector<sim::Record> waits;
        for (const sim::Record& record : run_checked(scenario_named("lock-convoy", {std::string("machine.wake_latency=") + wake_latency})).records)
            if (record.kind == sim::Kind::block_begin) waits.push_back(record);
        return waits;
    };
    std::vector<sim::Record> waits = waits_for_lock("10us");
    CHECK(waits.size() == 56);
    CHECK(waits.back().time_ns == 2'175'000);                   // among the last packets: the line never went away
    std::set<uint32_t> threads;
    for (const sim::Record& wait : waits) threads.insert(wait.thread);
    CHECK(threads.size() == 8);
    waits = waits_for_lock("0us");
    CHECK(waits.back().time_ns == 1'630'000);
    CHECK(sim::narrate_trace(run_checked(scenario_named("lock-convoy", {"source.report.arrivals.at=['50ms']"}))).find("waits for lock") == std::string::npos);
    // sync-read-frees-slot, overlapped-read
    const auto busy = [](const sim::Summary& summary) { return std::count_if(summary.threads.begin(), summary.threads.end(), [](const sim::ThreadFigures& t) { return t.packets > 0; }); };
    const sim::Summary eight = summary_of("sync-read-frees-slot", {}), two = summary_of("sync-read-frees-slot", {"worker.worker.count=2"});
    CHECK(busy(eight) == 6);
    CHECK(eight.queue_wait.max <= 7'000);
    CHECK(two.queue_wait.max == doctest::Approx(14e6).epsilon(0.04));
    CHECK(two.duration_ns / 1'000'000 == 31);
    CHECK(eight.duration_ns / 1'000'000 == 18);
    for (const char* count : {"1", "2"}) {
        const sim::Summary overlapped = summary_of("overlapped-read", {std::string("worker.worker.count=") + count});
        CHECK(overlapped.duration_ns / 1'000'000 == 18);
        CHECK(overlapped.completed == 48);
        for (const sim::ThreadFigures& t : overlapped.threads) CHECK(t.blocked_ns == 0);
    }
}
