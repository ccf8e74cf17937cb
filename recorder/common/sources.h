// The thread that brings packets from outside: arrivals, and the answers of devices. It never calls a get, so no port counts it.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <queue>

#include "recorder/common/session.h"

namespace recorder {

class Sources {
public:
    Sources(Session& session, Backend& backend);

    /// Posts every arrival at its time until there is none left, `until` has come or finish() was called.
    void run();
    /// A packet's handling has ended: its client thinks and comes again. Any thread.
    void completed(const sim::Packet& packet);
    /// A packet is about to be posted. Any thread.
    void will_post(sim::PortId port) { if (served_[port.value]) outstanding_.fetch_add(1); }
    /// It was not, or nobody will ever handle it.
    void is_lost(sim::PortId port) { if (served_[port.value]) ends_one(); }
    /// A thread with a program of its own: as long as it runs the recording does.
    void program_begins() { outstanding_.fetch_add(1); }
    void program_ends() { ends_one(); }
    /// This thread does that at that time of the run, before what arrives then (3a.5). Any thread.
    void at(int64_t at_ns, std::function<void()> act);
    /// The recording is over: run() returns.
    void finish();

private:
    struct Arrival {
        int64_t at_ns;
        uint64_t order;                   // file order, then the order in which they were planned (3a.5)
        uint32_t source;
        uint32_t client;
        uint64_t index;                   // of the packet in its source; closed loops: the round
        bool operator>(const Arrival& other) const { return at_ns != other.at_ns ? at_ns > other.at_ns : order > other.order; }
    };
    struct Timer {
        int64_t at_ns;
        uint64_t order;
        std::function<void()> act;
        bool operator>(const Timer& other) const { return at_ns != other.at_ns ? at_ns > other.at_ns : order > other.order; }
    };
    void ends_one();
    bool is_idle() const;
    std::vector<std::function<void()>> take_timers();
    void plan_first();
    void plan(uint32_t source, uint32_t client, uint64_t index, int64_t from_ns);
    void arrive(const Arrival& arrival, std::vector<Posting>& postings);
    std::vector<Arrival> take_due();

    Session& session_;
    Backend& backend_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals_;
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
    uint64_t planned_ = 0;
    const bool may_lose_;                  // packets: a step closes ports or has threads exit
    bool finished_ = false;
    std::vector<bool> served_;             // by port: some worker takes its packets
    std::atomic<int64_t> outstanding_{0};  // posted to such a port, or about to be, and not completed; and threads that run a program
};

}  // namespace recorder
