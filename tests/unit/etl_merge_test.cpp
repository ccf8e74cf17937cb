// A program's own recording and the kernel's events become one trace: processors, waits, blocks, wakers, moments of queuing.
#include "sim/trace/state.h"
#include "tests/unit/etl_build.h"

using namespace test;

TEST_CASE("etl: who has a processor, who waits, blocks, is made ready and by whom, record by record; threads of other programs are none of it") {
    const RawTrace raw = one_packet();
    EtlWriter log({.started = 1});
    log.buffer(3).context_switch(400, 12, 0, 2).context_switch(420, 16, 12, kReady, kPreemptedReason).context_switch(440, 12, 16, kWaiting, kUserRequest);
    log.buffer(1).context_switch(90, 12, 0, 2).context_switch(120, 0, 12, kWaiting, kQueue).context_switch(250, 12, 0, 2).context_switch(350, 20, 12, kWaiting, kUserRequest);
    log.buffer(0).context_switch(50, 8, 0, 2).ready_thread(220, 12).ready_thread(380, 12, 1).ready_thread(385, 16);
    const Trace trace = merged(raw, log);
    CHECK(kernel_lines(trace, 0) == Lines{
                                        "100 on_processor 1",                   // since 90, but the trace knows the thread from 100 on
                                        "120 off_processor 1 argument 16",      // parked: WrQueue
                                        "220 ready argument 2",                 // by thread 1, which ran where that was written
                                        "250 on_processor 1",
                                        "350 block_begin packet 0",
                                        "350 off_processor 1 argument 7",
                                        "380 block_end packet 0",
                                        "380 ready",                            // by an interrupt
                                        "400 on_processor 3 packet 0",
                                        "420 off_processor 3 flags 8",          // preempted
                                        "440 on_processor 3 packet 0",          // and runs on
                                    });
    CHECK(kernel_lines(trace, 1) == Lines{"200 on_processor 0"});
    CHECK(trace.header.has_processors);
    CHECK(trace.header.program.kernel.told);
    CHECK(trace.header.program.kernel.switches == 5);
    CHECK(trace.header.program.kernel.readied == 2);
    CHECK(trace.losses.empty());
    CHECK(trace.whole);
    CHECK(header_from_json(header_to_json(trace.header)).value().program.kernel.readied == 2);
}

TEST_CASE("etl: the views of a thread follow the kernel's events: waiting, ready, running, blocked") {
    EtlWriter log({.started = 1});
    log.buffer(1).context_switch(90, 12, 0, 2).context_switch(120, 0, 12, kWaiting, kQueue).context_switch(250, 12, 0, 2).context_switch(350, 0, 12, kWaiting, kUserRequest).context_switch(400, 12, 0, 2).ready_thread(220, 12);
    const Trace trace = merged(one_packet(), log);
    TraceState state = trace_state_begin(trace.header);
    std::vector<std::pair<int64_t, ThreadView>> views;
    for (const Record& one : trace.records) {
        trace_state_apply(state, trace.header, one);
        const ThreadView view = state.threads.empty() ? ThreadView::unknown : state.threads[0].view;
        if (views.empty() || views.back().second != view) views.emplace_back(one.time_ns, view);
    }
    using Views = std::vector<std::pair<int64_t, ThreadView>>;
    CHECK(views == Views{{10, ThreadView::unknown}, {100, ThreadView::waiting}, {100, ThreadView::running}, {120, ThreadView::waiting}, {220, ThreadView::ready}, {250, ThreadView::running}, {350, ThreadView::blocked},
                         {400, ThreadView::running}, {500, ThreadView::waiting}});
}

TEST_CASE("etl: a call that waited is a block from the switch on, with the call's timeout; one that did not wait is none; a page is told as one") {
    RawTrace raw = one_packet();
    raw.rings[1] = {asked(100, 12), got(300, 12, 1, 1, 16), wait_called(310, 12, 5000), wait_returned(360, 12, 0x102), wait_called(370, 12, 7000), wait_returned(375, 12, 0), asked(500, 12)};
    EtlWriter log({.started = 1});
    log.buffer(1).context_switch(290, 12, 0, 2).context_switch(320, 0, 12, kWaiting, kUserRequest).context_switch(350, 12, 0, 2).context_switch(400, 0, 12, kWaiting, kPageInReason).context_switch(450, 12, 0, 2);
    log.buffer(0).ready_thread(340, 12);
    const Trace trace = merged(raw, log);
    CHECK(kernel_lines(trace, 0) == Lines{
                                        "290 on_processor 1",
                                        "320 block_begin packet 0 argument 5000 flags 64",
                                        "320 off_processor 1 argument 7",
                                        "340 block_end packet 0 argument 258 flags 64",
                                        "340 ready",
                                        "350 on_processor 1 packet 0",
                                        "400 block_begin packet 0 flags 1024",
                                        "400 off_processor 1 argument 10",
                                        "450 block_end packet 0 flags 1024",    // nobody told when it became ready
                                        "450 on_processor 1 packet 0",
                                    });
}

TEST_CASE("etl: K17 a synchronous read inside which the thread waited is a block from the switch on, with its device; one that found all in memory is none") {
    RawTrace raw = one_packet();
    RawRecord reads = record(RawKind::io_called, 310, 12, kFile), returns = reads, in_memory = reads, at_once = reads;
    returns.kind = at_once.kind = RawKind::io_returned;
    returns.end = 360;
    in_memory.begin = in_memory.end = at_once.begin = 370;
    at_once.end = 375;
    raw.rings[1] = {asked(100, 12), got(300, 12, 1, 1, 16), reads, returns, in_memory, at_once, asked(500, 12)};
    EtlWriter log({.started = 1});
    log.buffer(1).context_switch(290, 12, 0, 2).context_switch(320, 0, 12, kWaiting, kUserRequest).context_switch(350, 12, 0, 2);
    CHECK(kernel_lines(merged(raw, log), 0) == Lines{"290 on_processor 1", "320 block_begin packet 0 flags 320", "320 off_processor 1 argument 7", "350 block_end packet 0 flags 320", "350 on_processor 1 packet 0"});
}

TEST_CASE("etl: what the kernel queued has its moment, where one get took it once; the interval goes, also of the operation's end") {
    RawTrace raw = empty_raw();
    RawRecord associated = record(RawKind::associated, 12, 8, kFile), submit = record(RawKind::submitted, 50, 8, kFile), again = submit;
    associated.other = kPort;
    submit.end = 55;
    submit.overlapped = 0x900;
    submit.status = 0x103;
    submit.count = static_cast<uint32_t>(RawCall::read_file);
    again = submit;
    again.begin = again.end = 60;
    again.overlapped = 0x980;
    raw.rings[0] = {created(10, 2), associated, submit, again};
    const RawRecord first = got(200, 12, 2, 7, 0x900);
    raw.rings[1] = {asked(40, 12), first, entry(first, 0x980), asked(300, 12)};
    EtlWriter log({.started = 1});
    log.buffer(2).enqueue(30, 0xA00, 0).enqueue(110, 0xA00, 12).enqueue(130, 0xB00, 0);
    log.buffer(1).context_switch(20, 12, 0, 2).dequeue(150, 12, {0xA00, 0xB00});
    const Trace trace = merged(raw, log);
    const auto posts = of_kind(trace, Kind::posted), ends = of_kind(trace, Kind::io_finished);
    REQUIRE(posts.size() == 2);
    CHECK(posts[0].time_ns == 110);                         // not 30: the last before it was taken
    CHECK(posts[1].time_ns == 130);
    for (const Record& post : posts) CHECK(post.flags == 0);
    REQUIRE(ends.size() == 2);
    CHECK(ends[0].time_ns == 110);
    CHECK(ends[0].flags == 0);
    for (const Record& detail : of_kind(trace, Kind::detail)) CHECK((detail.flags & kEarliest) == 0);
    CHECK(of_kind(trace, Kind::detail).front().time_ns == 110);         // the key goes with its post
    CHECK(trace.header.program.kernel.moments == 2);
    CHECK(trace.header.program.kernel.queued == 3);
    CHECK(trace.header.program.kernel.taken == 2);
}

TEST_CASE("etl: a thread that has ended runs no more in the trace, and one that gets its number is another; another clock is refused") {
    RawTrace raw = one_packet();
    raw.rings[1].push_back(record(RawKind::thread_exit, 600, 12));
    raw.rings[2] = {record(RawKind::thread_start, 700, 12), asked(710, 12)};
    EtlWriter log({.started = 1});
    log.buffer(1).context_switch(450, 12, 0, 2).context_switch(610, 0, 12, kReady).context_switch(620, 12, 0, 2).context_switch(630, 0, 12, 4).context_switch(690, 12, 0, 2).context_switch(750, 0, 12, kWaiting, kQueue);
    const Trace trace = merged(raw, log);
    CHECK(kernel_lines(trace, 0) == Lines{"450 on_processor 1 packet 0", "610 off_processor 1 flags 8"});
    CHECK(kernel_lines(trace, 2) == Lines{"700 on_processor 1", "750 off_processor 1 argument 16"});
    EtlWriter slow({.performance_frequency = 10'000'000, .started = 1});
    slow.buffer(1).context_switch(450, 12, 0, 2);
    const Trace without = merged(raw, slow);
    CHECK(!without.header.has_processors);
    REQUIRE(without.losses.size() == 1);
    CHECK(without.losses[0].what.find("frequency") != std::string::npos);
}

TEST_CASE("etl: standby and deferred ready are preempted too; a thread is made ready once a wait, not while it runs or is preempted") {
    EtlWriter log({.started = 1});
    log.buffer(1).context_switch(90, 12, 0, 2).context_switch(420, 0, 12, 3).context_switch(430, 12, 0, 2).context_switch(440, 0, 12, 7).context_switch(450, 12, 0, 2);
    log.buffer(1).context_switch(460, 0, 12, kWaiting, kUserRequest).context_switch(490, 12, 0, 2);
    log.buffer(0).context_switch(60, 8, 0, 2).ready_thread(310, 12).ready_thread(425, 12).ready_thread(470, 12).ready_thread(480, 12);
    CHECK(kernel_lines(merged(one_packet(), log), 0) == Lines{"100 on_processor 1", "420 off_processor 1 flags 8", "430 on_processor 1 packet 0", "440 off_processor 1 flags 8", "450 on_processor 1 packet 0", "460 block_begin packet 0",
                                                              "460 off_processor 1 argument 7", "470 block_end packet 0", "470 ready argument 2", "490 on_processor 1 packet 0"});
}

TEST_CASE("etl: a call that began before the kernel was listened to stays as the program saw it; a thread that has ended does not block") {
    RawTrace raw = one_packet();
    raw.rings[1] = {asked(100, 12), got(300, 12, 1, 1, 16), wait_called(310, 12, 5000), wait_returned(360, 12, 0), record(RawKind::thread_exit, 600, 12)};
    EtlWriter log({.started = 320});
    log.buffer(1).context_switch(330, 0, 12, kWaiting, kUserRequest).context_switch(350, 12, 0, 2).context_switch(610, 0, 12, kWaiting, kUserRequest);
    CHECK(kernel_lines(merged(raw, log), 0) == Lines{"310 block_begin packet 0 argument 5000 flags 64", "320 on_processor 1 packet 0", "330 off_processor 1 argument 7", "350 on_processor 1 packet 0", "360 block_end packet 0 flags 64",
                                                     "610 off_processor 1 argument 7"});
}

TEST_CASE("etl: a switch away from a thread that had not got the processor tells no time on it") {
    EtlWriter log({.started = 1});
    log.buffer(1).context_switch(150, 16, 0, 2).context_switch(200, 0, 12, kWaiting, kQueue).context_switch(250, 12, 0, 2).context_switch(260, 0, 16, kWaiting);
    CHECK(kernel_lines(merged(one_packet(), log), 0).empty());
}

TEST_CASE("etl: --last keeps who runs when the last part begins; print names why a thread waits and who made it ready") {
    EtlWriter log({.started = 1});
    log.buffer(1).context_switch(90, 12, 0, 2).context_switch(120, 0, 12, kWaiting, kQueue).context_switch(250, 12, 0, 2).context_switch(450, 0, 12, kWaiting, 200);
    log.buffer(0).context_switch(60, 8, 0, 2).ready_thread(220, 12);
    const std::vector<uint8_t> bytes = log.bytes();
    const Etl etl = etl_read("a.etl", bytes.data(), bytes.size()).value();
    const Trace last = raw_merge(one_packet(), {.port = "", .last_ns = 150, .kernel = &etl}).value();
    CHECK(kernel_lines(last, 0) == Lines{"250 on_processor 1", "450 block_begin packet 0", "450 off_processor 1 argument 201"});
    CHECK(kernel_lines(last, 1) == Lines{"200 on_processor 0"});
    const Trace whole = merged(one_packet(), log);
    TraceState state = trace_state_begin(whole.header);
    std::string text;
    for (const Record& one : whole.records) {
        text += record_line(whole.header, state, one) + '\n';
        trace_state_apply(state, whole.header, one);
    }
    CHECK(text.find("ready         -               by thread 1") != std::string::npos);
    CHECK(text.find("waits: WrQueue") != std::string::npos);
    CHECK(text.find("waits: reason 200") != std::string::npos);
}

TEST_CASE("etl: a switch in the same tick of the performance counter as the beginning of a get is inside it, in that of its return after it") {
    RawTrace raw = one_packet();
    raw.has_tsc = true;                                     // 1 tick a ns, the performance counter at 10 MHz
    raw.counter_frequency = 10'000'000;
    raw.now_ticks = 1'000'000;
    raw.now_counter = 10'000;
    raw.rings[0] = {created(10, 2), posted(20'000, 8, 1, 16)};
    raw.rings[1] = {record(RawKind::thread_start, 5'000, 12), asked(10'050, 12), got(30'050, 12, 1, 1, 16), asked(50'050, 12)};
    EtlWriter log({.performance_frequency = 10'000'000, .started = 1});
    log.buffer(1).context_switch(90, 12, 0, 2).context_switch(100, 0, 12, kWaiting, kQueue).context_switch(290, 12, 0, 2).context_switch(300, 0, 12, kWaiting, kUserRequest).context_switch(400, 12, 0, 2);
    const Trace trace = merged(raw, log);
    CHECK(kernel_lines(trace, 0) == Lines{"9000 on_processor 1", "10000 off_processor 1 argument 16", "29000 on_processor 1", "30000 block_begin packet 0", "30000 off_processor 1 argument 7", "40000 block_end packet 0", "40000 on_processor 1 packet 0"});
}

TEST_CASE("etl: times are those of the performance counter also where the program's records carry the processor's counter") {
    RawTrace raw = one_packet();
    raw.has_tsc = true;                                     // 3 ticks a ns, the performance counter at 10 MHz: 100 ns a tick
    raw.counter_frequency = 10'000'000;
    raw.start_ticks = 3'000'000;
    raw.now_ticks = 6'000'000;
    raw.start_counter = 5000;
    raw.now_counter = 15'000;
    for (auto& ring : raw.rings)
        for (RawRecord& one : ring) one.begin = one.end = 3'000'000 + one.begin * 3 * 100;   // 100 times as far apart
    EtlWriter log({.performance_frequency = 10'000'000, .started = 5001});
    log.buffer(1).context_switch(5101, 12, 0, 2).context_switch(5120, 0, 12, kWaiting, kQueue).context_switch(5250, 12, 0, 2);
    const Trace trace = merged(raw, log);
    CHECK(kernel_lines(trace, 0) == Lines{"10100 on_processor 1", "12000 off_processor 1 argument 16", "25000 on_processor 1"});
}
