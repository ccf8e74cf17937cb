#include "recorder/windows/agent/session.h"

#include <cstring>

namespace recorder::agent {
namespace {

constexpr uint32_t kThreadsMax = 4096;
constexpr uint32_t kRetryEvery = 1024;             // records that a thread without a ring loses before it looks for one again

ThreadState g_threads[kThreadsMax];
// Stands in the slot of a thread whose state is given back: what it still calls while it ends is not told, or it would take another that nobody gives back.
ThreadState g_gone{.owner = 0, .busy = 1, .generation = 0, .gets = 0, .ring = nullptr, .records = nullptr, .written = 0, .drained_seen = 0, .in_handler = false};

ThreadState* take_state(uint32_t thread) {
    for (uint32_t i = 0; i < kThreadsMax; ++i) {
        ThreadState& state = g_threads[(thread / 4 + i) % kThreadsMax];
        uint32_t nobody = 0;
        if (state.owner.load(std::memory_order_relaxed) != 0 || !state.owner.compare_exchange_strong(nobody, thread)) continue;
        state.generation = 0;
        state.gets = 0;
        state.ring = nullptr;
        state.in_handler = false;
        return thread_slot() = &state;
    }
    return nullptr;
}

sim::RawRing* ring_at(const Session& session, uint32_t ring) {
    return reinterpret_cast<sim::RawRing*>(session.base + sim::raw_rings_at(*session.head) + ring * sim::raw_ring_stride(*session.head));
}

void take_ring(const Session& session, ThreadState& state) {
    state.generation = session.generation;
    state.ring = nullptr;
    const uint32_t thread = state.owner.load(std::memory_order_relaxed), count = session.head->ring_count;
    for (uint32_t i = 0; i < count; ++i) {
        sim::RawRing* ring = ring_at(session, (thread / 4 + i) % count);
        uint32_t nobody = 0;
        if (ring->owner.load(std::memory_order_relaxed) != 0 || !ring->owner.compare_exchange_strong(nobody, thread)) continue;
        state.ring = ring;
        state.records = reinterpret_cast<sim::RawRecord*>(reinterpret_cast<uint8_t*>(ring) + sim::kRawPage);
        state.written = ring->written.load(std::memory_order_relaxed);
        state.drained_seen = ring->drained.load(std::memory_order_relaxed);
        return;
    }
}

}  // namespace

std::atomic<Session*> g_session{nullptr};
DWORD g_tls = 0;
bool g_has_tsc = false, g_is_wine = false;

Writer::Writer() {
    if (g_session.load(std::memory_order_relaxed) == nullptr) return;
    ThreadState* state = thread_slot();
    if (state == nullptr) state = take_state(static_cast<uint32_t>(GetCurrentThreadId()));
    if (state == nullptr || state->busy.load(std::memory_order_relaxed) != 0) return;
    // Whoever ends a session clears g_session, then has every thread stopped once by the system, then waits for those that are busy:
    // so plain stores do here.
    state->busy.store(1, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    session_ = g_session.load(std::memory_order_acquire);
    if (session_ == nullptr) {
        state->busy.store(0, std::memory_order_release);
        return;
    }
    state_ = state;
}

void Writer::add(const sim::RawRecord& record) {
    ThreadState& s = *state_;
    if (s.generation != session_->generation) take_ring(*session_, s);
    if (s.ring == nullptr) {
        if (session_->head->without_ring.fetch_add(1, std::memory_order_relaxed) % kRetryEvery == kRetryEvery - 1) take_ring(*session_, s);
        return;
    }
    const uint64_t capacity = session_->head->ring_records;
    if (s.written - s.drained_seen >= capacity) {
        s.drained_seen = s.ring->drained.load(std::memory_order_acquire);
        if (s.written - s.drained_seen >= capacity) return lose(1);
    }
    s.records[s.written & (capacity - 1)] = record;
    s.ring->written.store(++s.written, std::memory_order_release);   // now it counts, whoever dies
}

void Writer::lose(uint64_t records) {
    if (state_->ring == nullptr) session_->head->without_ring.fetch_add(records, std::memory_order_relaxed);
    else state_->ring->lost.store(state_->ring->lost.load(std::memory_order_relaxed) + records, std::memory_order_relaxed);
}

void Writer::note(sim::RawNoteKind kind, uint64_t a, uint64_t b, const char* text, uint64_t bytes) {
    constexpr uint64_t kTextMax = 512;
    if (bytes > kTextMax) bytes = kTextMax;
    sim::RawHead& head = *session_->head;
    const uint64_t size = sim::raw_note_size(bytes), at = head.notes_used.fetch_add(size);
    if (at + size > head.notes_bytes) {
        head.notes_lost.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    auto* note = reinterpret_cast<sim::RawNote*>(session_->base + sim::raw_notes_at(head) + at);
    uint16_t processor = 0;
    note->bytes = static_cast<uint32_t>(bytes);
    note->ticks = ticks(processor);
    note->a = a;
    note->b = b;
    std::memcpy(reinterpret_cast<uint8_t*>(note) + sizeof(sim::RawNote), text, bytes);
    note->kind.store(static_cast<uint32_t>(kind), std::memory_order_release);
}

void Writer::leave_ring() {
    if (state_->generation == session_->generation && state_->ring != nullptr) state_->ring->owner.store(0, std::memory_order_release);
    state_->ring = nullptr;
    state_->generation = 0;
}

void thread_leaves() {
    ThreadState* state = thread_slot();
    if (state == &g_gone) return;
    if (state != nullptr)
        if (Writer writer; writer) writer.leave_ring();    // it keeps the ring's memory in place
    thread_slot() = &g_gone;
    if (state != nullptr) state->owner.store(0, std::memory_order_release);
}

bool wait_for_writers() {
    constexpr int kPatienceMs = 2000;                  // a thread that was ended by force while it wrote stays busy
    int left = kPatienceMs;
    for (ThreadState& state : g_threads)
        for (; state.busy.load(std::memory_order_acquire) != 0; Sleep(1))
            if (--left == 0) return false;
    return true;
}

bool recorder_lives(const sim::RawHead& head) {
    constexpr uint64_t kSeconds = 3;
    LARGE_INTEGER now;
    QueryPerformanceCounter(&now);
    return static_cast<uint64_t>(now.QuadPart) - head.now.counter.load() < kSeconds * head.counter_frequency;
}

uint64_t narrow(const wchar_t* text, uint64_t length, char* out, uint64_t bytes_max) {
    uint64_t bytes = 0;
    for (uint64_t i = 0; i < length && bytes + 4 <= bytes_max; ++i) {
        uint32_t c = text[i];
        if (c >= 0xD800 && c < 0xDC00 && i + 1 < length) c = 0x10000 + ((c - 0xD800) << 10) + (text[++i] - 0xDC00u);
        const auto put = [&](uint32_t byte) { out[bytes++] = static_cast<char>(byte); };
        if (c < 0x80) {
            put(c);
        } else if (c < 0x800) {
            put(0xC0 | c >> 6);
            put(0x80 | (c & 63));
        } else if (c < 0x10000) {
            put(0xE0 | c >> 12);
            put(0x80 | (c >> 6 & 63));
            put(0x80 | (c & 63));
        } else {
            put(0xF0 | (c >> 18 & 7));
            put(0x80 | (c >> 12 & 63));
            put(0x80 | (c >> 6 & 63));
            put(0x80 | (c & 63));
        }
    }
    return bytes;
}

}  // namespace recorder::agent
