// The agent's memory: what it writes into (sim/trace/raw_file.h), and which of the program's threads writes where. Everything here may run inside
// a call of the program: it allocates nothing, takes no lock, asks no loader, and leaves the last error as it is.
#pragma once
#include <windows.h>
#include <x86intrin.h>

#include <atomic>
#include <cstdint>

#include "sim/trace/raw_file.h"

namespace recorder::agent {

/// The file of the recording that is on. One after the other: memory of an earlier one is given back when nobody writes into it any more.
struct Session {
    sim::RawHead* head = nullptr;
    uint8_t* base = nullptr;
    uint32_t generation = 0;
};

/// What the agent keeps of a thread. Static: a thread takes one at its first record and gives it back at its end.
struct alignas(64) ThreadState {
    std::atomic<uint32_t> owner;      ///< the thread; 0: free
    std::atomic<uint32_t> busy;       ///< it is writing, or about to
    uint32_t generation;              ///< of the session that the ring is of, which may be over
    uint32_t gets;
    sim::RawRing* ring;               ///< null: none was free
    sim::RawRecord* records;
    uint64_t written, drained_seen;
    bool in_handler;                  ///< it has taken packets and not come back for more
};

extern std::atomic<Session*> g_session;           ///< null: nothing is recorded
extern DWORD g_tls;                               ///< index of the slot that points to the thread's state
extern bool g_has_tsc, g_is_wine;

inline constexpr DWORD kTlsInBlock = 64;          ///< slots that stand in the thread's block itself

/// By reading the thread's block: TlsGetValue would clear the last error.
inline ThreadState*& thread_slot() {
    constexpr uint64_t kTlsSlots = 0x1480;        // TEB::TlsSlots, winternl.h
    return *reinterpret_cast<ThreadState**>(reinterpret_cast<uint8_t*>(NtCurrentTeb()) + kTlsSlots + g_tls * sizeof(void*));
}

/// Now, and on which processor.
inline uint64_t ticks(uint16_t& processor) {
    if (g_has_tsc) {
        unsigned int id = 0;
        const uint64_t now = __rdtscp(&id);
        processor = g_is_wine ? static_cast<uint16_t>(id & 0xFFF) : static_cast<uint16_t>(GetCurrentProcessorNumber());
        return now;
    }
    LARGE_INTEGER now;
    QueryPerformanceCounter(&now);
    processor = static_cast<uint16_t>(GetCurrentProcessorNumber());
    return static_cast<uint64_t>(now.QuadPart);
}

/// The calling thread's ring while this lives. False: nothing is recorded, or the thread is writing already.
class Writer {
public:
    Writer();
    ~Writer() {
        if (state_ != nullptr) state_->busy.store(0, std::memory_order_release);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    explicit operator bool() const { return state_ != nullptr; }

    void add(const sim::RawRecord& record);
    /// So many records are not written, which the recording counts.
    void lose(uint64_t records);
    /// Another thread may have it.
    void leave_ring();
    sim::RawHead& head() const { return *session_->head; }
    ThreadState& thread() const { return *state_; }
    /// Text of a thing that has a name. Longer than 512 bytes: cut.
    void note(sim::RawNoteKind kind, uint64_t a, uint64_t b, const char* text, uint64_t bytes);

private:
    Session* session_ = nullptr;
    ThreadState* state_ = nullptr;
};

/// The calling thread ends: its ring and its state are free, and nothing more is told of it.
void thread_leaves();
/// Waits until no thread writes any more; g_session is null. False: one does not come to its end.
bool wait_for_writers();
/// It tells the time every few milliseconds.
bool recorder_lives(const sim::RawHead& head);

/// UTF-16 as UTF-8, without the system's help; what does not fit is cut. Returns the bytes.
uint64_t narrow(const wchar_t* text, uint64_t length, char* out, uint64_t bytes_max);

}  // namespace recorder::agent
