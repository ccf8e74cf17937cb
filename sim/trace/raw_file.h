// The file in which an agent inside an unmodified program leaves what it sees, and which the recorder beside it drains: mapped
// into both, so that neither takes the other's records with it when it dies. trace_read merges it (raw_merge.h).
// Layout (little-endian): RawHead in kRawPage bytes, header JSON padded to kRawPage, the notes, the rings (RawRing in kRawPage bytes, then its records), then
// the drained blocks (RawBlock and its records). FORMAT.md is the reference. Plain C++ for all systems: the agent includes it.
#pragma once
#include <atomic>
#include <cstdint>

namespace sim {

inline constexpr char kRawMagic[8] = {'P', 'T', 'R', 'A', 'W', '0', '0', '1'};
inline constexpr uint32_t kRawVersion = 1;
inline constexpr uint64_t kRawPage = 4096;
inline constexpr uint32_t kRawBlockMagic = 0x4B4C4250;   // "PBLK"

enum class RawKind : uint8_t {
    none,
    thread_start,     ///< begin; thread
    thread_exit,
    port_created,     ///< handle, count = concurrency; value = caller
    port_named,       ///< handle that was opened by name
    port_copied,      ///< handle = the duplicate, other = of which: a port's, or an associated file's
    posted,           ///< handle, key, overlapped, status (of the packet), count = bytes, other = what the call returned; value = caller
    get_called,       ///< handle, count = most packets, value = timeout in ns (INT64_MAX infinite); flags
    get_returned,     ///< end; handle, count = packets, status of the call, or of the packet where there is one; other = depth or kRawNoDepth
    get_entry,        ///< one more packet of the batch: key, overlapped, status, value = bytes
    closed,           ///< handle of a port or of an associated file
    associated,       ///< handle = the file, other = the port, key
    notification,     ///< handle = the file, count = its notification modes
    submitted,        ///< handle = the file, overlapped, status, count = RawCall; value = caller
    wait_called,      ///< handle or 0, count = RawCall, value = timeout in ns
    wait_returned,    ///< status, count = RawCall
    factory_created,  ///< handle = the worker factory, other = its port, count = most threads
    io_called,        ///< begin; handle = a file of which nothing is known, count = RawCall; a thread that handles packets is inside the call
    io_returned,      ///< begin, as its io_called; end; status, count = RawCall
    kind_count
};

/// Of `submitted`, io_... and the waits: which system call.
enum class RawCall : uint8_t {
    none, read_file, write_file, device_control, fs_control, notify_directory, lock_file, wait_one, wait_many, delay, wait_alert, wait_keyed, signal_and_wait, wait_packet, count
};

enum RawFlag : uint8_t {
    kRawAlertable = 1,    ///< get_called
    kRawFactory = 2,      ///< get_called, get_returned: NtWaitForWorkViaWorkerFactory; handle is the factory's
};
inline constexpr uint32_t kRawNoDepth = UINT32_MAX;

/// What one call was and did.
struct RawRecord {
    uint64_t begin = 0;               ///< ticks when the call began
    uint64_t end = 0;                 ///< ticks when it returned
    uint64_t key = 0;
    uint64_t overlapped = 0;
    uint64_t value = 0;
    uint32_t handle = 0;
    uint32_t thread = 0;              ///< as the system numbers it
    uint32_t status = 0;
    uint32_t count = 0;
    uint32_t other = 0;
    uint16_t processor = 0;
    uint8_t flags = 0;
    RawKind kind = RawKind::none;
};
static_assert(sizeof(RawRecord) == 64);

enum class RawNoteKind : uint32_t {
    none,
    module_loaded,    ///< a = base, b = bytes; text = file name without its folder
    handle_name,      ///< a = handle; text = the object's name
    thread_name,      ///< a = thread; text = its description
    hook,             ///< a = RawHookState; text = "NtClose: Wine's layout"
};

/// Of a length that varies; the next one follows at a multiple of 8. `kind` is written last.
struct RawNote {
    std::atomic<uint32_t> kind;       ///< RawNoteKind; 0: not finished
    uint32_t bytes;                   ///< of the text that follows
    uint64_t ticks;
    uint64_t a, b;
};
static_assert(sizeof(RawNote) == 32);
constexpr uint64_t raw_note_size(uint64_t text_bytes) { return (sizeof(RawNote) + text_bytes + 7) / 8 * 8; }

/// One writer at a time. Record number n stands at n modulo the capacity; those below `drained` stand in blocks.
struct RawRing {
    std::atomic<uint64_t> written;    ///< by the writer, after the record
    std::atomic<uint64_t> lost;
    std::atomic<uint32_t> owner;      ///< thread that writes here; 0: free
    uint32_t reserved;
    alignas(64) std::atomic<uint64_t> drained;   ///< by the recorder
};

/// Drained from a ring.
struct RawBlock {
    uint32_t magic;                   ///< kRawBlockMagic
    uint32_t ring;
    uint64_t first;                   ///< number of the first record in its ring
    uint64_t count;
    uint64_t checksum;                ///< XXH3-64 of the records
};
static_assert(sizeof(RawBlock) == 32);

/// A moment on both clocks.
struct RawClockPair { std::atomic<uint64_t> ticks, counter; };

/// Less: the agent has not begun. stopped: all that the recorder kept is in the file.
enum class RawState : uint32_t { recording = 2, stopped = 3 };

inline constexpr uint32_t kRawHooksMax = 40;
enum class RawHookState : uint32_t { absent, known_windows, known_wine, refused };

/// A place to change: what is there, and what is to be there while the program is recorded.
struct RawPatch {
    uint64_t address;
    uint8_t original[16], patched[16];
};

struct RawHead {
    char magic[8];
    uint32_t version;
    uint32_t ring_count;
    uint64_t ring_records;            ///< capacity of each ring in records, a power of two
    uint64_t header_bytes;            ///< of the JSON
    uint64_t header_checksum;
    uint64_t notes_bytes;             ///< room for notes
    // Set by the recorder before the agent starts.
    uint32_t depth_every;             ///< ask for a port's depth after every so many gets of a thread; 0: never
    uint32_t with_waits;
    uint32_t follow;
    std::atomic<uint32_t> state;      ///< RawState, by the recorder
    // By the agent.
    uint32_t has_tsc;                 ///< ticks are of the processor's counter; else of the performance counter
    uint32_t is_wine;
    uint64_t counter_frequency;       ///< of the performance counter, a second
    RawClockPair start, now;          ///< `now` is set again and again while the recording goes on
    double record_cost_ns, clock_cost_ns;   ///< of one record without the clock, of reading the clock
    double round_trip_ns, round_trip_recorded_ns;   ///< of a post and the get that brings it back, in one thread: as the system does it, and recorded
    std::atomic<uint64_t> notes_used, notes_lost;
    std::atomic<uint64_t> without_ring;   ///< records of threads for which no ring was free
    std::atomic<uint32_t> child_wanted, child_done;   ///< a process that the recorder should follow before it runs; the last that it has dealt with
    uint32_t patch_count;
    uint32_t reserved;
    char refusal[512];                ///< why nothing is recorded; empty: it is
    RawPatch patches[kRawHooksMax];
};
static_assert(sizeof(RawHead) <= kRawPage);

constexpr uint64_t raw_page_up(uint64_t bytes) { return (bytes + kRawPage - 1) / kRawPage * kRawPage; }
// Where things stand. Head: RawHead, or whatever else has its sizes.
template <class Head> constexpr uint64_t raw_notes_at(const Head& head) { return kRawPage + raw_page_up(head.header_bytes); }
template <class Head> constexpr uint64_t raw_rings_at(const Head& head) { return raw_notes_at(head) + raw_page_up(head.notes_bytes); }
template <class Head> constexpr uint64_t raw_ring_stride(const Head& head) { return kRawPage + raw_page_up(head.ring_records * sizeof(RawRecord)); }
template <class Head> constexpr uint64_t raw_blocks_at(const Head& head) { return raw_rings_at(head) + head.ring_count * raw_ring_stride(head); }

}  // namespace sim
