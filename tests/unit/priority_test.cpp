// Priorities, affinity and background load: who runs where, to the nanosecond, and what is told of it.
#include <map>

#include "sim/engine/checker.h"
#include "sim/engine/history.h"
#include "sim/engine/world_hash.h"
#include "sim/sched/sched.h"
#include "sim/trace/print.h"
#include "sim/trace/summary.h"
#include "tests/scenario_text.h"
#include "tests/trace_times.h"

using namespace sim;

namespace {

constexpr int64_t kUs = 1'000, kMs = 1'000'000;

// A machine and threads with programs of their own; the one port that a scenario needs has no part in it.
std::string machine(const std::string& keys, const std::string& threads) { return "[machine]\n" + keys + "\n[[port]]\nname = \"port\"\n" + threads; }

std::string program(const std::string& name, const std::string& keys, const std::string& steps) {
    return "[[thread]]\nname = \"" + name + "\"\n" + keys + "\nsteps = [ " + steps + " ]\n";
}

Times on(const Trace& trace, uint32_t thread) { return times_of(trace, Kind::on_processor, thread); }
Times off(const Trace& trace, uint32_t thread) { return times_of(trace, Kind::off_processor, thread); }

// Processors in the order in which the thread was put on them.
std::vector<uint32_t> where(const Trace& trace, uint32_t thread) {
    std::vector<uint32_t> processors;
    for (const Record& record : trace.records)
        if (record.kind == Kind::on_processor && record.thread == thread) processors.push_back(record.processor);
    return processors;
}

}  // namespace

TEST_CASE("ready queues: the highest priority first, then from the head; a thread in the middle can leave") {
    ReadyQueues queues;
    CHECK(queues.empty());
    const auto order = [&queues](uint8_t least) {
        std::vector<uint32_t> ids;
        queues.find(least, [&ids](ThreadId id) {
            ids.push_back(id.value);
            return false;
        });
        return ids;
    };
    queues.push_back({5}, 8);
    queues.push_back({1}, 8);
    queues.push_back({9}, 31);
    queues.push_back({0}, 0);
    queues.push_front({7}, 8);
    queues.push_back({2}, 8);
    CHECK(order(0) == std::vector<uint32_t>{9, 7, 5, 1, 2, 0});
    CHECK(order(8) == std::vector<uint32_t>{9, 7, 5, 1, 2});
    CHECK(order(9) == std::vector<uint32_t>{9});
    CHECK(queues.used() == (1u << 31 | 1u << 8 | 1u));
    CHECK(queues.find(0, [](ThreadId id) { return id.value < 6; }) == ThreadId{5});
    queues.remove({5}, 8);
    queues.remove({2}, 8);                // the tail
    queues.push_back({3}, 8);
    queues.remove({9}, 31);
    CHECK(order(0) == std::vector<uint32_t>{7, 1, 3, 0});
    queues.remove({7}, 8);                // the head
    const ReadyQueues copy = queues;
    for (const uint32_t id : {1u, 3u}) queues.remove({id}, 8);
    queues.remove({0}, 0);
    CHECK(queues.empty());
    CHECK_FALSE(copy.empty());
    queues.push_front({4}, 8);
    queues.push_back({6}, 8);
    CHECK(order(0) == std::vector<uint32_t>{4, 6});
}

TEST_CASE("affinity: every processor, or those that were added, beyond 64 too") {
    Affinity affinity;
    CHECK(affinity.is_all());
    CHECK(affinity.allows({4000}));
    affinity.add({1});
    affinity.add({130});
    CHECK_FALSE(affinity.is_all());
    for (uint32_t p = 0; p < 300; ++p) CHECK(affinity.allows({p}) == (p == 1 || p == 130));
}

TEST_CASE("sched: the last processor if idle, else the idle one of lowest number, else the one that runs the lowest priority below") {
    Scenario scenario;
    scenario.priorities_differ = true;
    scenario.affinities.emplace_back();
    for (const uint32_t p : {1u, 2u}) scenario.affinities[1].add({p});
    Machine m;
    m.processors.resize(4);
    std::vector<Thread> threads(5);
    Thread& thread = threads[4];
    const auto goes_to = [&] { return sched_processor_for(scenario, m, threads, thread); };
    CHECK(goes_to() == ProcessorId{0});
    thread.last_processor = {3};
    CHECK(goes_to() == ProcessorId{3});
    thread.last_processor = {};
    thread.affinity = 1;
    CHECK(goes_to() == ProcessorId{1});
    // all busy: priorities 5, 7, 6, 5 on processors 0 to 3
    const uint8_t running[] = {5, 7, 6, 5};
    for (uint32_t p = 0; p < 4; ++p) m.processors[p].thread = {p}, threads[p].priority = running[p];
    CHECK(goes_to() == ProcessorId{2});   // of 1 and 2
    thread.affinity = 0;
    CHECK(goes_to() == ProcessorId{0});   // of 0 and 3, which run 5
    thread.priority = 5;
    CHECK_FALSE(goes_to().valid());       // an equal one is not preempted
    thread.priority = 31;
    scenario.priorities_differ = false;   // then nobody is: all have one priority
    CHECK_FALSE(goes_to().valid());
}

TEST_CASE("priority: a ready thread preempts a running one of lower priority at once, which goes on where it was") {
    // high: runs at 0, blocks 2 ms, ready at 2 ms and runs 1 ms. low: 0..2 ms, then its other 3 ms from 3 to 6 ms.
    const Trace trace = run_checked(scenario_of(machine("processors = 1", program("high", "priority = 9", R"({ block = "2ms" }, { compute = "1ms" })") + program("low", "", R"({ compute = "5ms" })"))));
    CHECK(on(trace, 0) == Times{0, 2 * kMs});
    CHECK(off(trace, 0) == Times{0, 3 * kMs});
    CHECK(on(trace, 1) == Times{0, 3 * kMs});
    CHECK(off(trace, 1) == Times{2 * kMs, 6 * kMs});
    for (const Record& record : trace.records) {
        if (record.kind != Kind::off_processor || record.thread != 1 || record.time_ns != 2 * kMs) continue;
        CHECK((record.flags & kPreempted) != 0);
        CHECK(record.argument == 1);      // 1 + thread 0
        CHECK(record_line(trace.header, trace_state_begin(trace.header), record).ends_with("by thread 0 preempted"));
    }
    const std::string story = narrate_trace(trace);
    CHECK(story.find("high.0, of priority 9, takes processor 0 from low.0, of priority 8: that one is next in line with the rest of its quantum.") != std::string::npos);
    CHECK(story.find("busy") == std::string::npos);            // high waits for nothing
}

TEST_CASE("priority: a preempted thread goes to the head with the rest of its quantum, one whose quantum is over to the tail") {
    // Quantum 4 ms; a and b want 6 ms each, high is ready at 1 ms for 1 ms.
    //   a 0..1 (3 ms of its quantum left), high 1..2, a 2..5 (quantum over, 2 ms left), b 5..9 (quantum over), a 9..11, b 11..13
    const std::string threads = program("high", "priority = 9", R"({ block = "1ms" }, { compute = "1ms" })") + program("a", "", R"({ compute = "6ms" })") + program("b", "", R"({ compute = "6ms" })");
    const Trace trace = run_checked(scenario_of(machine("processors = 1\nquantum = \"4ms\"", threads)));
    CHECK(on(trace, 0) == Times{0, 1 * kMs});
    CHECK(on(trace, 1) == Times{0, 2 * kMs, 9 * kMs});
    CHECK(off(trace, 1) == Times{1 * kMs, 5 * kMs, 11 * kMs});
    CHECK(on(trace, 2) == Times{5 * kMs, 11 * kMs});
    CHECK(off(trace, 2) == Times{9 * kMs, 13 * kMs});
    CHECK(narrate_trace(trace).find("a.0 is ready, but the only processor is busy") == std::string::npos);
    CHECK(narrate_trace(trace).find("b.0 is ready, but the only processor is busy with threads of its priority or a higher one: it waits for one.") != std::string::npos);
}

TEST_CASE("priority: who is preempted at the very end of its quantum goes to the tail with a new one") {
    // Quantum 1 ms. a computes 0.5 ms, then 2 ms: its quantum is over at 1 ms, when high becomes ready (0.2 ms blocked, 0.8 ms of
    // wake latency, so its event began before a's). high 1..2, b 2..3, a 3..4.5 with 1.5 ms left.
    const std::string threads = program("high", "priority = 9", R"({ block = "200us" }, { compute = "1ms" })") + program("a", "", R"({ compute = "500us" }, { compute = "2ms" })") + program("b", "", R"({ compute = "1ms" })");
    const Trace trace = run_checked(scenario_of(machine("processors = 1\nquantum = \"1ms\"\nwake_latency = \"800us\"", threads)));
    CHECK(on(trace, 0) == Times{0, 1 * kMs});
    CHECK(on(trace, 1) == Times{0, 3 * kMs});
    CHECK(off(trace, 1) == Times{1 * kMs, 4'500 * kUs});
    CHECK(on(trace, 2) == Times{2 * kMs});
}

TEST_CASE("priority: without a quantum only a higher priority ends a turn") {
    // high runs 3 ms of every 10; the two others come one after the other: a has 3 + 10 - 3 = 10 ms done at 10 + 3 ms
    const std::string threads = program("high", "priority = 20\nrepeat = 2", R"({ block = "7ms" }, { compute = "3ms" })") + program("a", "", R"({ compute = "10ms" })") + program("b", "", R"({ compute = "10ms" })");
    const Trace trace = run_checked(scenario_of(machine("processors = 1\nquantum = \"infinite\"", threads)));
    // a: 0..7, high 7..10, a 10..13, b 13..17, high 17..20, b 20..26
    CHECK(off(trace, 1) == Times{7 * kMs, 13 * kMs});
    CHECK(on(trace, 2) == Times{13 * kMs, 20 * kMs});
    CHECK(off(trace, 2) == Times{17 * kMs, 26 * kMs});
}

TEST_CASE("priority: the processor that runs the lowest priority is taken, of two alike the first") {
    // ready at 0 in file order on processors 0, 1, 2 with priorities 5, 3, 3; high arrives at 1 ms
    const std::string threads = program("five", "priority = 5", R"({ compute = "9ms" })") + program("three", "priority = 3\ncount = 2", R"({ compute = "9ms" })") + program("high", "priority = 8", R"({ block = "1ms" }, { compute = "1ms" })");
    const Trace trace = run_checked(scenario_of(machine("processors = 3", threads)));
    // at 0 high finds all busy and takes processor 1 at once, blocks, and again at 1 ms
    CHECK(where(trace, 3) == std::vector<uint32_t>{1, 1});
    CHECK(where(trace, 0) == std::vector<uint32_t>{0});
    CHECK(where(trace, 1) == std::vector<uint32_t>{1, 1, 1});
    CHECK(where(trace, 2) == std::vector<uint32_t>{2});
}

TEST_CASE("affinity: a thread waits for its processor while another one is idle") {
    // a and b may use processor 1 alone: b waits until 1 ms, processor 0 is idle until c takes it at 0
    const std::string threads = program("a", "affinity = [1]", R"({ compute = "1ms" })") + program("b", "affinity = [1]", R"({ compute = "1ms" })");
    const Trace alone = run_checked(scenario_of(machine("processors = 2", threads)));
    CHECK(where(alone, 1) == std::vector<uint32_t>{1});
    CHECK(on(alone, 1) == Times{1 * kMs});
    CHECK(narrate_trace(alone).find("b.0 is ready, but processor 1, the only one that it may use, is busy: it waits for one.") != std::string::npos);
    const Trace trace = run_checked(scenario_of(machine("processors = 2", threads + program("c", "", R"({ compute = "1ms" })"))));
    CHECK(where(trace, 2) == std::vector<uint32_t>{0});
    CHECK(on(trace, 2) == Times{0});
    // Its quantum over, c keeps processor 0: those that wait may not use it.
    const Trace long_one = run_checked(scenario_of(machine("processors = 2\nquantum = \"100us\"", threads + program("c", "", R"({ compute = "1ms" })"))));
    CHECK(on(long_one, 2) == Times{0});
    CHECK(on(long_one, 0).size() == 10);  // a and b share processor 1 in turns of 0.1 ms
}

TEST_CASE("affinity: who is preempted takes another processor that it may use, from a third one if need be") {
    // middle (10) on 0, low (5) on 1; high (15) may use 0 alone and comes at 1 ms: middle moves to 1 at that instant, low waits
    // until high is done at 2 ms and goes on there, on processor 0.
    const std::string threads = program("high", "priority = 15\naffinity = [0]", R"({ block = "1ms" }, { compute = "1ms" })") + program("middle", "priority = 10", R"({ compute = "4ms" })") + program("low", "priority = 5", R"({ compute = "4ms" })");
    const Trace trace = run_checked(scenario_of(machine("processors = 2", threads)));
    CHECK(where(trace, 1) == std::vector<uint32_t>{0, 1});
    CHECK(on(trace, 1) == Times{0, 1 * kMs});
    CHECK(off(trace, 1) == Times{1 * kMs, 4 * kMs});
    CHECK(where(trace, 2) == std::vector<uint32_t>{1, 0});
    CHECK(on(trace, 2) == Times{0, 2 * kMs});
    CHECK(off(trace, 2) == Times{1 * kMs, 5 * kMs});
    // and an idle one before that: without low it moves there
    const Trace idle = run_checked(scenario_of(machine("processors = 2", threads), {"thread.low.affinity=[0]"}));
    CHECK(where(idle, 1) == std::vector<uint32_t>{0, 1});
    CHECK(off(idle, 1) == Times{1 * kMs, 4 * kMs});
}

TEST_CASE("priority: a switch to a thread of lower priority is given up, and its time is lost") {
    // Switching takes 2 ms. a 0..1, switch to b from 1, packet for w (10) at 2: switch to w 2..4, w 4..5, switch to b 5..7, b 7..8.
    const std::string text = machine("processors = 1\ncontext_switch = \"2ms\"", program("a", "", R"({ compute = "1ms" })") + program("b", "", R"({ compute = "1ms" })") +
                                     "[[worker]]\nname = \"w\"\nport = \"port\"\npriority = 10\non_packet = [ { compute = \"1ms\" } ]\n[[source]]\nname = \"s\"\nport = \"port\"\narrivals = { at = [\"2ms\"] }\n");
    const Trace trace = run_checked(scenario_of(text));
    CHECK(on(trace, 0) == Times{4 * kMs});
    CHECK(off(trace, 0) == Times{5 * kMs});
    CHECK(on(trace, 2) == Times{7 * kMs});
    CHECK(off(trace, 2) == Times{8 * kMs});
}

TEST_CASE("K40: the port lets the newest go, whatever its priority; K41: nor does it look at affinity") {
    // hi parks first, lo second: lo is the newest and gets the packet, although hi would run before others.
    const std::string text = "[machine]\nprocessors = 2\n[[port]]\nname = \"port\"\nconcurrency = 1\n[[worker]]\nname = \"hi\"\nport = \"port\"\npriority = 20\non_packet = [ { compute = \"1ms\" } ]\n"
                             "[[worker]]\nname = \"lo\"\nport = \"port\"\npriority = 1\naffinity = [1]\non_packet = [ { compute = \"1ms\" } ]\n[[source]]\nname = \"s\"\nport = \"port\"\narrivals = { at = [\"0ms\", \"1ms\"] }\n";
    const Trace trace = run_checked(scenario_of(text));
    CHECK(on(trace, 0).empty());
    CHECK(times_of(trace, Kind::completed, 1).size() == 2);
}

TEST_CASE("K20: a preempted thread keeps its slot, and nobody takes its place") {
    // Limit 1, one processor. w works 0..1, is preempted by high 1..3 and goes on to 5; the packet of 2 ms waits for it.
    const std::string text = machine("processors = 1", "concurrency = 1\n[[worker]]\nname = \"w\"\nport = \"port\"\ncount = 2\non_packet = [ { compute = \"3ms\" } ]\n" + program("high", "priority = 12", R"({ block = "1ms" }, { compute = "2ms" })") +
                                     "[[source]]\nname = \"s\"\nport = \"port\"\narrivals = { at = [\"0ms\", \"2ms\"] }\n");
    const Trace trace = run_checked(scenario_of(text));
    CHECK(on(trace, 0).empty());          // the other one is never let go
    CHECK(times_of(trace, Kind::completed, 1) == Times{5 * kMs, 8 * kMs});
    CHECK(narrate_trace(trace).find("takes processor 0 from w.1, of priority 8: that one is next in line with the rest of its quantum; it still counts (K20).") != std::string::npos);
}

TEST_CASE("priority: one for all changes no record, nor does an affinity to every processor") {
    for (const std::string name : {"limit-1-burst", "twice-cpus", "lock-convoy", "overlapped-read"}) {
        CAPTURE(name);
        const Scenario scenario = scenario_named(name, {"machine.quantum=300us", "machine.processors=2"});
        const std::string worker = "worker." + scenario.workers[0].name;
        REQUIRE(scenario.workers.size() == 1);
        const auto with = [&](std::vector<std::string> sets) {
            sets.insert(sets.end(), {"machine.quantum=300us", "machine.processors=2"});
            const Trace trace = run_checked(scenario_named(name, sets));
            return summarize(trace.header, trace.records).fingerprint;
        };
        const std::string plain = with({});
        CHECK(with({worker + ".priority=3"}) == plain);
        CHECK(with({worker + ".affinity=[1,0]"}) == plain);
        CHECK(with({worker + ".affinity=[]"}) == plain);
        CHECK(with({worker + ".affinity=[1]"}) != plain);
    }
}

TEST_CASE("background: a processor that is always busy is nobody else's") {
    // Two packets of 1 ms at 0 on two processors, of which background has one: they come one after the other.
    const std::string text = "until = \"10ms\"\n[machine]\nprocessors = 2\nbackground = { processors = [0], priority = 31 }\n[[port]]\nname = \"port\"\n[[worker]]\nname = \"w\"\nport = \"port\"\ncount = 2\n"
                             "on_packet = [ { compute = \"1ms\" } ]\n[[source]]\nname = \"s\"\nport = \"port\"\narrivals = { at = [\"0ms\", \"0ms\"] }\n";
    const Scenario scenario = scenario_of(text);
    CHECK(thread_name(scenario, {2}) == "background.0");
    const Trace trace = run_checked(scenario);
    CHECK(times_of(trace, Kind::completed, 1) == Times{1 * kMs});
    CHECK(times_of(trace, Kind::completed, 0) == Times{2 * kMs});
    CHECK(trace.header.background == 1);
    CHECK(trace.header.sources.size() == 1);
    const Summary summary = summarize(trace.header, trace.records);
    CHECK(summary.threads[2].running_ns == 10 * kMs);
    CHECK(summary.ports[0].active_max == 2);                  // the port has no part in it
    CHECK(summary.completed == 2);
    const std::string story = narrate_trace(trace);
    CHECK(story.find("Other work (background.0) runs on processor 0.") != std::string::npos);
    CHECK(story.find("both processors are busy with threads of its priority or a higher one") != std::string::npos);
}

TEST_CASE("background: a share of a processor is bursts and rests, which no figure of a port shows") {
    // share 0.25, bursts of 1 ms: 1 ms busy, 3 ms of rest
    const std::string text = "until = \"10ms\"\n[machine]\nprocessors = 2\nbackground = [ { name = \"backup\", processors = [1], share = 0.25, burst = \"1ms\" } ]\n[[port]]\nname = \"port\"\n";
    const Trace trace = run_checked(scenario_of(text));
    CHECK(on(trace, 0) == Times{0, 4 * kMs, 8 * kMs});
    CHECK(off(trace, 0) == Times{1 * kMs, 5 * kMs, 9 * kMs});
    CHECK(where(trace, 0) == std::vector<uint32_t>{1, 1, 1});
    CHECK(trace.header.threads == std::vector<std::string>{"backup.1"});
    const Summary summary = summarize(trace.header, trace.records);
    CHECK(summary.block_ns == 0);
    CHECK(summary.compute_ns == 0);
    CHECK(summary.threads[0].running_ns == 3 * kMs);
    CHECK(summary.threads[0].blocked_ns == 7 * kMs);
    CHECK(narrate_trace(trace).find("Other work (backup.1) rests for 3 ms.") != std::string::npos);
}

TEST_CASE("background: it draws from streams of its own, so that packets stay what they are, and takes its share on average") {
    const std::string packets = "[[port]]\nname = \"port\"\n[[worker]]\nname = \"w\"\nport = \"port\"\ncount = 4\non_packet = [ { compute = { exponential = \"1ms\" } } ]\n[[source]]\nname = \"s\"\nport = \"port\"\narrivals = { poisson = \"2ms\", count = 200 }\n";
    const auto computed = [&](const std::string& background) {
        std::map<uint64_t, uint64_t> by_identity;
        std::map<uint32_t, uint64_t> identities;
        const Trace trace = run_checked(scenario_of("until = \"2s\"\n[machine]\nprocessors = 2\n" + background + packets));
        for (const Record& record : trace.records) {
            if (record.kind == Kind::posted) identities[record.packet] = record.argument;
            if (record.kind == Kind::completed) by_identity[identities[record.packet]] = record.argument;
        }
        return by_identity;
    };
    const auto plain = computed("");
    CHECK(plain.size() == 200);
    CHECK(computed("background = { share = 0.6, burst = { exponential = \"3ms\" } }\n") == plain);

    // 0.3 of 100 s in bursts of 1 ms: about 30,000 cycles; the share's standard error is 0.3 * 0.7 * sqrt(2 / 30,000) = 0.0017
    const Trace trace = run_checked(scenario_of("until = \"100s\"\n[machine]\nprocessors = 2\nbackground = { share = 0.3, burst = { exponential = \"1ms\" } }\n[[port]]\nname = \"port\"\n"));
    const Summary summary = summarize(trace.header, trace.records);
    for (const ThreadFigures& thread : summary.threads) CHECK(static_cast<double>(thread.running_ns) / 100e9 == doctest::Approx(0.3).epsilon(4 * 0.0017 / 0.3));
    CHECK(on(trace, 0)[1] != on(trace, 1)[1]);                // each processor has its own draws
}

TEST_CASE("priority, affinity, background: what is wrong is told with its place, --set reaches them") {
    const std::string good = "until = \"1ms\"\n[machine]\nprocessors = 2\nbackground = { processors = [1] }\n[[port]]\nname = \"port\"\n[[worker]]\nname = \"w\"\nport = \"port\"\npriority = 4\naffinity = [0]\n";
    const auto answer = [&good](const std::string& set) {
        const Result<Scenario> scenario = scenario_parse(good, "x.toml", set.empty() ? std::vector<std::string>{} : std::vector<std::string>{set});
        return scenario ? std::string("fine") : scenario.error().what;
    };
    CHECK(answer("") == "fine");
    CHECK(scenario_of(good).workers[0].priority == 4);
    CHECK(scenario_of(good, {"worker.w.priority=31"}).workers[0].priority == 31);
    CHECK(scenario_of(good, {"worker.w.affinity=[1]"}).affinities[1].allows({1}));
    CHECK(scenario_of(good, {"worker.w.affinity=[]"}).workers[0].affinity == 0);
    CHECK(scenario_of(good, {"worker.w.affinity=[1]"}).affinities.size() == 2);     // background's and the worker's are one
    CHECK(scenario_of(good, {"machine.background.priority=1"}).programs[0].priority == 1);
    CHECK(scenario_of(good, {"machine.background=[]"}).programs.empty());
    CHECK(answer("worker.w.priority=32") == "priority is 32, expected a whole number from 0 to 31");
    CHECK(answer("worker.w.priority=high") == "priority is the text 'high', expected a whole number from 0 to 31");
    CHECK(answer("worker.w.affinity=0") == "affinity is 0, expected a list of processors such as [0, 1]");
    CHECK(answer("worker.w.affinity=[0,2]") == "affinity names 2, expected processors from 0 to 1");
    CHECK(answer("worker.w.affinity=[-1]") == "affinity names -1, expected processors from 0 to 1");
    CHECK(answer("worker.w.affinity=[0,0]") == "affinity names processor 0 twice, expected it once");
    CHECK(answer("machine.background=5") == "background is 5, expected a table such as { processors = [0] }, or a list of them");
    CHECK(answer("machine.background=[5]") == "background is 5, expected a table such as { processors = [0] }, or a list of them");
    CHECK(answer("machine.background.proc=[0]") == "unknown key 'proc' in background, expected name, processors, share, burst or priority");
    CHECK(answer("machine.background.processors=[7]") == "processors names 7, expected processors from 0 to 1");
    CHECK(answer("machine.background.share=0") == "share is 0, expected more than 0, up to 1");
    CHECK(answer("machine.background.share=1.5") == "share is 1.5, expected a number from 0 to 1");
    CHECK(answer("machine.background.share=0.5") == "background with a share of 0.5 has no burst, expected how long it computes at a time");
    CHECK(answer("machine.background.burst=1ms") == "background with a burst keeps its processors busy without a break, expected a share below 1 with it");
    CHECK(answer("machine.background={share=0.5,burst=\"0ns\"}") == "burst is never more than 0ns, expected some time");
    CHECK(answer("machine.background.name=w") == "background is named 'w' as a [[worker]] is, expected a name of its own");
    CHECK(answer("machine.background=[{},{}]") == "background without a name is called 'background', and so is something before it, expected a name");
    const Error endless = scenario_parse(good.substr(good.find('\n') + 1), "x.toml").error();
    CHECK(endless.text() == "x.toml:3:14: background never ends, expected an end of the run; add until = \"100ms\" at the top");
}

TEST_CASE("priority: rewinding to any step of a run with preemptions gives the world that a run stopped there has") {
    const std::string text = "until = \"60ms\"\nseed = 5\n[machine]\nprocessors = 2\nquantum = \"300us\"\ncontext_switch = \"20us\"\nbackground = { processors = [1], share = 0.4, burst = { exponential = \"500us\" }, priority = 9 }\n[[port]]\nname = \"port\"\nconcurrency = 3\n"
                             "[[worker]]\nname = \"hi\"\nport = \"port\"\ncount = 2\npriority = 10\naffinity = [0]\non_packet = [ { compute = { exponential = \"200us\" } }, { block = \"100us\", chance = 0.5 }, { compute = \"50us\" } ]\n"
                             "[[worker]]\nname = \"lo\"\nport = \"port\"\ncount = 4\npriority = 6\non_packet = [ { compute = { exponential = \"400us\" } } ]\n[[source]]\nname = \"s\"\nport = \"port\"\narrivals = { poisson = \"120us\" }\n";
    const Scenario scenario = scenario_of(text);
    std::vector<uint64_t> hashes;
    Scratch<Record> records;
    World world = world_begin(scenario, records);
    size_t preempted = 0;
    while (!world_ended(scenario, world)) {
        hashes.push_back(world_hash(world));
        records.clear();
        REQUIRE(world_step(scenario, world, records).ok());
        REQUIRE(world_broken(scenario, world).empty());
        for (const Record& record : records) preempted += record.kind == Kind::off_processor && record.argument != 0 ? 1u : 0u;
    }
    CHECK(preempted > 20);
    History history(scenario, {}, 16, 8);
    while (history.forward()) {}
    for (size_t step = hashes.size(); step-- > 0;) {
        if (step % 7 != 0) continue;
        history.go_to_step(step);
        CHECK(history.hash() == hashes[step]);
    }
}
