// Decisions of two sides beside each other.
#include <doctest/doctest.h>

#include <algorithm>

#include "sim/compare/compare.h"
#include "sim/compare/matches.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

using Differs = MatchedDecision::Differs;

size_t how_many(const std::vector<MatchedDecision>& matches, Differs differs) {
    return static_cast<size_t>(std::count_if(matches.begin(), matches.end(), [differs](const MatchedDecision& m) { return m.differs == differs; }));
}

}  // namespace

TEST_CASE("matched decisions: two runs of one scenario differ in none") {
    const Trace trace = run_checked(scenario_named("block-and-release"));
    const std::vector<MatchedDecision> matches = match_decisions(trace, trace);
    REQUIRE(matches.size() > 3);
    CHECK(how_many(matches, Differs::no) == matches.size());
    for (const MatchedDecision& m : matches) {
        CHECK(m.a_ns == m.b_ns);
        CHECK(m.a_thread == m.b_thread);
    }
    CHECK(tell_divergences(trace, trace, matches, 10).empty());
}

TEST_CASE("matched decisions: the first in which two policies differ is where compare says that they part, with the same sentences") {
    int differ = 0;
    for (const char* name : {"idle-lifo", "block-and-release", "long-vs-short", "twice-cpus", "poster-flood"}) {
        CAPTURE(name);
        const Trace a = run_checked(scenario_named(name)), b = run_checked(scenario_named(name, {"port.port.policy=wine8"}));
        const Comparison comparison = compare_traces(a, b);
        const std::vector<MatchedDecision> matches = match_decisions(a, b);
        const std::vector<ToldDivergence> told = tell_divergences(a, b, matches, 3);
        CHECK(told.size() <= 3);
        REQUIRE(comparison.first_divergence.has_value() == !told.empty());
        if (told.empty()) continue;
        ++differ;
        CHECK(told.front().packet == comparison.first_divergence->packet);
        CHECK(told.front().a == comparison.first_divergence->a);
        CHECK(matches[told.front().match].at_ns() == comparison.first_divergence->time_ns);
    }
    CHECK(differ >= 3);
}

TEST_CASE("matched decisions: a packet that leaves the port on one side alone is there, with its side") {
    const Trace a = run_checked(scenario_named("limit-1-burst"));
    Trace b = a;
    const int64_t half = a.records.back().time_ns / 2;
    std::erase_if(b.records, [half](const Record& r) { return r.time_ns > half; });
    const std::vector<MatchedDecision> matches = match_decisions(a, b), other = match_decisions(b, a);
    CHECK(how_many(matches, Differs::only_a) > 0);
    CHECK(how_many(matches, Differs::only_b) == 0);
    CHECK(how_many(other, Differs::only_b) == how_many(matches, Differs::only_a));
    for (const ToldDivergence& told : tell_divergences(a, b, matches, 100)) CHECK(told.b == "It never leaves the port on this side.");
}
