#include "recorder/windows/agent/cost.h"

#include <algorithm>

#include "recorder/windows/agent/handler.h"

namespace recorder::agent {
namespace {

constexpr uint64_t kBatch = 10'000, kBatchesMax = 1000;
constexpr uint32_t kColdRings = 64;
constexpr uint64_t kEach = 16'384;                 // records of a ring: 64 MB in all, so that no cache holds where the next one goes

double ns_since(const LARGE_INTEGER& from, const sim::RawHead& head) {
    LARGE_INTEGER now;
    QueryPerformanceCounter(&now);
    return static_cast<double>(now.QuadPart - from.QuadPart) * 1e9 / static_cast<double>(head.counter_frequency);
}

// The ring of this thread is as new; before anybody drains it.
void forget_ring() {
    Writer writer;
    if (!writer || writer.thread().generation != g_session.load()->generation || writer.thread().ring == nullptr) return;
    writer.thread().ring->written.store(0);
    writer.thread().ring->lost.store(0);
    writer.thread().written = 0;
}

void add_one(uint64_t number) {
    Writer writer;
    if (!writer) return;
    sim::RawRecord record = record_of(sim::RawKind::wait_called, number, nullptr);
    writer.add(record);
}

double median(double* values, uint64_t count) {
    std::nth_element(values, values + count / 2, values + count);
    return values[count / 2];
}

// What happens now and then, such as an interrupt, is in no median batch.
template <class Batch>
double batch_ns(const sim::RawHead& head, uint64_t batches, Batch batch) {
    static double each[kBatchesMax];
    for (uint64_t b = 0; b < batches; ++b) {
        LARGE_INTEGER from;
        QueryPerformanceCounter(&from);
        batch();
        each[b] = ns_since(from, head) / static_cast<double>(kBatch);
    }
    return median(each, batches);
}

// As a recorder would: all that is written is taken.
void drain(ThreadState* threads, uint32_t count) {
    for (uint32_t t = 0; t < count; ++t)
        if (threads[t].ring != nullptr) threads[t].ring->drained.store(threads[t].written, std::memory_order_relaxed);
}

}  // namespace

// In the ring that this thread has, which is as new afterwards. The median of nine runs.
void measure_record(sim::RawHead& head) {
    constexpr int kRuns = 9;
    const uint64_t count = head.ring_records;
    double records[kRuns], clocks[kRuns];
    for (int run = 0; run < kRuns; ++run) {
        LARGE_INTEGER from;
        QueryPerformanceCounter(&from);
        for (uint64_t i = 0; i < count; ++i) add_one(i);
        records[run] = ns_since(from, head) / static_cast<double>(count);
        QueryPerformanceCounter(&from);
        uint16_t processor = 0;
        uint64_t sum = 0;
        for (uint64_t i = 0; i < count; ++i) sum += ticks(processor);
        clocks[run] = ns_since(from, head) / static_cast<double>(count) + (sum == 0 ? 1 : 0);
        forget_ring();
    }
    head.record_cost_ns = median(records, kRuns);
    head.clock_cost_ns = median(clocks, kRuns);
}

// A post and its get, on a port of the agent's own, as the system does it and through the handlers; the median of rounds that take turns.
void measure_round_trip(sim::RawHead& head) {
    using Create = NTSTATUS(NTAPI*)(HANDLE*, ACCESS_MASK, OBJECT_ATTRIBUTES*, ULONG);
    using Post = NTSTATUS(NTAPI*)(HANDLE, ULONG_PTR, ULONG_PTR, NTSTATUS, ULONG_PTR);
    using Remove = NTSTATUS(NTAPI*)(HANDLE, ULONG_PTR*, ULONG_PTR*, IO_STATUS_BLOCK*, LARGE_INTEGER*);
    constexpr int kRounds = 9, kTrips = 50;
    constexpr ACCESS_MASK kAllAccess = 0x1F0003;
    HANDLE port = nullptr;
    if (!succeeded(original<Create>(kCreatePort)(&port, kAllAccess, nullptr, 1))) return;
    const auto round = [&](void* post, void* remove) {
        LARGE_INTEGER from;
        QueryPerformanceCounter(&from);
        for (int trip = 0; trip < kTrips; ++trip) {
            ULONG_PTR key = 0, context = 0;
            IO_STATUS_BLOCK block;
            reinterpret_cast<Post>(post)(port, 1, 16, 0, 0);
            reinterpret_cast<Remove>(remove)(port, &key, &context, &block, nullptr);
        }
        return ns_since(from, head) / kTrips;
    };
    double plain[kRounds], recorded[kRounds];
    for (int r = 0; r < kRounds; ++r) {
        plain[r] = round(g_originals[kPost], g_originals[kRemove]);
        recorded[r] = round(hooks()[kPost].handler, hooks()[kRemove].handler);
    }
    original<NTSTATUS(NTAPI*)(HANDLE)>(kClose)(port);
    handle_set(port, HandleIs::unknown);
    forget_ring();
    head.round_trip_ns = median(plain, kRounds);
    head.round_trip_recorded_ns = median(recorded, kRounds);
}

bool measure_rings(uint64_t counter_frequency, AgentCost& cost) {
    static sim::RawHead sizes{};
    sizes.ring_count = kColdRings;
    sizes.ring_records = kEach;
    auto* base = static_cast<uint8_t*>(VirtualAlloc(nullptr, sim::raw_blocks_at(sizes), MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE));
    if (base == nullptr) return false;
    auto& head = *reinterpret_cast<sim::RawHead*>(base);
    head.ring_count = kColdRings;
    head.ring_records = kEach;
    head.counter_frequency = counter_frequency;
    static ThreadState threads[kColdRings];        // one thread that writes as many would, in turn
    for (ThreadState& thread : threads) thread.owner = static_cast<uint32_t>(GetCurrentThreadId());
    static Session session{&head, base, 1};
    const uint64_t batches = std::clamp<uint64_t>(cost.records / kBatch, 1, kBatchesMax);
    ThreadState* const before = thread_slot();
    g_session.store(&session);
    uint64_t sum = 0;
    uint16_t processor = 0;
    cost.clock_ns = batch_ns(head, batches, [&] { for (uint64_t i = 0; i < kBatch; ++i) sum += ticks(processor); });
    thread_slot() = &threads[0];
    cost.warm_ns = batch_ns(head, batches, [&] {
        for (uint64_t i = 0; i < kBatch; ++i) add_one(i);
        drain(threads, 1);
    });
    cost.cold_ns = batch_ns(head, batches, [&] {
        for (uint64_t i = 0; i < kBatch; ++i) {
            thread_slot() = &threads[i % kColdRings];
            add_one(i);
        }
        drain(threads, kColdRings);
    });
    g_session.store(nullptr);
    thread_slot() = before;
    cost.cold_rings = kColdRings;
    cost.records = batches * kBatch;
    uint64_t lost = head.without_ring.load();
    for (const ThreadState& thread : threads) lost += thread.ring != nullptr ? thread.ring->lost.load() : 1;
    VirtualFree(base, 0, MEM_RELEASE);
    return lost == 0 && sum != 0;                  // one that is lost costs less than one that is written
}

}  // namespace recorder::agent
