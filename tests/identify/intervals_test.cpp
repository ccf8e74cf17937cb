// Overlapping calls against the policy that made them: shuffled within their intervals they are never called a contradiction, and
// a planted fault is found.
#include <doctest/doctest.h>

#include "sim/compare/compare.h"
#include "sim/identify/history.h"
#include "sim/identify/intervals.h"
#include "sim/trace/observed.h"
#include "tests/counts.h"
#include "tests/identify/history_maker.h"

using namespace sim;

namespace {

Explained explained(const Trace& trace, const std::string& policy) {
    Explained out;
    const Variant variant{.policy = *policy_from_name(policy), .limit = 0, .options = {}};
    for (const CallHistory& history : call_histories(trace.records)) explain_calls(trace.header, history, variant, 300'000, out);
    return out;
}

// The same question as a user asks it: `portside compare MODEL TRACE`.
Explained verdict_of_compare(const Trace& trace, const std::string& policy) {
    Trace model;
    model.header.source = "simulated";
    model.header.threads = trace.header.threads;
    model.header.ports.push_back({.name = "port", .concurrency = 1, .limit = 1, .policy = policy});
    const Comparison comparison = compare_closely(model, trace);
    REQUIRE_MESSAGE(comparison.verdicts, comparison.no_verdicts);
    REQUIRE_FALSE(comparison.verdicts->of_a);
    return comparison.verdicts->explained;
}

const std::vector<std::string> kOneWaiter{"nt", "wine8", "wine10", "epoll", "thread_per_operation"};

}  // namespace

TEST_CASE("identify: calls shuffled within their intervals are no false alarm") {
    const uint64_t seed = test::seed_or(20'261'121), count = test::count_or(1'000);
    uint64_t decisions = 0, undecided = 0;
    for (uint64_t i = 0; i < count; ++i) {
        test::Draw draw{{mix64(seed + 2) + i, 0}};
        const std::string policy = draw.one_of({"nt", "nt", "wine8", "wine10", "epoll", "io_uring", "kqueue", "event_ports", "thread_per_operation"});
        const test::Making making{.policy = policy, .threads = 2 + static_cast<uint32_t>(draw.below(4)), .limit = 1 + static_cast<uint32_t>(draw.below(3)), .packets = 10 + static_cast<uint32_t>(draw.below(15)),
                                  .blocks = draw.chance(0.5) ? 0.0 : 0.3, .jitter_ns = static_cast<int64_t>(draw.one_of({"1", "500", "2000", "10000"}) == "1" ? 1 : draw.below(10'000) + 1), .processors = draw.chance(0.5)};
        const Trace trace = *test::HistoryMaker(draw, making).make();
        const Explained answer = explained(trace, policy);
        CAPTURE(i);
        CAPTURE(policy);
        CAPTURE(answer.first_contradiction);
        REQUIRE(answer.contradict == 0);
        const Explained verdict = verdict_of_compare(trace, policy);
        CAPTURE(verdict.first_contradiction);
        REQUIRE(verdict.contradict == 0);
        REQUIRE(verdict.decisions() == answer.decisions());
        decisions += answer.decisions();
        undecided += answer.undecided;
    }
    MESSAGE("seed " << seed << ": " << count << " histories, " << decisions << " decisions, " << undecided << " can't be told");
    CHECK(undecided * 4 < decisions);
}

TEST_CASE("identify: a packet that the kernel queued unseen, told of at the moment of the return that brings it, contradicts nobody") {
    Trace trace;
    trace.header.threads = {"a", "b"};
    const auto add = [&trace](Kind kind, int64_t time_ns, uint32_t thread, uint32_t packet, uint64_t argument, uint16_t flags = 0) {
        trace.records.push_back({.time_ns = time_ns, .argument = argument, .thread = thread, .packet = packet, .port = 0, .flags = flags, .kind = kind});
    };
    add(Kind::port_opened, 0, kNoThread, kNoPacket, 4);
    add(Kind::get_called, 10, 0, 1, INT64_MAX);
    add(Kind::get_returned, 90, 0, 0, 1);
    add(Kind::posted, 90, kNoThread, 0, 0, kWithin);
    for (const std::string& policy : kOneWaiter) {
        CAPTURE(policy);
        CHECK(explained(trace, policy).contradict == 0);
    }
    trace.records.back().flags = 0;                // posted by somebody, and brought before it was: a fault
    CHECK(explained(trace, "nt").contradict == 1);
}

TEST_CASE("identify: a planted fault is found") {
    const uint64_t seed = test::seed_or(20'261'121), count = std::min<uint64_t>(test::count_or(1'000), 10'000);
    uint64_t planted = 0, missed = 0, missed_by_compare = 0;
    for (uint64_t i = 0; planted < count && i < 100 * count; ++i) {
        test::Draw draw{{mix64(seed + 3) + i, 0}};
        const std::string policy = draw.one_of(kOneWaiter);
        const test::Making making{.policy = policy, .threads = 4 + static_cast<uint32_t>(draw.below(3)), .limit = 2, .packets = 12, .blocks = draw.chance(0.5) ? 0.0 : 0.2, .fault = true};
        const std::optional<Trace> trace = test::HistoryMaker(draw, making).make();
        if (!trace) continue;
        ++planted;
        const Explained answer = explained(*trace, policy);
        if (answer.contradict == 0) {
            ++missed;
            MESSAGE("missed: " << policy << ", history " << i << ": " << answer.agree << " agree, " << answer.undecided << " can't be told");
        }
        missed_by_compare += verdict_of_compare(*trace, policy).contradict == 0 ? 1 : 0;
    }
    MESSAGE("seed " << seed << ": " << planted << " faults, " << missed << " missed, by compare " << missed_by_compare);
    CHECK(missed_by_compare * 100 <= count);
    CHECK(planted == count);
    CHECK(missed * 100 <= count);
}
