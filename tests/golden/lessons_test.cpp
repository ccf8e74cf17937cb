// The figures that the texts of the scenarios name are looked up in those texts, so that neither can change alone.
#include <algorithm>
#include <cstdio>
#include <sstream>

#include "sim/cli/sweep.h"
#include "sim/trace/print.h"
#include "sim/trace/summary.h"
#include "tests/scenario_text.h"

namespace {

sim::Summary summary_of(const char* name, std::vector<std::string> sets = {}) {
    const sim::Trace trace = run_checked(scenario_named(name, std::move(sets)));
    return sim::summarize(trace.header, trace.records);
}

const sim::ThreadFigures& thread_named(const sim::Summary& summary, const std::string& name) {
    const auto at = std::find_if(summary.threads.begin(), summary.threads.end(), [&name](const sim::ThreadFigures& t) { return t.name == name; });
    REQUIRE(at != summary.threads.end());
    return *at;
}

// The packets in the order in which they reach `kind`, by their numbers in their source.
std::string order_of(const sim::Trace& trace, sim::Kind kind) {
    std::string out;
    for (const sim::Record& record : trace.records)
        if (record.kind == kind) out += (out.empty() ? "" : " ") + std::to_string(record.packet);
    return out;
}

void check_says(const char* name, const std::string& text) {
    const std::string about = scenario_named(name).about;
    CHECK_MESSAGE(about.find(text) != std::string::npos, "the text of " << std::string(name) << " says nothing of '" << text << "'");
}

std::string number(const char* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

}  // namespace

TEST_CASE("F11: order-of-handling: packets leave the queue in order and the second is begun last (K40)") {
    const sim::Trace trace = run_checked(scenario_named("order-of-handling"));
    CHECK(order_of(trace, sim::Kind::posted) == "0 1 2 3 4 5");
    CHECK(order_of(trace, sim::Kind::taken) == "2 3 4 5");
    CHECK(order_of(trace, sim::Kind::completed) == "0 2 3 4 5 1");
    const sim::Summary summary = sim::summarize(trace.header, trace.records);
    CHECK(thread_named(summary, "worker.1").packets == 5);
    check_says("order-of-handling", number("%.1f ms later", static_cast<double>(thread_named(summary, "worker.0").ready_ns) / 1e6));
}

TEST_CASE("K40: limit-above-processors: more packets are at work at a time, each takes longer, nothing is done sooner") {
    for (const int limit : {2, 3, 4, 8}) {
        const sim::Summary summary = summary_of("limit-above-processors", {"port.port.concurrency=" + std::to_string(limit)});
        check_says("limit-above-processors", number("%.0f: ", limit) + number("%.1f ms", summary.latency.mean / 1e6));
        CHECK(summary.duration_ns / 1'000'000 == 16);
        CHECK(summary.ports[0].active_max == limit);
        if (limit == 8)
            for (const sim::ThreadFigures& thread : summary.threads) {
                CHECK(static_cast<double>(thread.ready_ns) / static_cast<double>(summary.duration_ns) == doctest::Approx(0.75).epsilon(0.01));
                CHECK(thread.packets == 1);
            }
        if (limit == 8) CHECK(summary.latency.p50 > 12'000'000);
    }
}

TEST_CASE("K14: always-polling: a poller holds its slot and its processor; two of them at a limit of 1 get nothing") {
    const sim::Summary polls = summary_of("always-polling"), waits = summary_of("always-polling", {"worker.poller.timeout=infinite"});
    CHECK(thread_named(polls, "poller.0").running_ns == 1'000'000);
    for (const sim::Summary* summary : {&polls, &waits}) {
        CHECK(thread_named(*summary, "poller.0").packets == 2);
        CHECK(thread_named(*summary, "waiter.0").packets == 2);
        CHECK(thread_named(*summary, "waiter.0").running_ns == 210'000);
        CHECK(summary->latency.mean == 105'000);
        CHECK(summary->latency.max == 105'000);
    }
    CHECK(thread_named(waits, "poller.0").running_ns == 210'000);
    CHECK(summary_of("always-polling", {"worker.poller.count=2", "port.port.concurrency=1"}).completed == 0);
    CHECK(summary_of("always-polling", {"worker.poller.count=2", "port.port.concurrency=1", "port.port.poll_at_limit=take"}).completed == 4);
}

TEST_CASE("K36: batch-fairness: one get takes the queue in one slot, and the others find nothing (K37)") {
    const sim::Trace trace = run_checked(scenario_named("batch-fairness"));
    const sim::Summary summary = sim::summarize(trace.header, trace.records);
    CHECK(thread_named(summary, "worker.3").packets == 13);
    for (const char* name : {"worker.0", "worker.1", "worker.2"}) {
        CHECK(thread_named(summary, name).packets == 1);
        CHECK(thread_named(summary, name).waiting_ns / 1'000'000 == 12);
    }
    CHECK(summary.latency.max / 1'000'000 == 13);
    CHECK(summary_of("batch-fairness", {"worker.worker.batch=1"}).latency.max / 1'000'000 == 4);
}

TEST_CASE("K17: io-pool: the sweep that its text names shows where a pool and a thread for each client cross") {
    sim::SweepRequest request{.scenario = std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/io-pool.toml", .sets = {}, .axes = {}, .metrics = {"latency_ns.mean"}, .jobs = 0};   // one of those that the command gives unasked
    const std::string about = scenario_named("io-pool").about;
    const size_t command = about.find("portside sweep io-pool ");
    REQUIRE(command != std::string::npos);
    std::istringstream words(about.substr(command + std::string("portside sweep io-pool ").size()));
    for (std::string option, value; words >> option >> value;) {
        CHECK(option == "--axis");
        sim::Result<sim::Axis> axis = sim::axis_parse(value);
        REQUIRE(axis.ok());
        request.axes.push_back(axis.value());
    }
    const sim::Result<std::vector<sim::SweepPoint>> points = sim::sweep(request, [](size_t, size_t) {});
    REQUIRE(points.ok());
    const auto latency_us = [&points](const char* policy, const char* threads, const char* players) {
        for (const sim::SweepPoint& point : points.value())
            if (point.values == std::vector<std::string>{policy, threads, players}) return point.metrics.at(0).value_or(0) / 1e3;
        FAIL("no such point");
        return 0.0;
    };
    for (const char* players : {"12", "16", "200"}) {
        const double pool = latency_us("nt", "4", players), each = latency_us("thread_per_operation", "400", players);
        const char* format = pool < 1000 ? "%.0f us" : "%.2f ms";
        const double unit = pool < 1000 ? 1 : 1000;
        check_says("io-pool", std::string(players) + " players " + number(format, pool / unit) + " and " + number(format, each / unit));
        CHECK((pool < each) == (std::string(players) == "12"));
    }
    const double spare = latency_us("nt", "400", "200");
    CHECK(spare < latency_us("thread_per_operation", "400", "200"));
    check_says("io-pool", "400 threads under the same limit of 4: " + number("%.2f ms", spare / 1000));
}

TEST_CASE("golden: io-pool crosses between 12 and 16 players whatever the seed") {
    for (const std::string seed : {"seed=1", "seed=2", "seed=3"})
        for (const std::string players : {"12", "16"}) {
            CAPTURE(seed);
            CAPTURE(players);
            const std::string clients = std::string("source.game.arrivals.closed=") + players;
            const double pool = summary_of("io-pool", {clients, seed}).latency.mean;
            const double each = summary_of("io-pool", {clients, seed, "port.port.policy=thread_per_operation", "worker.worker.count=400"}).latency.mean;
            CHECK((pool < each) == (std::string(players) == "12"));
        }
}
