#include <doctest/doctest.h>

#include <cstdlib>

#include "sim/model/identity.h"
#include "sim/scenario/arrivals.h"
#include "sim/scenario/handler.h"
#include "sim/scenario/load.h"

using namespace sim;

namespace {

Distribution fixed(int64_t ns) { return {.kind = Distribution::Kind::fixed, .a = {ns}, .b = {}, .sigma = 0, .weights = {}, .values = {}}; }
Distribution exponential(int64_t ns) { return {.kind = Distribution::Kind::exponential, .a = {ns}, .b = {}, .sigma = 0, .weights = {}, .values = {}}; }

Step step(Step::Kind kind, Distribution duration, double chance = 1) {
    Step s;
    s.kind = kind;
    s.duration = std::move(duration);
    s.chance = chance;
    return s;
}
Step compute(int64_t ns, double chance = 1) { return step(Step::Kind::compute, fixed(ns), chance); }
Step block(int64_t ns, double chance = 1) { return step(Step::Kind::block, fixed(ns), chance); }
Step group(uint32_t size, double chance) {
    Step s = step(Step::Kind::group, {}, chance);
    s.size = size;
    return s;
}
Step post(uint32_t port, uint64_t key) {
    Step s = step(Step::Kind::post, {});
    s.port = {port};
    s.key = key;
    return s;
}

Scenario one_source(SourceParams::Kind kind, uint64_t seed = 7) {
    Scenario scenario;
    scenario.seed = seed;
    SourceParams source;
    source.name = "clients";
    source.kind = kind;
    source.gap = {1'000'000};
    source.think = exponential(2'000'000);
    scenario.sources.push_back(source);
    set_stream_keys(scenario);
    return scenario;
}

std::vector<Action> all_actions(const Handler& handler, PacketWork work) {
    std::vector<Action> out;
    for (Action a = next_action(handler, work); !a.done(); a = next_action(handler, work)) out.push_back(a);
    return out;
}

}  // namespace

TEST_CASE("a handler gives its steps in order and then done for ever") {
    const Handler handler{{compute(5), block(0), post(2, 9), compute(0)}};
    PacketWork work{.identity = 1, .stream = {11, 0}, .next_step = 0, .posts = 0};
    Action a = next_action(handler, work);
    CHECK(a.kind() == Step::Kind::compute);
    CHECK(a.duration.ns == 5);
    CHECK(a.step == &handler.steps[0]);
    a = next_action(handler, work);
    CHECK(a.kind() == Step::Kind::block);
    CHECK(a.duration.ns == 0);
    a = next_action(handler, work);
    CHECK(a.kind() == Step::Kind::post);
    CHECK(a.step == &handler.steps[2]);
    CHECK(next_action(handler, work).duration.ns == 0);
    for (int i = 0; i < 3; ++i) {
        a = next_action(handler, work);
        CHECK(a.done());
        CHECK(a.step == nullptr);
    }
}

TEST_CASE("a chance of 0 or 1 and a fixed duration draw nothing") {
    const Handler handler{{compute(5), block(7, 0), compute(3, 1)}};
    PacketWork work{.identity = 1, .stream = {11, 0}, .next_step = 0, .posts = 0};
    CHECK(next_action(handler, work).duration.ns == 5);
    CHECK(next_action(handler, work).duration.ns == 3);
    CHECK(next_action(handler, work).done());
    CHECK(work.stream.counter == 0);
}

TEST_CASE("a group that does not happen takes its steps and its inner groups with it") {
    //  group(3: compute 1, group(1: compute 2)), compute 4
    const Handler skipped{{group(3, 0), compute(1), group(1, 1), compute(2), compute(4)}};
    std::vector<Action> actions = all_actions(skipped, {.identity = 1, .stream = {11, 0}, .next_step = 0, .posts = 0});
    REQUIRE(actions.size() == 1);
    CHECK(actions[0].duration.ns == 4);

    const Handler inner_skipped{{group(3, 1), compute(1), group(1, 0), compute(2), compute(4)}};
    actions = all_actions(inner_skipped, {.identity = 1, .stream = {11, 0}, .next_step = 0, .posts = 0});
    REQUIRE(actions.size() == 2);
    CHECK(actions[0].duration.ns == 1);
    CHECK(actions[1].duration.ns == 4);

    const Handler at_the_end{{compute(1), group(1, 0), compute(2)}};
    CHECK(all_actions(at_the_end, {.identity = 1, .stream = {11, 0}, .next_step = 0, .posts = 0}).size() == 1);
}

TEST_CASE("a step with chance 0.2 happens for one packet in five") {
    const Handler handler{{compute(1), block(5, 0.2)}};
    const Scenario scenario = one_source(SourceParams::Kind::every);
    int blocked = 0;
    for (uint64_t i = 0; i < 10'000; ++i) blocked += all_actions(handler, source_packet(scenario, {0}, i)).size() == 2;
    CHECK(blocked > 1'850);
    CHECK(blocked < 2'150);
}

TEST_CASE("what a packet draws depends on seed, source name and index alone") {
    const Handler handler{{step(Step::Kind::compute, exponential(1'000'000)), block(5, 0.5), step(Step::Kind::block, exponential(1'000'000), 0.5)}};
    Scenario scenario = one_source(SourceParams::Kind::every);
    const auto sum = [&](const Scenario& s, SourceId source, uint64_t index) {
        int64_t ns = 0;
        for (const Action& a : all_actions(handler, source_packet(s, source, index))) ns += a.duration.ns;
        return ns;
    };
    const int64_t first = sum(scenario, {0}, 17);
    sum(scenario, {0}, 3);                                   // other packets draw in between
    CHECK(sum(scenario, {0}, 17) == first);
    scenario.machine.processors = 64;
    scenario.sources.insert(scenario.sources.begin(), scenario.sources[0]);
    scenario.sources[0].name = "others";
    set_stream_keys(scenario);
    CHECK(sum(scenario, {1}, 17) == first);                  // the name counts, not the place in the file
    CHECK(sum(scenario, {0}, 17) != first);
    CHECK(sum(scenario, {1}, 18) != first);
    scenario.seed = 8;
    set_stream_keys(scenario);
    CHECK(sum(scenario, {1}, 17) != first);
}

TEST_CASE("each post gives its packet an identity and a stream of its own") {
    const Handler handler{{post(0, 1), post(0, 2)}};
    PacketWork work = source_packet(one_source(SourceParams::Kind::every), {0}, 4);
    CHECK(work.identity == packet_identity(0, 4));
    REQUIRE(all_actions(handler, work).size() == 2);
    const uint64_t parent = work.identity, key = work.stream.key;
    const PacketWork first = child_work(work), second = child_work(work);
    CHECK(first.identity == child_identity(parent, 0));
    CHECK(second.identity == child_identity(parent, 1));
    CHECK(first.identity != second.identity);
    CHECK(identity_is_child(first.identity));
    CHECK(first.stream.key == child_stream_key(key, 0));
    CHECK(first.stream.key != second.stream.key);
    CHECK(first.next_step == 0);
}

TEST_CASE("arrival gaps and think times are pure in their arguments") {
    const Scenario every = one_source(SourceParams::Kind::every);
    CHECK(arrival_gap(every, {0}, 0).ns == 1'000'000);
    CHECK(arrival_gap(every, {0}, 99).ns == 1'000'000);

    const Scenario poisson = one_source(SourceParams::Kind::poisson);
    const Duration tenth = arrival_gap(poisson, {0}, 10);
    CHECK(arrival_gap(poisson, {0}, 11) != tenth);
    CHECK(arrival_gap(poisson, {0}, 10) == tenth);
    double sum = 0;
    for (uint64_t i = 0; i < 20'000; ++i) sum += static_cast<double>(arrival_gap(poisson, {0}, i).ns);
    CHECK(sum / 20'000 == doctest::Approx(1'000'000).epsilon(0.03));

    Scenario at = one_source(SourceParams::Kind::at);
    at.sources[0].at = {{0}, {0}, {5}};
    CHECK(arrival_gap(at, {0}, 0).ns == 0);
    CHECK(arrival_gap(at, {0}, 2).ns == 5);
    CHECK(packets_in_all(at.sources[0]) == 3);

    Scenario closed = one_source(SourceParams::Kind::closed);
    closed.sources[0].clients = 4;
    CHECK(think_time(closed, {0}, 1, 0) == think_time(closed, {0}, 1, 0));
    CHECK(think_time(closed, {0}, 1, 0) != think_time(closed, {0}, 0, 1));
    CHECK(think_time(closed, {0}, 1, 0) != think_time(closed, {0}, 1, 1));
    CHECK_FALSE(packets_in_all(closed.sources[0]));
    CHECK_FALSE(packets_in_all(poisson.sources[0]));
}
