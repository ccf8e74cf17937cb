#include "sim/trace/file_open.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <optional>

#include "sim/trace/file_format.h"
#include "sim/trace/file_map.h"

namespace sim {
namespace {

constexpr uint64_t kRunBytes = Records::run_records * sizeof(Record);
static_assert(Records::run_records == kChunkRecords);

// A mapped file of this size.
struct Mapped {
    FileMap map;
    ~Mapped() { file_drop_map(map); }
    uint64_t size() const { return map.length; }
    template <class T>
    T load(uint64_t offset) const {
        T value;
        std::memcpy(&value, map.bytes + offset, sizeof value);
        return value;
    }
};

std::shared_ptr<Mapped> mapped(const std::string& path, uint64_t least) {
    std::error_code code;
    const uint64_t size = std::filesystem::is_regular_file(path, code) ? std::filesystem::file_size(path, code) : 0;
    if (code || size < std::max<uint64_t>(least, sizeof(FileHead) + 2 * sizeof(ChunkHead))) return nullptr;
    auto file = std::make_shared<Mapped>();
    file->map = file_map_to_read(path, size);
    return file->map.bytes == nullptr ? nullptr : file;
}

// A chunk whose checksum holds, of this kind, with all of its payload inside [offset, end).
bool whole_chunk(const Mapped& file, ChunkKind kind, uint64_t offset, uint64_t end) {
    if (offset % kTraceAlign != 0 || offset + sizeof(ChunkHead) > end) return false;
    const ChunkHead head = file.load<ChunkHead>(offset);
    if (head.magic != kChunkMagic || head.kind != static_cast<uint32_t>(kind) || head.bytes > end - offset - sizeof head) return false;
    return chunk_checksum(head, file.map.bytes + offset + sizeof head) == head.checksum;
}

// The index is the last chunk and has 32 bytes for each chunk of records, of which all but the last are full: so its place
// follows from the file's size.
std::optional<uint64_t> index_of(const Mapped& file, uint64_t first) {
    const uint64_t least = (file.size() - first) / (sizeof(ChunkHead) + kRunBytes + sizeof(IndexEntry));
    for (uint64_t chunks = least > 1 ? least - 1 : 0; chunks <= least + 2; ++chunks) {
        const uint64_t bytes = sizeof(ChunkHead) + chunks * sizeof(IndexEntry);
        if (bytes > file.size() - first) break;
        const uint64_t offset = file.size() - bytes;
        if (whole_chunk(file, ChunkKind::index, offset, file.size()) && file.load<ChunkHead>(offset).bytes == chunks * sizeof(IndexEntry)) return offset;
    }
    return std::nullopt;
}

// So many records in full chunks one behind the other, and the end of the last chunk; none where the file is laid out otherwise.
struct Laid { uint64_t records = 0, end = 0; };
std::optional<Laid> laid_out(const Mapped& file, uint64_t first, uint64_t index) {
    const uint64_t chunks = file.load<ChunkHead>(index).bytes / sizeof(IndexEntry);
    Laid laid{.records = 0, .end = first};
    for (uint64_t i = 0; i < chunks; ++i) {
        const IndexEntry entry = file.load<IndexEntry>(index + sizeof(ChunkHead) + i * sizeof entry);
        const bool good = entry.offset == laid.end && (i + 1 == chunks ? entry.records > 0 && entry.records <= kChunkRecords : entry.records == kChunkRecords);
        if (!good) return std::nullopt;
        laid.records += entry.records;
        laid.end += sizeof(ChunkHead) + entry.records * sizeof(Record);
        if (laid.end > index) return std::nullopt;
    }
    return laid;
}

std::optional<TraceHeader> header_of_file(const Mapped& file, uint64_t& first) {
    const FileHead head = file.load<FileHead>(0);
    if (std::memcmp(head.magic, kTraceMagic, sizeof head.magic) != 0 || head.version != kTraceVersion || head.header_bytes > file.size() - sizeof head) return std::nullopt;
    const uint8_t* text = file.map.bytes + sizeof head;
    if (trace_checksum(text, head.header_bytes) != head.header_checksum) return std::nullopt;
    Result<TraceHeader> header = header_from_json({reinterpret_cast<const char*>(text), head.header_bytes});
    first = trace_align_up(sizeof head + head.header_bytes);
    if (!header || first > file.size()) return std::nullopt;
    return std::move(header.value());
}

// None: it is not one that can be looked at in place; trace_read finds out why.
std::optional<OpenTrace> open_mapped(const std::string& path, uint64_t least) {
    const std::shared_ptr<Mapped> file = mapped(path, least);
    if (file == nullptr) return std::nullopt;
    uint64_t first = 0;
    std::optional<TraceHeader> header = header_of_file(*file, first);
    if (!header) return std::nullopt;
    const std::optional<uint64_t> index = index_of(*file, first);
    const std::optional<Laid> laid = index ? laid_out(*file, first, *index) : std::nullopt;
    if (!laid || laid->records == 0) return std::nullopt;
    OpenTrace open{.header = std::move(*header), .records = {}, .losses = {}, .damage = {}, .whole = true, .path = path};
    if (laid->end != *index) {                            // between them: losses
        if (!whole_chunk(*file, ChunkKind::losses, laid->end, *index)) return std::nullopt;
        const uint64_t bytes = file->load<ChunkHead>(laid->end).bytes;
        if (trace_align_up(laid->end + sizeof(ChunkHead) + bytes) != *index) return std::nullopt;
        trace_losses({reinterpret_cast<const char*>(file->map.bytes + laid->end + sizeof(ChunkHead)), bytes}, open.losses);
    }
    const auto* record = reinterpret_cast<const Record*>(file->map.bytes + first + sizeof(ChunkHead));
    open.records = Records(file, record, laid->records, sizeof(ChunkHead));
    return open;
}

}  // namespace

OpenTrace open_trace(Trace trace) { return {.header = std::move(trace.header), .records = std::move(trace.records), .losses = std::move(trace.losses), .damage = std::move(trace.damage), .whole = trace.whole, .path = {}}; }

Trace trace_of(const OpenTrace& open) { return {.header = open.header, .records = open.records.copy(), .losses = open.losses, .damage = open.damage, .whole = open.whole}; }

Result<OpenTrace> trace_open(const std::string& path, uint64_t map_bytes) {
    if (std::optional<OpenTrace> open = open_mapped(path, map_bytes)) return std::move(*open);
    Result<Trace> trace = trace_read(path);
    if (!trace) return trace.error();
    return open_trace(std::move(trace.value()));
}

bool trace_run_whole(const OpenTrace& trace, uint64_t number) {
    if (!trace.records.mapped()) return true;
    const std::span<const Record> run = trace.records.run(number);
    ChunkHead head;
    std::memcpy(&head, reinterpret_cast<const uint8_t*>(run.data()) - sizeof head, sizeof head);
    if (head.magic != kChunkMagic || head.kind != static_cast<uint32_t>(ChunkKind::records) || head.bytes != run.size_bytes() || chunk_checksum(head, run.data()) != head.checksum) return false;
    const uint64_t file_bytes = trace.records.size() * sizeof(Record);
    int64_t last_ns = number > 0 ? trace.records[number - 1].time_ns : 0;
    for (const Record& record : run) {
        if (!record_is_plausible(record, file_bytes) || record.time_ns < last_ns) return false;
        last_ns = record.time_ns;
    }
    return true;
}

void trace_forget_runs(const OpenTrace& trace, uint64_t from, uint64_t to) {
    if (trace.records.mapped() && from < to) file_forget(&trace.records[from], static_cast<size_t>(reinterpret_cast<const uint8_t*>(&trace.records[to - 1]) - reinterpret_cast<const uint8_t*>(&trace.records[from])));
}

}  // namespace sim
