#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "sim/model/limits.h"
#include "sim/trace/file.h"
#include "sim/trace/file_format.h"
#include "sim/trace/ring_file.h"

namespace sim {
namespace {

using Bytes = std::vector<uint8_t>;

Error bad_file(const std::string& path, std::string what, std::string hint = {}) {
    return {.file = path, .line = 0, .column = 0, .what = std::move(what), .hint = std::move(hint)};
}

template <class T>
T load(const Bytes& bytes, uint64_t offset) {
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

// Whether a record can be one of ours: it names what its kind needs, and nothing that no trace has. Packet numbers rise by one with each `posted`, so a file of few bytes has no large ones;
// the slack is for records that a recorder lost.
bool is_plausible(const Record& record, uint64_t file_bytes) {
    if (record.kind == Kind::none || record.kind >= Kind::kind_count) return false;
    if (record.time_ns < 0) return false;
    const Names needs = names_of(record.kind);
    if (record.thread == kNoThread ? needs.thread : record.thread >= kThreadsMax) return false;
    if (record.port == kNoPort ? needs.port : record.port >= kPortsMax) return false;
    if (record.kind == Kind::get_called) return true;
    return record.packet == kNoPacket ? !needs.packet : record.packet < file_bytes + (uint64_t{1} << 20);
}

std::string left_out_text(uint64_t records, const std::string& where) {
    return std::to_string(records) + " records" + where + " make no sense and were left out: they lack what their kind needs, or name what no trace has";
}

Result<TraceHeader> read_header(const std::string& path, const Bytes& bytes, uint64_t offset, uint64_t size, uint64_t checksum) {
    if (size > bytes.size() - offset) return bad_file(path, "the trace is cut off inside its header");
    if (trace_checksum(bytes.data() + offset, size) != checksum) return bad_file(path, "the trace's header is damaged (its checksum differs)");
    Result<TraceHeader> header = header_from_json({reinterpret_cast<const char*>(bytes.data()) + offset, size});
    if (!header) return bad_file(path, header.error().what, "record or simulate it again with this version");
    return header;
}

bool is_earlier(const Record& a, const Record& b) { return a.time_ns < b.time_ns; }

// Chunk after chunk; what can't be read is told and passed over.
class ChunkReader {
public:
    ChunkReader(const Bytes& bytes, Trace& trace) : bytes_(bytes), trace_(trace) {}

    void read(uint64_t offset) {
        while (offset + sizeof(ChunkHead) <= bytes_.size() && !ended_) offset = read_chunk(offset);
        if (!std::is_sorted(trace_.records.begin(), trace_.records.end(), is_earlier)) {
            std::stable_sort(trace_.records.begin(), trace_.records.end(), is_earlier);
            damaged("the records were not in the order of time and were sorted");
        }
        if (!ended_) damaged(offset < bytes_.size() ? "the file is cut off inside the head of a chunk" : "the trace was not closed: it ends without an index");
        trace_.whole = trace_.damage.empty();
    }

private:
    const Bytes& bytes_;
    Trace& trace_;
    bool ended_ = false;

    void damaged(std::string what) { trace_.damage.push_back(std::move(what)); }

    // The next place where a chunk could begin.
    uint64_t next_head(uint64_t offset) const {
        for (offset = trace_align_up(offset + 1); offset + sizeof(ChunkHead) <= bytes_.size(); offset += kTraceAlign)
            if (load<uint32_t>(bytes_, offset) == kChunkMagic) return offset;
        return bytes_.size();
    }

    uint64_t read_chunk(uint64_t offset) {
        const ChunkHead head = load<ChunkHead>(bytes_, offset);
        const uint64_t begin = offset + sizeof head, room = bytes_.size() - begin;
        const std::string where = " at byte " + std::to_string(offset);
        if (head.magic != kChunkMagic) {
            const uint64_t next = next_head(offset);
            damaged("no chunk begins" + where + "; " + std::to_string(next - offset) + " bytes were passed over");
            return next;
        }
        if (head.checksum == 0) return read_open_chunk(begin);
        if (head.bytes > room || chunk_checksum(head, bytes_.data() + begin) != head.checksum) {
            const bool cut = head.bytes > room;
            damaged("the chunk" + where + (cut ? " is cut off" : " is damaged (its checksum differs)") + (head.bytes < (uint64_t{1} << 32) ? ": up to " + std::to_string(head.bytes / sizeof(Record)) + " records are lost" : ""));
            return next_head(offset);
        }
        read_payload(static_cast<ChunkKind>(head.kind), begin, head.bytes, where);
        return trace_align_up(begin + head.bytes);
    }

    // The writer died here: whole records up to the first whose kind is 0.
    uint64_t read_open_chunk(uint64_t begin) {
        uint64_t offset = begin, nonsense = 0;
        for (; offset + sizeof(Record) <= bytes_.size(); offset += sizeof(Record)) {
            const Record record = load<Record>(bytes_, offset);
            if (record.kind == Kind::none || load<uint32_t>(bytes_, offset) == kChunkMagic) break;
            if (is_plausible(record, bytes_.size())) trace_.records.push_back(record);
            else ++nonsense;
        }
        damaged("the last chunk was still open: its " + std::to_string((offset - begin) / sizeof(Record) - nonsense) + " finished records were read");
        if (nonsense > 0) damaged(left_out_text(nonsense, " of the open chunk"));
        return next_head(offset - 1);
    }

    void read_payload(ChunkKind kind, uint64_t begin, uint64_t size, const std::string& where) {
        switch (kind) {
            case ChunkKind::records: {
                const size_t count = size / sizeof(Record), before = trace_.records.size();
                trace_.records.resize(before + count);
                if (count > 0) std::memcpy(static_cast<void*>(trace_.records.data() + before), bytes_.data() + begin, count * sizeof(Record));
                drop_nonsense(before, where);
                return;
            }
            case ChunkKind::losses: return read_losses({reinterpret_cast<const char*>(bytes_.data()) + begin, size});
            case ChunkKind::names: return;               // reserved
            case ChunkKind::index: ended_ = true; return;
        }
        damaged("the chunk" + where + " has a kind that this version does not know");
    }

    // The checksum holds and yet the records make no sense: another program wrote them.
    void drop_nonsense(size_t from, const std::string& where) {
        const auto first = trace_.records.begin() + static_cast<std::ptrdiff_t>(from);
        const auto end = std::remove_if(first, trace_.records.end(), [&](const Record& r) { return !is_plausible(r, bytes_.size()); });
        if (end == trace_.records.end()) return;
        damaged(left_out_text(static_cast<uint64_t>(trace_.records.end() - end), " of the chunk" + where));
        trace_.records.erase(end, trace_.records.end());
    }

    void read_losses(std::string_view text) {
        while (!text.empty()) {
            const std::string_view line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(text.size(), line.size() + 1));
            const size_t tab = line.find('\t');
            if (tab == std::string_view::npos) continue;
            trace_.losses.push_back({.what = std::string(line.substr(tab + 1)), .records = std::strtoull(std::string(line.substr(0, tab)).c_str(), nullptr, 10)});
        }
    }
};

Result<Trace> read_chunks(const std::string& path, const Bytes& bytes) {
    const FileHead head = load<FileHead>(bytes, 0);
    if (head.version != kTraceVersion) return bad_file(path, "the trace has version " + std::to_string(head.version) + ", this program reads version " + std::to_string(kTraceVersion));
    Result<TraceHeader> header = read_header(path, bytes, sizeof head, head.header_bytes, head.header_checksum);
    if (!header) return header.error();
    Trace trace;
    trace.header = std::move(header.value());
    ChunkReader(bytes, trace).read(trace_align_up(sizeof head + head.header_bytes));
    return trace;
}

// A ring that was full counted what it had to drop. Returns how many records make no sense.
uint64_t read_ring(const Bytes& bytes, uint64_t offset, uint64_t capacity, Trace& trace) {
    const uint64_t lost = load<uint64_t>(bytes, offset + 8);
    const uint32_t thread = load<uint32_t>(bytes, offset + 16);
    const std::string name = thread < trace.header.threads.size() ? trace.header.threads[thread] : "the sources";
    if (lost > 0) trace.losses.push_back({.what = "the ring of " + name + " was full", .records = lost});
    uint64_t nonsense = 0;
    for (uint64_t i = 0; i < capacity; ++i) {
        const uint64_t at = offset + kRingPage + i * sizeof(Record);
        if (at + sizeof(Record) > bytes.size()) break;
        const Record record = load<Record>(bytes, at);
        if (record.kind == Kind::none) break;             // kind is written last
        if (is_plausible(record, bytes.size())) trace.records.push_back(record);
        else ++nonsense;
    }
    return nonsense;
}

Result<Trace> read_rings(const std::string& path, const Bytes& bytes) {
    const RingFileHead head = load<RingFileHead>(bytes, 0);
    if (head.version != kTraceVersion) return bad_file(path, "the ring file has version " + std::to_string(head.version) + ", this program reads version " + std::to_string(kTraceVersion));
    Result<TraceHeader> header = read_header(path, bytes, sizeof head, head.header_bytes, head.header_checksum);
    if (!header) return header.error();
    Trace trace;
    trace.header = std::move(header.value());
    uint64_t offset = ring_first(head.header_bytes), nonsense = 0;
    if (head.ring_records > (uint64_t{1} << 40)) return bad_file(path, "the ring file's size makes no sense");
    for (uint32_t ring = 0; ring < head.ring_count && offset + kRingPage <= bytes.size(); ++ring, offset += ring_stride(head.ring_records)) nonsense += read_ring(bytes, offset, head.ring_records, trace);
    std::stable_sort(trace.records.begin(), trace.records.end(), is_earlier);
    trace.whole = false;
    trace.damage.push_back("the recorder did not finish: its rings were merged, " + std::to_string(trace.records.size()) + " records");
    if (nonsense > 0) trace.damage.push_back(left_out_text(nonsense, " of the rings"));
    return trace;
}

}  // namespace

uint64_t lost_records(const Trace& trace) {
    uint64_t lost = 0;
    for (const Loss& loss : trace.losses) lost += loss.records;
    return lost;
}

Result<Trace> trace_read_bytes(const std::string& path, const std::vector<uint8_t>& bytes) {
    if (bytes.size() >= sizeof(RingFileHead) && std::memcmp(bytes.data(), kRingMagic, sizeof kRingMagic) == 0) return read_rings(path, bytes);
    if (bytes.size() >= sizeof(FileHead) && std::memcmp(bytes.data(), kTraceMagic, sizeof kTraceMagic) == 0) return read_chunks(path, bytes);
    return bad_file(path, bytes.empty() ? "the file is empty, expected a trace" : "this is not a trace (it does not begin with PTRACE01)", "traces come from `portside sim -o` and `portside record`");
}

Result<Trace> trace_read(const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) return bad_file(path, std::string("can't open the trace: ") + std::strerror(errno));
    Bytes bytes;
    if (std::fseek(file, 0, SEEK_END) == 0) {            // a pipe has no size: it is read as it comes
        const long size = std::ftell(file);
        if (size > 0 && size < LONG_MAX) bytes.reserve(static_cast<size_t>(size) + 1);
        std::rewind(file);
    }
    size_t got = 0;
    do {
        const size_t before = bytes.size(), block = std::max(bytes.capacity() - before, size_t{1} << 20);
        bytes.resize(before + block);
        got = std::fread(bytes.data() + before, 1, block, file);
        bytes.resize(before + got);
    } while (got > 0);
    const bool failed = std::ferror(file) != 0;
    const int error = errno;
    std::fclose(file);
    if (failed) return bad_file(path, std::string("can't read the trace: ") + std::strerror(error));
    return trace_read_bytes(path, bytes);
}

}  // namespace sim
