#include "sim/trace/print.h"

#include <array>
#include <cinttypes>
#include <cmath>
#include <cstdio>

#include "sim/trace/arguments.h"
#include "sim/trace/observed.h"
#include "sim/trace/raw_names.h"

namespace sim {
namespace {

constexpr std::array<std::string_view, static_cast<size_t>(Kind::kind_count)> kKindNames{
    "none", "port_opened", "port_closed", "thread_start", "thread_exit", "associated", "get_called", "get_returned", "parked",
    "released", "posted", "queued", "handed_over", "taken", "completed", "ready", "on_processor", "off_processor", "block_begin",
    "block_end", "suspended", "resumed", "io_started", "io_finished", "io_cancelled", "mark", "detail", "io_detail", "call", "apc", "call_failed", "call_detail", "limit_set", "release_tried", "limit_tried"};

std::string decimal(double value, const char* unit) {
    std::string out = formatted("%.6f", value);
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
    return out + ' ' + unit;
}

std::string flags_text(const Record& record) {
    std::string out;
    const std::array<std::pair<uint16_t, const char*>, 16> names{{{kTimedOut, " timed-out"}, {kAbandoned, " abandoned"}, {kAlerted, " alerted"}, {kPreempted, " preempted"}, {kStop, " stop"}, {kSleep, " sleep"}, {kFromQueue, " from-queue"}, {kLockWait, " lock"}, {kDeviceWait, " device"}, {kHandleWait, " handle"}, {kPageIn, " page"}, {kKeepsSlot, " keeps-slot"}, {kIoWait, " operation"}, {kDetailed, " detailed"}, {kError, " error"}, {kNoAnswer, " no-packet"}}};
    // Bits are per kind: these of them mean something else than elsewhere.
    uint16_t own = record.kind == Kind::apc || record.kind == Kind::get_returned ? kKernelApc | kInvalid : 0;
    if (record.kind == Kind::posted || record.kind == Kind::io_finished) own = kWithin;
    if (record.kind == Kind::detail) own = kEarliest | kDepth | kOverlapped;
    if (record.kind == Kind::block_begin || record.kind == Kind::block_end) own = kWaitCall;
    if (record.kind == Kind::off_processor) own = kUndecided;
    const auto flags = static_cast<uint16_t>(record.flags & ~own);
    for (const auto& [bit, name] : names)
        if ((flags & bit) != 0) out += name;
    if (record.kind == Kind::apc && (record.flags & kKernelApc) != 0) out += " kernel";
    if (record.kind == Kind::get_returned && (record.flags & kInvalid) != 0) out += " invalid-handle";
    if (record.kind == Kind::off_processor && (record.flags & kUndecided) != 0) out += " undecided";
    if (own == kWithin && (record.flags & kWithin) != 0) out += " until-then";
    return out;
}

// "lock 0 held by thread 1"
std::string lock_text(const Record& record, const char* of) {
    const uint32_t holder = holder_of_argument(record.argument);
    return "lock " + std::to_string(lock_of_argument(record.argument)) + (holder == kNoThread ? "" : std::string(" ") + of + " thread " + std::to_string(holder));
}

// "file 1 name 0 succeeds at once"
std::string io_detail_text(const Record& record) {
    constexpr std::array<std::string_view, 4> outcomes{"", " at once", " at once, skipped", " at once, failed"};
    const IoDetail detail = io_detail_of_argument(record.argument);
    std::string out = detail.file.valid() ? "file " + std::to_string(detail.file.value) : "";
    if (detail.name != UINT32_MAX) out += " name " + std::to_string(detail.name);
    out += outcomes[static_cast<size_t>(detail.outcome)];
    if (detail.event != EventUse::none) out += detail.event == EventUse::low_bit ? " low-bit" : " event";
    return out + (detail.error == 0 ? "" : " " + error_text(detail.error));
}

// "CancelIoEx file 1 ERROR_NOT_FOUND (1168)"
std::string call_text(const Record& record) {
    const CallDetail detail = call_of_argument(record.argument);
    return std::string(api_call_name(detail.call)) + (detail.file.valid() ? " file " + std::to_string(detail.file.value) : "") + (detail.error == 0 ? "" : " " + error_text(detail.error));
}

// ", by thread 1" and what only counts
std::string suspend_text(const Record& record, const char* rest) {
    const uint32_t others = suspend_others(record.argument), caller = suspend_caller(record.argument);
    return (caller == kNoThread ? "" : "by thread " + std::to_string(caller) + " ") + (others == 0 ? "" : std::to_string(others) + rest);
}

std::string apc_text(const Record& record) {
    const uint32_t packet = apc_packet(record.argument);
    return "by thread " + std::to_string(apc_caller(record.argument)) + (packet == kNoPacket ? "" : " posts #" + std::to_string(packet));
}

std::string detail_text(const Record& record) {
    const std::string number = std::to_string(record.argument);
    if ((record.flags & kEarliest) != 0) return record.argument == 0 ? "queued at some moment before" : "queued at " + time_text(static_cast<int64_t>(record.argument)) + " or later";
    if ((record.flags & kDepth) != 0) return number + " left in the queue";
    if ((record.flags & kOverlapped) != 0) return "OVERLAPPED " + number;
    return (record.flags & kError) != 0 ? number : "key " + number;
}

// "device 0", "in a call, device 0 status 0xc0000011"
std::string device_wait_text(const Record& record) {
    if ((record.flags & kWaitCall) == 0) return "device " + std::to_string(record.argument);
    return "in a call, device " + std::to_string(device_of_argument(record.argument)) + (record.argument >> 32 == 0 ? "" : " status 0x" + raw_hex(record.argument >> 32));
}

// "to number 1 of 4 by how long they had waited, 0 others ran"
std::string release_try_text(const Record& record) {
    const ReleaseTry one = release_try_of_argument(record.argument);
    const std::string waiters = std::to_string(one.waiters);
    return (one.tells_place() ? "to number " + std::to_string(one.place + 1) + " of " + waiters + " by how long they had waited" : "to one of " + waiters + " that waited") +
           (one.tells_others() ? ", " + std::to_string(one.in_vain) + (one.in_vain == 1 ? " other ran" : " others ran") : "");
}

std::string limit_try_text(const Record& record) {
    const LimitTry one = limit_try_of_argument(record.argument);
    return "limit " + std::to_string(one.limit) + ": of " + std::to_string(one.waiters) + " waiters " + (one.exceeded ? "one got a packet while a thread ran" : "none got a packet while a thread ran");
}

// As the documentation of the CSwitch class names them.
std::string wait_reason_text(uint64_t reason) {
    static constexpr std::array<const char*, 37> kNames{
        "Executive", "FreePage", "PageIn", "PoolAllocation", "DelayExecution", "Suspended", "UserRequest", "WrExecutive", "WrFreePage", "WrPageIn", "WrPoolAllocation", "WrDelayExecution", "WrSuspended",
        "WrUserRequest", "WrEventPair", "WrQueue", "WrLpcReceive", "WrLpcReply", "WrVirtualMemory", "WrPageOut", "WrRendezvous", "WrKeyedEvent", "WrTerminated", "WrProcessInSwap", "WrCpuRateControl",
        "WrCalloutStack", "WrKernel", "WrResource", "WrPushLock", "WrMutex", "WrQuantumEnd", "WrDispatchInt", "WrPreempted", "WrYieldExecution", "WrFastMutex", "WrGuardedMutex", "WrRundown"};
    return reason < kNames.size() ? kNames[reason] : "reason " + std::to_string(reason);
}

// What a record's argument means, by kind.
std::string argument_text(const Record& record) {
    const auto number = std::to_string(record.argument);
    const int64_t ns = static_cast<int64_t>(record.argument);
    switch (record.kind) {
        case Kind::port_opened:
        case Kind::limit_set: return "limit " + number;
        case Kind::get_called: return record.argument == static_cast<uint64_t>(kInfinite.ns) ? "no timeout" : "timeout " + time_text(ns);
        case Kind::get_returned: return number + (record.argument == 1 ? " packet" : " packets");
        case Kind::parked: return number + " waiting";
        case Kind::released: return record.argument == 0 ? "" : "by thread " + std::to_string(record.argument - 1);
        case Kind::queued:
        case Kind::taken: return "depth " + number;
        case Kind::completed: return "computed " + time_text(ns);
        case Kind::block_begin:
            if ((record.flags & kLockWait) != 0) return lock_text(record, "held by");
            if ((record.flags & kDeviceWait) != 0) return device_wait_text(record);
            if ((record.flags & kIoWait) != 0) return "operation " + std::to_string(record.argument & 0xFFFF'FFFF'FFFFu);
            if ((record.flags & kHandleWait) != 0) return "port " + number;
            if ((record.flags & kWaitCall) != 0) return record.argument == static_cast<uint64_t>(kInfinite.ns) ? "in a call, no timeout" : "in a call, timeout " + time_text(ns);
            if ((record.flags & ~kTimedBlock) != 0) return number;   // a bit of a later writer: it may change what the argument means
            return record.argument == 0 ? "" : "for " + time_text(ns);
        case Kind::block_end:
            if ((record.flags & kDeviceWait) != 0) return device_wait_text(record);
            if ((record.flags & kIoWait) != 0) return "operation " + std::to_string(record.argument & 0xFFFF'FFFF'FFFFu);
            if ((record.flags & kHandleWait) != 0) return "port " + number;
            return (record.flags & kLockWait) != 0 ? lock_text(record, "from") : "";
        case Kind::off_processor:
            if (record.argument == 0) return {};
            return (record.flags & kPreempted) != 0 ? "by thread " + std::to_string(record.argument - 1) : "waits: " + wait_reason_text(record.argument - 1);
        case Kind::io_started:
        case Kind::io_cancelled:
        case Kind::io_finished: return "device " + std::to_string(device_of_argument(record.argument)) + " operation " + std::to_string(operation_of_argument(record.argument));
        case Kind::mark: return number;
        case Kind::release_tried: return release_try_text(record);
        case Kind::limit_tried: return limit_try_text(record);
        case Kind::detail: return detail_text(record);
        case Kind::call_detail: return "key " + number;
        case Kind::io_detail: return io_detail_text(record);
        case Kind::call: return call_text(record);
        case Kind::port_closed:
        case Kind::thread_exit: return record.argument == 0 ? "" : number + (record.argument == 1 ? " packet lost" : " packets lost");
        case Kind::suspended: return suspend_text(record, " before");
        case Kind::resumed: return suspend_text(record, " left");
        case Kind::apc: return apc_text(record);
        case Kind::call_failed: return std::string(failed_call_name(failed_call(record.argument))) + ", " + std::string(why_failed_text(failed_why(record.argument)));
        case Kind::posted: case Kind::none: case Kind::thread_start: case Kind::associated:
        case Kind::handed_over: case Kind::on_processor: case Kind::kind_count: return {};
        case Kind::ready: return record.argument == 0 ? "" : "by thread " + std::to_string(record.argument - 1);
    }
    return {};
}

}  // namespace

std::string formatted(const char* format, double value) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

std::string time_text(int64_t ns) {
    const double value = static_cast<double>(ns);
    const uint64_t size = ns < 0 ? -static_cast<uint64_t>(ns) : static_cast<uint64_t>(ns);   // the least number has no opposite
    if (size < 1'000) return std::to_string(ns) + " ns";
    if (size < 1'000'000) return decimal(value / 1e3, "us");
    if (size < 1'000'000'000) return decimal(value / 1e6, "ms");
    return decimal(value / 1e9, "s");
}

std::string span_text(double ns) {
    if (ns < 999.5) return formatted("%.0f ns", ns);           // not "1000 ns"
    if (ns < 999.995e3) return formatted("%.2f us", ns / 1e3);
    if (ns < 999.995e6) return formatted("%.2f ms", ns / 1e6);
    return formatted("%.3f s", ns / 1e9);
}

bool is_span(std::string_view metric) { return metric.find("_ns") != std::string_view::npos; }

std::string figure_text(std::string_view metric, double value) {
    if (is_span(metric)) return span_text(value);
    return formatted(value == std::floor(value) ? "%.0f" : "%.3f", value);
}

std::string_view failed_call_name(FailedCall call) {
    constexpr std::array<std::string_view, static_cast<size_t>(FailedCall::count)> names{"a call", "post", "close", "watch", "suspend", "resume", "apc", "kernel_apc", "answer", "create_port"};
    return names[static_cast<size_t>(call)];
}

std::string_view why_failed_text(WhyFailed why) {
    constexpr std::array<std::string_view, static_cast<size_t>(WhyFailed::count)> texts{"no reason given", "the port is closed", "the thread has exited", "the thread is not suspended", "the port is there", "the closed port is in use"};
    return texts[static_cast<size_t>(why)];
}

std::string_view kind_name(Kind kind) { return kind < Kind::kind_count ? kKindNames[static_cast<size_t>(kind)] : "unknown"; }

std::string thread_label(const TraceHeader& header, uint32_t thread) {
    if (thread == kNoThread) return "a source";
    return thread < header.threads.size() ? header.threads[thread] : "thread " + std::to_string(thread);
}

std::string port_label(const TraceHeader& header, uint16_t port) {
    return port < header.ports.size() ? header.ports[port].name : "port " + std::to_string(port);
}

std::string device_label(const TraceHeader& header, uint32_t device) { return device < header.devices.size() ? header.devices[device].name : "device " + std::to_string(device); }

std::string lock_label(const TraceHeader& header, uint32_t lock) { return lock < header.locks.size() ? header.locks[lock] : "number " + std::to_string(lock); }

// With one source its index names a packet, with several the source as well; a child is named after its parent.
std::string packet_label(const TraceHeader& header, const PacketTraceState& packet, uint32_t number) {
    const bool lost = packet.posted_ns < 0, deep = packet.generation > packet.ordinals.size();
    if (lost || deep) return "#" + std::to_string(number);
    std::string label = std::to_string(packet.root & 0xFFFF'FFFF'FFFFu);
    for (size_t i = 0; i < packet.generation; ++i) label += '.' + std::to_string(packet.ordinals[i]);
    if (header.sources.size() <= 1) return label;
    const uint64_t source = packet.root >> 48;
    return (source < header.sources.size() ? header.sources[source] : "source " + std::to_string(source)) + ' ' + label;
}

std::string packet_label(const TraceHeader& header, const TraceState& state, uint32_t number) {
    const PacketTraceState* packet = state.packets.find(number);
    return packet == nullptr ? "#" + std::to_string(number) : packet_label(header, *packet, number);
}

std::string record_line(const TraceHeader& header, const TraceState& before, const Record& record) {
    std::array<char, 160> text{};
    const std::string processor = record.processor == kNoProcessor ? "-" : std::to_string(record.processor);
    const std::string thread = record.thread == kNoThread ? "-" : thread_label(header, record.thread);
    const bool packet_is_batch = record.kind == Kind::get_called;
    const std::string packet = record.packet == kNoPacket || packet_is_batch ? "-"
                               : record.kind == Kind::posted                 ? packet_label(header, trace_state_posted(before, record), record.packet)
                                                                             : packet_label(header, before, record.packet);
    std::snprintf(text.data(), text.size(), "%16s  %3s  %-14s %-13s %-10s %-4s ", time_text(record.time_ns).c_str(), processor.c_str(), thread.c_str(), kind_name(record.kind).data(), packet.c_str(), rule_label(record.rule).data());
    std::string line = text.data() + argument_text(record) + flags_text(record);
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

std::string round_trip_text(const TraceProgram& program) {
    if (program.round_trip_ns <= 0) return {};
    const double more = program.round_trip_recorded_ns - program.round_trip_ns;
    return span_text(program.round_trip_ns) + " for a post and its get; recorded " + (more < 0 ? "no more than that" : span_text(more) + " more");
}

std::string blocking_text(const TraceBlocking& blocking) {
    if (blocking.how == "reported") return "reported by the steps, not seen: " + blocking.why;
    if (!blocking.seen()) return {};
    std::string out = "seen by context switches: ";
    if (blocking.releases == 0) out += "no block let a waiter go";
    else out += std::to_string(blocking.releases) + (blocking.releases == 1 ? " block" : " blocks") + " let a waiter go, " + time_text(blocking.delay_p50_ns) + " after it (median), " + time_text(blocking.delay_p99_ns) + " (p99)";
    if (blocking.too_short > 0) out += "; " + std::to_string(blocking.too_short) + (blocking.too_short == 1 ? " was" : " were") + " over before it could free a slot";
    return out;
}

}  // namespace sim
