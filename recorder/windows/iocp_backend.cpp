#define _WIN32_WINNT 0x0602
#include "recorder/windows/iocp_backend.h"

#include <windows.h>

#include <algorithm>
#include <utility>

#include "recorder/common/work.h"

namespace recorder {
namespace {

using sim::Kind;
using sim::Record;

constexpr DWORD kQuitBytes = 0xFFFF'FFFF;      // of a packet that only stops a worker
constexpr int64_t kSurelyWaitingNs = 5'000'000;

// The packet's number travels as the OVERLAPPED pointer, which a post carries unread; 0 would be a null pointer.
LPOVERLAPPED overlapped_of(uint32_t packet) { return reinterpret_cast<LPOVERLAPPED>(static_cast<ULONG_PTR>(packet) + 1); }
uint32_t packet_of(LPOVERLAPPED overlapped) { return static_cast<uint32_t>(reinterpret_cast<ULONG_PTR>(overlapped) - 1); }

class IocpBackend final : public Backend {
public:
    explicit IocpBackend(Session& session) : session_(session), called_ns_(sim::thread_count(session.scenario)) {
        for (const sim::WorkerParams& worker : session.scenario.workers)
            for (uint32_t i = 0; i < worker.count; ++i) workers_.push_back(&worker);
    }
    ~IocpBackend() override {
        for (HANDLE port : ports_) CloseHandle(port);
    }

    sim::Status open() override;
    bool is_waiting(uint32_t thread) override;
    void get(uint32_t thread, Got& got) override;
    void post(uint32_t thread, const std::vector<Posting>& postings) override;
    void block(uint32_t thread, uint32_t packet, sim::Duration duration) override;
    void stop() override;

private:
    Session& session_;
    std::vector<HANDLE> ports_;
    std::vector<const sim::WorkerParams*> workers_;      // by thread
    std::vector<std::atomic<int64_t>> called_ns_;        // by thread: when it entered its get; 0: it is in none

    ULONG dequeue(HANDLE port, const sim::WorkerParams& worker, std::vector<OVERLAPPED_ENTRY>& entries);
    void returned(uint32_t thread, const std::vector<OVERLAPPED_ENTRY>& entries, ULONG count, Got& got);
    void post_quit(const sim::WorkerParams& worker);
};

sim::Status IocpBackend::open() {
    for (uint32_t p = 0; p < session_.scenario.ports.size(); ++p) {
        const uint32_t limit = sim::limit_in_force(session_.scenario.ports[p], session_.processors);
        const HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, limit);
        if (port == nullptr) return sim::Error{.file = session_.scenario.path, .line = 0, .column = 0, .what = "CreateIoCompletionPort failed: Windows error " + std::to_string(GetLastError()), .hint = {}};
        ports_.push_back(port);
        Record record = session_.record(Kind::port_opened, sim::kNoThread, static_cast<uint16_t>(p));
        record.argument = limit;
        session_.rings.sources().push(record);
    }
    return sim::Done{};
}

// No call tells that a thread waits on a port: long inside its get, it does.
bool IocpBackend::is_waiting(uint32_t thread) {
    const int64_t called = called_ns_[thread].load(std::memory_order_acquire);
    return called != 0 && monotonic_ns() - called > kSurelyWaitingNs;
}

ULONG IocpBackend::dequeue(HANDLE port, const sim::WorkerParams& worker, std::vector<OVERLAPPED_ENTRY>& entries) {
    const DWORD timeout_ms = worker.timeout == sim::kInfinite ? INFINITE : static_cast<DWORD>((worker.timeout.ns + 999'999) / 1'000'000);
    if (worker.batch > 1) {
        ULONG count = 0;
        return GetQueuedCompletionStatusEx(port, entries.data(), static_cast<ULONG>(entries.size()), &count, timeout_ms, FALSE) != 0 ? count : 0;
    }
    OVERLAPPED_ENTRY& entry = entries[0];
    entry = {};
    const BOOL good = GetQueuedCompletionStatus(port, &entry.dwNumberOfBytesTransferred, &entry.lpCompletionKey, &entry.lpOverlapped, timeout_ms);
    return good != 0 || entry.lpOverlapped != nullptr ? 1 : 0;
}

void IocpBackend::get(uint32_t thread, Got& got) {
    const sim::WorkerParams& worker = *workers_[thread];
    thread_local std::vector<OVERLAPPED_ENTRY> entries;
    entries.resize(std::clamp<uint32_t>(worker.batch, 1, 65'536));
    Record called = session_.record(Kind::get_called, thread, static_cast<uint16_t>(worker.port.value));
    called.packet = worker.batch;
    called.argument = static_cast<uint64_t>(worker.timeout.ns);
    session_.ring_of(thread).push(called);
    called_ns_[thread].store(monotonic_ns(), std::memory_order_release);
    const ULONG count = dequeue(ports_[worker.port.value], worker, entries);
    called_ns_[thread].store(0, std::memory_order_release);
    got.packets.clear();
    returned(thread, entries, count, got);
}

void IocpBackend::returned(uint32_t thread, const std::vector<OVERLAPPED_ENTRY>& entries, ULONG count, Got& got) {
    Record record = session_.record(Kind::get_returned, thread, static_cast<uint16_t>(workers_[thread]->port.value));
    record.processor = static_cast<uint16_t>(GetCurrentProcessorNumber());
    got.how = count == 0 ? Got::How::timed_out : Got::How::packets;
    for (ULONG i = 0; i < count; ++i) {
        // A batch may bring the quit packets of others too: they go back, or those threads wait for ever.
        if (entries[i].dwNumberOfBytesTransferred == kQuitBytes && std::exchange(got.how, Got::How::stopped) == Got::How::stopped) post_quit(*workers_[thread]);
        got.packets.push_back(packet_of(entries[i].lpOverlapped));
    }
    record.argument = count;
    if (count == 0) record.flags = sim::kTimedOut;
    else record.packet = got.packets.front();
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

void IocpBackend::post(uint32_t thread, const std::vector<Posting>& postings) {
    for (const Posting& posting : postings) {
        const sim::Packet& packet = session_.packets[posting.packet];
        const uint64_t key = packet.key;
        Record record = session_.record(Kind::posted, thread, static_cast<uint16_t>(posting.port.value));   // before the call: not later than the packet is there
        record.packet = posting.packet;
        record.argument = packet.work.identity;
        session_.ring_of(thread).push(record);
        PostQueuedCompletionStatus(ports_[posting.port.value], 0, static_cast<ULONG_PTR>(key), overlapped_of(posting.packet));
        if (key == 0) continue;
        record.kind = Kind::detail;
        record.argument = key;
        session_.ring_of(thread).push(record);
    }
}

void IocpBackend::block(uint32_t thread, uint32_t packet, sim::Duration duration) {
    Record record = session_.record(Kind::block_begin, thread, static_cast<uint16_t>(workers_[thread]->port.value));
    record.packet = packet;
    record.argument = static_cast<uint64_t>(duration.ns);
    record.flags = sim::kSleep;
    session_.ring_of(thread).push(record);
    work_block(duration, session_.stop);
    record.kind = Kind::block_end;
    record.time_ns = session_.clock.now_ns();
    record.argument = 0;
    record.flags = 0;
    session_.ring_of(thread).push(record);
}

void IocpBackend::post_quit(const sim::WorkerParams& worker) {
    PostQueuedCompletionStatus(ports_[worker.port.value], kQuitBytes, 0, overlapped_of(sim::kNoPacket - 1));
}

// One quit packet for each thread; a thread that takes one leaves.
void IocpBackend::stop() {
    for (const sim::WorkerParams* worker : workers_) post_quit(*worker);
}

}  // namespace

std::unique_ptr<Backend> make_iocp_backend(Session& session) { return std::make_unique<IocpBackend>(session); }

}  // namespace recorder
