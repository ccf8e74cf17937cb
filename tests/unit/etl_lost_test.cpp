// Where events of the kernel are missing, nothing is told that they might contradict, and the loss is counted.
#include <random>

#include "tests/counts.h"
#include "tests/unit/etl_build.h"

using namespace test;

TEST_CASE("etl: the interval stays where the moment lies outside of it, where the numbers differ, where another thread took, and across a hole") {
    const auto moments = [](EtlWriter& log) {
        RawTrace raw = empty_raw();
        RawRecord submit = record(RawKind::submitted, 50, 8, kFile), associated = record(RawKind::associated, 12, 8, kFile);
        associated.other = kPort;
        submit.overlapped = 0x900;
        submit.status = 0x103;
        raw.rings[0] = {created(10, 2), associated, submit};
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

TEST_CASE("etl: a moment of queuing is told only where no event can be missing from the enqueue to the end of the get, and a taken entry is gone") {
    const auto moments = [](uint64_t hole_from, uint64_t hole_to, bool taken_before) {
        RawTrace raw = empty_raw();
        RawRecord submit = record(RawKind::submitted, 50, 8, kFile), associated = record(RawKind::associated, 12, 8, kFile);
        associated.other = kPort;
        submit.overlapped = 0x900;
        submit.status = 0x103;
        raw.rings[0] = {created(10, 2), associated, submit};
        raw.rings[1] = {asked(100, 12), got(200, 12, 1, 7, 0x900), asked(300, 12)};
        EtlWriter log({.started = 1, .processors = 3, .events_lost = 1});
        log.buffer(2).context_switch(hole_from, 16, 0, 2).buffer(2, 0, 2).context_switch(hole_to, 0, 16, kWaiting).buffer(2).context_switch(400, 16, 0, 2).buffer(0).context_switch(400, 20, 0, 2);
        log.buffer(1).enqueue(60, 0xA00, 0);
        if (taken_before) log.dequeue(70, 99, {0xA00});
        log.dequeue(150, 12, {0xA00}).context_switch(400, 24, 0, 2);
        return merged(raw, log).header.program.kernel.moments;
    };
    CHECK(moments(20, 40, false) == 1);
    CHECK(moments(70, 95, false) == 0);                     // between the enqueue and the get
    CHECK(moments(160, 190, false) == 0);                   // in the get, after it took: it may have taken once more
    CHECK(moments(220, 250, false) == 1);
    CHECK(moments(20, 40, true) == 0);
}

TEST_CASE("etl: a thread that gets a processor and leaves it unseen has no time on it, but its block has ended; who made a thread ready is not told across a hole") {
    EtlWriter log({.started = 1, .events_lost = 1});
    log.buffer(1).context_switch(90, 12, 0, 2).context_switch(120, 0, 12, kWaiting, kQueue).context_switch(250, 12, 0, 2).context_switch(350, 0, 12, kWaiting, kUserRequest).context_switch(380, 12, 0, 2);
    log.buffer(1, 0, 2).context_switch(420, 0, 99, kWaiting);
    log.buffer(0).context_switch(60, 8, 0, 2).buffer(0, 0, 4).ready_thread(220, 12);
    CHECK(kernel_lines(merged(one_packet(), log), 0) == Lines{"100 on_processor 1", "120 off_processor 1 argument 16", "220 ready", "250 on_processor 1", "350 block_begin packet 0", "350 off_processor 1 argument 7", "380 block_end packet 0"});
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
        raw.rings[0] = {created(0, 2)};
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
