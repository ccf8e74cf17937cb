// Writes an event trace log byte by byte as Microsoft's headers and pages lay it out (docs/port-rules.md 6.6), for the tests of its reader, of which nothing is
// used here: ETW_BUFFER_HEADER and TRACE_LOGFILE_HEADER (evntrace.h), SYSTEM_TRACE_HEADER and PERFINFO_TRACE_HEADER (ntwmi.h), the classes CSwitch and ReadyThread
// (Event Tracing pages), ETW_KQUEUE_ENQUEUE_EVENT and ETW_KQUEUE_DEQUEUE_EVENT (public symbols).
#pragma once
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace test {

class EtlWriter {
public:
    struct Session {
        uint64_t performance_frequency = 1'000'000'000, started = 0;
        uint32_t processors = 4, buffer_bytes = 1024, events_lost = 0, buffers_lost = 0;
        bool was_stopped = true;
        uint32_t pointer_bytes = 8;
        uint8_t header_type = 2;                       // TRACE_HEADER_TYPE_SYSTEM64
    };
    explicit EtlWriter(const Session& session) : session_(session) {
        buffer(0, 4);                                  // ETW_BUFFER_TYPE_HEADER
        std::vector<uint8_t> event;
        u32(event, 0xC0000002u | static_cast<uint32_t>(session.header_type) << 16);   // Marker: SYSTEM_TRACE_VERSION 2
        u16(event, 0x20 + 0x118 + 8);                  // Packet.Size: header, TRACE_LOGFILE_HEADER, two empty names and padding
        u16(event, 0x0000);                            // Packet.HookId: WMI_LOG_TYPE_HEADER
        u32(event, 12);                                // ThreadId
        u32(event, 4);                                 // ProcessId
        u64(event, session.started);                   // SystemTime, on the session's clock
        u64(event, 0);                                 // KernelTime, UserTime
        u32(event, session.buffer_bytes);              // BufferSize
        u32(event, 0x0501000A);                        // Version
        u32(event, 19045);                             // ProviderVersion
        u32(event, session.processors);                // NumberOfProcessors
        u64(event, session.was_stopped ? 133'000'000'000'000'000 : 0);   // EndTime
        u32(event, 156250);                            // TimerResolution
        u32(event, 0);                                 // MaximumFileSize
        u32(event, 0x02000001);                        // LogFileMode: system logger, sequential
        u32(event, 0);                                 // BuffersWritten, see bytes()
        u32(event, 1);                                 // StartBuffers
        u32(event, session.pointer_bytes);             // PointerSize
        u32(event, session.events_lost);               // EventsLost
        u32(event, 3000);                              // CpuSpeedInMHz
        u64(event, 0);                                 // LoggerName
        u64(event, 0);                                 // LogFileName
        event.resize(event.size() + 0xAC + 4);         // TimeZone and its padding
        u64(event, 132'000'000'000'000'000);           // BootTime
        u64(event, session.performance_frequency);     // PerfFreq
        u64(event, 132'999'999'000'000'000);           // StartTime
        u32(event, 1);                                 // ReservedFlags
        u32(event, session.buffers_lost);              // BuffersLost
        u64(event, 0);
        append(event);
    }

    /// What follows goes into a new buffer of this processor. flags: ETW_BUFFER_FLAG_...
    EtlWriter& buffer(uint16_t processor, uint16_t type = 0, uint16_t flags = 0) {
        close();
        open_ = {.processor = processor, .type = type, .flags = flags, .payload = {}, .used = true};
        return *this;
    }
    EtlWriter& context_switch(uint64_t at, uint32_t to, uint32_t from, uint8_t state, uint8_t wait_reason = 0) {
        std::vector<uint8_t> event = perfinfo(at, 16 + 24, 36);
        u32(event, to);                                // NewThreadId
        u32(event, from);                              // OldThreadId
        for (const uint8_t byte : {uint8_t{8}, uint8_t{9}, uint8_t{1}, uint8_t{0}, wait_reason, uint8_t{1}, state, uint8_t{2}}) event.push_back(byte);   // priorities, C-state, spare; reason, mode, state, ideal
        u32(event, 17);                                // NewThreadWaitTime
        u32(event, 0);                                 // Reserved
        return append(event);
    }
    EtlWriter& ready_thread(uint64_t at, uint32_t thread, uint8_t flag = 0) {
        std::vector<uint8_t> event = perfinfo(at, 16 + 8, 50);
        u32(event, thread);                            // TThreadId
        for (const uint8_t byte : {uint8_t{1}, uint8_t{2}, flag, uint8_t{0}}) event.push_back(byte);   // AdjustReason, AdjustIncrement, Flag, Reserved
        return append(event);
    }
    EtlWriter& enqueue(uint64_t at, uint64_t entry, uint32_t thread) {
        std::vector<uint8_t> event = perfinfo(at, 16 + 16, 62);
        u64(event, entry);
        u32(event, thread);
        u32(event, 0);                                 // the structure's padding
        return append(event);
    }
    EtlWriter& dequeue(uint64_t at, uint32_t thread, std::initializer_list<uint64_t> entries) {
        std::vector<uint8_t> event = perfinfo(at, static_cast<uint16_t>(16 + 8 + 8 * entries.size()), 63);
        u32(event, thread);
        u32(event, static_cast<uint32_t>(entries.size()));
        for (const uint64_t entry : entries) u64(event, entry);
        return append(event);
    }
    /// A Thread event of another opcode, 5 bytes of data: the next one is aligned to 8.
    EtlWriter& another(uint64_t at, uint8_t opcode) {
        std::vector<uint8_t> event = perfinfo(at, 16 + 5, opcode);
        event.resize(event.size() + 5, 0xAB);
        return append(event);
    }
    /// Of a provider of its own: EVENT_HEADER (0x50 bytes), whose size stands in the first two bytes.
    EtlWriter& of_provider() {
        std::vector<uint8_t> event;
        u16(event, 0x50 + 12);
        u16(event, 0xC013);
        event.resize(0x50 + 12, 0x11);
        return append(event);
    }
    /// With a compact system header: thread and process, then the time.
    EtlWriter& compact(uint64_t at, uint16_t hook) {
        std::vector<uint8_t> event;
        u32(event, 0xC0040002);
        u16(event, 24 + 4);
        u16(event, hook);
        u32(event, 8);
        u32(event, 4);
        u64(event, at);
        u32(event, 1);
        return append(event);
    }
    EtlWriter& raw(const std::vector<uint8_t>& event) { return append(event); }
    /// The next buffer in the file is the one that was written before the last: processors flush when they like.
    EtlWriter& swap_last() {
        close();
        std::swap(buffers_[buffers_.size() - 1], buffers_[buffers_.size() - 2]);
        return *this;
    }

    std::vector<uint8_t> bytes() {
        close();
        std::vector<uint8_t> file;
        for (const std::vector<uint8_t>& one : buffers_) file.insert(file.end(), one.begin(), one.end());
        const auto count = static_cast<uint32_t>(buffers_.size());
        for (unsigned i = 0; i < 4; ++i) file[0x48 + 0x20 + 0x24 + i] = static_cast<uint8_t>(count >> (8 * i));
        return file;
    }

private:
    struct Open { uint16_t processor = 0, type = 0, flags = 0; std::vector<uint8_t> payload; bool used = false; };
    Session session_;
    Open open_;
    std::vector<std::vector<uint8_t>> buffers_;
    uint64_t sequence_ = 0, last_time_ = 0;

    static void u16(std::vector<uint8_t>& to, uint16_t value) {
        to.push_back(static_cast<uint8_t>(value));
        to.push_back(static_cast<uint8_t>(value >> 8));
    }
    static void u32(std::vector<uint8_t>& to, uint32_t value) {
        u16(to, static_cast<uint16_t>(value));
        u16(to, static_cast<uint16_t>(value >> 16));
    }
    static void u64(std::vector<uint8_t>& to, uint64_t value) {
        u32(to, static_cast<uint32_t>(value));
        u32(to, static_cast<uint32_t>(value >> 32));
    }
    // Group 5 of the kernel's events is Thread.
    std::vector<uint8_t> perfinfo(uint64_t at, uint16_t size, uint8_t opcode) {
        std::vector<uint8_t> event;
        u32(event, 0xC0110002);                        // TRACE_HEADER_TYPE_PERFINFO64
        u16(event, size);
        event.push_back(opcode);                       // Packet.Type
        event.push_back(5);                            // Packet.Group
        u64(event, at);
        last_time_ = at;
        return event;
    }
    EtlWriter& append(const std::vector<uint8_t>& event) {
        open_.payload.insert(open_.payload.end(), event.begin(), event.end());
        while (open_.payload.size() % 8 != 0) open_.payload.push_back(0);
        return *this;
    }
    void close() {
        if (!open_.used) return;
        std::vector<uint8_t> buffer;
        const auto filled = static_cast<uint32_t>(0x48 + open_.payload.size());
        u32(buffer, session_.buffer_bytes);            // BufferSize
        u32(buffer, sequence_ % 2 == 0 ? filled : 0);  // SavedOffset, which need not say what FilledBytes says
        u32(buffer, filled);                           // CurrentOffset
        u32(buffer, 0);                                // ReferenceCount
        u64(buffer, last_time_);                       // TimeStamp
        u64(buffer, sequence_++);                      // SequenceNumber
        u64(buffer, 1 | session_.performance_frequency << 3);   // ClockType, Frequency
        u16(buffer, open_.processor);                  // ClientContext: processor ...
        u16(buffer, 7);                                // ... and LoggerId
        u32(buffer, 3);                                // State
        u32(buffer, filled);                           // FilledBytes
        u16(buffer, open_.flags);                      // BufferFlag
        u16(buffer, open_.type);                       // BufferType
        buffer.resize(0x48);
        buffer.insert(buffer.end(), open_.payload.begin(), open_.payload.end());
        if (buffer.size() + 4 <= session_.buffer_bytes && sequence_ % 3 == 0) u32(buffer, 0xFFFFFFFF);
        // Behind what is filled stands what an earlier use of the buffer left there.
        const std::vector<uint8_t> stale{0x02, 0, 0x11, 0xC0, 40, 0, 36, 5, 1};
        for (size_t i = 0; buffer.size() < session_.buffer_bytes; ++i) buffer.push_back(i % 40 < stale.size() ? stale[i % 40] : 0);
        buffers_.push_back(std::move(buffer));
        open_ = {};
    }
};

}  // namespace test
