// What records of processors add to calls: who was woken had one, and who had none was not woken.
#include <doctest/doctest.h>

#include "sim/identify/history.h"
#include "sim/identify/identify.h"
#include "sim/identify/intervals.h"
#include "sim/identify/passed_over.h"

using namespace sim;

namespace {

constexpr int64_t kMs = 1'000'000;

struct Calls {
    Trace trace;
    explicit Calls(uint32_t threads) {
        for (uint32_t t = 0; t < threads; ++t) trace.header.threads.push_back("worker." + std::to_string(t));
        trace.header.ports.push_back({.name = "port", .policy = {}});
        add(0, Kind::port_opened, kNoThread).argument = 1;
    }
    Record& add(int64_t ns, Kind kind, uint32_t thread) {
        Record& record = trace.records.emplace_back();
        record.time_ns = ns;
        record.kind = kind;
        record.thread = thread;
        record.port = 0;
        return record;
    }
    void asks(int64_t ns, uint32_t thread, uint32_t most = 1) {
        Record& record = add(ns, Kind::get_called, thread);
        record.packet = most;
        record.argument = INT64_MAX;
    }
    void posts(int64_t ns, uint32_t packet) { add(ns, Kind::posted, kNoThread).packet = packet; }
    void gets(int64_t ns, uint32_t thread, const std::vector<uint32_t>& packets) {
        for (size_t i = 0; i < packets.size(); ++i) {
            Record& record = add(ns, Kind::get_returned, thread);
            record.packet = packets[i];
            record.argument = i == 0 ? packets.size() : 0;
        }
    }
    void runs(int64_t ns, uint32_t thread, uint16_t processor = 0) { add(ns, Kind::on_processor, thread).processor = processor; }
    void rests(int64_t ns, uint32_t thread, uint16_t flags = 0) {
        Record& record = add(ns, Kind::off_processor, thread);
        record.flags = flags;
        record.processor = 0;
    }
    Explained by(const std::string& policy) const {
        Explained out;
        for (const CallHistory& history : call_histories(trace.records)) explain_calls(trace.header, history, {.policy = *policy_from_name(policy), .limit = 0, .options = {}}, 100'000, out);
        return out;
    }
};

// Three wait; packets come every 10 ms, and each time the one named takes it, alone or after everybody has looked.
Calls served(const std::vector<uint32_t>& by, bool all_look) {
    Calls calls(3);
    for (uint32_t t = 0; t < 3; ++t) calls.asks(0, t);
    int64_t ns = 0;
    for (uint32_t packet = 0; packet < by.size(); ++packet) {
        ns += 10 * kMs;
        calls.posts(ns, packet);
        for (uint32_t t = 0; t < 3 && all_look; ++t)
            if (t != by[packet]) {
                calls.runs(ns + 20'000 + 20'000 * t, t);
                calls.rests(ns + 30'000 + 20'000 * t, t);
            }
        calls.runs(ns + 100'000, by[packet]);
        calls.gets(ns + 110'000, by[packet], {packet});
        calls.asks(ns + 200'000, by[packet]);
        calls.rests(ns + 201'000, by[packet]);
    }
    return calls;
}

}  // namespace

TEST_CASE("identify: waiters that sleep through posts beside an idle processor contradict who wakes all of them") {
    const Calls one = served({0, 1, 2, 0, 1, 2}, false);
    CHECK(one.by("wine8").contradict == 0);
    CHECK(one.by("kqueue").contradict > 2);
    CHECK(one.by("io_uring").contradict > 2);
    CHECK(one.by("kqueue").first_contradiction.find("sleeps on until") != std::string::npos);
    CHECK(identify(one.trace).verdict == "wine8");

    const Calls all = served({0, 1, 2, 0, 1, 2}, true);
    CHECK(all.by("kqueue").contradict == 0);
    const Identification answer = identify(all.trace);
    CHECK_MESSAGE(std::find(answer.candidates.begin(), answer.candidates.end(), "kqueue") != answer.candidates.end(), "they looked in vain: no order of release sets it aside");
}

TEST_CASE("identify: one waiter that is left asleep among many that wake contradicts nobody, as Linux' io_uring may leave one") {
    Calls calls = served({0, 1, 0, 1, 0, 1, 0, 1}, true);
    std::erase_if(calls.trace.records, [](const Record& record) { return record.thread == 2 && record.kind == Kind::on_processor && record.time_ns > 50 * kMs && record.time_ns < 71 * kMs; });
    CHECK(calls.by("io_uring").contradict == 0);
}

TEST_CASE("identify: a processor that stands idle says nothing while a preempted thread waits for it") {
    Calls calls = served({0, 1, 2, 0, 1, 2}, false);
    calls.trace.header.threads.push_back("other");
    calls.asks(0, 3);
    calls.runs(1 * kMs, 3);
    calls.gets(1 * kMs, 3, {77});
    calls.rests(2 * kMs, 3, kPreempted);              // and it gets none for the rest of the run: somebody else has the processors
    std::stable_sort(calls.trace.records.begin(), calls.trace.records.end(), [](const Record& a, const Record& b) { return a.time_ns < b.time_ns; });
    CHECK(calls.by("kqueue").contradict == 0);
}

TEST_CASE("identify: who has had no processor since the post was not woken by it, and has not looked") {
    // The newest waiter by epoll is worker.1, which gets no processor; worker.0, the oldest, has one and returns with the packet.
    Calls calls(2);
    for (uint32_t t = 0; t < 2; ++t) calls.asks(0, t);
    calls.posts(1 * kMs, 0);
    calls.runs(1 * kMs + 20'000, 0);
    calls.posts(2 * kMs, 1);                          // a second one, by which it might have been woken: later than it ran
    calls.gets(2 * kMs + 30'000, 0, {0});
    CHECK(calls.by("wine8").contradict == 0);
    CHECK(calls.by("epoll").contradict == 1);
    CHECK(calls.by("epoll").first_contradiction.find("is woken to get packet 0") != std::string::npos);
    std::erase_if(calls.trace.records, [](const Record& record) { return record.kind == Kind::on_processor; });
    CAPTURE(calls.by("epoll").first_contradiction);
    CHECK_MESSAGE(calls.by("epoll").contradict == 0, "without processors both orders explain it");
}

TEST_CASE("identify: a get that finds nothing may have looked before a post during which it had not returned yet, however late who is woken looks") {
    for (const uint64_t timeout : {uint64_t{0}, uint64_t{1'000'000}}) {
        CAPTURE(timeout);
        Calls calls(2);
        calls.asks(0, 0);                             // is woken, and has no processor in time
        calls.asks(10'000, 1);
        calls.trace.records.back().argument = timeout;
        calls.posts(20'000, 0);
        calls.posts(30'000, 1);                       // the first one has surely come by now
        calls.add(1'040'000, Kind::get_returned, 1).flags = kTimedOut;
        for (const uint32_t packet : {0u, 1u}) {
            calls.asks(1'050'000 + packet * 10'000, 1);
            calls.gets(1'055'000 + packet * 10'000, 1, {packet});
        }
        for (const std::string policy : {"wine8", "epoll", "event_ports"}) {
            CAPTURE(calls.by(policy).first_contradiction);
            CHECK(calls.by(policy).contradict == 0);
        }
        calls.trace.records[2].time_ns = 35'000;      // called when both were there: it would have found one
        std::stable_sort(calls.trace.records.begin(), calls.trace.records.end(), [](const Record& a, const Record& b) { return a.time_ns < b.time_ns; });
        CHECK(calls.by("wine8").contradict > 0);
    }
}

TEST_CASE("identify: under Wine a thread sleeps for its server's answers too, and that decides nothing") {
    Calls calls(2);
    calls.asks(0, 0);
    calls.asks(10'000, 1);
    calls.rests(11'000, 1, kUndecided);               // the server has not dealt with its get
    calls.posts(20'000, 0);
    calls.runs(25'000, 1);
    calls.gets(30'000, 1, {0});
    CHECK(calls.by("wine8").contradict == 0);
    for (Record& record : calls.trace.records) record.flags = 0;   // by its own kernel it would wait, and worker.0 before it
    CHECK(calls.by("wine8").contradict == 1);
}

TEST_CASE("identify: Wine 8 fills a batch packet by packet, and others take some in between") {
    Calls calls(2);
    calls.asks(0, 0, 4);
    calls.asks(0, 1, 4);
    for (uint32_t packet = 0; packet < 3; ++packet) calls.posts(100 + packet, packet);
    calls.gets(5'000, 1, {1});
    calls.gets(6'000, 0, {0, 2});
    CHECK(calls.by("wine8").contradict == 0);
    CHECK(calls.by("wine10").contradict > 0);
    Calls there(1);                                   // a batch ends where the queue is empty, or it is full, and not before
    for (uint32_t packet = 0; packet < 4; ++packet) there.posts(100 + packet, packet);
    there.asks(1'000, 0, 4);
    Calls early = there, full = there;
    early.gets(5'000, 0, {0});
    CHECK(early.by("wine8").contradict == 1);
    full.gets(5'000, 0, {0, 1, 2, 3});
    CHECK(full.by("wine8").contradict == 0);
}

TEST_CASE("identify: the answer of an operation is queued when the system has dealt with it, not when the recorder saw it") {
    Calls calls(1);
    calls.asks(0, 0);
    Record& finished = calls.add(100, Kind::io_finished, kNoThread);
    finished.packet = 7;
    calls.posts(100, 0);
    calls.posts(200, 1);
    calls.gets(300, 0, {1});
    calls.asks(400, 0);
    calls.gets(500, 0, {0});
    CHECK(calls.by("wine8").contradict == 0);
    std::erase_if(calls.trace.records, [](const Record& record) { return record.kind == Kind::io_finished; });
    CHECK(calls.by("wine8").contradict > 0);
}

TEST_CASE("identify: who is passed over again and again by those that went to sleep later was not ready") {
    Calls calls(3);
    for (uint32_t t = 0; t < 3; ++t) calls.asks(0, t);
    int64_t ns = 0;
    uint32_t packet = 0;
    for (int round = 0; round < 12; ++round) {
        for (int i = 0; i < 3; ++i) {                 // worker.0 is served twice, worker.2 sleeps, then it is served
            ns += 50'000;
            const uint32_t by = i == 2 ? 2 : 0;
            calls.posts(ns, packet);
            calls.runs(ns + 5'000, by);
            calls.gets(ns + 6'000, by, {packet++});
            calls.asks(ns + 20'000, by);
            calls.rests(ns + 21'000, by);
        }
    }
    const auto histories = call_histories(calls.trace.records);
    REQUIRE(histories.size() == 1);
    const PassedOver most = passed_over(histories.front(), false);
    CHECK(most.thread == 2);
    CHECK(most.sleeps == 12);
    CHECK(most.times == 12);
    CHECK(most.p < 1e-6);
    CHECK(calls.by("kqueue").contradict > 0);
    CHECK(passed_over(call_histories(served({0, 1, 2, 0, 1, 2}, true).trace.records).front(), false).p > 0.1);
}
