// The places of the stack and the queue over time, without ImGui.
#include <algorithm>

#include "gui/model/columns.h"
#include "gui/model/places.h"
#include "tests/gui/opened.h"

namespace {

// Who stands in the list at a time, first come first.
std::vector<uint32_t> standing(const std::vector<gui::PlaceSpan>& spans, int64_t at_ns) {
    std::vector<uint32_t> out;
    for (const gui::PlaceSpan& span : spans)
        if (span.begin_ns <= at_ns && at_ns < span.end_ns) {
            CHECK(span.place == out.size());
            out.push_back(span.who);
        }
    return out;
}

}  // namespace

TEST_CASE("places: in a burst at a limit of one the newest waiter leaves, the others keep their places, and the queue shrinks from its head") {
    // ns: 0 six packets arrive; worker.5, parked last, goes; 0..4 stand in the stack from then on, 1..5 in the queue, one less every 1.001 ms
    const gui::AppState state = opened("limit-1-burst");
    const gui::Side& side = state.sides[0];
    const gui::Places& places = gui::places_in(side, 0, 0, side.end_ns);
    REQUIRE(places.stack_known);
    REQUIRE(places.queue_known);
    CHECK(standing(places.stack, 100'000) == std::vector<uint32_t>{0, 1, 2, 3, 4});
    CHECK(standing(places.queue, 100'000) == std::vector<uint32_t>{1, 2, 3, 4, 5});
    CHECK(standing(places.queue, 1'500'000) == std::vector<uint32_t>{2, 3, 4, 5});
    CHECK(std::count_if(places.stack.begin(), places.stack.end(), [](const gui::PlaceSpan& span) { return span.who == 0; }) == 1);
    REQUIRE(places.takings.size() == 5);
    for (const gui::Taking& taking : places.takings) CHECK((taking.thread == 5 && taking.place == 0));
}

TEST_CASE("places: at every moment they are what the state says, in any part of any scenario") {
    const sim::Result<std::vector<sim::ScenarioEntry>> entries = sim::scenario_list();
    REQUIRE(entries.ok());
    size_t looked_at = 0;
    for (const sim::ScenarioEntry& entry : entries.value()) {
        CAPTURE(entry.name);
        const gui::Side side = gui::side_build(run_checked(scenario_named(entry.name)));
        for (int part = 0; part < 4; ++part) {
            const int64_t from = side.end_ns * part / 5, to = from + std::max<int64_t>(side.end_ns / 5, 1);
            const gui::Places places = gui::places_in(side, 0, from, to);
            for (int64_t at = from; at < to; at += std::max<int64_t>((to - from) / 40, 1)) {
                const sim::TraceState state = gui::state_after(side, gui::records_until(side, at));
                if (state.ports.empty()) continue;
                if (places.stack_known) CHECK(standing(places.stack, at) == state.ports[0].waiters);
                if (places.queue_known) CHECK(standing(places.queue, at) == std::vector<uint32_t>(state.ports[0].queue.begin(), state.ports[0].queue.end()));
                looked_at += places.stack_known ? 1 : 0;
            }
        }
    }
    CHECK(looked_at > 500);
}

TEST_CASE("places: with too much in sight none are told, and a part of the same run has them") {
    const gui::Side side = gui::side_build(run_checked(scenario_named("twice-cpus", {"worker.worker.count=64"})));
    CHECK_FALSE(gui::places_in(side, 0, 0, side.end_ns).stack_known);
    const gui::Side few = gui::side_build(run_checked(scenario_named("twice-cpus")));
    CHECK(gui::places_in(few, 0, 0, few.end_ns / 50).stack_known);
}
