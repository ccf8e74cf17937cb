// What a recorder tries before a run: whom a port releases, told by threads that sleep and by who had a processor.
#include <doctest/doctest.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

#include "recorder/common/measure_release.h"
#include "recorder/common/thread_activity.h"
#include "sim/scenario/load.h"
#include "sim/trace/arguments.h"
#include "sim/trace/release_tries.h"
#include "tests/folder.h"

namespace {

enum class Release { oldest, newest, all, spins, nobody, limited };

// A port in user mode that lets its waiters go in one order; `spins`: they never sleep; `nobody`: a packet stays where it is; `limited`: the newest, where
// nobody else has a packet.
class FakePort final : public recorder::Backend {
public:
    explicit FakePort(Release release) : release_(release) {}
    sim::Status open() override { return sim::Done{}; }
    void begin_program(uint32_t, sim::PortId) override {}
    bool is_waiting(uint32_t) override { return true; }
    void get(uint32_t thread, sim::PortId, recorder::Got& got) override {
        std::unique_lock lock(mutex_);
        has_packet_.erase(thread);
        if (release_ == Release::limited && !queue_.empty()) {   // in its own slot
            got.how = recorder::Got::How::packets;
            got.packets = {queue_.front()};
            queue_.pop_front();
            has_packet_.insert(thread);
            return;
        }
        Waiter self{.thread = thread};
        waiters_.push_back(&self);
        while (!stopped_ && !(self.woken && !queue_.empty())) {
            if (self.woken) {                              // in vain: it waits again as the newest
                self.woken = false;
                waiters_.push_back(&self);
            }
            if (release_ != Release::spins) {
                self.wake.wait(lock);
                continue;
            }
            lock.unlock();
            std::this_thread::yield();
            lock.lock();
        }
        std::erase(waiters_, &self);
        got.how = stopped_ ? recorder::Got::How::stopped : recorder::Got::How::packets;
        got.packets.clear();
        if (stopped_) return;
        got.packets.push_back(queue_.front());
        queue_.pop_front();
        has_packet_.insert(thread);
    }
    std::vector<recorder::Posting> post(uint32_t, const std::vector<recorder::Posting>& postings) override {
        const std::lock_guard lock(mutex_);
        for (const recorder::Posting& posting : postings) queue_.push_back(posting.packet);
        if (release_ == Release::nobody || (release_ == Release::limited && !has_packet_.empty())) return {};
        if (release_ == Release::newest || release_ == Release::limited) wake(waiters_.back());
        else wake(waiters_.front());
        while (release_ == Release::all && !waiters_.empty()) wake(waiters_.front());
        return {};
    }
    bool block(uint32_t, uint32_t, const recorder::Wait&) override { return true; }
    void exit(uint32_t, uint64_t) override {}
    void close(uint32_t, sim::PortId) override {}
    void apc(uint32_t, uint32_t) override {}
    void watch(uint32_t, uint32_t, sim::PortId, sim::Duration) override {}
    void stop() override {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        for (Waiter* one : waiters_) one->wake.notify_one();
    }
    void end(uint32_t, recorder::Operation&, std::vector<sim::Record>, int64_t) override {}

private:
    struct Waiter {
        uint32_t thread = 0;
        bool woken = false;
        std::condition_variable wake{};
    };
    const Release release_;
    std::mutex mutex_;
    std::deque<Waiter*> waiters_;
    std::deque<uint32_t> queue_;
    std::set<uint32_t> has_packet_;       // threads
    bool stopped_ = false;

    void wake(Waiter* one) {
        one->woken = true;
        std::erase(waiters_, one);
        one->wake.notify_one();
    }
};

recorder::BackendInfo info_of(Release release, bool decides = false) {
    return {.name = "fake", .made_by = "a test", .has_decisions = decides, .make = [release](recorder::Session&) { return std::make_unique<FakePort>(release); }};
}

sim::Scenario small(const std::string& more = "") {
    sim::Result<sim::Scenario> scenario = sim::scenario_parse("[[port]]\nname = \"port\"\nconcurrency = 1\n[[worker]]\nname = \"worker\"\nport = \"port\"\n[[source]]\nname = \"s\"\nport = \"port\"\narrivals = { at = [ \"0ns\" ] }\n" + more, "small.toml");
    REQUIRE_MESSAGE(scenario.ok(), scenario.error().text());
    return std::move(scenario.value());
}

std::vector<sim::Record> tried(const recorder::BackendInfo& info, const sim::Scenario& of = small()) {
    const test::Folder folder;
    const std::string file = (folder / "a.tries").string();
    std::vector<sim::Record> records = recorder::measure_release(info, of.ports, 2, file);
    CHECK_FALSE(std::filesystem::exists(file));
    return records;
}

}  // namespace

TEST_CASE("tries: a port that lets the oldest, the newest or all go is seen to do so") {
    for (const Release release : {Release::oldest, Release::newest, Release::all, Release::limited}) {
        CAPTURE(static_cast<int>(release));
        std::vector<sim::Record> records = tried(info_of(release));
        const sim::ReleaseTries tries = sim::release_tries(records);
        REQUIRE(tries.limits >= 3);                        // of 8; a busy machine may leave less time
        CHECK(tries.exceeded == (release == Release::limited ? 0 : tries.limits));
        std::erase_if(records, [](const sim::Record& record) { return record.kind == sim::Kind::limit_tried; });
        REQUIRE(records.size() >= 8);                      // of 16
        for (const sim::Record& record : records) {
            CHECK(record.kind == sim::Kind::release_tried);
            CHECK(record.time_ns == 0);
            CHECK(sim::release_try_of_argument(record.argument).waiters == 4);
        }
        CHECK(tries.told == records.size());
        if (release == Release::all) {
            CHECK(tries.in_vain * 10 >= tries.others * 9);
            continue;
        }
        CHECK(tries.woken <= 1);
        CHECK(tries.chances.size() >= records.size() - 1);
        CHECK((release == Release::oldest ? tries.oldest : tries.newest) >= tries.chances.size() - 1);
    }
}

TEST_CASE("tries: threads that never sleep, a packet that nobody gets and a recording that is to end are given up in time, and ports of several policies need none") {
    int64_t begin_ns = recorder::monotonic_ns();
    CHECK(tried(info_of(Release::spins)).empty());
    CHECK(tried(info_of(Release::nobody)).empty());
    CHECK(recorder::monotonic_ns() - begin_ns < 3'000'000'000);   // 0.3 s each, and what the machine does besides
    CHECK_FALSE(tried(info_of(Release::oldest, true)).empty());
    CHECK(tried(info_of(Release::oldest, true), small("[[port]]\nname = \"other\"\nconcurrency = 1\npolicy = \"wine8\"\n")).empty());
    recorder::request_stop();
    begin_ns = recorder::monotonic_ns();
    CHECK(tried(info_of(Release::nobody)).empty());
    CHECK(recorder::monotonic_ns() - begin_ns < 200'000'000);
    const test::Folder folder;                            // a recording that begins asks for no end: what comes after is as before
    const sim::Scenario scenario = small();
    CHECK_FALSE(recorder::record_scenario(scenario, info_of(Release::oldest), (folder / "gone" / "a.ptrace").string()).ok());
    CHECK_FALSE(recorder::stop_was_requested());
}

TEST_CASE("thread activity: a thread that sleeps is seen to, and to have had a processor in between") {
    const recorder::ThreadActivity none = recorder::activity_of_status("Name:\tState: R\nState:\tS (sleeping)\n");
    CHECK_FALSE(none.told);                                // no counts
    const recorder::ThreadActivity made = recorder::activity_of_status("Name:\tState:\nUmask:\t0022\nState:\tS (sleeping)\nvoluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t3\n");
    CHECK(made == recorder::ThreadActivity{.told = true, .sleeps = true, .switches = 15});
    CHECK_FALSE(recorder::activity_of_status("State:\tR (running)\nvoluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t3\n").sleeps);
    CHECK_FALSE(recorder::activity_of_status("").told);
    CHECK(recorder::thread_activity(recorder::activity_number()).told);
    CHECK_FALSE(recorder::thread_activity(recorder::activity_number()).sleeps);
    std::mutex mutex;
    std::condition_variable changed;
    int round = 0;
    std::atomic<uint32_t> number{0};
    std::thread other([&] {
        number.store(recorder::activity_number());
        std::unique_lock lock(mutex);
        for (int seen = 0; seen < 2; ++seen) changed.wait(lock, [&] { return round > seen; });
    });
    const auto asleep = [&](uint64_t more_than) {
        for (int i = 0; i < 5000; ++i) {
            const recorder::ThreadActivity now = number.load() == 0 ? recorder::ThreadActivity{} : recorder::thread_activity(number.load());
            if (now.sleeps && now.switches > more_than) return now;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return recorder::ThreadActivity{};
    };
    const auto go_on = [&] {
        const std::lock_guard lock(mutex);
        ++round;
        changed.notify_one();
    };
    const recorder::ThreadActivity first = asleep(0);
    CHECK(first.sleeps);
    go_on();
    CHECK(asleep(first.switches).sleeps);
    go_on();
    other.join();
}
