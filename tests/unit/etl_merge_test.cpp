// A program's own recording and the kernel's events become one trace: processors, waits, blocks, wakers, moments of queuing; nothing is told across a hole.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "sim/trace/observed.h"
#include "sim/trace/print.h"
#include "sim/trace/raw_merge.h"
#include "sim/trace/state.h"
#include "tests/counts.h"
#include "tests/etl_writer.h"

using namespace sim;
using test::EtlWriter;

namespace {

constexpr uint32_t kPort = 0x54, kFile = 0x60;
constexpr uint8_t kWaiting = 5, kReady = 1, kQueue = 15, kUserRequest = 6, kPageInReason = 9, kPreemptedReason = 32;
using Lines = std::vector<std::string>;

RawTrace empty_raw() {
    RawTrace raw;
    raw.header.version = kTraceVersion;
    raw.header.source = "measured";
    raw.header.backend = "iocp";
    raw.header.processors_used = 4;
    raw.header.program.name = "p.exe";
    raw.counter_frequency = 1'000'000'000;                  // a tick is a nanosecond
    raw.rings.resize(3);
    return raw;
}

RawRecord record(RawKind kind, uint64_t at, uint32_t thread, uint32_t handle = kPort) {
    RawRecord r;
    r.kind = kind;
    r.begin = r.end = at;
    r.thread = thread;
    r.handle = handle;
    return r;
}
RawRecord created(uint64_t at) {
    RawRecord r = record(RawKind::port_created, at, 8);
    r.count = 2;
    return r;
}
RawRecord posted(uint64_t at, uint32_t thread, uint64_t key, uint64_t overlapped) {
    RawRecord r = record(RawKind::posted, at, thread);
    r.key = key;
    r.overlapped = overlapped;
    return r;
}
RawRecord asked(uint64_t at, uint32_t thread) { return record(RawKind::get_called, at, thread); }
RawRecord got(uint64_t at, uint32_t thread, uint32_t count, uint64_t key, uint64_t overlapped) {
    RawRecord r = record(RawKind::get_returned, at, thread);
    r.count = count;
    r.key = key;
    r.overlapped = overlapped;
    r.other = kRawNoDepth;
    return r;
}
RawRecord entry(RawRecord first, uint64_t overlapped) {
    first.kind = RawKind::get_entry;
    first.count = 0;
    first.overlapped = overlapped;
    return first;
}
RawRecord wait_called(uint64_t at, uint32_t thread, uint64_t timeout_ns) {
    RawRecord r = record(RawKind::wait_called, at, thread, 0);
    r.value = timeout_ns;
    return r;
}
RawRecord wait_returned(uint64_t at, uint32_t thread, uint32_t status) {
    RawRecord r = record(RawKind::wait_returned, at, thread, 0);
    r.status = status;
    return r;
}

Trace merged(const RawTrace& raw, EtlWriter& log) {
    const std::vector<uint8_t> bytes = log.bytes();
    const Result<Etl> etl = etl_read("a.etl", bytes.data(), bytes.size());
    REQUIRE_MESSAGE(etl.ok(), etl.error().text());
    return raw_merge(raw, {.port = "", .last_ns = 0, .kernel = &etl.value()}).value();
}

// "250 on_processor 1 packet 0": what the kernel told of a thread.
Lines kernel_lines(const Trace& trace, uint32_t thread) {
    Lines lines;
    for (const Record& r : trace.records) {
        const bool tells = r.kind == Kind::ready || r.kind == Kind::on_processor || r.kind == Kind::off_processor || r.kind == Kind::block_begin || r.kind == Kind::block_end;
        if (!tells || r.thread != thread) continue;
        std::string text = std::to_string(r.time_ns) + ' ' + std::string(kind_name(r.kind));
        if (r.kind == Kind::on_processor || r.kind == Kind::off_processor) text += ' ' + std::to_string(r.processor);
        if (r.packet != kNoPacket) text += " packet " + std::to_string(r.packet);
        if (r.argument != 0) text += " argument " + std::to_string(r.argument);
        if (r.flags != 0) text += " flags " + std::to_string(r.flags);
        lines.push_back(text);
    }
    return lines;
}

std::vector<Record> of_kind(const Trace& trace, Kind kind) {
    std::vector<Record> out;
    std::copy_if(trace.records.begin(), trace.records.end(), std::back_inserter(out), [kind](const Record& r) { return r.kind == kind; });
    return out;
}

// Thread 12 (0 in the trace) waits for a packet that thread 8 (1) posts at 200, handles it from 300 on, and asks again at 500.
RawTrace one_packet() {
    RawTrace raw = empty_raw();
    raw.rings[0] = {created(10), posted(200, 8, 1, 16)};
    raw.rings[1] = {asked(100, 12), got(300, 12, 1, 1, 16), asked(500, 12)};
    return raw;
}

}  // namespace

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
    raw.rings[0] = {created(10), associated, submit, again};
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

TEST_CASE("etl: the interval stays where the moment lies outside of it, where the numbers differ, where another thread took, and across a hole") {
    const auto moments = [](EtlWriter& log) {
        RawTrace raw = empty_raw();
        RawRecord submit = record(RawKind::submitted, 50, 8, kFile), associated = record(RawKind::associated, 12, 8, kFile);
        associated.other = kPort;
        submit.overlapped = 0x900;
        submit.status = 0x103;
        raw.rings[0] = {created(10), associated, submit};
        raw.rings[1] = {asked(40, 12), got(200, 12, 1, 7, 0x900), asked(300, 12)};
        const Trace trace = merged(raw, log);
        const auto posts = of_kind(trace, Kind::posted);
        REQUIRE(posts.size() == 1);
        CHECK((posts[0].flags & kWithin) == (trace.header.program.kernel.moments == 0 ? kWithin : 0));
        return trace.header.program.kernel.moments;
    };
    EtlWriter good({.started = 1}), early({.started = 1}), two({.started = 1}), twice({.started = 1}), other({.started = 1}), hole({.started = 1, .events_lost = 1});
    CHECK(moments(good.buffer(1).enqueue(110, 0xA00, 0).dequeue(150, 12, {0xA00})) == 1);
    CHECK(moments(early.buffer(1).enqueue(45, 0xA00, 0).dequeue(150, 12, {0xA00})) == 0);
    CHECK(moments(two.buffer(1).enqueue(110, 0xA00, 0).enqueue(111, 0xB00, 0).dequeue(150, 12, {0xA00, 0xB00})) == 0);
    CHECK(moments(twice.buffer(1).enqueue(110, 0xA00, 0).dequeue(150, 12, {0xA00}).enqueue(160, 0xA00, 0).dequeue(170, 12, {0xA00})) == 0);
    CHECK(moments(other.buffer(1).enqueue(110, 0xA00, 0).dequeue(150, 99, {0xA00})) == 0);
    hole.buffer(1).enqueue(110, 0xA00, 0).dequeue(120, 98, {0xC00}).buffer(1, 0, 2).dequeue(150, 12, {0xA00});
    CHECK(moments(hole) == 0);
}

TEST_CASE("etl: where events were lost no time on a processor is told, calls stay as the program saw them, and the loss is counted with its place") {
    RawTrace raw = one_packet();
    raw.rings[1] = {asked(100, 12), got(300, 12, 1, 1, 16), wait_called(310, 12, 5000), wait_returned(360, 12, 0), asked(500, 12)};
    EtlWriter log({.started = 1, .events_lost = 3, .buffers_lost = 1});
    log.buffer(1).context_switch(90, 12, 0, 2).context_switch(120, 0, 12, kWaiting, kQueue).context_switch(250, 12, 0, 2);
    log.buffer(1, 0, 2).context_switch(340, 12, 99, kWaiting, kUserRequest).context_switch(370, 0, 12, kWaiting, kUserRequest).context_switch(400, 12, 0, 2);
    log.buffer(1).context_switch(450, 0, 12, kWaiting, kUserRequest).context_switch(480, 12, 0, 2);
    const Trace trace = merged(raw, log);
    CHECK(kernel_lines(trace, 0) == Lines{
                                        "100 on_processor 1",
                                        "120 off_processor 1 argument 16",
                                        "310 block_begin packet 0 argument 5000 flags 64",   // as the program saw it: from the call
                                        "360 block_end packet 0 flags 64",
                                        "370 block_begin packet 0",             // that it leaves then is certain, since when it ran is not
                                        "400 block_end packet 0",               // the hole ends there
                                        "400 on_processor 1 packet 0",
                                        "450 block_begin packet 0",
                                        "450 off_processor 1 argument 7",
                                        "480 block_end packet 0",               // it has a processor again, and how long is not known
                                    });
    REQUIRE(trace.losses.size() == 2);
    CHECK(trace.losses[0].records == 1);
    CHECK(trace.losses[0].what == "buffers of kernel events");
    CHECK(trace.losses[1].records == 3);
    CHECK(trace.losses[1].what == "kernel events, lost on processor 1 from 250 ns to 400 ns; at the end, from 1 ns on");
}

TEST_CASE("etl: a log that is cut off tells nothing of the time after it, and the trace says so") {
    EtlWriter log({.started = 1});
    log.buffer(1).context_switch(90, 12, 0, 2).context_switch(120, 0, 12, kWaiting, kQueue).context_switch(250, 12, 0, 2);
    log.buffer(1).context_switch(350, 0, 12, kWaiting, kUserRequest);
    std::vector<uint8_t> bytes = log.bytes();
    bytes.resize(bytes.size() - 1024);
    const Etl etl = etl_read("a.etl", bytes.data(), bytes.size()).value();
    const Trace trace = raw_merge(one_packet(), {.port = "", .last_ns = 0, .kernel = &etl}).value();
    CHECK(kernel_lines(trace, 0) == Lines{"100 on_processor 1", "120 off_processor 1 argument 16"});
    REQUIRE(trace.losses.size() == 2);
    CHECK(trace.losses[0].what == "kernel events: of 3 buffers the last 1 are not there");
    CHECK(trace.losses[1].what.find("at the end, from 1 ns on") != std::string::npos);
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
    raw.rings[0] = {created(10), posted(20'000, 8, 1, 16)};
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

namespace {

// What truly happened on each processor, and the log of it with some events lost.
struct Run { uint64_t from, to; uint32_t thread; uint16_t processor; friend auto operator<=>(const Run&, const Run&) = default; };
struct Truth { std::vector<Run> runs, still; std::vector<uint8_t> log; bool lost = false; };   // still: who has a processor at the end

constexpr uint32_t kThreads = 6, kProcessors = 3;

Truth random_truth(std::mt19937_64& draws, bool loses) {
    struct Switch { uint64_t at; uint32_t to, from; uint8_t state; };
    std::vector<std::vector<Switch>> events(kProcessors);
    std::vector<uint32_t> on(kProcessors, 0);
    std::vector<uint64_t> since(kProcessors, 0);
    Truth truth;
    uint64_t now = 10;
    for (int i = 0; i < 120; ++i) {
        now += 1 + draws() % 20;
        const auto p = static_cast<uint16_t>(draws() % kProcessors);
        uint32_t next = draws() % 3 == 0 ? 0 : 4 * (1 + static_cast<uint32_t>(draws() % (kThreads + 2)));   // the last two are of other programs
        if (std::find(on.begin(), on.end(), next) != on.end()) next = 0;
        if (next == on[p]) continue;
        events[p].push_back({now, next, on[p], draws() % 3 == 0 ? kReady : kWaiting});
        if (on[p] != 0 && on[p] <= 4 * kThreads) truth.runs.push_back({since[p], now, on[p], p});
        on[p] = next;
        since[p] = now;
    }
    for (uint16_t p = 0; p < kProcessors; ++p)
        if (on[p] != 0 && on[p] <= 4 * kThreads) truth.still.push_back({since[p], UINT64_MAX, on[p], p});
    // A writer needs to know of losses before it begins; so they are drawn first.
    std::vector<std::pair<uint16_t, std::vector<Switch>>> buffers;
    std::vector<bool> flags;
    for (uint16_t p = 0; p < kProcessors; ++p)
        for (size_t at = 0, flag = 0; at < events[p].size();) {
            const size_t count = std::min<size_t>(1 + draws() % 12, events[p].size() - at);
            if (loses && draws() % 5 == 0) {
                flag = 1;
                truth.lost = true;
            } else {
                buffers.push_back({p, {events[p].begin() + static_cast<std::ptrdiff_t>(at), events[p].begin() + static_cast<std::ptrdiff_t>(at + count)}});
                flags.push_back(flag != 0);
                flag = 0;
            }
            at += count;
        }
    EtlWriter log({.started = 1, .processors = kProcessors, .events_lost = truth.lost ? 1u : 0u});
    std::vector<size_t> order(buffers.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), draws);
    for (const size_t i : order) {
        log.buffer(buffers[i].first, 0, flags[i] ? 2 : 0);
        for (const Switch& one : buffers[i].second) log.context_switch(one.at, one.to, one.from, one.state);
    }
    truth.log = log.bytes();
    return truth;
}

}  // namespace

TEST_CASE("etl: of random schedules whose log has lost buffers every time on a processor that is told was one, and without a loss all are told") {
    const uint64_t seed = test::seed_or(20'261'121);
    MESSAGE("seed " << seed);
    std::mt19937_64 draws(seed);
    uint64_t told = 0, true_runs = 0;
    for (uint64_t round = 0, rounds = test::count_or(400); round < rounds; ++round) {
        const Truth truth = random_truth(draws, round % 2 == 0);
        RawTrace raw = empty_raw();
        raw.rings[0] = {created(0)};
        for (uint32_t t = 1; t <= kThreads; ++t) raw.rings[1].push_back(asked(t, 4 * t));
        const Etl etl = etl_read("a.etl", truth.log.data(), truth.log.size()).value();
        const Trace trace = raw_merge(raw, {.port = "", .last_ns = 0, .kernel = &etl}).value();
        std::vector<Run> seen;
        std::vector<const Record*> on(kThreads, nullptr);
        int64_t last_ns = 0;
        for (const Record& one : trace.records) {
            CHECK(one.time_ns >= last_ns);
            last_ns = one.time_ns;
            if (one.kind == Kind::on_processor) on[one.thread] = &one;
            if (one.kind != Kind::off_processor) continue;
            REQUIRE(on[one.thread] != nullptr);             // each off has its on, on the same processor
            CHECK(on[one.thread]->processor == one.processor);
            seen.push_back({static_cast<uint64_t>(on[one.thread]->time_ns), static_cast<uint64_t>(one.time_ns), 4 * (one.thread + 1), one.processor});
            on[one.thread] = nullptr;
        }
        size_t open = 0;
        for (uint32_t t = 0; t < kThreads; ++t) {
            if (on[t] == nullptr) continue;
            const Run run{static_cast<uint64_t>(on[t]->time_ns), UINT64_MAX, 4 * (t + 1), on[t]->processor};
            CHECK(std::find(truth.still.begin(), truth.still.end(), run) != truth.still.end());
            ++open;
        }
        if (!truth.lost) CHECK(open == truth.still.size());
        std::vector<Run> runs = truth.runs;
        std::sort(runs.begin(), runs.end());
        for (const Run& run : seen) CHECK(std::binary_search(runs.begin(), runs.end(), run));
        if (!truth.lost) CHECK(seen.size() == runs.size());
        CHECK(trace.losses.empty() == !truth.lost);
        told += seen.size();
        true_runs += runs.size();
    }
    MESSAGE(told << " of " << true_runs << " times on a processor were told");
    CHECK(told > true_runs / 2);
}

TEST_CASE("etl: a damaged log is merged or refused: the trace stays in order, and nothing crashes") {
    const uint64_t seed = test::seed_or(20'261'121);
    MESSAGE("seed " << seed);
    std::mt19937_64 draws(seed);
    EtlWriter log({.started = 1});
    log.buffer(1).context_switch(90, 12, 0, 2).context_switch(120, 0, 12, kWaiting, kQueue).context_switch(250, 12, 0, 2).dequeue(260, 12, {0xA00, 0xB00}).context_switch(350, 0, 12, kWaiting, kUserRequest);
    log.buffer(0).context_switch(60, 8, 0, 2).ready_thread(220, 12).enqueue(230, 0xA00, 0).ready_thread(380, 12, 1).buffer(3).context_switch(400, 12, 0, 2);
    const std::vector<uint8_t> good = log.bytes();
    RawTrace raw = one_packet();
    raw.rings[1].insert(raw.rings[1].begin() + 2, {wait_called(310, 12, 5000), wait_returned(360, 12, 0)});
    for (uint64_t i = 0, count = test::count_or(5000); i < count; ++i) {
        std::vector<uint8_t> bytes = good;
        const uint64_t changes = 1 + draws() % 6;
        for (uint64_t change = 0; change < changes; ++change) bytes[draws() % bytes.size()] = static_cast<uint8_t>(draws());
        const Result<Etl> etl = etl_read("a.etl", bytes.data(), bytes.size());
        if (!etl) continue;
        const Trace trace = raw_merge(raw, {.port = "", .last_ns = 0, .kernel = &etl.value()}).value();
        CHECK(std::is_sorted(trace.records.begin(), trace.records.end(), [](const Record& a, const Record& b) { return a.time_ns < b.time_ns; }));
        CHECK(of_kind(trace, Kind::get_returned).size() == 1);
    }
}
