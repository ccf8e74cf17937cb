#define _WIN32_WINNT 0x0602
#include "recorder/windows/iocp_backend.h"

#include <windows.h>

#include <algorithm>
#include <utility>

#include "recorder/common/files.h"
#include "recorder/common/observed.h"
#include "recorder/windows/host_threads.h"
#include "recorder/windows/pipes.h"
#include "sim/trace/arguments.h"

namespace recorder {
namespace {

using sim::Kind;
using sim::Record;

constexpr DWORD kQuitBytes = 0xFFFF'FFFF;      // of a packet that only stops a worker
constexpr DWORD kPostedBytes = 0xFFFF'FFFE;    // of one that was posted; else it is the answer of an operation
constexpr int64_t kSurelyWaitingNs = 5'000'000;

// The packet's number travels as the OVERLAPPED pointer, which a post carries unread; 0 would be a null pointer.
LPOVERLAPPED overlapped_of(uint32_t packet) { return reinterpret_cast<LPOVERLAPPED>(static_cast<ULONG_PTR>(packet) + 1); }
uint32_t packet_of(const OVERLAPPED_ENTRY& entry) {
    if (entry.dwNumberOfBytesTransferred != kPostedBytes) return Pipes::packet_of(entry.lpOverlapped);
    return static_cast<uint32_t>(reinterpret_cast<ULONG_PTR>(entry.lpOverlapped) - 1);
}

thread_local uint32_t apcs_run = 0;
void CALLBACK run_apc(ULONG_PTR) { ++apcs_run; }
void CALLBACK nothing(ULONG_PTR) {}

bool closes_ports(const sim::Scenario& scenario) {
    return sim::any_step(scenario, [](const sim::Step& step) { return step.kind == sim::Step::Kind::close; });
}

class IocpBackend final : public Backend {
public:
    explicit IocpBackend(Session& session)
        : session_(session), ports_(session.scenario.ports.size()), asked_(sim::thread_count(session.scenario)), threads_(asked_.size()), called_ns_(asked_.size()), closes_ports_(closes_ports(session.scenario)), pipes_(session.scenario), host_threads_(asked_.size()) {
        for (const sim::WorkerParams& worker : session.scenario.workers)
            for (uint32_t i = 0; i < worker.count; ++i) workers_.push_back(&worker);
    }
    IocpBackend(const IocpBackend&) = delete;
    IocpBackend& operator=(const IocpBackend&) = delete;
    ~IocpBackend() override {
        for (const std::atomic<HANDLE>& port : ports_)
            if (port.load() != nullptr) CloseHandle(port.load());
        for (const std::atomic<HANDLE>& thread : threads_)
            if (thread.load() != nullptr) CloseHandle(thread.load());
    }

    sim::Status open() override;
    void begin_program(uint32_t thread, sim::PortId serves) override;
    bool is_waiting(uint32_t thread) override;
    void get(uint32_t thread, sim::PortId port, Got& got) override;
    std::vector<Posting> post(uint32_t thread, const std::vector<Posting>& postings) override;
    bool block(uint32_t thread, uint32_t packet, const Wait& wait) override;
    bool waits_for_operations() const override { return true; }
    void apc(uint32_t thread, uint32_t to) override;
    void suspend(uint32_t thread, uint32_t whom) override;
    void resume(uint32_t thread, uint32_t whom) override;
    void watch(uint32_t thread, uint32_t packet, sim::PortId port, sim::Duration timeout) override;
    void exit(uint32_t thread, uint64_t lost) override;
    void close(uint32_t thread, sim::PortId port) override;
    void stop() override;
    Started start(Operation& operation, Started expected) override { return pipes_.start(operation, expected); }
    void end(uint32_t caller, Operation& operation, std::vector<Record> told, int64_t at_ns) override;
    uint16_t call(const sim::FileCall& call, const std::vector<Operation*>& operations, uint16_t expected) override {
        return pipes_.call(call, operations, call.port.valid() ? ports_[call.port.value].load() : nullptr, expected);
    }
    void read_at_once(Operation& operation) override { pipes_.read_at_once(operation); }
    bool is_cancelled(Operation& operation) override { return pipes_.is_cancelled(operation); }

private:
    Session& session_;
    std::vector<std::atomic<HANDLE>> ports_;             // null: a step has closed it
    std::vector<const sim::WorkerParams*> workers_;      // by thread
    std::vector<sim::PortId> asked_;                     // by thread, its own: the port of its last get
    std::vector<std::atomic<HANDLE>> threads_;           // by thread; null: it has not begun
    std::vector<std::atomic<int64_t>> called_ns_;        // by thread: when it entered its get; 0: it is in none
    const bool closes_ports_;
    Pipes pipes_;
    HostThreads host_threads_;

    ULONG dequeue(HANDLE port, const sim::WorkerParams& worker, std::vector<OVERLAPPED_ENTRY>& entries);
    void returned(uint32_t thread, const std::vector<OVERLAPPED_ENTRY>& entries, ULONG count, DWORD error, Got& got);
    void knows(uint32_t thread);
    void fails(uint32_t thread, sim::FailedCall call, sim::PortId port, sim::WhyFailed why = sim::WhyFailed::port_closed, uint32_t whom = sim::kNoThread);
    void tell_posted(Ring& ring, uint32_t poster, const Posting& posting, int64_t at_ns, uint16_t error);
    static void post_quit(HANDLE port) { PostQueuedCompletionStatus(port, kQuitBytes, 0, overlapped_of(sim::kNoPacket - 1)); }
};

sim::Status IocpBackend::open() {
    std::vector<HANDLE> ports;
    for (uint32_t p = 0; p < session_.scenario.ports.size(); ++p) {
        const uint32_t limit = sim::limit_in_force(session_.scenario.ports[p], session_.processors);
        const HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, limit);
        if (port == nullptr) return sim::Error{.file = session_.scenario.path, .line = 0, .column = 0, .what = "CreateIoCompletionPort failed: Windows error " + std::to_string(GetLastError()), .hint = {}};
        ports_[p].store(port);
        ports.push_back(port);
        Record record = session_.record(Kind::port_opened, sim::kNoThread, static_cast<uint16_t>(p));
        record.argument = limit;
        session_.rings.sources().push(record);
    }
    return pipes_.open(ports, session_.out);
}

// To serve a port is one get that finds nothing.
void IocpBackend::begin_program(uint32_t thread, sim::PortId serves) {
    knows(thread);
    if (!serves.valid()) return;
    asked_[thread] = serves;
    Record record = session_.record(Kind::get_called, thread, sim::number_of(serves));
    record.packet = 1;
    session_.ring_of(thread).push(record);
    OVERLAPPED_ENTRY entry{};
    GetQueuedCompletionStatus(ports_[serves.value].load(), &entry.dwNumberOfBytesTransferred, &entry.lpCompletionKey, &entry.lpOverlapped, 0);
    record = session_.record(Kind::get_returned, thread, sim::number_of(serves));
    record.flags = sim::kTimedOut;
    session_.ring_of(thread).push(record);
}

// No call tells that a thread waits on a port: long inside its get, it does.
bool IocpBackend::is_waiting(uint32_t thread) {
    const int64_t called = called_ns_[thread].load(std::memory_order_acquire);
    return called != 0 && monotonic_ns() - called > kSurelyWaitingNs;
}

// Where a step closes ports the wait is alertable: Wine 8 leaves waits of a closed port for ever, and no packet can end them.
ULONG IocpBackend::dequeue(HANDLE port, const sim::WorkerParams& worker, std::vector<OVERLAPPED_ENTRY>& entries) {
    const DWORD timeout_ms = worker.timeout == sim::kInfinite ? INFINITE : static_cast<DWORD>((worker.timeout.ns + 999'999) / 1'000'000);
    const bool alertable = worker.alertable || closes_ports_;
    if (worker.batch > 1 || alertable) {
        ULONG count = 0;
        return GetQueuedCompletionStatusEx(port, entries.data(), static_cast<ULONG>(entries.size()), &count, timeout_ms, alertable ? TRUE : FALSE) != 0 ? count : 0;
    }
    OVERLAPPED_ENTRY& entry = entries[0];
    entry = {};
    const BOOL good = GetQueuedCompletionStatus(port, &entry.dwNumberOfBytesTransferred, &entry.lpCompletionKey, &entry.lpOverlapped, timeout_ms);
    return good != 0 || entry.lpOverlapped != nullptr ? 1 : 0;
}

void IocpBackend::get(uint32_t thread, sim::PortId port, Got& got) {
    const sim::WorkerParams& worker = *workers_[thread];
    thread_local std::vector<OVERLAPPED_ENTRY> entries;
    entries.resize(std::clamp<uint32_t>(worker.batch, 1, 65'536));
    asked_[thread] = port;
    knows(thread);
    Record called = session_.record(Kind::get_called, thread, sim::number_of(port));
    called.packet = worker.batch;
    called.argument = static_cast<uint64_t>(worker.timeout.ns);
    if (worker.alertable) called.flags = sim::kAlerted;
    session_.ring_of(thread).push(called);
    called_ns_[thread].store(monotonic_ns(), std::memory_order_release);
    const HANDLE handle = ports_[port.value].load();
    ULONG count = 0;
    DWORD error = 0;
    {
        const Outside outside(session_, thread);
        count = dequeue(handle != nullptr ? handle : INVALID_HANDLE_VALUE, worker, entries);   // its number may be another's by now
        if (count == 0) error = GetLastError();
    }
    called_ns_[thread].store(0, std::memory_order_release);
    got.packets.clear();
    got.apcs = std::exchange(apcs_run, 0);
    returned(thread, entries, count, error, got);
}

void IocpBackend::returned(uint32_t thread, const std::vector<OVERLAPPED_ENTRY>& entries, ULONG count, DWORD error, Got& got) {
    Record record = session_.record(Kind::get_returned, thread, sim::number_of(asked_[thread]));
    record.processor = static_cast<uint16_t>(GetCurrentProcessorNumber());
    got.how = count == 0 ? Got::How::timed_out : Got::How::packets;
    for (ULONG i = 0; i < count; ++i) {
        // A batch may bring the quit packets of others too: they go back, or those threads wait for ever.
        if (entries[i].dwNumberOfBytesTransferred == kQuitBytes) {
            if (std::exchange(got.how, Got::How::stopped) == Got::How::stopped) post_quit(ports_[asked_[thread].value].load());
            continue;
        }
        got.packets.push_back(packet_of(entries[i]));
    }
    record.argument = count;
    if (count == 0) record.flags = sim::kTimedOut;
    else if (!got.packets.empty()) record.packet = got.packets.front();
    if (error == ERROR_ABANDONED_WAIT_0 || error == ERROR_INVALID_HANDLE) {
        got.how = Got::How::abandoned;
        record.flags = error == ERROR_INVALID_HANDLE ? sim::kInvalid : sim::kAbandoned;
    }
    if (error == WAIT_IO_COMPLETION) {
        got.how = Got::How::alerted;
        record.flags = sim::kAlerted;
    }
    if (got.how == Got::How::stopped || session_.stop.load()) {
        record.flags = sim::kStop;
        got.how = Got::How::stopped;
    }
    session_.ring_of(thread).push(record);
    // The other packets of a batch, which one record can't name (FORMAT.md: one more get_returned each, argument 0).
    for (ULONG i = 1; i < count && got.how == Got::How::packets; ++i) {
        record.packet = got.packets[i];
        record.argument = 0;
        session_.ring_of(thread).push(record);
    }
}

void IocpBackend::tell_posted(Ring& ring, uint32_t poster, const Posting& posting, int64_t at_ns, uint16_t error) {
    const sim::Packet& packet = session_.packets[posting.packet];
    Record record = session_.record(Kind::posted, poster, sim::number_of(posting.port));
    record.time_ns = at_ns;
    record.packet = posting.packet;
    record.argument = packet.work.identity;
    ring.push(record);
    record.kind = Kind::detail;
    if (packet.key != 0) {
        record.argument = packet.key;
        ring.push(record);
    }
    if (error == 0) return;
    record.argument = error;
    record.flags = sim::kError;
    ring.push(record);
}

void IocpBackend::fails(uint32_t thread, sim::FailedCall call, sim::PortId port, sim::WhyFailed why, uint32_t whom) {
    Record record = session_.record(Kind::call_failed, thread, sim::number_of(port));
    record.argument = sim::failed_argument(call, why, whom);
    session_.ring_of(thread).push(record);
}

std::vector<Posting> IocpBackend::post(uint32_t thread, const std::vector<Posting>& postings) {
    std::vector<Posting> refused;
    for (const Posting& posting : postings) {
        const HANDLE port = ports_[posting.port.value].load();
        // Told before the call: not later than the packet is there.
        if (port != nullptr) tell_posted(session_.ring_of(thread), thread, posting, session_.clock.now_ns(), 0);
        const auto key = static_cast<ULONG_PTR>(session_.packets[posting.packet].key);
        if (PostQueuedCompletionStatus(port != nullptr ? port : INVALID_HANDLE_VALUE, kPostedBytes, key, overlapped_of(posting.packet)) != 0) continue;
        fails(thread, sim::FailedCall::post, posting.port);
        refused.push_back(posting);
    }
    return refused;
}

void IocpBackend::knows(uint32_t thread) {
    if (threads_[thread].load() != nullptr) return;
    HANDLE self = nullptr;
    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &self, 0, FALSE, DUPLICATE_SAME_ACCESS);
    threads_[thread].store(self);
    host_threads_.is(thread);
}

bool IocpBackend::block(uint32_t thread, uint32_t packet, const Wait& wait) {
    if (wait.operation == nullptr) return observed_block(session_, thread, asked_[thread], packet, wait);
    Record record = session_.record(Kind::block_begin, thread, sim::number_of(asked_[thread]));
    record.packet = packet;
    record.argument = wait.argument;
    record.flags = wait.flags;
    session_.ring_of(thread).push(record);
    bool ended = true;
    {
        const Outside outside(session_, thread);
        if (wait.flags == sim::kDeviceWait && pipes_.is_of_file(*wait.operation)) session_.gates[thread].wait();
        ended = pipes_.wait(*wait.operation, wait.longest);
    }
    record.kind = Kind::block_end;
    record.time_ns = session_.clock.now_ns();
    session_.ring_of(thread).push(record);
    return ended;
}

void IocpBackend::apc(uint32_t thread, uint32_t to) {
    Record record = session_.record(Kind::apc, to);
    record.argument = sim::apc_argument(thread, sim::kNoPacket);
    if (!session_.ended[to].load() && QueueUserAPC(run_apc, threads_[to].load(), 0) != 0) return session_.ring_of(thread).push(record);
    fails(thread, sim::FailedCall::apc, {}, sim::WhyFailed::thread_exited, to);
}

// A thread that is stopped inside the recorder's own code may hold a lock that others need: it goes on, and is asked again. The
// system stops it some time after the call; asking for its registers waits for that.
void IocpBackend::suspend(uint32_t thread, uint32_t whom) {
    const HANDLE target = threads_[whom].load();
    Record record = session_.record(Kind::suspended, whom);
    if (whom == thread) {                                  // told before: afterwards it is too late
        record.argument = sim::suspend_argument(0, thread);
        session_.ring_of(thread).push(record);
        const Outside outside(session_, thread);
        SuspendThread(GetCurrentThread());
        return;
    }
    while (!session_.stop.load() && !session_.ended[whom].load()) {
        const DWORD before = SuspendThread(target);
        CONTEXT registers{};
        registers.ContextFlags = CONTEXT_CONTROL;
        if (before == static_cast<DWORD>(-1)) break;
        GetThreadContext(target, &registers);
        record.time_ns = session_.clock.now_ns();
        record.argument = sim::suspend_argument(before, thread);
        if (before > 0 || session_.outside[whom].load()) return session_.ring_of(thread).push(record);
        ResumeThread(target);
        Sleep(0);
    }
    fails(thread, sim::FailedCall::suspend, {}, sim::WhyFailed::thread_exited, whom);
}

void IocpBackend::resume(uint32_t thread, uint32_t whom) {
    Record record = session_.record(Kind::resumed, whom);  // before the call: it may run before the call returns
    const DWORD before = session_.ended[whom].load() ? static_cast<DWORD>(-1) : ResumeThread(threads_[whom].load());
    if (before == static_cast<DWORD>(-1)) return fails(thread, sim::FailedCall::resume, {}, sim::WhyFailed::thread_exited, whom);
    if (before == 0) return fails(thread, sim::FailedCall::resume, {}, sim::WhyFailed::not_suspended, whom);
    record.argument = sim::suspend_argument(before - 1, thread);
    session_.ring_of(thread).push(record);
}

// K33: WaitForSingleObject. Whether it waits is asked first: a wait that is none is no block.
void IocpBackend::watch(uint32_t thread, uint32_t packet, sim::PortId number, sim::Duration timeout) {
    const HANDLE port = ports_[number.value].load();
    if (port == nullptr) return fails(thread, sim::FailedCall::watch, number);
    Record record = session_.record(Kind::block_begin, thread, sim::number_of(asked_[thread]));
    record.packet = packet;
    record.argument = number.value;
    record.flags = sim::kHandleWait;
    DWORD answer = WaitForSingleObject(port, 0);
    const int64_t until_ns = timeout == sim::kInfinite ? INT64_MAX : monotonic_ns() + timeout.ns;
    if (answer == WAIT_TIMEOUT && timeout > sim::Duration{0}) {
        session_.ring_of(thread).push(record);
        constexpr int64_t kLookNs = 10'000'000;            // whether the recording is over
        for (int64_t now = monotonic_ns(); answer == WAIT_TIMEOUT && now < until_ns && !session_.stop.load(); now = monotonic_ns())
            answer = WaitForSingleObject(port, static_cast<DWORD>((std::min(until_ns - now, kLookNs) + 999'999) / 1'000'000));
    }
    record.kind = Kind::block_end;
    record.time_ns = session_.clock.now_ns();
    record.flags = static_cast<uint16_t>(sim::kHandleWait | (answer == WAIT_TIMEOUT ? sim::kTimedOut : answer == WAIT_OBJECT_0 ? 0 : sim::kAbandoned));
    session_.ring_of(thread).push(record);
}

void IocpBackend::exit(uint32_t thread, uint64_t lost) {
    Record record = session_.record(Kind::thread_exit, thread);
    record.argument = lost;
    session_.ring_of(thread).push(record);
}

// How many packets were queued is not asked: the trace has what was posted and never came.
void IocpBackend::close(uint32_t thread, sim::PortId number) {
    const Record record = session_.record(Kind::port_closed, sim::kNoThread, sim::number_of(number));
    const HANDLE port = ports_[number.value].exchange(nullptr);
    if (port == nullptr || CloseHandle(port) == 0) return fails(thread, sim::FailedCall::close, number);
    session_.closed[number.value].store(true);
    session_.ring_of(thread).push(record);
}

// The other end of the pipe writes, or is closed: the kernel queues the packet.
void IocpBackend::end(uint32_t caller, Operation& operation, std::vector<Record> told, int64_t at_ns) {
    Ring& ring = session_.ring_of(caller);
    for (Record& record : told) {
        record.time_ns = at_ns;
        ring.push(record);
    }
    if (operation.packet != sim::kNoPacket) tell_posted(ring, sim::kNoThread, {operation.port, operation.packet}, at_ns, operation.error);
    if (caller == sim::kNoThread) Pipes::answer(operation);
    if (operation.reader != sim::kNoThread && pipes_.is_of_file(operation)) session_.gates[operation.reader].open();
}

// One quit packet for each thread and port that it may ask; a thread that takes one leaves. Who waits for a closed port, which
// Wine does not tell, gets an APC.
void IocpBackend::stop() {
    host_threads_.tell(session_.clock, session_.stopped_ns.load());
    for (const std::atomic<HANDLE>& thread : threads_)
        for (DWORD before = 2; before > 1 && thread.load() != nullptr && before != static_cast<DWORD>(-1);) before = ResumeThread(thread.load());
    for (const std::atomic<HANDLE>& port : ports_)
        for (size_t t = 0; t < workers_.size() && port.load() != nullptr; ++t) post_quit(port.load());
    pipes_.stop();
    for (size_t t = 0; t < threads_.size(); ++t)
        if (const HANDLE thread = threads_[t].load(); closes_ports_ && thread != nullptr && !session_.ended[t].load()) QueueUserAPC(nothing, thread, 0);
}

}  // namespace

std::unique_ptr<Backend> make_iocp_backend(Session& session) { return std::make_unique<IocpBackend>(session); }

}  // namespace recorder
