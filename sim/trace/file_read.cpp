#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>
#include <functional>
#include <new>
#include <optional>

#include "sim/model/limits.h"
#include "sim/trace/file.h"
#include "sim/trace/file_bytes.h"
#include "sim/trace/file_format.h"
#include "sim/trace/raw_merge.h"
#include "sim/trace/ring_file.h"

namespace sim {
namespace {

constexpr uint64_t kPayloadMax = uint64_t{1} << 30;   // of a chunk: an index of 2^37 records

// Takes the records of a trace, a chunk at a time; it may change them.
using ChunkSink = std::function<void(std::vector<Record>& records)>;

Error bad_file(const std::string& path, std::string what, std::string hint = {}) {
    return {.file = path, .line = 0, .column = 0, .what = std::move(what), .hint = std::move(hint)};
}

template <class T>
T load(TraceBytes& bytes, uint64_t offset) {
    T value;
    std::memcpy(&value, bytes.at(offset, sizeof value), sizeof value);
    return value;
}

std::string left_out_text(uint64_t records, const std::string& where) {
    return std::to_string(records) + " records" + where + " make no sense and were left out: they lack what their kind needs, or name what no trace has";
}

Result<TraceHeader> read_header(const std::string& path, TraceBytes& bytes, uint64_t offset, uint64_t size, uint64_t checksum) {
    if (size > bytes.size() - offset) return bad_file(path, "the trace is cut off inside its header");
    const uint8_t* text = bytes.at(offset, size);
    if (trace_checksum(text, size) != checksum) return bad_file(path, "the trace's header is damaged (its checksum differs)");
    Result<TraceHeader> header = header_from_json({reinterpret_cast<const char*>(text), size});
    if (!header) return bad_file(path, header.error().what, "record or simulate it again with this version");
    return header;
}

bool is_earlier(const Record& a, const Record& b) { return a.time_ns < b.time_ns; }

// Chunk after chunk; what can't be read is told and passed over.
class ChunkReader {
public:
    ChunkReader(TraceBytes& bytes, TraceOverview& overview, const ChunkSink& sink) : bytes_(bytes), overview_(overview), sink_(sink) {}

    void read(uint64_t offset) {
        while (offset + sizeof(ChunkHead) <= bytes_.size() && !ended_) {
            bytes_.forget_before(offset);
            offset = read_chunk(offset);
        }
        if (!in_order_) damaged("the records were not in the order of time and were sorted");
        if (!ended_) damaged(offset < bytes_.size() ? "the file is cut off inside the head of a chunk" : "the trace was not closed: it ends without an index");
        overview_.whole = overview_.damage.empty();
    }

private:
    TraceBytes& bytes_;
    TraceOverview& overview_;
    const ChunkSink& sink_;
    std::vector<Record> records_;                          // of the chunk
    bool ended_ = false, in_order_ = true;

    void damaged(std::string what) { overview_.damage.push_back(std::move(what)); }

    void hand_over() {
        for (const Record& record : records_) {
            ++overview_.counts[static_cast<size_t>(record.kind)];
            overview_.tries.add(record);
            in_order_ = in_order_ && record.time_ns >= overview_.last_ns;
            overview_.last_ns = std::max(overview_.last_ns, record.time_ns);
        }
        overview_.records += records_.size();
        sink_(records_);
        records_.clear();
    }

    // The next place where a chunk could begin.
    uint64_t next_head(uint64_t offset) {
        for (offset = trace_align_up(offset + 1); offset + sizeof(ChunkHead) <= bytes_.size(); offset += kTraceAlign) {
            bytes_.forget_before(offset);
            if (load<uint32_t>(bytes_, offset) == kChunkMagic) return offset;
        }
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
        const bool cut = head.bytes > room;
        if (cut || head.bytes > kPayloadMax || chunk_checksum(head, bytes_.at(begin, head.bytes)) != head.checksum) {
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
            if (record_is_plausible(record, bytes_.size())) records_.push_back(record);
            else ++nonsense;
            if (records_.size() == kChunkRecords) {
                hand_over();
                bytes_.forget_before(offset);
            }
        }
        hand_over();
        damaged("the last chunk was still open: its " + std::to_string((offset - begin) / sizeof(Record) - nonsense) + " finished records were read");
        if (nonsense > 0) damaged(left_out_text(nonsense, " of the open chunk"));
        return next_head(offset - 1);
    }

    void read_payload(ChunkKind kind, uint64_t begin, uint64_t size, const std::string& where) {
        switch (kind) {
            case ChunkKind::records: {
                records_.resize(size / sizeof(Record));
                if (!records_.empty()) std::memcpy(static_cast<void*>(records_.data()), bytes_.at(begin, size), records_.size() * sizeof(Record));
                drop_nonsense(where);
                return hand_over();
            }
            case ChunkKind::losses: return trace_losses({reinterpret_cast<const char*>(bytes_.at(begin, size)), size}, overview_.losses);
            case ChunkKind::names: return;               // reserved
            case ChunkKind::index: ended_ = true; return;
        }
        damaged("the chunk" + where + " has a kind that this version does not know");
    }

    // The checksum holds and yet the records make no sense: another program wrote them.
    void drop_nonsense(const std::string& where) {
        const auto end = std::remove_if(records_.begin(), records_.end(), [&](const Record& r) { return !record_is_plausible(r, bytes_.size()); });
        if (end == records_.end()) return;
        damaged(left_out_text(static_cast<uint64_t>(records_.end() - end), " of the chunk" + where));
        records_.erase(end, records_.end());
    }
};

Result<TraceOverview> read_chunks(const std::string& path, TraceBytes& bytes, const ChunkSink& sink) {
    const FileHead head = load<FileHead>(bytes, 0);
    if (head.version != kTraceVersion) return bad_file(path, "the trace has version " + std::to_string(head.version) + ", this program reads version " + std::to_string(kTraceVersion), head.version > kTraceVersion ? "a newer Portside wrote it and reads it" : "");
    Result<TraceHeader> header = read_header(path, bytes, sizeof head, head.header_bytes, head.header_checksum);
    if (!header) return header.error();
    TraceOverview overview;
    overview.header = std::move(header.value());
    ChunkReader(bytes, overview, sink).read(trace_align_up(sizeof head + head.header_bytes));
    return overview;
}

// A ring that was full counted what it had to drop. Returns how many records make no sense.
uint64_t read_ring(TraceBytes& bytes, uint32_t ring, uint64_t offset, uint64_t capacity, Trace& trace) {
    const uint64_t lost = load<uint64_t>(bytes, offset + 8);
    const uint32_t thread = load<uint32_t>(bytes, offset + 16);
    const uint32_t goes_on = load<uint32_t>(bytes, offset + 24);
    const std::string name = thread < trace.header.threads.size() ? trace.header.threads[thread] : (goes_on > 0 ? goes_on - 1 : ring) == 0 ? "the sources" : "context switches";
    if (lost > 0) trace.losses.push_back({.what = "the ring of " + name + " was full", .records = lost});
    uint64_t nonsense = 0, first = 0, end = capacity;
    // One that wraps: the newest, but for the slot that is in work.
    if (const uint64_t written = load<uint64_t>(bytes, offset); load<uint32_t>(bytes, offset + 20) != 0) {
        first = written >= capacity ? written - capacity + 1 : 0;
        end = written;
        if (first > 0) trace.losses.push_back({.what = "given up by the ring of " + name + " to keep only the last part", .records = first});
    }
    for (uint64_t i = first; i < end; ++i) {
        const uint64_t at = offset + kRingPage + i % capacity * sizeof(Record);
        if (at + sizeof(Record) > bytes.size()) break;
        const Record record = load<Record>(bytes, at);
        if (record.kind == Kind::none) break;             // kind is written last
        if (record_is_plausible(record, bytes.size())) trace.records.push_back(record);
        else ++nonsense;
    }
    return nonsense;
}

Result<Trace> read_rings(const std::string& path, TraceBytes& bytes) {
    const RingFileHead head = load<RingFileHead>(bytes, 0);
    if (head.version != kTraceVersion) return bad_file(path, "the ring file has version " + std::to_string(head.version) + ", this program reads version " + std::to_string(kTraceVersion));
    Result<TraceHeader> header = read_header(path, bytes, sizeof head, head.header_bytes, head.header_checksum);
    if (!header) return header.error();
    Trace trace;
    trace.header = std::move(header.value());
    uint64_t offset = ring_first(head.header_bytes), nonsense = 0;
    if (head.ring_records == 0 || head.ring_records > (uint64_t{1} << 40)) return bad_file(path, "the ring file's size makes no sense");
    for (uint32_t ring = 0; ring < head.ring_count && offset + kRingPage <= bytes.size(); ++ring, offset += ring_stride(head.ring_records)) {
        bytes.forget_before(offset);
        nonsense += read_ring(bytes, ring, offset, head.ring_records, trace);
    }
    std::stable_sort(trace.records.begin(), trace.records.end(), is_earlier);
    trace.whole = false;
    trace.damage.push_back("the recorder did not finish: its rings were merged, " + std::to_string(trace.records.size()) + " records");
    if (nonsense > 0) trace.damage.push_back(left_out_text(nonsense, " of the rings"));
    return trace;
}

// What an agent left in a program, and the recorder beside it did not merge. The kernel's events of a.ptrace.part, where they were asked for, are in a.ptrace.etl.
Result<Trace> read_raw(const std::string& path, TraceBytes& bytes) {
    const Result<RawTrace> raw = raw_read(path, bytes.at(0, bytes.size()), bytes.size());
    if (!raw) return raw.error();
    const std::string log = path.ends_with(".part") ? path.substr(0, path.size() - 5) + ".etl" : "";
    std::error_code code;
    const bool has_log = !log.empty() && std::filesystem::is_regular_file(log, code);
    const Result<Etl> etl = has_log ? etl_read_file(log) : Result<Etl>(Etl{});
    Result<Trace> trace = raw_merge(raw.value(), {.port = "", .last_ns = 0, .kernel = has_log && etl ? &etl.value() : nullptr});
    if (!trace) return trace;
    if (!etl) trace->losses.push_back({"kernel events: " + etl.error().text(), 0});
    trace->whole = false;
    trace->damage.push_back("the recorder did not finish: what the program left was merged, " + std::to_string(trace->records.size()) + " records");
    return trace;
}

}  // namespace

// Whether a record can be one of ours: it names what its kind needs, and nothing that no trace has. Packet numbers rise by one with each `posted`, so a file of few bytes has no large ones;
// the slack is for records that a recorder lost.
bool record_is_plausible(const Record& record, uint64_t file_bytes) {
    if (record.kind == Kind::none || record.kind >= Kind::kind_count) return false;
    if (record.time_ns < 0 || record.time_ns > kDurationMax.ns) return false;
    const Names needs = names_of(record.kind);
    if (record.thread == kNoThread ? needs.thread : record.thread >= kThreadsMax) return false;
    if (record.port == kNoPort ? needs.port : record.port >= kPortsMax) return false;
    if (record.kind == Kind::get_called) return true;
    return record.packet == kNoPacket ? !needs.packet : record.packet < file_bytes + (uint64_t{1} << 20);
}

void trace_losses(std::string_view text, std::vector<Loss>& losses) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const size_t tab = line.find('\t');
        if (tab == std::string_view::npos) continue;
        losses.push_back({.what = std::string(line.substr(tab + 1)), .records = std::strtoull(std::string(line.substr(0, tab)).c_str(), nullptr, 10)});
    }
}

uint64_t lost_records(const std::vector<Loss>& losses) {
    uint64_t lost = 0;
    for (const Loss& loss : losses) lost += loss.records;
    return lost;
}

namespace {

// Whether records come chunk by chunk; else all of them are in `whole`, which only a recorder's rings need.
Result<TraceOverview> read_some(const std::string& path, TraceBytes& bytes, const ChunkSink& sink, Trace& whole) {
    const auto begins_with = [&bytes](const char (&magic)[8], size_t head) { return bytes.size() >= head && std::memcmp(bytes.at(0, sizeof magic), magic, sizeof magic) == 0; };
    if (begins_with(kTraceMagic, sizeof(FileHead))) return read_chunks(path, bytes, sink);
    constexpr char kUnwritten[8] = {};
    if (begins_with(kUnwritten, kRawPage)) return bad_file(path, "the recorder died before it recorded anything: the file's beginning is not written", "record it again; a recording to the same name replaces this file");
    const bool raw = begins_with(kRawMagic, kRawPage);
    if (!raw && !begins_with(kRingMagic, sizeof(RingFileHead)))
        return bad_file(path, bytes.size() == 0 ? "the file is empty, expected a trace" : "this is not a trace (it does not begin with PTRACE01)", "traces come from `portside sim -o` and `portside record`");
    Result<Trace> rings = raw ? read_raw(path, bytes) : read_rings(path, bytes);
    if (!rings) return rings.error();
    whole = std::move(rings.value());
    TraceOverview overview{.header = whole.header, .counts = {}, .records = whole.records.size(), .last_ns = whole.records.empty() ? 0 : whole.records.back().time_ns, .tries = release_tries(whole.records), .losses = whole.losses, .damage = whole.damage, .whole = false};
    for (const Record& record : whole.records) ++overview.counts[static_cast<size_t>(record.kind)];
    return overview;
}

Result<Trace> read_all(const std::string& path, TraceBytes& bytes) {
    Trace trace;
    try {
        Result<TraceOverview> overview = read_some(path, bytes, [&trace](std::vector<Record>& records) { trace.records.insert(trace.records.end(), records.begin(), records.end()); }, trace);
        if (!overview) return overview.error();
        trace.header = std::move(overview->header);
        trace.losses = std::move(overview->losses);
        trace.damage = std::move(overview->damage);
        trace.whole = overview->whole;
    } catch (const std::bad_alloc&) {
        return bad_file(path, "the trace does not fit into memory: it has " + std::to_string(bytes.size() / 1'000'000'000) + " GB", "`portside info` reads it in little memory");
    }
    if (!std::is_sorted(trace.records.begin(), trace.records.end(), is_earlier)) std::stable_sort(trace.records.begin(), trace.records.end(), is_earlier);
    return trace;
}

// None: it has no size, a pipe for example.
std::optional<uint64_t> size_of(const std::string& path) {
    std::error_code code;
    if (!std::filesystem::is_regular_file(path, code)) return std::nullopt;
    const uint64_t size = std::filesystem::file_size(path, code);
    return code ? std::nullopt : std::optional(size);
}

// As it comes. False: it can't be read.
bool read_pipe(std::FILE* file, std::vector<uint8_t>& bytes) {
    for (size_t got = 1; got > 0;) {
        const size_t before = bytes.size();
        bytes.resize(before + (size_t{1} << 20));
        got = std::fread(bytes.data() + before, 1, bytes.size() - before, file);
        bytes.resize(before + got);
    }
    return std::ferror(file) == 0;
}

// Opens the file and lets `read` have its bytes.
template <class T, class Read>
Result<T> with_bytes(const std::string& path, Read read) {
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) return bad_file(path, std::string("can't open the trace: ") + std::strerror(errno));
    std::setvbuf(file, nullptr, _IONBF, 0);                // blocks are large as it is
    const std::optional<uint64_t> size = size_of(path);
    std::vector<uint8_t> piped;
    if (!size && !read_pipe(file, piped)) {
        const int error = errno;
        std::fclose(file);
        return bad_file(path, std::string("can't read the trace: ") + std::strerror(error));
    }
    TraceBytes bytes = size ? TraceBytes(file, *size) : TraceBytes(piped.data(), piped.size());
    Result<T> result = read(bytes);
    std::fclose(file);
    return result;
}

}  // namespace

Result<Trace> trace_read_bytes(const std::string& path, const std::vector<uint8_t>& bytes) {
    TraceBytes view(bytes.data(), bytes.size());
    return read_all(path, view);
}

Result<Trace> trace_read(const std::string& path) {
    return with_bytes<Trace>(path, [&path](TraceBytes& bytes) { return read_all(path, bytes); });
}

Result<TraceOverview> trace_overview(const std::string& path) {
    return with_bytes<TraceOverview>(path, [&path](TraceBytes& bytes) {
        Trace rings;
        return read_some(path, bytes, [](std::vector<Record>&) {}, rings);
    });
}

}  // namespace sim
