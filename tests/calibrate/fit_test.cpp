// Distributions for measured times, on samples whose distribution is known.
#include <doctest/doctest.h>

#include "sim/calibrate/fit.h"
#include "sim/calibrate/loop.h"
#include "tests/calibrate/traces.h"

using namespace sim;

namespace {

std::vector<int64_t> drawn(const Distribution& distribution, int count, uint64_t seed) {
    Stream stream{.key = mix64(seed)};
    std::vector<int64_t> out;
    for (int i = 0; i < count; ++i) out.push_back(draw(distribution, stream).ns);
    return out;
}

}  // namespace

TEST_CASE("calibrate: samples of a known distribution are given back as that distribution, in all but a few of them") {
    int exponential = 0, lognormal = 0;
    constexpr int kSamples = 100;
    for (int s = 0; s < kSamples; ++s) {
        CAPTURE(s);
        const Fit e = fit(drawn({.kind = Distribution::Kind::exponential, .a = {1'000'000}, .b = {}, .weights = {}, .values = {}}, 500, 1000 + s));
        const Fit l = fit(drawn({.kind = Distribution::Kind::lognormal, .a = {1'000'000}, .b = {}, .sigma = 0.4, .weights = {}, .values = {}}, 500, 2000 + s));
        exponential += e.distribution.kind == Distribution::Kind::exponential;
        lognormal += l.distribution.kind == Distribution::Kind::lognormal;
        if (e.distribution.kind == Distribution::Kind::exponential) CHECK(static_cast<double>(e.distribution.a.ns) == doctest::Approx(1e6).epsilon(0.2));
        if (l.distribution.kind == Distribution::Kind::lognormal) {
            CHECK(static_cast<double>(l.distribution.a.ns) == doctest::Approx(1e6).epsilon(0.1));
            CHECK(l.distribution.sigma == doctest::Approx(0.4).epsilon(0.15));
        }
    }
    // The test turns away 5 of 100 that are right; more than 13 of 100 would be one chance in a thousand.
    CHECK(exponential >= kSamples - 13);
    CHECK(lognormal >= kSamples - 13);
}

TEST_CASE("calibrate: what is no such distribution stays as measured, with its mean, in at most 500 values") {
    std::vector<int64_t> values;
    for (int i = 0; i < 3'000; ++i) values.push_back(i % 3 == 0 ? 5'000'000 + i : 100'000 + i);
    const Fit two = fit(values);
    REQUIRE(two.distribution.kind == Distribution::Kind::samples);
    CHECK(two.distribution.values.size() == kSamplesKept);
    CHECK(mean_ns(two.distribution) == doctest::Approx(two.mean_ns).epsilon(0.001));
    CHECK(two.count == 3'000);
    CHECK(std::string(two.name()) == "as measured");
}

TEST_CASE("calibrate: values that are all alike are one, and of nothing there is nothing") {
    CHECK(fit({1000, 1001, 1002, 1000}).distribution == Distribution{.kind = Distribution::Kind::fixed, .a = {1001}, .b = {}, .weights = {}, .values = {}});
    CHECK(fit({}).count == 0);
    CHECK(std::string(fit({}).name()) == "none");
    CHECK(fit({7}).distribution.a.ns == 7);
    CHECK(fit({0, 0, 0, 0, 0, 0, 0, 0, 0, 0}).distribution.a.ns == 0);
}

TEST_CASE("calibrate: a distribution in TOML is read back as it is") {
    for (const Distribution& d : {fit({5, 1'000'000'007}).distribution, fit(drawn({.kind = Distribution::Kind::exponential, .a = {12'345}, .b = {}, .weights = {}, .values = {}}, 100, 3)).distribution, fit({42}).distribution}) {
        const Scenario scenario = scenario_of(std::string(test::kOnePort) + "[[worker]]\nname = \"w\"\nport = \"port\"\non_packet = [ { compute = " + distribution_toml(d) + " } ]\n");
        CHECK(scenario.workers[0].on_packet.steps[0].duration == d);
    }
}

TEST_CASE("calibrate: open loops are told from closed ones, by their packets alone") {
    int told = 0, asked = 0;
    for (const bool closed : {false, true})
        for (const int clients : {1, 2, 4, 12})
            for (const char* think : {"1ms", "6ms"}) {
                CAPTURE(closed);
                CAPTURE(clients);
                CAPTURE(think);
                const std::string mean = closed ? "" : "poisson = \"" + std::to_string(clients == 1 ? 3000 : clients == 2 ? 2000 : 1200 + clients) + "us\", count = 1500";
                const Trace trace = test::run_of(test::handlers(4) + "arrivals = { " + (closed ? "closed = " + std::to_string(clients) + ", think = { exponential = \"" + think + "\" }" : mean) + " }\n", closed ? "until = \"2s\"\n" : "");
                const Result<Observation> seen = observe(trace);
                REQUIRE(seen.ok());
                const LoopAnswer loop = tell_loop(seen->arrivals, seen->end_ns);
                ++asked;
                told += loop.closed == closed;
                if (loop.sure) CHECK(loop.closed == closed);          // it may not know, but it may not be wrong
                if (!loop.closed || !closed) continue;
                CHECK(loop.clients >= static_cast<uint32_t>(clients));
                CHECK(loop.clients <= static_cast<uint32_t>(clients) + 1 + static_cast<uint32_t>(clients) / 4);
            }
    CHECK(told >= asked - 2);
}

TEST_CASE("calibrate: even gaps are an open loop, though every packet comes after an answer") {
    const Trace trace = test::run_of(test::handlers(4) + "arrivals = { every = \"20ms\", count = 200 }\n");
    const Result<Observation> seen = observe(trace);
    REQUIRE(seen.ok());
    CHECK_FALSE(tell_loop(seen->arrivals, seen->end_ns).closed);
}
