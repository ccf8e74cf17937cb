// Runs that branch and decisions that go another way, on random scenarios: up to there every record is that of the straight run,
// afterwards every invariant holds, and going back and forth over it gives the same worlds.
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/base/prng.h"
#include "sim/engine/history.h"
#include "sim/scenario/changes.h"
#include "tests/counts.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

#ifdef PORTSIDE_SANITIZED
constexpr uint64_t kUsual = 150;
#else
constexpr uint64_t kUsual = 600;
#endif

struct Dice {
    Stream stream;
    uint64_t below(uint64_t n) { return stream.next_u64() % n; }
    bool chance(double share) { return stream.next_unit() < share; }
    std::string one_of(const std::vector<std::string>& texts) { return texts[below(texts.size())]; }
};

// The shape is drawn from `shape`, every value that may change in the middle of a run from `values`.
std::string random_text(Dice shape, Dice values) {
    const auto duration = [&values](const std::string& mean) {
        return values.one_of({"\"" + mean + "\"", "{ exponential = \"" + mean + "\" }", "{ uniform = [\"0us\", \"" + mean + "\"] }", "{ choice = [[0.7, \"10us\"], [0.3, \"" + mean + "\"]] }"});
    };
    const auto share = [&values] { return values.one_of({"0", "0.3", "0.9", "1"}); };
    std::string text = "until = \"" + values.one_of({"12ms", "15ms"}) + "\"\nseed = " + std::to_string(values.below(1000)) + "\n[machine]\nprocessors = " + std::to_string(1 + shape.below(3)) + "\nquantum = \"" + values.one_of({"200us", "1ms", "infinite"}) +
                       "\"\nwake_latency = " + duration("40us") + "\ncontext_switch = \"" + values.one_of({"0ns", "20us"}) + "\"\nget_cost = \"" + values.one_of({"0ns", "5us"}) + "\"\npost_cost = \"" + values.one_of({"0ns", "5us"}) + "\"\n";
    if (shape.chance(0.3)) text += "block_notice = \"" + values.one_of({"5us", "100us"}) + "\"\n";
    for (int p = 0; p < 2; ++p) {
        const std::string policy = shape.one_of({"nt", "nt", "nt", "wine8", "epoll", "io_uring", "kqueue", "event_ports"});
        text += "[[port]]\nname = \"p" + std::to_string(p) + "\"\nconcurrency = " + std::to_string(values.below(4)) + "\npolicy = \"" + policy + "\"\n";
        if (policy == "nt") text += "drain_on_wake = " + values.one_of({"false", "true"}) + "\npoll_at_limit = \"" + values.one_of({"timeout", "take"}) + "\"\n";
    }
    text += "[[device]]\nname = \"disk\"\nport = \"p0\"\nchannels = " + std::to_string(1 + values.below(3)) + "\nlatency = " + duration("400us") + "\n";
    for (int w = 0; w < 3; ++w) {
        text += "[[worker]]\nname = \"w" + std::to_string(w) + "\"\nport = \"p" + std::to_string(w % 2) + "\"\ncount = " + std::to_string(1 + shape.below(3)) + "\nbatch = " + std::to_string(1 + values.below(3)) + "\ntimeout = \"" + values.one_of({"infinite", "infinite", "300us", "0ns"}) + "\"\non_packet = [ ";
        for (uint64_t n = 1 + shape.below(4), i = 0; i < n; ++i) {
            const uint64_t kind = shape.below(6);
            text += i > 0 ? ", " : "";
            if (kind == 0) text += "{ block = " + duration("300us") + ", chance = " + share() + " }";
            else if (kind == 1) text += "{ lock = \"table\", hold = " + duration("100us") + " }";
            else if (kind == 2) text += "{ read = \"disk\", chance = " + share() + " }";
            else if (kind == 3) text += "{ start_io = \"disk\", chance = 0.3 }";
            else if (kind == 4) text += "{ chance = " + share() + ", steps = [ { post = \"p1\", chance = 0.3 }, { compute = " + duration("60us") + " } ] }";
            else text += "{ compute = " + duration("300us") + " }";
        }
        text += " ]\n";
    }
    if (shape.chance(0.4)) text += "[[thread]]\nname = \"t\"\ncount = 2\nrepeat = " + std::to_string(3 + values.below(9)) + "\nsteps = [ { compute = " + duration("200us") + " }, { post = \"p0\" }, { block = " + duration("200us") + " } ]\n";
    text += "[[source]]\nname = \"s0\"\nport = \"p0\"\narrivals = { poisson = \"" + values.one_of({"150us", "500us"}) + "\", count = " + std::to_string(5 + values.below(60)) + " }\n[[source]]\nname = \"s1\"\nport = \"p1\"\narrivals = { closed = 3, think = " + duration("300us") + " }\n";
    return text;
}

// A timeout of 0 at no cost makes instants that never end; those are another test's.
Result<Trace> run_of(const Scenario& scenario, const Course* course = nullptr) { return run_to_trace(scenario, {.check = true, .records_max = 200'000, .course = course}); }

bool ends(const Result<Trace>& trace) { return trace.ok() || (trace.error().what.find("so time never goes on") == std::string::npos && trace.error().what.find("is longer than") == std::string::npos); }

size_t same_until(const Trace& a, const Trace& b) {
    const auto [at, other] = std::mismatch(a.records.begin(), a.records.end(), b.records.begin(), b.records.end());
    return static_cast<size_t>(at - a.records.begin());
}

// Forward, back and over the branch again: the same worlds, and the records of the run.
void check_history(const Scenario& scenario, const Course& course, const Trace& trace, Dice& dice) {
    History history(scenario, course, 64, 8);
    std::vector<Record> heard(history.last_records().begin(), history.last_records().end());
    std::vector<uint64_t> hashes{history.hash()};
    while (history.forward()) {
        heard.insert(heard.end(), history.last_records().begin(), history.last_records().end());
        hashes.push_back(history.hash());
    }
    REQUIRE(heard == trace.records);
    for (int i = 0; i < 6; ++i) {
        const uint64_t step = dice.below(hashes.size());
        history.go_to_step(step);
        CHECK(history.hash() == hashes[step]);
    }
}

}  // namespace

TEST_CASE("branch: up to its moment the run is the same, then it is sound; with no change it is the same to the end") {
    const uint64_t seed = test::seed_or(20'261'122), count = test::count_or(kUsual);
    MESSAGE(count << " scenarios from seed " << seed);
    uint64_t branched = 0, refused = 0, differ = 0;
    for (uint64_t i = 0; i < count; ++i) {
        Dice dice{{mix64(seed) + i, 0}};
        const Dice shape{{dice.stream.next_u64(), 0}};
        const std::string text = random_text(shape, {{dice.stream.next_u64(), 0}}), other = random_text(shape, {{dice.stream.next_u64(), 0}});
        CAPTURE(i);
        CAPTURE(text);
        CAPTURE(other);
        const Scenario scenario = scenario_of(text), changed = scenario_of(other);
        const Result<Trace> straight = run_of(scenario);
        if (!straight) {
            REQUIRE_MESSAGE(!ends(straight), straight.error().text());
            continue;
        }
        const std::vector<Record>& records = straight->records;
        const size_t cut = dice.below(records.size());
        const int64_t at_ns = records[cut].time_ns;
        const bool inside = dice.chance(0.5);                // in the middle of an instant, or behind it
        Course same{.branches = {{.at = {at_ns}, .records = inside ? cut + 1 : UINT64_MAX, .scenario = scenario}}, .instead = {}};
        const Result<Trace> nothing = run_of(scenario, &same);
        REQUIRE_MESSAGE(nothing.ok(), (nothing ? std::string() : nothing.error().text()));
        REQUIRE(nothing->records == records);

        Course course = same;
        course.branches[0].scenario = changed;
        const Result<Trace> branch = run_of(scenario, &course);
        if (!branch) {
            const std::string said = branch.error().text();
            if (!ends(branch)) continue;
            REQUIRE_MESSAGE((said.find("operations") != std::string::npos || said.find("before the branch") != std::string::npos), said);   // the two that depend on the moment
            ++refused;
            continue;
        }
        ++branched;
        const size_t shared = same_until(straight.value(), branch.value());
        const auto up_to = static_cast<size_t>(std::count_if(records.begin(), records.end(), [at_ns](const Record& r) { return r.time_ns < at_ns; }));
        REQUIRE(shared >= (inside ? std::max(up_to, cut + 1) : static_cast<size_t>(std::count_if(records.begin(), records.end(), [at_ns](const Record& r) { return r.time_ns <= at_ns; }))));
        if (shared < records.size()) ++differ;
        REQUIRE(std::is_sorted(branch->records.begin(), branch->records.end(), [](const Record& a, const Record& b) { return a.time_ns < b.time_ns; }));
        if (i % 8 == 0) check_history(scenario, course, branch.value(), dice);
    }
    MESSAGE(branched << " branched, " << differ << " of them went another way, " << refused << " refused");
    CHECK(branched > count / 3);
    CHECK(differ > count / 4);
}

TEST_CASE("instead: one decision goes the other way, and the run goes on from there by the rules") {
    const uint64_t seed = test::seed_or(20'261'123), count = test::count_or(kUsual);
    MESSAGE(count << " scenarios from seed " << seed);
    uint64_t went = 0, could_not = 0;
    for (uint64_t i = 0; i < count; ++i) {
        Dice dice{{mix64(seed) + i, 0}};
        const std::string text = random_text({{dice.stream.next_u64(), 0}}, {{dice.stream.next_u64(), 0}});
        CAPTURE(i);
        CAPTURE(text);
        const Scenario scenario = scenario_of(text);
        const Result<Trace> straight = run_of(scenario);
        if (!straight) continue;
        const std::vector<Record>& records = straight->records;
        std::vector<size_t> asks;
        for (size_t r = 0; r < records.size(); ++r)
            if (records[r].kind == Kind::posted || (records[r].kind == Kind::block_begin && (records[r].flags & kKeepsSlot) == 0)) asks.push_back(r);
        if (asks.empty()) continue;
        const size_t at = asks[dice.below(asks.size())];
        Course course;
        course.instead = {.record = at, .what = static_cast<Instead::What>(dice.below(3)), .thread = {static_cast<uint32_t>(dice.below(worker_thread_count(scenario)))}, .went = {}};
        const Result<Trace> other = run_of(scenario, &course);
        if (!other) {
            REQUIRE_MESSAGE((!ends(other) || other.error().what.find("can't go that way") != std::string::npos), other.error().text());
            ++could_not;
            continue;
        }
        ++went;
        REQUIRE(same_until(straight.value(), other.value()) > at);       // the record that asks is the same
        const auto let_go = std::find_if(other->records.begin() + static_cast<std::ptrdiff_t>(at) + 1, other->records.end(), [](const Record& r) { return r.kind == Kind::released || r.kind == Kind::queued; });
        if (course.instead.what == Instead::What::nobody && records[at].kind == Kind::posted) CHECK(let_go->kind == Kind::queued);
        if (i % 8 == 0) check_history(scenario, course, other.value(), dice);
    }
    MESSAGE(went << " went another way, " << could_not << " could not");
    CHECK(went > count / 4);
}
