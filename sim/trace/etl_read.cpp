#include "sim/trace/etl_read.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <new>

namespace sim {
namespace {

// Buffer header: ETW_BUFFER_HEADER of evntrace.h, which leaves out names for sizes and flags; those are of ntwmi.h.
constexpr uint64_t kBufferHead = 0x48;
constexpr uint64_t kBufferSizeAt = 0x00, kSavedAt = 0x04, kContextAt = 0x28, kFilledAt = 0x30, kFlagAt = 0x34;
constexpr uint16_t kEventsLost = 2, kBufferLost = 4, kProcessorIndex = 0x20, kCompressed = 0x40;
constexpr uint16_t kIndexMask = 0x07FF;
constexpr uint64_t kBufferMost = uint64_t{1} << 26;

// The first four bytes of an event: flags, type of its header, and a version or its size.
constexpr uint32_t kPadding = UINT32_MAX;
constexpr uint8_t kFlagsTrace = 0xC0, kFlagsMessage = 0x90;
enum HeaderType : uint8_t { kSystem32 = 1, kSystem64 = 2, kCompact32 = 3, kCompact64 = 4, kFull32 = 10, kInstance32 = 11, kPerfInfo32 = 16, kPerfInfo64 = 17, kEvent32 = 18, kEvent64 = 19, kFull64 = 20, kInstance64 = 21 };
constexpr uint16_t kExtended = 0x8700;         // in the version of a perfinfo header: items stand before its data

constexpr uint16_t kHookHeader = 0x0000, kHookSwitch = 0x0524, kHookReady = 0x0532, kHookQueued = 0x053E, kHookTaken = 0x053F;
constexpr uint16_t kNoHook = UINT16_MAX;

// TRACE_LOGFILE_HEADER of a 64-bit session, from the end of its event's header.
constexpr uint64_t kLogHead = 0x118, kProcessorsAt = 0x0C, kEndTimeAt = 0x10, kBuffersWrittenAt = 0x24, kPointerSizeAt = 0x2C, kEventsLostAt = 0x30, kPerfFreqAt = 0x100, kBuffersLostAt = 0x114;

template <class T>
T load(const uint8_t* bytes, uint64_t at) {
    T value;
    std::memcpy(&value, bytes + at, sizeof value);
    return value;
}

// Where an event's data are. size 0: it makes no sense.
struct Frame { uint64_t size = 0, data = 0, ticks = 0; uint16_t hook = kNoHook; };

Frame frame_of(const uint8_t* event, uint64_t rest) {
    if (rest < 8) return {};
    const auto marker = load<uint32_t>(event, 0);
    const auto flags = static_cast<uint8_t>(marker >> 24), type = static_cast<uint8_t>(marker >> 16);
    const auto kernel = [event, rest](uint64_t data, uint64_t time_at, bool read) -> Frame {
        const Frame frame{.size = load<uint16_t>(event, 4), .data = data, .ticks = 0, .hook = read ? load<uint16_t>(event, 6) : kNoHook};
        if (frame.size < data || frame.size > rest) return {};
        Frame timed = frame;
        timed.ticks = load<uint64_t>(event, time_at);
        return timed;
    };
    const Frame other{.size = marker & 0xFFFF, .data = 8, .ticks = 0, .hook = kNoHook};
    const bool other_fits = other.size >= 8 && other.size <= rest;
    if ((flags & 0xF0) == kFlagsMessage) return other_fits ? other : Frame{};
    if ((flags & kFlagsTrace) != kFlagsTrace) return {};
    switch (type) {
        case kSystem64: return kernel(0x20, 0x10, true);
        case kCompact64: return kernel(0x18, 0x10, true);
        case kPerfInfo64: return kernel(0x10, 0x08, (marker & kExtended) == 0);
        case kSystem32: return kernel(0x20, 0x10, false);
        case kCompact32: return kernel(0x18, 0x10, false);
        case kPerfInfo32: return kernel(0x10, 0x08, false);
        case kFull32: case kInstance32: case kEvent32: case kEvent64: case kFull64: case kInstance64: return other_fits ? other : Frame{};
        default: return {};
    }
}

class Reader {
public:
    Reader(const uint8_t* bytes, uint64_t size, Etl& etl) : bytes_(bytes), size_(size), etl_(etl) {}

    void run() {
        uint64_t at = 0, buffers = 0;
        for (; at < size_; ++buffers) {
            if (size_ - at < kBufferHead) return cut_off(at);
            const uint64_t length = load<uint32_t>(bytes_, at + kBufferSizeAt);
            if (length < kBufferHead || length > kBufferMost) return cut_off(at, "the buffer at byte " + std::to_string(at) + " makes no sense; it and what follows are lost");
            read_buffer(at, std::min(length, size_ - at), length);
            if (length > size_ - at) return cut_off(at);
            at += length;
        }
        if (buffers < written_) cut_off(at, "of " + std::to_string(written_) + " buffers the last " + std::to_string(written_ - buffers) + " are not there");
        else if (!ended_) cut_off(at, "the session was not ended: what the kernel had not written yet is lost");
    }
    void log_head(const uint8_t* head) {
        etl_.frequency = load<uint64_t>(head, kPerfFreqAt);
        etl_.events_lost = load<uint32_t>(head, kEventsLostAt);
        etl_.buffers_lost = load<uint32_t>(head, kBuffersLostAt);
        processors_ = std::min<uint32_t>(load<uint32_t>(head, kProcessorsAt), kIndexMask + 1);
        written_ = load<uint32_t>(head, kBuffersWrittenAt);
        ended_ = load<uint64_t>(head, kEndTimeAt) != 0;
    }
    void holes();

private:
    // Of one buffer, in the file's order: when its events are, and what is missing of them.
    struct Buffer { uint16_t processor = 0; uint64_t first = UINT64_MAX, last = 0; bool lost_before = false, lost_after = false; };

    const uint8_t* bytes_;
    uint64_t size_;
    Etl& etl_;
    uint32_t processors_ = 0;
    uint64_t written_ = 0;
    bool ended_ = true, tail_lost_ = false;
    std::vector<Buffer> buffers_;

    void cut_off(uint64_t at, std::string what = {}) {
        tail_lost_ = true;
        etl_.damage.push_back(what.empty() ? "the file is cut off in the buffer at byte " + std::to_string(at) : std::move(what));
    }
    // Those of a processor come in order; what touches is one.
    void hole(uint16_t processor, uint64_t from, uint64_t to) {
        if (!etl_.holes.empty() && etl_.holes.back().processor == processor && etl_.holes.back().to >= from) etl_.holes.back().to = std::max(etl_.holes.back().to, to);
        else etl_.holes.push_back({.processor = processor, .from = from, .to = to});
    }
    void read_buffer(uint64_t at, uint64_t there, uint64_t length);
    bool read_event(const uint8_t* event, const Frame& frame, uint16_t processor);
};

uint16_t processor_of(const uint8_t* buffer) {
    const bool index = (load<uint16_t>(buffer, kFlagAt) & kProcessorIndex) != 0;
    return index ? load<uint16_t>(buffer, kContextAt) & kIndexMask : load<uint8_t>(buffer, kContextAt);
}

// `there` of its `length` bytes are in the file.
void Reader::read_buffer(uint64_t at, uint64_t there, uint64_t length) {
    const uint8_t* buffer = bytes_ + at;
    Buffer seen{.processor = processor_of(buffer), .first = UINT64_MAX, .last = 0, .lost_before = false, .lost_after = there < length};
    const auto flags = load<uint16_t>(buffer, kFlagAt);
    seen.lost_before = (flags & (kEventsLost | kBufferLost)) != 0;
    uint64_t filled = load<uint32_t>(buffer, kFilledAt);
    if (filled < kBufferHead || filled > length) filled = load<uint32_t>(buffer, kSavedAt);
    if (filled < kBufferHead || filled > length) filled = length;
    const uint64_t end = std::min(filled, there);
    if ((flags & kCompressed) != 0) etl_.damage.push_back("the buffer at byte " + std::to_string(at) + " is compressed and was not read");
    else
        for (uint64_t offset = kBufferHead; end > offset && end - offset >= 8;) {
            const uint8_t* event = buffer + offset;
            const auto marker = load<uint32_t>(event, 0);
            if (marker == kPadding || marker == 0) break;
            const Frame frame = frame_of(event, end - offset);
            if (frame.size == 0 || !read_event(event, frame, seen.processor)) {
                if (there >= filled) etl_.damage.push_back("the event at byte " + std::to_string(at + offset) + " makes no sense; it and the rest of its buffer are lost");
                seen.lost_after = true;
                break;
            }
            if (frame.ticks != 0 && frame.hook != kHookHeader) {
                seen.first = std::min(seen.first, frame.ticks);
                seen.last = std::max(seen.last, frame.ticks);
            }
            offset += (frame.size + 7) / 8 * 8;
        }
    if ((flags & kCompressed) != 0) seen.lost_after = true;
    buffers_.push_back(seen);
}

// False: its data are shorter than documented.
bool Reader::read_event(const uint8_t* event, const Frame& frame, uint16_t processor) {
    const uint8_t* data = event + frame.data;
    const uint64_t size = frame.size - frame.data;
    EtlEvent out{.ticks = frame.ticks, .processor = processor};
    switch (frame.hook) {
        case kHookSwitch:
            if (size < 24) return false;
            out.thread = load<uint32_t>(data, 0);
            out.old_thread = load<uint32_t>(data, 4);
            out.wait_reason = load<uint8_t>(data, 12);
            out.state = load<uint8_t>(data, 14);
            break;
        case kHookReady:
            if (size < 8) return false;
            out.kind = EtlKind::thread_ready;
            out.thread = load<uint32_t>(data, 0);
            out.from_interrupt = (load<uint8_t>(data, 6) & 1) != 0;
            break;
        case kHookQueued:
            if (size < 12) return false;
            out.kind = EtlKind::queued;
            out.entry = load<uint64_t>(data, 0);
            out.thread = load<uint32_t>(data, 8);
            break;
        case kHookTaken: {
            if (size < 8) return false;
            out.kind = EtlKind::taken;
            out.thread = load<uint32_t>(data, 0);
            out.count = static_cast<uint32_t>(std::min<uint64_t>(load<uint32_t>(data, 4), (size - 8) / 8));
            out.first = static_cast<uint32_t>(etl_.entries.size());
            for (uint32_t i = 0; i < out.count; ++i) etl_.entries.push_back(load<uint64_t>(data, 8 + i * uint64_t{8}));
            break;
        }
        default:
            if (frame.hook != kHookHeader) ++etl_.skipped;
            return true;
    }
    etl_.events.push_back(out);
    return true;
}

// What a buffer's flag says is missing lies after the processor's buffer before it and, as nobody says where, up to its own last event. What was lost
// after a processor's last buffer no flag tells of: where anything was lost, that time is not certain.
void Reader::holes() {
    std::map<uint16_t, std::vector<Buffer>> by_processor;
    for (const Buffer& buffer : buffers_) by_processor[buffer.processor].push_back(buffer);
    bool flagged = false;
    const bool no_tail = tail_lost_ || etl_.events_lost > 0 || etl_.buffers_lost > 0;
    for (uint32_t p = 0; p < processors_ && no_tail; ++p) by_processor[static_cast<uint16_t>(p)];   // all of its buffers may be in the lost part
    for (auto& [processor, list] : by_processor) {
        // A buffer of which no event could be read has no time: it may belong anywhere.
        for (const Buffer& buffer : list)
            if (buffer.first == UINT64_MAX && (buffer.lost_before || (buffer.lost_after && !tail_lost_))) {
                hole(processor, 0, UINT64_MAX);
                flagged = true;
            }
        std::erase_if(list, [](const Buffer& buffer) { return buffer.first == UINT64_MAX; });
        std::stable_sort(list.begin(), list.end(), [](const Buffer& a, const Buffer& b) { return a.first < b.first; });
        uint64_t last = etl_.start_ticks;
        bool open = false;
        for (const Buffer& buffer : list) {
            if (buffer.lost_before || open) hole(processor, last, buffer.lost_before ? buffer.last : buffer.first);
            flagged = flagged || buffer.lost_before;
            open = buffer.lost_after;
            last = std::max(last, buffer.last);
        }
        if (open || no_tail) hole(processor, last, UINT64_MAX);
    }
    if (!flagged && (etl_.events_lost > 0 || etl_.buffers_lost > 0)) etl_.holes.push_back({});
}

Error refused(const std::string& path, std::string what, std::string hint = {}) { return {.file = path, .line = 0, .column = 0, .what = std::move(what), .hint = std::move(hint)}; }

}  // namespace

Result<Etl> etl_read(const std::string& path, const uint8_t* bytes, uint64_t size) {
    constexpr uint64_t kHeadEnds = kBufferHead + 0x20 + kLogHead;
    if (size < kBufferHead + 8) return refused(path, "this is no event trace log: it ends inside its first buffer");
    const uint8_t* event = bytes + kBufferHead;
    const auto marker = load<uint32_t>(event, 0);
    if (marker >> 24 != kFlagsTrace || load<uint16_t>(event, 6) != kHookHeader) return refused(path, "this is no event trace log: it does not begin with the session's header");
    if (static_cast<uint8_t>(marker >> 16) == kSystem32) return refused(path, "the event trace log is of a 32-bit session", "only those of 64-bit Windows are read");
    if (size < kHeadEnds) return refused(path, "the event trace log ends inside its header");
    const Frame frame = frame_of(event, size - kBufferHead);
    if (static_cast<uint8_t>(marker >> 16) != kSystem64 || frame.size < 0x20 + kLogHead) return refused(path, "this is no event trace log: the session's header makes no sense");
    const uint8_t* head = event + frame.data;
    if (const auto pointer = load<uint32_t>(head, kPointerSizeAt); pointer != 8) return refused(path, "the event trace log has pointers of " + std::to_string(pointer) + " bytes", "only those of 64-bit Windows are read");
    Etl etl;
    etl.start_ticks = frame.ticks;
    Reader reader(bytes, size, etl);
    reader.log_head(head);
    if (etl.frequency == 0) return refused(path, "the event trace log names no frequency of its clock");
    reader.run();
    std::stable_sort(etl.events.begin(), etl.events.end(), [](const EtlEvent& a, const EtlEvent& b) { return a.ticks < b.ticks; });
    reader.holes();
    return etl;
}

Result<Etl> etl_read_file(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
    if (file == nullptr) return refused(path, std::string("can't open the kernel's events: ") + std::strerror(errno));
    try {
        std::vector<uint8_t> bytes;
        for (size_t got = 1; got > 0;) {
            const size_t before = bytes.size();
            bytes.resize(before + (size_t{1} << 20));
            got = std::fread(bytes.data() + before, 1, bytes.size() - before, file.get());
            bytes.resize(before + got);
        }
        if (std::ferror(file.get()) != 0) return refused(path, "can't read the kernel's events");
        return etl_read(path, bytes.data(), bytes.size());
    } catch (const std::bad_alloc&) {
        return refused(path, "the kernel's events do not fit into memory", "record for a shorter time");
    }
}

}  // namespace sim
