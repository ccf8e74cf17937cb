// Releases that were tried before a run: what records say, and what they decide.
#include <doctest/doctest.h>

#include <algorithm>

#include "sim/identify/identify.h"
#include "sim/identify/tried.h"
#include "sim/port/policy.h"
#include "sim/trace/arguments.h"
#include "sim/trace/print.h"
#include "tests/counts.h"
#include "tests/folder.h"
#include "tests/identify/draw.h"
#include "tests/unit/trace_build.h"

using namespace sim;

namespace {

constexpr uint16_t kWaiters = 4, kNewest = kWaiters - 1, kNotTold = ReleaseTry::not_told;

Record one(uint16_t place, uint16_t in_vain) {
    Record r;
    r.kind = Kind::release_tried;
    r.argument = release_try_argument({.place = place, .waiters = kWaiters, .in_vain = in_vain});
    return r;
}
std::vector<Record> times(size_t count, uint16_t place, uint16_t in_vain) { return std::vector<Record>(count, one(place, in_vain)); }
std::vector<Record> limit(size_t count, bool exceeded) {
    Record r;
    r.kind = Kind::limit_tried;
    r.argument = limit_try_argument({.limit = 1, .waiters = kWaiters - 1, .exceeded = exceeded});
    return std::vector<Record>(count, r);
}
std::vector<Record> operator+(std::vector<Record> a, const std::vector<Record>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

// Two workers that only poll: the run says nothing of releases.
Trace with(const std::vector<Record>& tries) {
    Trace trace{.header = test::header(2, 2, false, false), .records = tries, .losses = {}, .damage = {}, .whole = true};
    const std::vector<Record> opening = test::opening(trace.header);
    trace.records.insert(trace.records.end(), opening.begin(), opening.end());
    return trace;
}

std::vector<std::string> named(const std::vector<Record>& tries) {
    const Identification answer = identify(with(tries));
    return answer.verdict == "undecided" ? answer.candidates : std::vector{answer.verdict};
}

using Policies = std::vector<std::string>;
const Policies kNewestFirst{"nt", "wine10", "epoll", "event_ports"}, kAll{"io_uring", "kqueue"};

}  // namespace

TEST_CASE("tries: a record carries place, waiters and who ran in vain, each of which may be unknown, and is printed so") {
    const ReleaseTry back = release_try_of_argument(release_try_argument({.place = 3, .waiters = 4, .in_vain = 2}));
    CHECK(back.place == 3);
    CHECK(back.waiters == 4);
    CHECK(back.in_vain == 2);
    CHECK(back.tells_place());
    CHECK(back.tells_others());
    for (const ReleaseTry& bad : {ReleaseTry{}, ReleaseTry{4, 4, 4}, ReleaseTry{0, 1, 0}, ReleaseTry{0, 0, 0}}) {
        CHECK_FALSE(bad.tells_place());
        CHECK_FALSE(bad.tells_others());
    }
    const TraceHeader header = test::header(2, 2, false, false);
    const TraceState state = trace_state_begin(header);
    CHECK(record_line(header, state, one(0, 0)).ends_with("to number 1 of 4 by how long they had waited, 0 others ran"));
    CHECK(record_line(header, state, one(kNotTold, 1)).ends_with("to one of 4 that waited, 1 other ran"));
    CHECK(record_line(header, state, one(2, kNotTold)).ends_with("to number 3 of 4 by how long they had waited"));
}

TEST_CASE("tries: they are summed up in a line, and a trace's overview has them") {
    CHECK(release_tries_text({}).empty());
    CHECK(release_tries_text(release_tries(times(16, 0, 0))) == "oldest first in 16 of 16 tries, nobody else woken");
    CHECK(release_tries_text(release_tries(times(15, kNewest, 0) + times(1, 0, 1))) == "newest first in 15 of 16 tries, 1 of 48 other waiters woken too");
    CHECK(release_tries_text(release_tries(times(1, kNewest, kNotTold))) == "newest first in 1 of 1 try, whether others were woken can't be told");
    CHECK(release_tries_text(release_tries(times(2, 0, 3) + times(14, kNotTold, 3))) == "others are woken too: in 16 of 16 tries, 48 of 48 other waiters");
    CHECK(release_tries_text(release_tries({one(9, 9)})).empty());
    const test::Folder folder;
    const std::string path = (folder / "a.ptrace").string();
    const Trace trace = with(times(7, 0, 0));
    REQUIRE(trace_write(path, trace).ok());
    const Result<TraceOverview> overview = trace_overview(path);
    REQUIRE(overview.ok());
    CHECK(overview->tries.oldest == 7);
    CHECK(overview->counts[static_cast<size_t>(Kind::release_tried)] == 7);
}

TEST_CASE("identify: tries name what a run can't, in both orders and where all are woken") {
    CHECK(named({}) != Policies{"wine8"});
    CHECK(named(times(16, 0, 0)) == Policies{"wine8"});
    CHECK(named(times(16, kNewest, 0)) == kNewestFirst);
    CHECK(named(times(1, 0, 3) + times(15, kNotTold, 3)) == kAll);
    CHECK(named(times(12, kNotTold, 3) + times(4, kNotTold, 0)) == kAll);   // some were left asleep
    CHECK(named(times(16, 1, 0)) == Policies{"none"});          // a system that nobody knows
}

TEST_CASE("identify: a limit that was tried tells nt from what knows none, strays and few tries change nothing, and it is said") {
    CHECK(named(times(16, kNewest, 0) + limit(8, false)) == Policies{"nt"});
    CHECK(named(times(16, kNewest, 0) + limit(7, false) + limit(1, true)) == Policies{"nt"});
    CHECK(named(times(16, kNewest, 0) + limit(8, true)) == Policies{"wine10", "epoll", "event_ports"});
    CHECK(named(times(16, kNewest, 0) + limit(1, false)) == kNewestFirst);
    CHECK(named(times(16, 0, 0) + limit(8, true)) == Policies{"wine8"});
    CHECK(named(times(16, 0, 0) + limit(8, false)) == Policies{"none"});
    CHECK(named(limit(8, false)) == Policies{"nt"});
    const std::string text = identification_text(identify(with(times(16, kNewest, 0) + limit(8, false))));
    CHECK(text.find("nobody else woken; a limit of 1 kept in 8 of 8") != std::string::npos);
    CHECK(text.find("wine10: Before the run, in 8 of 8 tries on a port of its own, no waiter got a packet while a thread ran, as if the limit of 1 counted") != std::string::npos);
    const TraceHeader header = test::header(2, 2, false, false);
    CHECK(record_line(header, trace_state_begin(header), limit(1, true).front()).ends_with("limit 1: of 3 waiters one got a packet while a thread ran"));
    CHECK(release_tries_text(release_tries(limit(5, true))) == "a limit of 1 not kept in 5 of 5");
    Record bad;
    bad.kind = Kind::limit_tried;
    CHECK(release_tries_text(release_tries({bad})).empty());
}

TEST_CASE("identify: a few tries that went astray change nothing, and so few tries decide nothing") {
    CHECK(named(times(13, 0, 0) + times(3, kNewest, 0)) == Policies{"wine8"});
    CHECK(named(times(14, kNewest, 0) + times(1, 0, 0) + times(1, 1, 1)) == kNewestFirst);
    const Policies few = named(times(3, 0, 0));
    for (const std::string_view name : policy_names())
        if (name != "aix" && name != "thread_per_operation") CHECK(std::find(few.begin(), few.end(), name) != few.end());
}

TEST_CASE("identify: where nobody can tell who ran in vain, the order decides as it does in a run") {
    CHECK(named(times(16, 0, kNotTold)) == Policies{"wine8"});
    CHECK(named(times(16, kNewest, kNotTold)) == kNewestFirst);
    CHECK(named(times(4, 0, kNotTold) + times(4, 1, kNotTold) + times(4, 2, kNotTold) + times(4, 3, kNotTold)) == kAll);   // no order: whoever names one waiter is contradicted
}

TEST_CASE("identify: what contradicts by tries is said in a sentence, and no comparison hears of them") {
    const Trace trace = with(times(16, 0, 0));
    const Identification answer = identify(trace);
    const std::string text = identification_text(answer);
    CHECK(text.find("before the run releases were tried on a port of its own: oldest first in 16 of 16 tries, nobody else woken") != std::string::npos);
    CHECK(text.find("epoll: Before the run, in 16 of 16 tries on a port of its own, another waiter than the newest got the only packet (Linux epoll: newest waiter first") != std::string::npos);
    CHECK(text.find("kqueue: Before the run, in 16 of 16 tries on a port of its own, with one packet all other waiters slept on (kqueue: every sleeper is woken") != std::string::npos);
    CHECK(text.find("oldest first: 16 of 16 releases foretold") != std::string::npos);
    const Explained by = explain_by(trace, {.policy = *policy_from_name("epoll"), .limit = 0, .options = {}}), without = explain_by(with({}), {.policy = *policy_from_name("epoll"), .limit = 0, .options = {}});
    CHECK(by.contradict == 0);
    CHECK(by.decisions() == without.decisions());
    Trace lost = trace;
    lost.losses.push_back({"ring of worker.0 was full", 3});
    for (const PolicyAnswer& policy : identify(lost).policies) CHECK(policy.explained.contradict == 0);
}

TEST_CASE("identify: tries of a system with strays never rule it out, and rule out the other orders") {
    const uint64_t seed = test::seed_or(20'261'123), count = std::min<uint64_t>(test::count_or(2'000), 10'000);
    uint64_t told_apart = 0;
    for (uint64_t i = 0; i < count; ++i) {
        test::Draw draw{{mix64(seed) + i, 0}};
        const bool newest = draw.chance(0.5), all = draw.chance(0.3);
        std::vector<Record> tries;
        for (int n = 0; n < 16; ++n) {
            const bool stray = draw.chance(0.03);
            const auto place = static_cast<uint16_t>(stray ? draw.below(kWaiters) : newest ? kNewest : 0);
            tries.push_back(all ? one(n == 0 ? place : kNotTold, static_cast<uint16_t>(stray ? draw.below(kWaiters) : kWaiters - 1)) : one(place, stray && draw.chance(0.3) ? 1 : 0));
        }
        const ReleaseTries sum = release_tries(tries);
        CAPTURE(i);
        for (const std::string_view name : policy_names()) {
            Explained explained;
            explain_tries(sum, *policy_from_name(name), explained);
            const ReleaseOrder order = policy_row(*policy_from_name(name)).release;
            const bool right = all ? order == ReleaseOrder::all : order != ReleaseOrder::all && (order == ReleaseOrder::oldest) != newest;
            if (right) CHECK(explained.contradict == 0);
            else told_apart += explained.contradict > 0 ? 1 : 0;
        }
    }
    CHECK(told_apart >= count * 4);                        // of 9 policies 2 to 7 are other ones
}
