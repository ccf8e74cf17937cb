// What a port can do beside packets, from scenario files: each rule by the sentence that tells of it and the time at which it
// happens. `main` wakes every 100 us at first; waking takes 10 us, calls take no time.
#include "sim/compare/replay.h"
#include "sim/trace/arguments.h"
#include "sim/trace/print.h"
#include "sim/trace/summary.h"
#include "tests/scenario_text.h"
#include "tests/trace_times.h"

using namespace sim;

namespace {

std::string scenario(const std::string& port, const std::string& worker, const std::string& main, const std::string& at, const std::string& more = "") {
    return "until = \"10ms\"\n[machine]\nprocessors = 4\nwake_latency = \"10us\"\n[[port]]\nname = \"port\"\n" + port + "\n[[worker]]\nname = \"w\"\nport = \"port\"\n" + worker + "\n[[thread]]\nname = \"main\"\nsteps = [ " + main +
           " ]\n[[source]]\nname = \"s\"\nport = \"port\"\nkey = 1\narrivals = { at = [" + at + "] }\n" + more;
}

// Checked at each step, and by the second port.
Trace played(const std::string& text, std::vector<std::string> sets = {}) {
    Trace trace = run_checked(scenario_of(text, std::move(sets)));
    const Replay replay = replay_through_second_port(trace);
    CHECK_MESSAGE(replay.agree == replay.decisions, replay.first_difference);
    return trace;
}

// "0.110 w.1 is suspended" for the sentence at 110 us.
void expect(const Trace& trace, const std::string& time_and_sentence) {
    const std::string story = narrate_trace(trace);
    const size_t space = time_and_sentence.find(' ');
    bool told = time_and_sentence[1] != '.' && story.find(time_and_sentence) != std::string::npos;   // without a time: whenever
    for (size_t at = 0; at < story.size() && !told;) {
        const size_t end = story.find('\n', at);
        const std::string line = story.substr(at, end - at);
        told = line.find(' ' + time_and_sentence.substr(0, space) + " ms ") != std::string::npos && line.find(time_and_sentence.substr(space + 1)) != std::string::npos;
        at = end + 1;
    }
    CHECK_MESSAGE(told, time_and_sentence << "\n" << story);
}

Summary figures(const Trace& trace) { return summarize(trace.header, trace.records); }

const char* kFirst = "{ block = \"100us\" }, ";             // main runs again at 110 us

}  // namespace

TEST_CASE("K27 an exit step frees the slot, its packet is complete, and the rest of a batch is lost") {
    // Limit 1. w.1 gets the first packet at 0, runs from 10 us, exits at 110 us; w.0 goes with the second, queued at 20 us.
    Trace trace = played(scenario("concurrency = 1", "count = 2\non_packet = [ { compute = \"100us\" }, { exit = true } ]", "{ compute = \"1us\" }", "\"0us\", \"20us\""));
    CHECK(times_of(trace, Kind::completed, 1) == Times{110'000});
    CHECK(times_of(trace, Kind::thread_exit, 1) == Times{110'000});
    expect(trace, "0.110 w.1 exits and frees its slot (K27): the only slot is free.");
    expect(trace, "0.110 The freed slot lets packet s 1 go to w.0, the only one that waits (K27); 1 of 1 slot is in use.");
    // One thread takes 3 packets at 110 us, and exits in the first at 210 us: 2 are lost, and were posted all the same.
    trace = played(scenario("concurrency = 1", "batch = 3\non_packet = [ { compute = \"100us\" } ]\non_packet_2 = [ { compute = \"100us\" }, { exit = true } ]", "{ post = \"port\", key = 2 }, { post = \"port\", key = 2 }, { post = \"port\", key = 2 }", "\"0us\""),
                   {"thread.main.steps=[ { block = \"20us\" }, { post = \"port\", key = 2 }, { post = \"port\", key = 2 }, { post = \"port\", key = 2 } ]"});
    expect(trace, "0.210 w.0 exits, and 2 packets of its batch with it and frees its slot (K27): the only slot is free.");
    CHECK(figures(trace).completed == 2);
    CHECK(figures(trace).left == 2);
}

TEST_CASE("K28 a waiter that is suspended is given nothing, and is the newest when it is resumed") {
    // Suspended 110 us, resumed 320 us: 210 us. The packet of 200 us goes to w.0, that of 400 us to w.1.
    const Trace trace = played(scenario("concurrency = 2", "count = 2\non_packet = [ { compute = \"20us\" } ]", std::string(kFirst) + "{ suspend = \"w.1\" }, { block = \"200us\" }, { resume = \"w.1\" }", "\"200us\", \"400us\""));
    expect(trace, "0.110 main.0 suspends w.1 in its wait: it leaves the waiters and is given nothing (K28).");
    expect(trace, "0.200 Packet s 0 arrives and goes to w.0, the only one that waits (K1)");
    expect(trace, "0.320 main.0 resumes w.1 in its wait (K28).");
    expect(trace, "0.320 w.1 looks again, finds nothing queued and parks: it waits as the newest of 2 (K28).");
    expect(trace, "0.400 Packet s 1 arrives and goes to w.1, not w.0: it parked last, at 320 us (K1)");
    CHECK(figures(trace).threads[1].suspended_ns == 210'000);
}

TEST_CASE("K28 a resumed waiter takes what was queued meanwhile") {
    // One thread. Suspended at 110 us, s 0 is queued at 200 us, resumed at 320 us: it takes it, is ready at 330 us.
    const Trace trace = played(scenario("concurrency = 1", "on_packet = [ { compute = \"20us\" } ]", std::string(kFirst) + "{ suspend = \"w.0\" }, { block = \"200us\" }, { resume = \"w.0\" }", "\"200us\""));
    expect(trace, "0.200 Packet s 0 arrives and no thread waits: it is queued (K2).");
    expect(trace, "0.320 w.0 looks again and takes packet s 0 (K28): 1 of 1 slot is in use.");
    CHECK(times_of(trace, Kind::completed, 0) == Times{350'000});
}

TEST_CASE("K28 a running thread that is suspended frees its slot, and goes on with what was left") {
    // w.1 computes 1 ms from 10 us. Suspended at 110 us (900 us left): s 1, queued at 50 us, goes to w.0. Resumed at 320 us, ready at
    // 330 us, done at 1230 us; w.0 runs from 120 us to 1120 us: between 320 us and 1120 us two are active over a limit of 1.
    const Trace trace = played(scenario("concurrency = 1", "count = 2\non_packet = [ { compute = \"1ms\" } ]", std::string(kFirst) + "{ suspend = \"w.1\" }, { block = \"200us\" }, { resume = \"w.1\" }", "\"0us\", \"50us\""));
    expect(trace, "0.110 main.0 suspends w.1, which counts no longer (K28): the only slot is free.");
    expect(trace, "0.110 The freed slot lets packet s 1 go to w.0, the only one that waits (K17); 1 of 1 slot is in use.");
    expect(trace, "0.320 main.0 resumes w.1 (K28); nobody else is stopped, so 2 threads are active over a limit of 1.");
    CHECK(times_of(trace, Kind::completed, 1) == Times{1'230'000});
    CHECK(times_of(trace, Kind::completed, 0) == Times{1'120'000});
    CHECK(figures(trace).threads[1].suspended_ns == 220'000);
    CHECK(figures(trace).ports[0].over_limit_ns == 800'000);
}

TEST_CASE("K28 a blocked thread that is suspended waits on: its wait ends in its time, or when it is resumed") {
    // It blocks for 500 us from 10 us. Resumed at 320 us, within: back at 510 us, done at 520 us. Resumed at 720 us: done at 730 us.
    const std::string text = scenario("concurrency = 1", "on_packet = [ { block = \"500us\" } ]", std::string(kFirst) + "{ suspend = \"w.0\" }, { block = \"200us\" }, { resume = \"w.0\" }", "\"0us\"");
    Trace trace = played(text);
    expect(trace, "0.110 main.0 suspends w.0, which waits for something else (K28).");
    expect(trace, "0.320 main.0 resumes w.0, which goes on waiting (K28).");
    CHECK(times_of(trace, Kind::block_end, 0) == Times{510'000});
    CHECK(times_of(trace, Kind::completed, 0) == Times{520'000});
    trace = played(text, {"thread.main.steps.2.block=600us"});
    CHECK(times_of(trace, Kind::block_end, 0) == Times{720'000});
    CHECK(times_of(trace, Kind::completed, 0) == Times{730'000});
}

TEST_CASE("K28 suspends count, a thread may suspend itself, and a call for one that has exited fails") {
    Trace trace = played(scenario("concurrency = 1", "on_packet = [ { compute = \"20us\" }, { suspend = \"w.0\" } ]", std::string(kFirst) + "{ suspend = \"w.0\" }, { resume = \"w.0\" }, { block = \"100us\" }, { resume = \"w.0\" }, { resume = \"w.0\" }", "\"0us\""));
    expect(trace, "0.030 w.0 suspends itself and counts no longer (K28): the only slot is free.");
    expect(trace, "0.110 main.0 suspends w.0 once more: it takes 2 resumes to let it go on.");
    expect(trace, "0.110 main.0 resumes w.0, which stays suspended: 1 resume is missing.");
    expect(trace, "0.220 main.0 resumes w.0 (K28): 1 of 1 slot is in use.");
    expect(trace, "0.220 main.0 resumes w.0, which is not suspended: nothing changes.");
    CHECK(times_of(trace, Kind::completed, 0) == Times{230'000});
    trace = played(scenario("concurrency = 1", "on_packet = [ { exit = true } ]", std::string(kFirst) + "{ suspend = \"w.0\" }, { apc = \"w.0\" }, { kernel_apc = \"w.0\", post = \"port\" }", "\"0us\""));
    expect(trace, "0.110 main.0 suspends w.0, which has exited: the call fails.");
    expect(trace, "0.110 main.0 queues a user APC to w.0, which has exited: the call fails.");
    CHECK(figures(trace).posted == 1);
}

TEST_CASE("K28 a ready thread that is suspended gives its place up, whether it waits for a processor or one is switched to it") {
    // One processor, quantum 40 us, 300 us each: both have run, one is ready, when main, of priority 15, takes the processor at 110 us and
    // suspends both. Nothing of their work is lost, and both are away for more than 200 us.
    const Trace trace = played(scenario("concurrency = 2", "count = 2\non_packet = [ { compute = \"300us\" } ]", std::string(kFirst) + "{ suspend = \"w.0\" }, { suspend = \"w.1\" }, { block = \"200us\" }, { resume = \"w.0\" }, { resume = \"w.1\" }", "\"0us\", \"0us\""),
                               {"machine.processors=1", "machine.quantum=40us", "machine.context_switch=5us", "thread.main.priority=15"});
    CHECK(figures(trace).completed == 2);
    CHECK(figures(trace).compute_ns == 600'000);
    CHECK(figures(trace).threads[0].running_ns == 300'000);
    CHECK(figures(trace).threads[1].running_ns == 300'000);
    CHECK(figures(trace).threads[0].suspended_ns > 200'000);
    CHECK(figures(trace).threads[1].suspended_ns > 200'000);
}

TEST_CASE("O5 a thread that is suspended before it runs counts until it has run, or no longer") {
    // s 0 lets w.1 go at 105 us, ready at 115 us; main suspends it at 110 us. s 1 of 112 us is queued, and goes at 115 us, when w.1 has a
    // processor and waits; where it stops counting at once, s 1 goes to w.0 when it comes.
    const std::string text = scenario("concurrency = 1", "count = 2\non_packet = [ { compute = \"20us\" } ]", std::string(kFirst) + "{ suspend = \"w.1\" }, { block = \"200us\" }, { resume = \"w.1\" }", "\"105us\", \"112us\"");
    Trace trace = played(text);
    expect(trace, "0.110 main.0 suspends w.1, which has been let go and has not run yet: it counts until it runs (O5).");
    expect(trace, "0.112 Packet s 1 arrives: 1 of 1 slot is in use, so it is queued, although w.0 waits (K2).");
    expect(trace, "0.115 The freed slot lets packet s 1 go to w.0, the only one that waits (K17); 1 of 1 slot is in use.");
    CHECK(times_of(trace, Kind::completed, 1) == Times{350'000});
    trace = played(text, {"port.port.suspended_before_run=inactive"});
    expect(trace, "0.110 main.0 suspends w.1, which counts no longer (K28): the only slot is free.");
    expect(trace, "0.112 Packet s 1 arrives and goes to w.0, the only one that waits (K1); 1 of 1 slot is in use.");
    CHECK(times_of(trace, Kind::completed, 1) == Times{350'000});
}

TEST_CASE("K23 and K24 a user APC ends an alertable get and runs on_apc; another get leaves it pending") {
    // The APC of 110 us ends the wait; w.1 is ready at 120 us and computes 50 us with the slot: s 0 of 150 us is queued, and taken at 170 us.
    const std::string text = scenario("concurrency = 1", "count = 2\nalertable = true\non_apc = [ { compute = \"50us\" } ]\non_packet = [ { compute = \"20us\" } ]", std::string(kFirst) + "{ apc = \"w.1\" }", "\"150us\"");
    Trace trace = played(text);
    expect(trace, "0.110 main.0 queues a user APC to w.1, which waits alertably.");
    expect(trace, "0.110 The user APC ends the wait of w.1, which counts again (K23): 1 of 1 slot is in use.");
    expect(trace, "0.150 Packet s 0 arrives: 1 of 1 slot is in use, so it is queued, although w.0 waits (K2).");
    expect(trace, "0.170 w.1 asks again in its own slot and takes packet s 0, while w.0 waits on (K12).");
    trace = played(text, {"worker.w.alertable=false"});
    expect(trace, "0.110 main.0 queues a user APC to w.1, whose get is not alertable: it stays pending (K24).");
    expect(trace, "0.150 Packet s 0 arrives and goes to w.1, not w.0");
    CHECK(times_of(trace, Kind::completed, 1) == Times{180'000});
}

TEST_CASE("K26 and K13 APCs that come while a thread works run when it asks and finds nothing, each of them") {
    // At work until 210 us; three APCs at 110 us; at 210 us the get returns for them: 3 times 20 us, then it parks at 270 us.
    const Trace trace = played(scenario("concurrency = 1", "alertable = true\non_apc = [ { compute = \"20us\" } ]\non_packet = [ { compute = \"200us\" } ]", std::string(kFirst) + "{ apc = \"w.0\" }, { apc = \"w.0\" }, { apc = \"w.0\" }", "\"0us\""));
    expect(trace, "0.110 main.0 queues a user APC to w.0, which waits in no alertable get: it stays pending (K24).");
    expect(trace, "0.210 w.0 asks port alertably with a user APC pending and finds nothing that it may take: the get returns for the APC (K26).");
    CHECK(times_of(trace, Kind::parked, 0) == Times{0, 270'000});
}

TEST_CASE("K26 and O3 a newcomer's APC wins over a packet and makes no association, or the packet wins") {
    // w.0 gets s 0 at 0 and is sent to port b with an APC pending, where a packet is queued since 5 us. At 30 us it asks b.
    const std::string text = scenario("concurrency = 1", "alertable = true\non_packet = [ { compute = \"20us\" }, { apc = \"w.0\" }, { serve = \"b\" } ]", "{ post = \"b\", key = 7 }", "\"0us\"", "[[port]]\nname = \"b\"\nconcurrency = 1\n");
    Trace trace = played(text);
    expect(trace, "0.030 w.0 asks b alertably with a user APC pending: for a thread that does not serve the port the APC wins, over 1 packet that is queued, and it serves port as before (K26).");
    expect(trace, "0.030 w.0 asks and takes packet main.0 0 (K11).");
    trace = played(text, {"port.b.apc=classic"});
    expect(trace, "0.030 w.0 asks and takes packet main.0 0 (K11).");
    CHECK(narrate_trace(trace).find("the APC wins") == std::string::npos);
}

TEST_CASE("K25 a kernel APC makes a waiter the newest, and K5 what it posts to its own port is queued and found by itself") {
    Trace trace = played(scenario("concurrency = 2", "count = 3\non_packet = [ { compute = \"20us\" } ]", std::string(kFirst) + "{ kernel_apc = \"w.0\" }", "\"200us\""));
    expect(trace, "0.110 A kernel APC, queued by main.0, interrupts the wait of w.0 (K25).");
    expect(trace, "0.110 w.0 looks again, finds nothing queued and parks: it waits as the newest of 3 (K25).");
    expect(trace, "0.200 Packet s 0 arrives and goes to w.0, not w.1: it parked last, at 110 us (K1)");
    trace = played(scenario("concurrency = 2", "count = 3\non_packet = [ { compute = \"20us\" } ]", std::string(kFirst) + "{ kernel_apc = \"w.0\", post = \"port\", key = 4 }", "\"200us\""));
    expect(trace, "0.110 Packet main.0 0, posted by main.0, is posted inside its receiver's own wait and is queued (K5).");
    expect(trace, "0.110 w.0 looks again and takes packet main.0 0 (K25): 1 of 2 slots is in use.");
    CHECK(times_of(trace, Kind::completed, 0) == Times{140'000, 230'000});
    // A thread that waits for no packet: what is posted goes its usual way (K1).
    trace = played(scenario("concurrency = 2", "count = 2\non_packet = [ { compute = \"200us\" } ]", std::string(kFirst) + "{ kernel_apc = \"w.1\", post = \"port\" }", "\"0us\""));
    expect(trace, "0.110 A kernel APC, queued by main.0, runs in w.1, which waits for no packet: no thread changes its place.");
    expect(trace, "0.110 Packet main.0 0, posted by main.0, arrives and goes to w.0, the only one that waits (K1)");
}

TEST_CASE("K30, K31 and O4 closing a port ends its waits, newest first, and loses what is queued; XP leaves the waits") {
    const std::string text = scenario("concurrency = 1", "count = 3\non_packet = [ { compute = \"200us\" } ]\non_abandoned = [ { compute = \"20us\" } ]", std::string(kFirst) + "{ close = \"port\" }, { close = \"port\" }, { post = \"port\" }", "\"0us\", \"50us\", \"60us\", \"300us\"");
    Trace trace = played(text);
    expect(trace, "0.110 port is closed (K30); 2 packets that were queued are lost (K31).");
    expect(trace, "0.110 The port is closed: the get of w.1 fails with ERROR_ABANDONED_WAIT_0 (K30).");
    expect(trace, "0.110 main.0 closes port, which is not open: the call fails with ERROR_INVALID_HANDLE.");
    expect(trace, "0.110 main.0 posts to port, which is not open: the call fails with ERROR_INVALID_HANDLE, and there is no packet.");
    expect(trace, "0.140 w.1 exits.");
    expect(trace, "0.210 w.2 asks port, which is closed: the get fails with ERROR_INVALID_HANDLE (K30).");
    expect(trace, "0.230 w.2 exits.");
    expect(trace, "0.300 A source posts to port, which is not open");
    const std::string story = narrate_trace(trace);
    CHECK(story.find("get of w.1 fails") < story.find("get of w.0 fails"));
    CHECK(figures(trace).posted == 3);
    CHECK(figures(trace).completed == 1);
    trace = played(text, {"port.port.abandon=never"});                        // the one that worked asks again, the others never hear of it
    CHECK(times_of(trace, Kind::thread_exit, 0).empty());
    CHECK(times_of(trace, Kind::thread_exit, 1).empty());
    CHECK(times_of(trace, Kind::thread_exit, 2) == Times{230'000});
    trace = played(text, {"port.port.policy=wine8", "source.s.arrivals.at=['0us']"});   // the oldest has worked
    CHECK(times_of(trace, Kind::thread_exit, 0) == Times{230'000});
    CHECK(times_of(trace, Kind::thread_exit, 1).empty());
    CHECK(times_of(trace, Kind::thread_exit, 2).empty());
}

TEST_CASE("K29 and K32 while a file is associated a closed port lives, its threads count there, and answers are queued unseen") {
    const std::string text = scenario("concurrency = 1", "count = 2\non_packet = [ { start_io = \"disk\" }, { compute = \"300us\" } ]", std::string(kFirst) + "{ close = \"port\" }, { block = \"500us\" }, { close_file = \"disk\" }", "\"0us\"",
                                      "[[device]]\nname = \"disk\"\nport = \"port\"\nkey = 9\nlatency = \"200us\"\n");
    const Trace trace = played(text);
    expect(trace, "0.110 port is closed (K30); a file still refers to it, so that it keeps its packets and its threads (K32).");
    expect(trace, "0.210 Packet s 0.0, the answer of disk, arrives and no thread waits: it is queued (K2).");
    expect(trace, "0.620 The last file of port is closed, and the port is gone (K32); 1 packet that was queued is lost (K31).");
}

TEST_CASE("K33, K34 and K35 a wait on the port's handle ends when a packet is queued or the port is closed, and takes none") {
    // Two watchers. s 0 is handed over at 150 us: nobody is signalled (K34). s 1 is queued at 160 us: both go, and it stays.
    const std::string text = scenario("concurrency = 1", "on_packet = [ { compute = \"100us\" } ]", std::string(kFirst) + "{ watch = \"port\" }, { block = \"200us\" }, { watch = \"port\", timeout = \"50us\" }, { block = \"10us\" }, { watch = \"port\" }", "\"150us\", \"160us\"",
                                      "[[thread]]\nname = \"other\"\nserves = \"port\"\nsteps = [ { watch = \"port\" }, { block = \"1ms\" }, { close = \"port\" } ]\n");
    const Trace trace = played(text);
    expect(trace, "0.110 main.0 waits on the handle of port, where nothing is queued (K33).");
    expect(trace, "0.000 other.0 waits on the handle of port, where nothing is queued (K33) and counts no longer (K17): the only slot is free");
    expect(trace, "0.150 Packet s 0 arrives and goes to w.0");
    expect(trace, "0.160 The handle of port is signalled and ends the wait of main.0; 1 packet is queued and stays there (K33).");
    expect(trace, "0.160 The handle of port is signalled and ends the wait of other.0; 1 packet is queued and stays there (K33): 2 threads are active over a limit of 1.");
    CHECK(times_of(trace, Kind::completed, 0) == Times{260'000, 360'000});
    expect(trace, "0.430 main.0 gives up its wait on the handle of port (K19).");
    expect(trace, "1.180 The wait of main.0 on the handle of port ends, because the port is closed (K35).");
}

TEST_CASE("K33 and K18 a handle that is signalled is no wait, nor is a look with timeout 0") {
    const Trace trace = played(scenario("concurrency = 1", "on_packet = [ { compute = \"300us\" } ]", "{ watch = \"port\", timeout = \"0ns\" }, " + std::string(kFirst) + "{ watch = \"port\" }", "\"0us\", \"50us\""));
    expect(trace, "0.000 main.0 looks whether the handle of port is signalled: nothing is queued (K33).");
    expect(trace, "0.110 main.0 finds the handle of port signalled and does not wait: 1 packet is queued and stays there (K33).");
    CHECK(times_of(trace, Kind::thread_exit, 2).empty());
    CHECK(times_of(trace, Kind::thread_exit, 1) == Times{110'000});
}

TEST_CASE("K21 and O6 a page that is read frees the slot, or keeps it") {
    const std::string text = scenario("concurrency = 1", "count = 2\non_packet = [ { page_in = \"200us\" } ]", "{ compute = \"1us\" }", "\"0us\", \"0us\"");
    Trace trace = played(text);
    expect(trace, "0.010 w.1 waits for a page, 200 us, in packet s 0 and counts no longer (K17): the only slot is free.");
    CHECK(times_of(trace, Kind::completed, 0) == Times{230'000});
    trace = played(text, {"port.port.page_in=runs"});
    expect(trace, "0.010 w.1 waits for a page, 200 us, in packet s 0 and counts on: the port does not hear of it (K21).");
    CHECK(times_of(trace, Kind::completed, 1) == Times{220'000, 430'000});
    trace = played(text, {"worker.w.on_packet.0.page_in=0us"});
    CHECK(times_of(trace, Kind::block_begin, 1).empty());                     // K18
}

TEST_CASE("K10 a thread that serves another port leaves the first, whose waiter goes") {
    // w.1 asks b at 30 us: its slot lets w.0 go with s 1, queued at 20 us; at b it parks.
    const Trace trace = played(scenario("concurrency = 1", "count = 2\non_packet = [ { compute = \"20us\" }, { serve = \"b\", chance = 1 } ]", "{ compute = \"1us\" }", "\"0us\", \"20us\"", "[[port]]\nname = \"b\"\nconcurrency = 1\n"));
    expect(trace, "0.030 The freed slot lets packet s 1 go to w.0, the only one that waits (K10); 1 of 1 slot is in use.");
    expect(trace, "0.030 w.1 asks, finds nothing queued and parks: it is the only one that waits (K13).");
    CHECK(figures(trace).ports[0].active_max == 1);
}

TEST_CASE("K22 a thread whose get timed out holds its slot while it does on_timeout") {
    // w.0 and w.1 time out at 100 us, are ready at 110 us and compute 50 us: with a limit of 2, s 0 of 120 us is queued, and taken at 160 us.
    const Trace trace = played(scenario("concurrency = 2", "count = 2\ntimeout = \"100us\"\non_timeout = [ { compute = \"50us\" } ]\non_packet = [ { exit = true } ]", "{ compute = \"1us\" }", "\"120us\""), {"until=300us"});
    expect(trace, "0.100 The get of w.1 times out: it runs without a packet and holds a slot until it asks again, blocks or leaves (K22)");
    expect(trace, "0.120 Packet s 0 arrives and no thread waits: it is queued (K2).");
    expect(trace, "0.160 w.0 exits and frees its slot (K27)");
}

TEST_CASE("K14 and O2 a poll at the limit") {
    const std::string text = scenario("concurrency = 1", "on_packet = [ { compute = \"200us\" } ]", "{ compute = \"1us\" }", "\"0us\", \"0us\"", "[[worker]]\nname = \"poller\"\nport = \"port\"\ntimeout = \"0ns\"\non_timeout = [ { block = \"50us\" } ]\n");
    Trace trace = played(text, {"until=150us"});
    expect(trace, "polls and is told that nothing came, although 1 packet is queued: others have reached the limit (K14)");
    trace = played(text, {"until=150us", "port.port.poll_at_limit=take"});
    CHECK(narrate_trace(trace).find("is told that nothing came") == std::string::npos);
}

TEST_CASE("batch_min: a get of at least 3 waits until 3 are there") {
    const Trace trace = played(scenario("policy = \"io_uring\"", "batch = 4\nbatch_min = 3\non_packet = [ { compute = \"20us\" } ]", "{ compute = \"1us\" }", "\"0us\", \"100us\", \"200us\""));
    CHECK(times_of(trace, Kind::completed, 0) == Times{230'000, 250'000, 270'000});
}

TEST_CASE("K9: what a worker posts when a get brought no packet has an identity of its own, and draws of its own") {
    const std::string text = scenario("concurrency = 1", "timeout = \"100us\"\non_timeout = [ { compute = { exponential = \"10us\" } }, { post = \"port\", key = 5 } ]\non_packet = [ { compute = \"20us\" } ]", "{ compute = \"1us\" }", "\"9ms\"");
    const Trace trace = played(text);
    expect(trace, "Packet w.0 0, posted by w.0, arrives");
    CHECK(trace.records == played(text).records);
}

TEST_CASE("a worker that may meet such steps starts operations whose fate is drawn, in its packets and after a timeout") {
    const std::string disk = "[[device]]\nname = \"disk\"\nlatency = \"1us\"\nport = \"port\"\nkey = 2\nat_once = 0.5\n";
    const Trace trace = played(scenario("concurrency = 1", "timeout = \"200us\"\non_timeout = [ { start_io = \"disk\", chance = 0.5 }, { read = \"disk\" } ]\non_packet = [ { start_io = \"disk\" }, { serve = \"port\" } ]\non_packet_2 = []",
                                        "{ compute = \"1us\" }", "\"0us\", \"100us\", \"150us\", \"900us\"", disk));
    size_t started = 0, at_once = 0;
    for (const Record& record : trace.records) {
        if (record.kind == Kind::io_started) ++started;
        if (record.kind == Kind::io_detail && io_detail_of_argument(record.argument).outcome == IoOutcome::success) ++at_once;
    }
    CHECK(at_once > 0);
    CHECK(started > at_once);
}

TEST_CASE("CreateIoCompletionPort without a file opens a port, and with one that is there fails with 87") {
    // main wakes at 110 us. Before, what is posted to late is refused; then w.0, which serves late from its second get on, takes the packet.
    const std::string late = "[[port]]\nname = \"late\"\nconcurrency = 2\ncreated = false\n";
    const Trace trace = played(scenario("concurrency = 1", "on_packet = [ { serve = \"late\" } ]\non_packet_7 = [ { compute = \"10us\" } ]",
                                        "{ post = \"late\", key = 7 }, " + std::string(kFirst) + "{ create_port = \"late\" }, { create_port = \"late\" }, { post = \"late\", key = 7 }", "\"150us\"", late));
    expect(trace, "0.000 main.0 posts to late, which is not open: the call fails with ERROR_INVALID_HANDLE, and there is no packet.");
    expect(trace, "0.110 main.0 creates late with a concurrency of 2: 2 threads may be active at a time.");
    expect(trace, "0.110 main.0 calls CreateIoCompletionPort with late and no file, which fails with ERROR_INVALID_PARAMETER (87): that port is there.");
    expect(trace, "0.160 w.0 asks and takes packet main.0 1 (K11).");
    CHECK(times_of(trace, Kind::completed, 0) == Times{160'000, 170'000});
    CHECK(trace.header.ports[1].limit == 2);
}

TEST_CASE("K31 a port that is gone may be created anew: it is empty, and nobody is associated with it") {
    // w.0 works on s 0 from 70 us to 120 us; s 1, queued behind it, is lost at 110 us. The new port knows nothing of w.0 until it asks at 120 us.
    const Trace trace = played(scenario("concurrency = 1", "count = 1\non_packet = [ { compute = \"50us\" } ]", std::string(kFirst) + "{ close = \"port\" }, { create_port = \"port\" }", "\"60us\", \"90us\", \"200us\""));
    expect(trace, "0.110 port is closed (K30); 1 packet that was queued is lost (K31).");
    expect(trace, "0.110 main.0 creates port with a concurrency of 1: 1 thread may be active at a time.");
    CHECK(times_of(trace, Kind::associated, 0) == Times{0, 120'000});       // K9 again: its association went with the port
    expect(trace, "0.200 Packet s 2 arrives and goes to w.0, the only one that waits (K1); 1 of 1 slot is in use.");
}

TEST_CASE("K32 while files keep a closed port nothing new can have its name") {
    const std::string file = "[[device]]\nname = \"disk\"\nlatency = \"1us\"\nport = \"port\"\n";
    const Trace trace = played(scenario("concurrency = 1", "on_packet = [ { compute = \"50us\" } ]", std::string(kFirst) + "{ close = \"port\" }, { create_port = \"port\" }", "\"0us\"", file));
    expect(trace, "0.110 main.0 would create port anew, but the closed port of that name is still in use (K32, O4): nothing changes.");
}
