// 200 simulated traces of random scenarios: never a wrong name. Whether a trace distinguishes is asked of the model: it does if
// the same scenario under every other policy gives other records.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "sim/cli/json.h"
#include "sim/identify/identify.h"
#include "tests/counts.h"
#include "tests/identify/draw.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

// What a trace tells beside the rules that it names.
std::vector<Record> without_rules(std::vector<Record> records) {
    for (Record& record : records) record.rule = Rule::none;
    return records;
}

Trace simulated(const std::string& text, const std::string& policy) {
    Result<Trace> trace = run_to_trace(scenario_of(test::scenario_under(text, policy)), {.records_max = 1'000'000});
    REQUIRE_MESSAGE(trace.ok(), (trace ? std::string() : trace.error().text()));
    return trace.value();
}

bool knows_least(const std::string& policy) { return policy == "io_uring" || policy == "event_ports"; }
std::string without_least(std::string text) {
    for (size_t at = text.find("batch_min"); at != std::string::npos; at = text.find("batch_min")) text.erase(at, text.find('\n', at) + 1 - at);
    return text;
}

bool named_among(const Identification& answer, const std::string& policy) {
    return answer.verdict == policy || (answer.verdict == "undecided" && std::find(answer.candidates.begin(), answer.candidates.end(), policy) != answer.candidates.end());
}

}  // namespace

TEST_CASE("identify: random scenarios under random policies, never a wrong name") {
    const uint64_t seed = test::seed_or(20'261'121), count = test::count_or(200);
    uint64_t distinguish = 0, undecided = 0;
    std::map<std::string, std::map<std::string, uint64_t>> table;
    for (uint64_t i = 0; i < count; ++i) {
        test::Draw draw{{mix64(seed) + i, 0}};
        // io_uring and kqueue, epoll and event_ports differ by a minimum alone: without one no trace tells them apart.
        const bool least = draw.chance(0.2);
        const std::string policy = least ? draw.one_of({"io_uring", "event_ports"}) : draw.one_of({"nt", "nt", "nt", "wine8", "wine8", "wine10", "thread_per_operation", "thread_per_operation", draw.one_of(test::kNamed)});
        const std::string text = test::drawn_scenario(draw, least);
        CAPTURE(i);
        CAPTURE(policy);
        CAPTURE(text);
        const Trace trace = simulated(text, policy);
        const std::vector<Record> told = without_rules(trace.records);
        bool distinguishes = true;
        for (const std::string& other : test::kNamed)
            if (other != policy && without_rules(simulated(knows_least(other) ? text : without_least(text), other).records) == told) distinguishes = false;
        const Identification answer = identify(trace);
        CAPTURE(identification_text(answer));
        CHECK(named_among(answer, policy));
        if (distinguishes) ++distinguish;
        if (distinguishes && answer.verdict == "undecided") {
            ++undecided;
            MESSAGE(policy << " is undecided: " << identification_text(answer));
        }
        ++table[policy][answer.verdict + (distinguishes ? "" : " (can't be told)")];
    }
    MESSAGE("seed " << seed << ": " << count << " traces, " << distinguish << " distinguish, of them " << undecided << " undecided");
    for (const auto& [policy, verdicts] : table)
        for (const auto& [verdict, times] : verdicts) MESSAGE(policy << " is called " << verdict << ": " << times);
    CHECK(undecided * 200 <= 5 * count);
    CHECK(distinguish * 200 >= 150 * count);
}

TEST_CASE("identify: the header plays no part, and a lie in it is not believed") {
    const uint64_t seed = test::seed_or(20'261'121);
    for (uint64_t i = 0; i < 24; ++i) {
        test::Draw draw{{mix64(seed + 1) + i, 0}};
        const std::string policy = test::kNamed[i % test::kNamed.size()];
        Trace trace = simulated(test::drawn_scenario(draw, false), policy);
        CAPTURE(policy);
        const Identification answer = identify(trace);
        const std::string json = identify_json(answer);
        Trace stripped = trace;
        stripped.header = header_without_claims(trace.header);
        CHECK(identify_json(identify(stripped)) == json);
        for (const std::string& lie : test::kNamed) {
            trace.header.policy = lie;
            trace.header.backend = lie;
            trace.header.source = "measured";
            for (TracePort& port : trace.header.ports) port.policy = lie, port.concurrency = port.limit = 7;
            CHECK(identify_json(identify(trace)) == json);
        }
        CHECK(named_among(answer, policy));
    }
}
