// A run that goes on as another scenario from a moment on, and one decision that goes another way: on small runs whose times are
// counted by hand.
#include <doctest/doctest.h>

#include <algorithm>

#include "sim/engine/history.h"
#include "sim/scenario/changes.h"
#include "sim/trace/print.h"
#include "sim/trace/summary.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

// Limit 1, three workers, six packets of 1 ms at 0: they end at 1, 2, 3, 4, 5 and 6 ms, all by worker.2.
const std::string kBurst = R"(
[machine]
processors = 4
[[port]]
name = "port"
concurrency = 1
[[worker]]
name = "worker"
port = "port"
count = 3
on_packet = [ { compute = "1ms" } ]
[[source]]
name = "clients"
port = "port"
arrivals = { at = ["0ms", "0ms", "0ms", "0ms", "0ms", "0ms"] }
)";

Course branch_at(int64_t at_ns, Scenario changed, uint64_t records = UINT64_MAX) {
    Course course;
    course.branches.push_back({.at = {at_ns}, .records = records, .scenario = std::move(changed)});
    return course;
}

Trace run_course(const Scenario& scenario, const Course& course) {
    Result<Trace> trace = run_to_trace(scenario, {.check = true, .course = &course});
    REQUIRE_MESSAGE(trace.ok(), (trace ? std::string() : trace.error().text()));
    return trace.value();
}

std::string refusal(const Scenario& scenario, const Course& course) {
    const Result<Trace> trace = run_to_trace(scenario, {.check = true, .course = &course});
    return trace ? "fine" : trace.error().text();
}

std::vector<int64_t> ends_of(const Trace& trace) {
    std::vector<int64_t> out;
    for (const Record& record : trace.records)
        if (record.kind == Kind::completed) out.push_back(record.time_ns);
    return out;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

uint64_t record_of_post(const Trace& trace, uint32_t packet) {
    const auto at = std::find_if(trace.records.begin(), trace.records.end(), [packet](const Record& r) { return r.kind == Kind::posted && r.packet == packet; });
    REQUIRE(at != trace.records.end());
    return static_cast<uint64_t>(at - trace.records.begin());
}

}  // namespace

TEST_CASE("branch: a higher limit lets waiters go at that moment, with what is queued, newest first") {
    // At 1.5 ms packet 1 is in work (1..2 ms), 2..5 are queued. Limit 3: worker.1 and worker.0 take 2 and 3 at 1.5 ms, to 2.5 ms.
    // worker.2 takes 4 at 2 ms, to 3 ms; 5 starts at 2.5 ms, to 3.5 ms.
    const Scenario scenario = scenario_of(kBurst);
    const Course course = branch_at(1'500'000, scenario_of(kBurst, {"port.port.concurrency=3"}));
    const Trace trace = run_course(scenario, course);
    CHECK(ends_of(trace) == std::vector<int64_t>{1'000'000, 2'000'000, 2'500'000, 2'500'000, 3'000'000, 3'500'000});
    const auto set = std::find_if(trace.records.begin(), trace.records.end(), [](const Record& r) { return r.kind == Kind::limit_set; });
    REQUIRE(set != trace.records.end());
    CHECK(set->time_ns == 1'500'000);
    CHECK(set->argument == 3);
    std::vector<uint32_t> released;
    for (auto r = set; r != trace.records.end() && r->time_ns == 1'500'000; ++r)
        if (r->kind == Kind::released) released.push_back(r->thread);
    CHECK(released == std::vector<uint32_t>{1, 0});
    REQUIRE(trace.header.branches.size() == 1);
    CHECK(branch_text(trace.header.branches[0]) == "concurrency 1 -> 3");
    CHECK(has(narrate_trace(trace), "From here on the limit is 3 instead of 1."));
}

TEST_CASE("branch: a lower limit stops nobody who runs") {
    // Limit 3 from 0: packets 0, 1, 2 end at 1 ms. From 0.5 ms on limit 1: then one after the other, at 2, 3 and 4 ms.
    const Scenario scenario = scenario_of(kBurst, {"port.port.concurrency=3"});
    const Trace trace = run_course(scenario, branch_at(500'000, scenario_of(kBurst)));
    CHECK(ends_of(trace) == std::vector<int64_t>{1'000'000, 1'000'000, 1'000'000, 2'000'000, 3'000'000, 4'000'000});
}

TEST_CASE("branch: what takes time takes the new time at its next beginning, and what was drawn before stays") {
    const Scenario scenario = scenario_of(kBurst);
    const Scenario slower = scenario_of(kBurst, {"worker.worker.on_packet.0.compute=2ms", "machine.get_cost=100us"});
    const Trace trace = run_course(scenario, branch_at(1'500'000, slower));
    CHECK(ends_of(trace) == std::vector<int64_t>{1'000'000, 2'000'000, 4'100'000, 6'200'000, 8'300'000, 10'400'000});
    CHECK(branch_text(trace.header.branches[0]) == "get_cost 0ns -> 100us, compute 1ms -> 2ms");
}

TEST_CASE("branch: processors may become more, sources may send more or fewer, and a quantum without end comes to one") {
    const std::string busy = R"(
[machine]
processors = 1
quantum = "infinite"
[[port]]
name = "port"
concurrency = 0
[[worker]]
name = "worker"
port = "port"
count = 4
on_packet = [ { compute = "1ms" } ]
[[source]]
name = "clients"
port = "port"
arrivals = { every = "100us", count = 4 }
)";
    const Scenario scenario = scenario_of(busy);
    // One processor, so a limit of 1: packets from 0.1 ms on end at 1.1, 2.1, 3.1, 4.1 ms. Four processors from 0.5 ms on: the other three end at 1.5 ms.
    const Trace more = run_course(scenario, branch_at(500'000, scenario_of(busy, {"machine.processors=4"})));
    CHECK(ends_of(more) == std::vector<int64_t>{1'100'000, 1'500'000, 1'500'000, 1'500'000});
    CHECK(more.header.processors_used == 4);
    CHECK(ends_of(run_course(scenario, branch_at(250'000, scenario_of(busy, {"source.clients.arrivals.count=2"})))).size() == 2);
    const Trace sends_on = run_course(scenario, branch_at(2'000'000, scenario_of(busy, {"source.clients.arrivals.count=6"})));
    CHECK(ends_of(sends_on).size() == 6);
    CHECK(std::count_if(sends_on.records.begin(), sends_on.records.end(), [](const Record& r) { return r.kind == Kind::posted && r.time_ns > 2'000'000; }) == 2);
    // Two threads share the processor from then on: limit 2 and a quantum of 200 us preempt.
    const Trace shared = run_course(scenario, branch_at(500'000, scenario_of(busy, {"machine.quantum=200us", "port.port.concurrency=2"})));
    CHECK(std::any_of(shared.records.begin(), shared.records.end(), [](const Record& r) { return r.kind == Kind::off_processor && (r.flags & kPreempted) != 0; }));
}

TEST_CASE("branch: more channels take what waits at once, and fewer than are in use are refused") {
    const std::string disk = R"(
[[port]]
name = "port"
[[worker]]
name = "worker"
port = "port"
count = 3
on_packet = [ { read = "disk" } ]
[[device]]
name = "disk"
channels = 1
latency = "1ms"
[[source]]
name = "clients"
port = "port"
arrivals = { at = ["0ms", "0ms", "0ms"] }
)";
    const Scenario scenario = scenario_of(disk);
    CHECK(ends_of(run_course(scenario, branch_at(500'000, scenario_of(disk, {"device.disk.channels=3"})))) == std::vector<int64_t>{1'000'000, 1'500'000, 1'500'000});
    const std::string said = refusal(scenario_of(disk, {"device.disk.channels=3"}), branch_at(500'000, scenario));
    CHECK(has(said, "device.disk.channels can't become 1 here: the device works on 3 operations"));
}

TEST_CASE("branch: a get ends by the timeout that it was called with") {
    const auto timed_out = [](const Trace& trace) {
        std::vector<int64_t> out;
        for (const Record& r : trace.records)
            if (r.kind == Kind::get_returned && (r.flags & kTimedOut) != 0) out.push_back(r.time_ns);
        return out;
    };
    // w.0 waits from 0 on, until 1 ms, and takes a packet at 0.1 ms. From then on a get has no end, also where it is suspended over that moment.
    const std::string suspended = R"(
until = "5ms"
[[port]]
name = "port"
[[worker]]
name = "w"
port = "port"
timeout = "1ms"
on_packet = [ { compute = "100us" } ]
[[thread]]
name = "main"
steps = [ { block = "2ms" }, { suspend = "w.0" }, { block = "200us" }, { resume = "w.0" } ]
[[source]]
name = "clients"
port = "port"
arrivals = { at = ["100us"] }
)";
    CHECK_FALSE(timed_out(run_course(scenario_of(suspended), {})).empty());
    CHECK(timed_out(run_course(scenario_of(suspended), branch_at(150'000, scenario_of(suspended, {"worker.w.timeout=infinite"})))).empty());
    // Both wait until 1 ms. One takes a packet at 0.3 ms, until 0.8 ms, and then the one that came at 0.75 ms. For that the other was
    // woken, is there at 1.05 ms, finds nothing and is told that its time has passed.
    const std::string late = R"(
[machine]
processors = 2
wake_latency = "300us"
[[port]]
name = "port"
policy = "wine8"
[[worker]]
name = "w"
port = "port"
count = 2
timeout = "1ms"
on_packet = [ { compute = "500us" } ]
[[source]]
name = "clients"
port = "port"
arrivals = { at = ["0us", "750us"] }
)";
    const std::vector<int64_t> ends = timed_out(run_course(scenario_of(late, {"until=2ms"}), branch_at(900'000, scenario_of(late, {"until=2ms", "worker.w.timeout=infinite"}))));
    CHECK(ends.size() == 1);
    CHECK(ends == std::vector<int64_t>{1'050'000});
}

TEST_CASE("branch: whether the port hears late of blocks is fixed, how late it hears is not") {
    std::string text = kBurst;
    text.replace(text.find("{ compute = \"1ms\" }"), 19, "{ compute = \"1ms\" }, { block = \"50us\" }");
    const auto with_notice = [&text](const std::string& notice) {
        std::string with = text;
        return scenario_of(with.insert(with.find("processors"), "block_notice = \"" + notice + "\"\n"));
    };
    const Scenario heard = scenario_of(text), late = with_notice("100us");
    CHECK(has(refusal(heard, branch_at(1'500'000, late)), "machine.block_notice (none -> some) can't change in the middle of a run"));
    CHECK(has(refusal(late, branch_at(1'020'000, heard)), "machine.block_notice (some -> none) can't change in the middle of a run"));
    CHECK(ends_of(run_course(late, branch_at(1'020'000, with_notice("10us")))).size() == 6);
}

TEST_CASE("branch: what the world is made of is refused by its name, with a way out") {
    const Scenario scenario = scenario_of(kBurst);
    const auto refused = [&scenario](const std::string& set, const std::string& expected) {
        const std::string said = refusal(scenario, branch_at(1'500'000, scenario_of(kBurst, {set})));
        CHECK_MESSAGE(has(said, expected), said);
        CHECK(has(said, "can't change in the middle of a run; change it from the beginning"));
    };
    refused("worker.worker.count=4", "worker.worker.count (3 -> 4)");
    refused("machine.processors=2", "machine.processors (4 -> 2)");
    refused("port.port.policy=wine8", "port.port.policy (nt -> wine8)");
    refused("worker.worker.priority=9", "worker.worker.priority (8 -> 9)");
    std::string block = kBurst, twice = kBurst, renamed = kBurst;
    block.replace(block.find("{ compute"), 9, "{ block");
    CHECK(has(refusal(scenario, branch_at(0, scenario_of(block))), "the steps of worker.worker.on_packet can't change"));
    renamed.replace(renamed.find("\"clients\""), 9, "\"others\"");
    CHECK(has(refusal(scenario, branch_at(0, scenario_of(renamed))), "[[source]] tables (clients -> others)"));
    CHECK(has(refusal(scenario, branch_at(1'500'000, scenario_of(kBurst, {"until=1ms"}))), "is before the branch"));
    CHECK(has(refusal(scenario, branch_at(7'000'000, scenario)), "the run is over before it branches"));
    CHECK(has(refusal(scenario_of(kBurst, {"until=3ms"}), branch_at(4'000'000, scenario)), "the run is over before it branches, at 4ms (at 3ms of the run)"));
}

TEST_CASE("branch: a branch of a branch, and a history that goes over both") {
    const Scenario scenario = scenario_of(kBurst);
    Course course = branch_at(1'500'000, scenario_of(kBurst, {"port.port.concurrency=2"}));
    course.branches.push_back({.at = {2'200'000}, .scenario = scenario_of(kBurst, {"port.port.concurrency=2", "worker.worker.on_packet.0.compute=3ms"})});
    const Trace trace = run_course(scenario, course);
    // 1 to 2 ms; 2 from 1.5 to 2.5; 3 from 2 to 3; 4 from 2.5, of 3 ms; 5 from 3.
    CHECK(ends_of(trace) == std::vector<int64_t>{1'000'000, 2'000'000, 2'500'000, 3'000'000, 5'500'000, 6'000'000});
    History history(scenario, course, 4, 4);
    while (history.forward()) {}
    CHECK(history.world().record_count == trace.records.size());
    const uint64_t end = history.hash(), steps = history.step_count();
    history.go_to_step(0);
    history.go_to_step(steps);
    CHECK(history.hash() == end);
    CHECK(branch_text(trace.header.branches[1]) == "compute 1ms -> 3ms");
}

TEST_CASE("branch: the header says so, and is read back") {
    const Scenario scenario = scenario_of(kBurst);
    Course course = branch_at(1'500'000, scenario_of(kBurst, {"port.port.concurrency=3"}), 17);
    course.instead = {.record = 4, .what = Instead::What::thread, .thread = {1}, .went = {}};
    const Result<TraceHeader> back = header_from_json(header_to_json(simulated_header(scenario, &course)));
    REQUIRE(back.ok());
    REQUIRE(back->branches.size() == 1);
    CHECK(back->branches[0].at_ns == 1'500'000);
    CHECK(back->branches[0].records == 17);
    CHECK(back->branches[0].scenario_text == kBurst);
    CHECK(back->branches[0].sets == std::vector<std::string>{"port.port.concurrency=3"});
    REQUIRE(back->branches[0].changes.size() == 1);
    CHECK(back->branches[0].changes[0].path == "port.port.concurrency");
    CHECK(back->instead.record == 4);
    CHECK(back->instead.what == "worker.1");
    CHECK(back->sets.empty());                               // what it was before the branch
    CHECK(header_without_claims(back.value()).branches.empty());
}

TEST_CASE("instead: a packet is given to a waiter that is not the next, or to one in spite of the limit, or to nobody") {
    const Scenario scenario = scenario_of(kBurst);
    const Trace straight = run_course(scenario, {});
    const auto forced = [&](uint32_t packet, Instead::What what, uint32_t thread = 0) {
        Course course;
        course.instead = {.record = record_of_post(straight, packet), .what = what, .thread = {thread}, .went = {}};
        return run_course(scenario, course);
    };
    const auto who = [](const Trace& trace, uint32_t packet) {
        for (const Record& r : trace.records)
            if (r.packet == packet && (r.kind == Kind::handed_over || r.kind == Kind::taken)) return r.thread;
        return kNoThread;
    };
    // Packet 0 to worker.0: it keeps the only slot and does them all.
    CHECK(who(straight, 0) == 2);
    CHECK(who(forced(0, Instead::What::thread, 0), 0) == 0);
    CHECK(who(forced(0, Instead::What::thread, 0), 5) == 0);
    // Packet 1 in spite of the limit: two are active and 0 and 1 end at 1 ms; then each that asks is over the limit until one parks (K16).
    const Trace over = forced(1, Instead::What::next);
    CHECK(who(over, 1) == 1);
    CHECK(ends_of(over) == std::vector<int64_t>{1'000'000, 1'000'000, 2'000'000, 3'000'000, 4'000'000, 5'000'000});
    // Packet 0 queued although a slot is free: packet 1 goes to worker.2 at once (K1), who takes packet 0 next.
    const Trace queued = forced(0, Instead::What::nobody);
    CHECK(who(queued, 1) == 2);
    CHECK(who(queued, 0) == 2);
    const auto first = std::find_if(queued.records.begin(), queued.records.end(), [](const Record& r) { return r.kind == Kind::queued; });
    CHECK(first->rule == Rule::none);                        // no rule says so
}

TEST_CASE("instead: at a block another waiter goes, or nobody") {
    std::string text = kBurst;
    text.replace(text.find("{ compute = \"1ms\" }"), 19, "{ compute = \"1ms\" }, { block = \"5ms\" }");
    const Scenario scenario = scenario_of(text);
    const Trace straight = run_course(scenario, {});
    const auto at = std::find_if(straight.records.begin(), straight.records.end(), [](const Record& r) { return r.kind == Kind::block_begin; });
    const auto forced = [&](Instead::What what, uint32_t thread) {
        Course course;
        course.instead = {.record = static_cast<uint64_t>(at - straight.records.begin()), .what = what, .thread = {thread}, .went = {}};
        return course;
    };
    const auto released = [&](const Trace& trace) {
        for (const Record& r : trace.records)
            if (r.kind == Kind::released && r.time_ns == 1'000'000) return r.thread;
        return kNoThread;
    };
    CHECK(released(straight) == 1);
    CHECK(released(run_course(scenario, forced(Instead::What::thread, 0))) == 0);
    CHECK(released(run_course(scenario, forced(Instead::What::nobody, 0))) == kNoThread);
    CHECK(has(refusal(scenario, forced(Instead::What::thread, 2)), "that thread does not wait at the port then"));   // it is the one that blocks
}

TEST_CASE("instead: what is no decision is refused, and what can't be says why") {
    const Scenario scenario = scenario_of(kBurst);
    Course course;
    course.instead = {.record = 0, .what = Instead::What::nobody, .thread = {}, .went = {}};
    CHECK(has(refusal(scenario, course), "record 0 asks for no decision"));
    const Scenario one = scenario_of(kBurst, {"worker.worker.count=1"});
    const Trace straight = run_course(one, {});
    course.instead = {.record = record_of_post(straight, 1), .what = Instead::What::next, .thread = {}, .went = {}};
    CHECK(has(refusal(one, course), "no thread waits there that could be let go"));
}
