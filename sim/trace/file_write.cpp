#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "sim/trace/file.h"
#include "sim/trace/file_behind.h"
#include "sim/trace/file_format.h"
#include "sim/trace/file_map.h"

namespace sim {
namespace {

constexpr size_t kChunkBytes = sizeof(ChunkHead) + kChunkRecords * sizeof(Record);
// From here on a file's whole chunks are written behind: it won't stay in the file cache, and going there costs more than all else.
constexpr uint64_t kBehindFrom = uint64_t{64} << 20;
constexpr size_t kKindAt = sizeof(Record) - 1;
static_assert(offsetof(Record, kind) == kKindAt);

// Kind last: whoever reads after a crash stops at the first slot without one.
void store_record(uint8_t* slot, const Record& record) {
    std::memcpy(slot, &record, kKindAt);
    std::atomic_ref<uint8_t>(slot[kKindAt]).store(static_cast<uint8_t>(record.kind), std::memory_order_release);
}

}  // namespace

uint64_t chunk_checksum(ChunkHead head, const void* payload) {
    head.checksum = 0;
    const uint64_t checksum = trace_checksum(payload, head.bytes, trace_checksum(&head, sizeof head));
    return checksum == 0 ? 1 : checksum;
}

struct TraceWriter::State {
    std::string path;
    std::FILE* file = nullptr;
    uint64_t offset = 0;                  // where the next chunk begins
    bool open = false;                    // a records chunk is open, at `offset`
    size_t count = 0;                     // records in it
    size_t written = 0;                   // of them, those in the file; mapped: all
    int64_t first_time_ns = 0;
    FileMap map;
    std::vector<uint8_t> buffer;          // the open chunk's records where it is not mapped
    std::vector<IndexEntry> index;
    std::unique_ptr<FileBehind> behind;   // writes the file's end; null: nobody but `file` does

    ~State() {
        leave_behind();
        file_drop_map(map);
        if (file != nullptr) std::fclose(file);
    }

    Error failed(const char* what) const {
        return {.file = path, .line = 0, .column = 0, .what = std::string(what) + ": " + std::strerror(errno), .hint = errno == ENOSPC ? "the disk is full; what was written before can be read" : ""};
    }
    uint8_t* records() { return map.bytes != nullptr ? map.bytes + sizeof(ChunkHead) : buffer.data(); }

    bool seek(uint64_t to) { return std::fseek(file, static_cast<long>(to), SEEK_SET) == 0; }
    bool write(const void* data, uint64_t bytes) { return bytes == 0 || std::fwrite(data, 1, bytes, file) == bytes; }
    bool pad(uint64_t bytes) {
        static constexpr char zeros[kTraceAlign] = {};
        return write(zeros, trace_align_up(bytes) - bytes);
    }
    bool write_chunk(ChunkKind kind, const void* data, uint64_t bytes) {
        if (!leave_behind()) return false;
        ChunkHead head{kChunkMagic, static_cast<uint32_t>(kind), bytes, 0, 0};
        head.checksum = chunk_checksum(head, data);
        if (!seek(offset) || !write(&head, sizeof head) || !write(data, bytes) || !pad(bytes)) return false;
        offset += sizeof head + trace_align_up(bytes);
        return true;
    }

    // From here on `file` writes the end again.
    bool leave_behind() {
        if (behind == nullptr) return true;
        const bool good = behind->finish();
        const int why = errno;
        behind.reset();
        errno = why;
        return good;
    }

    // A whole chunk of records at once.
    bool write_whole_chunk(const Record* records_of_chunk) {
        const ChunkHead head = head_of(records_of_chunk, kChunkRecords, records_of_chunk->time_ns);
        if (behind == nullptr && offset >= kBehindFrom) behind = FileBehind::open(file, offset);
        if (behind != nullptr ? !write_behind(head, records_of_chunk) : !write_here(head, records_of_chunk)) return false;
        index.push_back({offset, kChunkRecords, head.first_time_ns, 0});
        offset += sizeof head + head.bytes;
        return true;
    }
    bool write_behind(const ChunkHead& head, const Record* records_of_chunk) { return behind->append(&head, sizeof head) && behind->append(records_of_chunk, head.bytes); }
    // From where they are: nothing is mapped or copied. Open until its records are there, so that whoever finds it cut off reads
    // those that arrived.
    bool write_here(const ChunkHead& head, const Record* records_of_chunk) {
        const ChunkHead unfinished{kChunkMagic, static_cast<uint32_t>(ChunkKind::records), 0, 0, head.first_time_ns};
        if (!seek(offset) || !write(&unfinished, sizeof unfinished) || !write(records_of_chunk, head.bytes) || std::fflush(file) != 0) return false;
        return seek(offset) && write(&head, sizeof head) && std::fflush(file) == 0;
    }

    static ChunkHead head_of(const void* payload, size_t records, int64_t time_ns) {
        ChunkHead head{kChunkMagic, static_cast<uint32_t>(ChunkKind::records), records * sizeof(Record), 0, time_ns};
        head.checksum = chunk_checksum(head, payload);
        return head;
    }

    bool open_chunk(int64_t time_ns) {
        if (!leave_behind()) return false;
        open = true;
        count = written = 0;
        first_time_ns = time_ns;
        const ChunkHead head{kChunkMagic, static_cast<uint32_t>(ChunkKind::records), 0, 0, time_ns};
        if (std::fflush(file) != 0) return false;
        map = file_map(file, offset, kChunkBytes);
        if (map.bytes != nullptr) {
            std::memcpy(map.bytes, &head, sizeof head);
            return true;
        }
        buffer.resize(kChunkBytes - sizeof head);
        return seek(offset) && write(&head, sizeof head) && std::fflush(file) == 0;
    }
    // Where nothing is mapped: what `add` brought goes to the file before it returns.
    bool write_records() {
        if (map.bytes != nullptr || written == count) return true;
        if (!write(buffer.data() + written * sizeof(Record), (count - written) * sizeof(Record)) || std::fflush(file) != 0) return false;
        written = count;
        return true;
    }
    // Records first, then the head that vouches for them: a writer that dies between leaves an open chunk.
    bool close_chunk() {
        if (!open) return true;
        if (!write_records()) return false;
        open = false;
        const ChunkHead head = head_of(records(), count, first_time_ns);
        index.push_back({offset, count, first_time_ns, 0});
        const uint64_t end = offset + sizeof head + head.bytes;
        if (map.bytes != nullptr) {
            std::memcpy(map.bytes, &head, sizeof head);
            if (!file_unmap(file, map, end)) return false;
        } else if (!seek(offset) || !write(&head, sizeof head) || std::fflush(file) != 0) {
            return false;
        }
        offset = end;
        return true;
    }
};

TraceWriter::TraceWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
TraceWriter::TraceWriter(TraceWriter&&) noexcept = default;
TraceWriter& TraceWriter::operator=(TraceWriter&&) noexcept = default;
TraceWriter::~TraceWriter() = default;

Result<TraceWriter> TraceWriter::create(const std::string& path, const TraceHeader& header) {
    auto state = std::make_unique<State>();
    state->path = path;
    // A window may have the old file mapped: it keeps that one, and would lose what a truncated one no longer has.
    std::error_code ignored;
    if (std::filesystem::is_regular_file(std::filesystem::symlink_status(path, ignored)))
        if (std::FILE* old = std::fopen(path.c_str(), "r+b"); old != nullptr) {      // one that is write-protected stays
            std::fclose(old);
            std::filesystem::remove(path, ignored);
        }
    state->file = std::fopen(path.c_str(), "w+b");
    if (state->file == nullptr) return state->failed("can't write the trace");
    const std::string json = header_to_json(header);
    FileHead head{};
    std::memcpy(head.magic, kTraceMagic, sizeof head.magic);
    head.version = kTraceVersion;
    head.header_bytes = json.size();
    head.header_checksum = trace_checksum(json.data(), json.size());
    if (!state->write(&head, sizeof head) || !state->write(json.data(), json.size()) || !state->pad(json.size()) || std::fflush(state->file) != 0)
        return state->failed("can't write the trace's header");
    state->offset = sizeof head + trace_align_up(json.size());
    return TraceWriter(std::move(state));
}

Status TraceWriter::add(const Record* records, size_t count) {
    State& s = *state_;
    size_t i = 0;
    for (; !s.open && count - i >= kChunkRecords; i += kChunkRecords)
        if (!s.write_whole_chunk(records + i)) return s.failed("can't write the trace");
    for (; i < count; ++i) {
        if (!s.open && !s.open_chunk(records[i].time_ns)) return s.failed("can't write the trace");
        store_record(s.records() + s.count * sizeof(Record), records[i]);
        ++s.count;
        if (s.count == kChunkRecords && !s.close_chunk()) return s.failed("can't write the trace");
    }
    if (s.open && !s.write_records()) return s.failed("can't write the trace");
    return Done{};
}

Status TraceWriter::close(const std::vector<Loss>& losses) {
    State& s = *state_;
    std::string text;
    for (const Loss& loss : losses) text += std::to_string(loss.records) + '\t' + loss.what + '\n';
    bool good = s.close_chunk();
    if (good && !text.empty()) good = s.write_chunk(ChunkKind::losses, text.data(), text.size());
    good = good && s.write_chunk(ChunkKind::index, s.index.data(), s.index.size() * sizeof(IndexEntry)) && std::fflush(s.file) == 0;
    if (!good) return s.failed("can't write the trace");
    std::FILE* file = s.file;
    s.file = nullptr;
    if (std::fclose(file) != 0) return s.failed("can't write the trace");
    return Done{};
}

namespace {

Status write_to(const std::string& path, const Trace& trace) {
    Result<TraceWriter> writer = TraceWriter::create(path, trace.header);
    if (!writer) return writer.error();
    if (Status status = writer->add(trace.records.data(), trace.records.size()); !status) return status;
    return writer->close(trace.losses);
}

}  // namespace

// It is there as a whole, or what was there stays.
Status trace_write(const std::string& path, const Trace& trace) {
    std::error_code failed;
    const std::filesystem::file_status there = std::filesystem::symlink_status(path, failed);
    if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there)) return write_to(path, trace);   // a device or a link stays what it is
    if (std::filesystem::exists(there)) {                                 // one that is write-protected stays
        std::FILE* old = std::fopen(path.c_str(), "r+b");
        if (old == nullptr) return Error{.file = path, .line = 0, .column = 0, .what = std::string("can't write the trace: ") + std::strerror(errno), .hint = {}};
        std::fclose(old);
    }
    const std::string fresh = path + ".new";
    if (Status written = write_to(fresh, trace); !written) {
        std::filesystem::remove(fresh, failed);
        Error error = written.error();
        if (error.file == fresh) error.file = path;
        if (!error.hint.empty()) error.hint = "the disk is full; what was there before stays";
        return error;
    }
    std::filesystem::rename(fresh, path, failed);
    if (!failed) return Done{};
    const std::string why = failed.message();
    std::filesystem::remove(fresh, failed);
    return Error{.file = path, .line = 0, .column = 0, .what = "can't write the trace: " + why, .hint = {}};
}

}  // namespace sim
