// A scenario on one of Linux's own mechanisms: what a program sees of its own calls, and, where the kernel tells of context switches,
// which processor ran whom. The same records as of a Windows port.
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "recorder/common/files.h"
#include "recorder/common/observed.h"
#include "recorder/linux/mechanism.h"
#include "recorder/linux/os.h"
#include "recorder/linux/switches.h"

namespace recorder {
namespace {

using sim::Kind;
using sim::Record;

constexpr uint32_t kQuit = sim::kNoPacket - 1;   // a packet that only stops a worker

// on_processor and off_processor of the workers, from what the kernel tells, collected now and then.
class Lanes {
public:
    explicit Lanes(Session& session) : session_(session) {}
    Lanes(const Lanes&) = delete;
    Lanes& operator=(const Lanes&) = delete;
    ~Lanes() { stop(); }

    /// By the thread that starts the workers.
    sim::Status start() {
        sim::Result<std::unique_ptr<SwitchRings>> rings = SwitchRings::open();
        if (!rings) return rings.error();
        const std::lock_guard lock(mutex_);
        switches_ = std::move(rings.value());
        return sim::Done{};
    }
    /// By a thread that does not belong to the workers.
    void collect_from_now() {
        collector_ = std::thread([this] {
            displace_nobody();
            constexpr timespec kNowAndThen{.tv_sec = 0, .tv_nsec = 5'000'000};
            while (!over_.load()) {
                clock_nanosleep(CLOCK_MONOTONIC, 0, &kNowAndThen, nullptr);
                collect();
            }
            collect();
        });
    }
    void stop() {
        over_.store(true);
        if (collector_.joinable()) collector_.join();
    }
    void is_system_thread(uint32_t thread, uint32_t tid) {
        const std::lock_guard lock(mutex_);
        by_tid_[tid] = thread;
    }

private:
    Session& session_;
    std::mutex mutex_;                           // of switches_ and by_tid_
    std::unique_ptr<SwitchRings> switches_;
    std::unordered_map<uint32_t, uint32_t> by_tid_;
    std::vector<Switch> batch_;
    std::atomic<bool> over_{false};
    std::thread collector_;

    void collect() {
        const std::lock_guard lock(mutex_);
        if (switches_ == nullptr) return;
        batch_.clear();
        switches_->read(monotonic_ns(), batch_);
        const int64_t start_ns = session_.clock.start_ns();
        for (const Switch& one : batch_) {
            Ring& ring = session_.rings.more(one.ring);
            if (one.what == Switch::What::lost) ring.lose(one.count);
            const auto thread = by_tid_.find(one.tid);
            if (thread == by_tid_.end() || one.what == Switch::What::lost || start_ns == 0 || one.time_ns <= start_ns || one.time_ns > session_.stopped_ns.load()) continue;
            ring.push(record_of(one, thread->second, start_ns));
        }
    }
};

class ObservedBackend final : public Backend {
public:
    ObservedBackend(Session& session, MakeMechanism make, bool sees_processors)
        : session_(session), make_(make), sees_processors_(sees_processors), asked_(sim::thread_count(session.scenario)), called_ns_(asked_.size()), tids_(called_ns_.size()), lanes_(session) {
        for (const sim::WorkerParams& worker : session.scenario.workers)
            for (uint32_t i = 0; i < worker.count; ++i) workers_.push_back(&worker);
    }

    sim::Status open() override;
    sim::Status before_workers() override {
        return sees_processors_ ? lanes_.start() : sim::Done{};
    }
    void begin_program(uint32_t thread, sim::PortId) override { knows(thread); }
    bool is_waiting(uint32_t thread) override;
    void get(uint32_t thread, sim::PortId port, Got& got) override;
    std::vector<Posting> post(uint32_t thread, const std::vector<Posting>& postings) override;
    bool block(uint32_t thread, uint32_t packet, const Wait& wait) override;
    void exit(uint32_t thread, uint64_t lost) override;
    void close(uint32_t, sim::PortId) override { SIM_CHECK(false, "a step that not_recorded() refuses"); }
    void apc(uint32_t, uint32_t) override { SIM_CHECK(false, "a step that not_recorded() refuses"); }
    void watch(uint32_t, uint32_t, sim::PortId, sim::Duration) override { SIM_CHECK(false, "a step that not_recorded() refuses"); }
    void end(uint32_t caller, Operation& operation, std::vector<Record> told, int64_t at_ns) override;
    void stop() override;

private:
    Session& session_;
    MakeMechanism make_;
    const bool sees_processors_;
    std::vector<std::unique_ptr<Mechanism>> ports_;
    // A packet goes from thread to thread through the kernel. That its contents do too is what this says to the language.
    std::atomic<uint64_t> handed_{0};
    std::vector<const sim::WorkerParams*> workers_;      // by thread
    std::vector<sim::PortId> asked_;                     // by thread, its own: the port of its last get

    void knows(uint32_t thread);
    void hand_over(Ring& ring, uint32_t poster, const Posting& posting, int64_t at_ns, uint16_t error);
    std::vector<std::atomic<int64_t>> called_ns_;        // by thread: when it entered its get; 0: it is in none
    std::vector<std::atomic<int>> tids_;                 // by thread: its number to the system; 0: not known
    Lanes lanes_;
};

sim::Status ObservedBackend::open() {
    for (uint32_t p = 0; p < session_.scenario.ports.size(); ++p) {
        ports_.push_back(make_());
        if (const sim::Status opened = ports_.back()->open(); !opened) return opened.error();
        Record record = session_.record(Kind::port_opened, sim::kNoThread, static_cast<uint16_t>(p));
        record.argument = sim::limit_in_force(session_.scenario.ports[p], session_.processors);
        session_.rings.sources().push(record);
    }
    if (sees_processors_) lanes_.collect_from_now();
    return sim::Done{};
}

// Inside its get and asleep: "TID (NAME) STATE ..." says so.
bool ObservedBackend::is_waiting(uint32_t thread) {
    if (called_ns_[thread].load(std::memory_order_acquire) == 0) return false;
    std::string text;
    std::ifstream file("/proc/self/task/" + std::to_string(tids_[thread].load()) + "/stat");
    std::getline(file, text);
    const size_t name_ends = text.rfind(')');
    if (name_ends != std::string::npos) return text.compare(name_ends + 1, 2, " S") == 0;
    return monotonic_ns() - called_ns_[thread].load() > 5'000'000;        // no /proc: long inside, it surely waits
}

void ObservedBackend::knows(uint32_t thread) {
    if (tids_[thread].load(std::memory_order_relaxed) != 0) return;
    tids_[thread].store(gettid());
    lanes_.is_system_thread(thread, static_cast<uint32_t>(gettid()));
}

void ObservedBackend::get(uint32_t thread, sim::PortId port, Got& got) {
    const sim::WorkerParams& worker = *workers_[thread];
    knows(thread);
    asked_[thread] = port;
    Record record = session_.record(Kind::get_called, thread, sim::number_of(port));
    record.packet = worker.batch;
    record.argument = static_cast<uint64_t>(worker.timeout.ns);
    session_.ring_of(thread).push(record);
    got.packets.clear();
    called_ns_[thread].store(monotonic_ns(), std::memory_order_release);
    ports_[port.value]->take(worker.batch, worker.timeout, got.packets);
    static_cast<void>(handed_.load(std::memory_order_acquire));
    called_ns_[thread].store(0, std::memory_order_release);
    record = session_.record(Kind::get_returned, thread, sim::number_of(port));
    const int cpu = sched_getcpu();
    record.processor = cpu < 0 ? sim::kNoProcessor : static_cast<uint16_t>(cpu);
    record.argument = got.packets.size();
    // A batch may bring the quit packets of others too: they go back, or those threads wait for ever.
    const auto quits = std::count(got.packets.begin(), got.packets.end(), kQuit);
    for (auto i = quits; i > 1; --i) ports_[port.value]->post(kQuit);
    got.how = got.packets.empty() ? Got::How::timed_out : Got::How::packets;
    if (got.packets.empty()) record.flags = sim::kTimedOut;
    else if (got.packets.front() != kQuit) record.packet = got.packets.front();
    if (quits > 0 || session_.stop.load()) {
        record.flags = sim::kStop;
        got.how = Got::How::stopped;
    }
    session_.ring_of(thread).push(record);
    // The other packets of a batch, which one record can't name (FORMAT.md: one more get_returned each, argument 0).
    for (size_t i = 1; i < got.packets.size() && got.how == Got::How::packets; ++i) {
        record.packet = got.packets[i];
        record.argument = 0;
        session_.ring_of(thread).push(record);
    }
}

std::vector<Posting> ObservedBackend::post(uint32_t thread, const std::vector<Posting>& postings) {
    for (const Posting& posting : postings) hand_over(session_.ring_of(thread), thread, posting, session_.clock.now_ns(), 0);   // before the call: not later than the packet is there
    return {};
}

// error: of the operation whose answer it is.
void ObservedBackend::hand_over(Ring& ring, uint32_t poster, const Posting& posting, int64_t at_ns, uint16_t error) {
    const sim::Packet& packet = session_.packets[posting.packet];
    const uint64_t key = packet.key;
    Record record = session_.record(Kind::posted, poster, sim::number_of(posting.port));
    record.time_ns = at_ns;
    record.packet = posting.packet;
    record.argument = packet.work.identity;
    ring.push(record);
    handed_.fetch_add(1, std::memory_order_release);
    ports_[posting.port.value]->post(posting.packet);
    record.kind = Kind::detail;
    if (key != 0) {
        record.argument = key;
        ring.push(record);
    }
    if (error == 0) return;
    record.argument = error;
    record.flags = sim::kError;
    ring.push(record);
}

void ObservedBackend::end(uint32_t caller, Operation& operation, std::vector<Record> told, int64_t at_ns) {
    Ring& ring = session_.ring_of(caller);
    for (Record& record : told) {
        record.time_ns = at_ns;
        ring.push(record);
    }
    if (operation.packet != sim::kNoPacket) hand_over(ring, sim::kNoThread, {operation.port, operation.packet}, at_ns, operation.error);
}

bool ObservedBackend::block(uint32_t thread, uint32_t packet, const Wait& wait) { return observed_block(session_, thread, asked_[thread], packet, wait); }

void ObservedBackend::exit(uint32_t thread, uint64_t lost) {
    Record record = session_.record(Kind::thread_exit, thread);
    record.argument = lost;
    session_.ring_of(thread).push(record);
}

// One quit packet for each thread and port that it may ask; a thread that takes one leaves.
void ObservedBackend::stop() {
    for (const std::unique_ptr<Mechanism>& port : ports_)
        for (size_t t = 0; t < workers_.size(); ++t) port->post(kQuit);
    lanes_.stop();
}

}  // namespace

sim::Status mechanism_works(MakeMechanism make) { return make()->open(); }

std::unique_ptr<Backend> make_observed_backend(Session& session, MakeMechanism make, bool sees_processors) { return std::make_unique<ObservedBackend>(session, make, sees_processors); }

}  // namespace recorder
