// Locks and devices: who waits for whom and for how long, to the nanosecond.
#include "sim/engine/checker.h"
#include "sim/engine/history.h"
#include "sim/engine/world_hash.h"
#include "sim/model/identity.h"
#include "sim/trace/arguments.h"
#include "sim/trace/print.h"
#include "sim/trace/summary.h"
#include "tests/scenario_text.h"
#include "tests/trace_times.h"

using namespace sim;

namespace {

const char* kConvoy = R"(
[machine]
processors = 4
wake_latency = "10us"
[[port]]
name = "port"
concurrency = 2
[[worker]]
name = "w"
port = "port"
count = 4
on_packet = [ { lock = "table", hold = "1ms" } ]
[[source]]
name = "s"
port = "port"
arrivals = { at = ["0ms", "0ms", "0ms"] }
)";

const char* kRead = R"(
[machine]
processors = 2
wake_latency = "5us"
post_cost = "10us"
[[port]]
name = "port"
concurrency = 1
[[device]]
name = "disk"
latency = "1ms"
[[worker]]
name = "w"
port = "port"
count = 3
on_packet = [ { compute = "100us" }, { read = "disk" }, { compute = "100us" } ]
[[source]]
name = "s"
port = "port"
arrivals = { at = ["0ms", "0ms"] }
)";

const char* kOverlapped = R"(
[machine]
processors = 2
post_cost = "10us"
[[port]]
name = "port"
concurrency = 1
[[device]]
name = "disk"
port = "port"
key = 7
latency = "1ms"
[[worker]]
name = "w"
port = "port"
count = 2
on_packet = [ { start_io = "disk" }, { compute = "100us" } ]
on_packet_7 = [ { compute = "50us" } ]
[[source]]
name = "s"
port = "port"
arrivals = { at = ["0ms", "0ms"] }
)";

// Everything at once, so that every state of a thread meets every other.
const char* kBusy = R"(
until = "100ms"
seed = 5
[machine]
processors = 2
quantum = "300us"
context_switch = "2us"
wake_latency = "5us"
get_cost = "1us"
post_cost = "1us"
[[port]]
name = "port"
concurrency = 2
[[worker]]
name = "w"
port = "port"
count = 6
on_packet = [ { compute = { exponential = "200us" } }, { lock = "a", hold = { exponential = "300us" } }, { block = "1ms", chance = 0.2 }, { lock = "b", hold = { choice = [[0.5, "0ns"], [0.5, "100us"]] }, chance = 0.5 }, { read = "disk", chance = 0.5 }, { start_io = "net", chance = 0.5 }, { post = "port", key = 2, chance = 0.3 }, { start_io = "disk", chance = 0.2 } ]
on_packet_2 = [ { lock = "b", hold = "50us" }, { read = "net" } ]
on_packet_9 = [ { compute = "20us" } ]
[[device]]
name = "disk"
port = "port"
key = 9
channels = 2
latency = { lognormal = { median = "200us", sigma = 0.5 } }
[[device]]
name = "net"
port = "port"
key = 9
latency = { choice = [[0.5, "0ns"], [0.5, "150us"]] }
[[source]]
name = "s"
port = "port"
arrivals = { poisson = "350us" }
)";

std::vector<std::string> under(const std::string& policy, const std::string& limit) { return {"port.port.policy=" + policy, "port.port.concurrency=" + limit}; }

}  // namespace

TEST_CASE("K17 K19 locks are handed over first come, first served, and waiting for one frees the slot") {
    // Limit 2, three packets at 0: worker w.3 and w.2 are released at 0, ready at 10 us.
    //   10 us    w.3 takes the lock, holds it until 1010 us; w.2 waits: blocked, its slot goes to w.1 (K17), ready at 20 us
    //   20 us    w.1 waits for the lock too, behind w.2; one thread is active
    //   1010 us  w.3 gives it to w.2 (active 2), completes, parks (active 1); w.2 ready at 1020 us, holds until 2020 us
    //   2020 us  to w.1: ready at 2030 us, holds until 3030 us
    const Trace trace = run_checked(scenario_of(kConvoy));
    CHECK(times_of(trace, Kind::block_begin, 2) == Times{10'000});
    CHECK(times_of(trace, Kind::block_begin, 1) == Times{20'000});
    CHECK(times_of(trace, Kind::block_end, 2) == Times{1'010'000});
    CHECK(times_of(trace, Kind::ready, 2) == Times{10'000, 1'020'000});
    CHECK(times_of(trace, Kind::block_end, 1) == Times{2'020'000});
    CHECK(times_of(trace, Kind::completed, 3) == Times{1'010'000});
    CHECK(times_of(trace, Kind::completed, 2) == Times{2'020'000});
    CHECK(times_of(trace, Kind::completed, 1) == Times{3'030'000});
    for (const Record& record : trace.records) {
        if (record.kind != Kind::block_begin && record.kind != Kind::block_end) continue;
        CHECK((record.flags & kLockWait) != 0);
        CHECK(record.rule == (record.kind == Kind::block_begin ? Rule::K17 : Rule::K19));
    }
}

TEST_CASE("locks: a wait counts as blocked, holding as compute, and neither as a block that was drawn") {
    const Trace trace = run_checked(scenario_of(kConvoy));
    const Summary summary = summarize(trace.header, trace.records);
    CHECK(summary.compute_ns == 3'000'000);
    CHECK(summary.block_ns == 0);
    CHECK(summary.threads[2].blocked_ns == 1'010'000);          // 10..1010 us, then 10 us on its way
    CHECK(summary.threads[1].blocked_ns == 2'010'000);
    CHECK(summary.threads[3].running_ns == 1'000'000);
}

TEST_CASE("locks: the story names the lock, who holds it, and to whom it goes") {
    const std::string story = narrate_trace(run_checked(scenario_of(kConvoy)));
    CHECK_MESSAGE(story.find("w.2 waits for lock table, which w.3 holds, in packet 1 and counts no longer (K17): 1 of 2 slots is in use.") != std::string::npos, story);
    CHECK_MESSAGE(story.find("w.3 gives lock table to w.2, which has waited longest: 2 of 2 slots are in use (K19).") != std::string::npos, story);
    CHECK_MESSAGE(story.find("w.1 waits for lock table, which w.3 holds, in packet 2 and counts no longer (K17)") != std::string::npos, story);
}

TEST_CASE("K18 a lock that is free is no wait, also when it is given back at once") {
    Trace trace = run_checked(scenario_of(kConvoy, {"worker.w.count=1"}));
    CHECK(times_of(trace, Kind::block_begin, 0).empty());
    CHECK(times_of(trace, Kind::completed, 0) == Times{1'010'000, 2'010'000, 3'010'000});
    trace = run_checked(scenario_of(kConvoy, {"worker.w.on_packet.0.hold=0ns"}));
    for (const Record& record : trace.records) CHECK(record.kind != Kind::block_begin);
}

TEST_CASE("locks: a holder that loses its processor makes the others wait for it") {
    // One processor, quantum 400 us; w.1 (parked last) takes the lock at 0, w.0 is ready. 400 us: w.0 runs, waits at once.
    // w.1 goes on, 400..1000 us, gives the lock to w.0, parks; w.0 holds 1000..2000 us.
    const Trace trace = run_checked(scenario_of(kConvoy, {"machine.processors=1", "machine.wake_latency=0ns", "machine.quantum=400us", "worker.w.count=2", "source.s.arrivals.at=['0ms', '0ms']"}));
    CHECK(times_of(trace, Kind::block_begin, 0) == Times{400'000});
    CHECK(times_of(trace, Kind::completed, 1) == Times{1'000'000});
    CHECK(times_of(trace, Kind::completed, 0) == Times{2'000'000});
}

TEST_CASE("machine: all invariants hold in a busy scenario under every policy and limit, and a world goes back and on") {
    for (const char* policy : {"nt", "wine8"})
        for (const char* limit : {"1", "2", "100"}) {
            const Scenario scenario = scenario_of(kBusy, under(policy, limit));
            CHECK(run_checked(scenario).records.size() > 2'000);
            History history(scenario, {}, 16);
            std::vector<uint64_t> hashes{history.hash()};
            while (hashes.size() < 1'500 && history.forward()) hashes.push_back(history.hash());
            for (size_t target = hashes.size() - 1; target > 37; target -= 37) {
                history.go_to_step(target);
                REQUIRE(history.hash() == hashes[target]);
            }
        }
}

TEST_CASE("machine: the same packets and work under every policy and limit") {
    uint64_t compute = 0, posted = 0;
    for (const char* policy : {"nt", "wine8"})
        for (const char* limit : {"1", "3", "100"}) {
            std::vector<std::string> sets = under(policy, limit);
            sets.insert(sets.end(), {"until=10s", "source.s.arrivals={ poisson = \"350us\", count = 200 }"});
            const Trace trace = run_checked(scenario_of(kBusy, sets));
            const Summary summary = summarize(trace.header, trace.records);
            CHECK(summary.left == 0);
            if (compute == 0) compute = summary.compute_ns, posted = summary.posted;
            CHECK(summary.posted == posted);
            CHECK(summary.compute_ns == compute);
        }
}

TEST_CASE("checker: a lock that is free with a waiter, held by one who does not know it, or waited for by a runner is seen") {
    const Scenario scenario = scenario_of(kConvoy);
    Scratch<Record> records;
    World world = world_begin(scenario, records);
    while (world.locks[0].waiters.size() < 2) REQUIRE(world_step(scenario, world, records).ok());
    REQUIRE(world_broken(scenario, world).empty());
    SUBCASE("free") {
        world.threads[world.locks[0].holder.value].lock = {};
        world.locks[0].holder = {};
        CHECK(world_broken(scenario, world).find("lock 'table' is free although w.2 waits for it") != std::string::npos);
    }
    SUBCASE("another holder") {
        world.locks[0].holder = {0};
        CHECK(world_broken(scenario, world).find("does not know it") != std::string::npos);
    }
    SUBCASE("twice") {
        world.locks[0].waiters.push_back(world.locks[0].waiters.front());
        CHECK(world_broken(scenario, world).find("holds or waits for 2 locks") != std::string::npos);
    }
    SUBCASE("forgotten") {
        const uint64_t before = world_hash(world);
        world.locks[0].waiters.pop_back();
        CHECK(world_broken(scenario, world).find("holds or waits for 0 locks") != std::string::npos);
        CHECK(world_hash(world) != before);
    }
}

TEST_CASE("K17 K19 devices: a thread that reads frees its slot until the device answers; one channel serves one at a time") {
    //   0        packet 0 goes to w.2, ready at 5 us; packet 1 is queued (limit 1)
    //   115 us   w.2 has computed and called: it blocks, packet 1 goes to w.1 (K17), ready at 120 us; the disk works until 1115 us
    //   230 us   w.1 blocks too; the only channel is busy: its latency begins at 1115 us
    //   1115 us  w.2 counts again, ready at 1120 us, done at 1220 us;  2115 us  w.1, ready at 2120 us, done at 2220 us
    const Trace trace = run_checked(scenario_of(kRead));
    CHECK(times_of(trace, Kind::io_started, 2) == Times{115'000});
    CHECK(times_of(trace, Kind::block_begin, 2) == Times{115'000});
    CHECK(times_of(trace, Kind::released, 1) == Times{115'000});
    CHECK(times_of(trace, Kind::block_begin, 1) == Times{230'000});
    CHECK(times_of(trace, Kind::io_finished, 2) == Times{1'115'000});
    CHECK(times_of(trace, Kind::block_end, 2) == Times{1'115'000});
    CHECK(times_of(trace, Kind::block_end, 1) == Times{2'115'000});
    CHECK(times_of(trace, Kind::completed, 2) == Times{1'220'000});
    CHECK(times_of(trace, Kind::completed, 1) == Times{2'220'000});
    const Summary summary = summarize(trace.header, trace.records);
    CHECK(summary.threads[2].blocked_ns == 1'005'000);
    CHECK(summary.threads[1].blocked_ns == 1'890'000);
    CHECK(summary.threads[2].running_ns == 210'000);
    CHECK(summary.block_ns == 0);
    const std::string story = narrate_trace(trace);
    CHECK_MESSAGE(story.find("w.2 waits for disk in packet 0 and counts no longer (K17): the only slot is free.") != std::string::npos, story);
    CHECK_MESSAGE(story.find("w.1 waits for disk, where the only channel is busy, in packet 1 and counts no longer (K17)") != std::string::npos, story);
    CHECK_MESSAGE(story.find("w.2 has its answer from disk: 1 of 1 slot is in use (K19).") != std::string::npos, story);
}

TEST_CASE("devices: with two channels both reads are served at once") {
    const Trace trace = run_checked(scenario_of(kRead, {"device.disk.channels=2", "device.disk.latency=500us"}));
    CHECK(times_of(trace, Kind::block_end, 2) == Times{615'000});
    CHECK(times_of(trace, Kind::block_end, 1) == Times{730'000});
}

TEST_CASE("K18 devices: a read that is answered at once is no wait") {
    Trace trace = run_checked(scenario_of(kRead, {"device.disk.latency=0ns"}));
    CHECK(times_of(trace, Kind::io_finished, 2) == Times{115'000, 325'000});   // w.2 takes packet 1 itself at 215 us
    for (const Record& record : trace.records) CHECK(record.kind != Kind::block_begin);
}

TEST_CASE("F1 devices: an overlapped operation brings a packet with the device's key, also where it took no time") {
    //   0        packet 0 goes to w.1; 10 us: the call is made, the disk works until 1010 us; 110 us done, takes packet 1
    //   120 us   its operation waits for the channel; 220 us done, parks
    //   1010 us  packet 0.0 arrives, goes to w.1, done at 1060 us; the second operation works until 2010 us, 1.0 done at 2060 us
    const Trace trace = run_checked(scenario_of(kOverlapped));
    CHECK(times_of(trace, Kind::io_started, 1) == Times{10'000, 120'000});
    CHECK(times_of(trace, Kind::io_finished, kNoThread) == Times{1'010'000, 2'010'000});
    CHECK(times_of(trace, Kind::completed, 1) == Times{110'000, 220'000, 1'060'000, 2'060'000});
    std::vector<uint64_t> identities;
    for (const Record& record : trace.records)
        if (record.kind == Kind::posted) identities.push_back(record.argument);
    CHECK(identities == std::vector<uint64_t>{packet_identity(0, 0), packet_identity(0, 1), child_identity(packet_identity(0, 0), 0), child_identity(packet_identity(0, 1), 0)});
    const std::string story = narrate_trace(trace);
    CHECK_MESSAGE(story.find("w.1 starts an operation on disk in packet 0 and goes on.") != std::string::npos, story);
    CHECK_MESSAGE(story.find("w.1 starts an operation on disk, where the only channel is busy, in packet 1 and goes on.") != std::string::npos, story);
    CHECK_MESSAGE(story.find("Packet 0.0, the answer of disk, arrives and goes to w.1") != std::string::npos, story);
    CHECK_MESSAGE(story.find("w.1 finishes packet 1.0, 50 us after it arrived.") != std::string::npos, story);
    const Trace at_once = run_checked(scenario_of(kOverlapped, {"device.disk.latency=0ns"}));
    CHECK(times_of(at_once, Kind::io_finished, kNoThread) == times_of(at_once, Kind::io_started, 1));
    CHECK(times_of(at_once, Kind::completed, 1).size() == 4);
}

TEST_CASE("devices: the ordinal of an answer is that of the start, whatever is posted before it ends") {
    const char* steps = "worker.w.on_packet=[ { start_io = \"disk\" }, { post = \"port\", key = 7 }, { start_io = \"disk\" } ]";
    const Trace trace = run_checked(scenario_of(kOverlapped, {steps, "source.s.arrivals.at=['0ms']"}));
    const uint64_t parent = packet_identity(0, 0);
    std::vector<uint64_t> identities;
    for (const Record& record : trace.records)
        if (record.kind == Kind::posted) identities.push_back(record.argument);
    CHECK(identities == std::vector<uint64_t>{parent, child_identity(parent, 1), child_identity(parent, 0), child_identity(parent, 2)});
    const std::string story = narrate_trace(trace);
    CHECK(story.find("Packet 0.1, posted by w.1,") != std::string::npos);
    CHECK(story.find("Packet 0.2, the answer of disk,") != std::string::npos);
}

TEST_CASE("devices: what answers at once and starts again at once is an endless instant, told by name") {
    const Result<Trace> trace = run_to_trace(scenario_of(kOverlapped, {"device.disk.latency=0ns", "machine.post_cost=0ns", "worker.w.on_packet_7=[ { start_io = \"disk\" } ]"}));
    REQUIRE_FALSE(trace.ok());
    const std::string text = trace.error().text();
    CHECK_MESSAGE((text.find("device 'disk'") != std::string::npos || text.find("worker 'w'") != std::string::npos), text);
}

TEST_CASE("checker: operations that are lost, doubled or idle in front of a free channel are seen") {
    const Scenario scenario = scenario_of(kRead);
    Scratch<Record> records;
    World world = world_begin(scenario, records);
    while (world.devices[0].queue.empty()) REQUIRE(world_step(scenario, world, records).ok());
    REQUIRE(world_broken(scenario, world).empty());
    const uint64_t before = world_hash(world);
    SUBCASE("lost") {
        world.devices[0].queue.clear();
        CHECK(world_broken(scenario, world).find("operations are not conserved: 2 started, 0 ended, 1 in devices") != std::string::npos);
    }
    SUBCASE("doubled") {
        world.devices[0].queue.push_back(world.devices[0].queue.front());
        CHECK(world_broken(scenario, world).find("is not blocked, or has two") != std::string::npos);
    }
    SUBCASE("idle") {
        world.devices[0].channels[0].busy = false;
        world.devices[0].busy = 0;
        CHECK(world_broken(scenario, world).find("has a free channel although operations wait") != std::string::npos);
    }
    CHECK(world_hash(world) != before);
}
