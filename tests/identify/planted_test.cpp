// Traces that tell decisions, through `portside compare`: those of the policy contradict nothing, and one decision that names
// another waiter is found.
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

#include "sim/compare/compare.h"
#include "tests/counts.h"
#include "tests/identify/draw.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

const std::vector<std::string> kNamesOne{"nt", "nt", "wine8", "wine10", "epoll", "thread_per_operation"};

// A decision to let a thread go while others wait at the same port; one of those.
struct Place { size_t released = 0; uint32_t instead = 0; };
std::vector<Place> places_of(const std::vector<Record>& records) {
    std::vector<Place> out;
    std::vector<std::vector<uint32_t>> waiters;
    for (size_t i = 0; i < records.size(); ++i) {
        const Record& r = records[i];
        if (r.port == kNoPort) continue;
        if (r.port >= waiters.size()) waiters.resize(size_t{r.port} + 1);
        std::vector<uint32_t>& waiting = waiters[r.port];
        if (r.kind == Kind::parked) waiting.push_back(r.thread);
        if (r.kind != Kind::released && r.kind != Kind::get_returned) continue;
        std::erase(waiting, r.thread);
        if (r.kind == Kind::released && !waiting.empty()) out.push_back({i, waiting[i % waiting.size()]});
    }
    return out;
}

// The decision names another thread, and so do the records that give it its packet.
void plant(std::vector<Record>& records, const Place& place) {
    const Record told = records[place.released];
    for (size_t i = place.released; i + 4 > place.released; --i) {
        Record& r = records[i];
        const bool gives = (r.kind == Kind::handed_over || r.kind == Kind::taken) && r.thread == told.thread && r.time_ns == told.time_ns;
        if (i == place.released || gives) r.thread = place.instead;
        if (i == 0) break;
    }
}

}  // namespace

TEST_CASE("compare: of the policy's own decisions none contradicts, and one that names another waiter is found") {
    const uint64_t seed = test::seed_or(20'261'124), count = std::min<uint64_t>(test::count_or(1'000), 10'000);
    uint64_t planted = 0, missed = 0, decisions = 0;
    for (uint64_t i = 0; planted < count && i < 10 * count; ++i) {
        test::Draw draw{{mix64(seed) + i, 0}};
        const std::string policy = draw.one_of(kNamesOne);
        const Result<Trace> simulated = run_to_trace(scenario_of(test::scenario_under(test::drawn_scenario(draw, false), policy)), {.records_max = 1'000'000});
        REQUIRE(simulated);
        CAPTURE(seed);
        CAPTURE(i);
        CAPTURE(policy);
        Trace measured = simulated.value();
        measured.header.source = "measured";
        const Comparison own = compare_closely(simulated.value(), measured);
        REQUIRE(own.verdicts);
        CAPTURE(own.verdicts->explained.first_contradiction);
        REQUIRE(own.verdicts->explained.contradict == 0);
        REQUIRE_FALSE(own.first_divergence);
        decisions += own.verdicts->explained.decisions();
        const std::vector<Place> places = places_of(measured.records);
        for (uint64_t n = 0; n < 4 && !places.empty() && planted < count; ++n) {
            Trace faulty = measured;
            plant(faulty.records, places[draw.below(places.size())]);
            ++planted;
            const Comparison c = compare_closely(simulated.value(), faulty);
            if (c.verdicts->explained.contradict == 0) {
                ++missed;
                MESSAGE("missed: " << policy << ", scenario " << i << ": " << c.verdicts->explained.undecided << " can't be told");
            }
            if (c.verdicts->explained.contradict > 0) CHECK(!c.verdicts->explained.contradictions.empty());
        }
    }
    MESSAGE("seed " << seed << ": " << planted << " faults, " << missed << " missed; " << decisions << " decisions without a false alarm");
    CHECK(planted == count);
    CHECK(missed * 100 <= count);
}
