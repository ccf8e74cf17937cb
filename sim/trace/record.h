// One record of a trace: 32 bytes, little-endian, the same for the model and for every recorder. The reference with all
// fields by kind is FORMAT.md; change both together, and kTraceVersion.
#pragma once
#include <cstdint>
#include <type_traits>

#include "sim/base/ids.h"
#include "sim/model/identity.h"
#include "sim/model/rule.h"

namespace sim {

inline constexpr uint32_t kTraceVersion = 1;

enum class Kind : uint8_t {
    none = 0,             ///< an unwritten slot: reading stops here
    port_opened,          ///< port; argument = limit in force
    port_closed,          ///< port; argument = packets that were queued and are lost (K31)
    thread_start,         ///< thread
    thread_exit,          ///< thread; argument = packets of its batch that nobody will handle
    associated,           ///< thread, port: from now on counted there (K9, K10)
    get_called,           ///< thread, port; packet = most packets taken; argument = timeout in ns (INT64_MAX infinite, 0 poll)
    get_returned,         ///< thread, port; packet = first packet or none; argument = number of packets; flags say how it ended.
                          ///< Without decisions in the trace the other packets of a batch follow: one get_returned each, argument 0
    parked,               ///< thread, port; argument = number of waiters with it (K13)
    released,             ///< thread = who may go, port, packet = what it was given or none; argument = 1 + thread whose call caused it, 0 none
    posted,               ///< packet, port, thread = poster or none; argument = identity (see packet_identity)
    queued,               ///< packet, port; argument = depth with it (K2)
    handed_over,          ///< packet, port, thread = receiver (K1)
    taken,                ///< packet leaves the queue: packet, port, thread = receiver; argument = depth after (K11, K17)
    completed,            ///< packet, port, thread: its last step ended; argument = ns of `compute` drawn for it in all
    ready,                ///< thread may run, waits for a processor (K40)
    on_processor,         ///< thread, processor, packet it works on or none
    off_processor,        ///< thread, processor; flags: preempted or waiting; preempted: argument = 1 + thread of higher priority, 0: quantum
    block_begin,          ///< thread, port, packet; flags: reason (K17); argument = intended ns, 0 unknown; of a lock: sim/trace/arguments.h
    block_end,            ///< thread, port, packet: the wait is over and the thread counts again (K19); flags, argument as block_begin for a lock;
                          ///< on a handle also timed-out, abandoned (K35)
    suspended,            ///< thread; argument: sim/trace/arguments.h
    resumed,              ///< thread; argument: sim/trace/arguments.h
    io_started,           ///< thread, packet in work, port; argument = device and operation (sim/trace/arguments.h)
    io_finished,          ///< the same operation: packet that started it, thread that waits for it or none. None: `posted` of the
                          ///< packet that it brings follows; port is that packet's
    io_cancelled,         ///< as io_finished, instead of it: CancelIo..., or the last handle of its file was closed
    mark,                 ///< argument = number of the mark
    detail,               ///< follows posted: same packet; argument = key, with kError the error that the packet says
    io_detail,            ///< follows an io_* with kDetailed: same thread and port; argument: file, name, outcome, error (sim/trace/arguments.h)
    call,                 ///< thread, port: a call on a file returns; argument: which, why it fails (sim/trace/arguments.h)
    apc,                  ///< an APC is queued to thread; argument, flags: sim/trace/arguments.h; kKernelApc: a kernel APC (K25)
    call_failed,          ///< a call that changed nothing: thread or none, packet in work; port, argument: sim/trace/arguments.h
    call_detail,          ///< follows a call that associates: same thread and port; argument = key
    limit_set,            ///< port; argument = limit in force from now on: where a run branches
    release_tried,        ///< before the run, on a port of its own: whom one packet released; argument: sim/trace/arguments.h. No part of the run
    limit_tried,          ///< before the run, on a port of its own: whether a limit of 1 held; argument: sim/trace/arguments.h. No part of the run
    kind_count
};

/// Record::flags. Bits are per kind; unknown bits are kept.
enum Flag : uint16_t {
    kTimedOut = 1,        ///< get_returned
    kUndecided = 1,       ///< off_processor: another process makes its calls (Wine's server), so the one that it is in may not have been decided yet
    kAbandoned = 2,       ///< get_returned: the port was closed (K30)
    kAlerted = 4,         ///< get_returned: a user APC ended it (K23); get_called: the get is alertable
    kPreempted = 8,       ///< off_processor: still ready
    kStop = 16,           ///< a packet (posted, get_returned...) that only stops a worker at the end: counts nowhere
    kSleep = 32,          ///< block_begin: the handler's block step
    kFromQueue = 64,      ///< released: the packet had been queued (K17), not handed over by its post (K1)
    kLockWait = 128,      ///< block_begin, block_end: a lock that another thread held
    kDeviceWait = 256,    ///< block_begin, block_end, io_started, io_finished: a thread waits for the device (`read`)
    kHandleWait = 512,    ///< block_begin, block_end: a wait on a port's handle (K33); block_end also of one that did not block
    kPageIn = 1024,       ///< block_begin, block_end: a page is read (K21, O6)
    kKeepsSlot = 2048,    ///< block_begin, suspended: the thread counts on (O6; O5: until it runs); port_closed: files keep the port (K32)
    kIoWait = 4096,       ///< block_begin, block_end: GetOverlappedResult waits for an operation
    kKernelApc = 4096,    ///< apc
    kDetailed = 8192,     ///< io_*: an io_detail follows
    kInvalid = 8192,      ///< get_returned: the port was closed before the call
    kError = 16384,       ///< detail: the argument is an error; get_returned: it failed, not by a closed port
    kNoAnswer = 32768,    ///< io_finished, io_cancelled: no packet comes of it
};
/// With these flags alone, or none, the argument of block_begin is a time in ns.
inline constexpr unsigned kTimedBlock = kSleep | kPageIn | kKeepsSlot;

inline constexpr uint32_t kNoThread = UINT32_MAX;
inline constexpr uint32_t kNoPacket = UINT32_MAX;
inline constexpr uint16_t kNoPort = UINT16_MAX;
inline constexpr uint16_t kNoProcessor = UINT16_MAX;

struct Record {
    int64_t time_ns = 0;
    uint64_t argument = 0;
    uint32_t thread = kNoThread;
    uint32_t packet = kNoPacket;      ///< number of the packet in this trace, in posting order
    uint16_t port = kNoPort;
    uint16_t processor = kNoProcessor;
    uint16_t flags = 0;
    Rule rule = Rule::none;
    Kind kind = Kind::none;           ///< last byte: written last
    friend bool operator==(const Record&, const Record&) = default;
};
/// What a record of this kind has to name (FORMAT.md); `packet` of get_called is a number of packets.
struct Names { bool thread = false, port = false, packet = false; };
constexpr Names names_of(Kind kind) {
    switch (kind) {
        case Kind::port_opened: case Kind::port_closed: case Kind::limit_set: return {.port = true};
        case Kind::thread_start: case Kind::thread_exit: case Kind::ready: case Kind::on_processor: case Kind::off_processor:
        case Kind::block_begin: case Kind::block_end: return {.thread = true};
        case Kind::suspended: case Kind::resumed: case Kind::apc: return {.thread = true};
        case Kind::associated: case Kind::get_called: case Kind::get_returned: case Kind::parked: case Kind::released: return {.thread = true, .port = true};
        case Kind::posted: case Kind::queued: return {.port = true, .packet = true};
        case Kind::handed_over: case Kind::taken: case Kind::completed: return {.thread = true, .port = true, .packet = true};
        case Kind::detail: return {.packet = true};
        case Kind::call: case Kind::call_detail: return {.thread = true};
        case Kind::none: case Kind::io_started: case Kind::io_finished: case Kind::io_cancelled: case Kind::io_detail: case Kind::mark: case Kind::call_failed: case Kind::release_tried: case Kind::limit_tried: case Kind::kind_count: return {};
    }
    return {};
}

/// As records carry them: none stays none.
constexpr uint16_t number_of(PortId port) { return static_cast<uint16_t>(port.value); }
constexpr uint16_t number_of(ProcessorId processor) { return static_cast<uint16_t>(processor.value); }
static_assert(number_of(PortId{}) == kNoPort && number_of(ProcessorId{}) == kNoProcessor && ThreadId{}.value == kNoThread && PacketId{}.value == kNoPacket);

static_assert(sizeof(Record) == 32 && std::is_trivially_copyable_v<Record>);

}  // namespace sim
