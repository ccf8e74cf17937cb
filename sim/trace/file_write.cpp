#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cerrno>
#include <cstring>

#include "sim/trace/file.h"
#include "sim/trace/file_format.h"

namespace sim {

uint64_t trace_checksum(const void* data, uint64_t bytes) {
    const uint64_t checksum = XXH3_64bits(data, bytes);
    return checksum == 0 ? 1 : checksum;
}

struct TraceWriter::State {
    std::string path;
    std::FILE* file = nullptr;
    uint64_t offset = 0;                  // bytes written so far
    std::vector<Record> chunk;            // of the open chunk
    uint64_t chunk_offset = 0;            // of its head
    size_t chunk_written = 0;             // records of it that are in the file
    std::vector<IndexEntry> index;

    ~State() { if (file != nullptr) std::fclose(file); }

    Error failed(const char* what) const {
        return {.file = path, .line = 0, .column = 0, .what = std::string(what) + ": " + std::strerror(errno), .hint = errno == ENOSPC ? "the disk is full; what was written before can be read" : ""};
    }
    bool write(const void* data, uint64_t bytes) {
        if (bytes > 0 && std::fwrite(data, 1, bytes, file) != bytes) return false;
        offset += bytes;
        return true;
    }
    bool pad() {
        static constexpr char zeros[kTraceAlign] = {};
        return write(zeros, trace_align_up(offset) - offset);
    }
    bool write_chunk(ChunkKind kind, const void* data, uint64_t bytes) {
        const ChunkHead head{kChunkMagic, static_cast<uint32_t>(kind), bytes, trace_checksum(data, bytes), 0};
        return write(&head, sizeof head) && write(data, bytes) && pad();
    }
    bool open_chunk(int64_t first_time_ns) {
        chunk_offset = offset;
        const ChunkHead head{kChunkMagic, static_cast<uint32_t>(ChunkKind::records), 0, 0, first_time_ns};
        return write(&head, sizeof head);
    }
    bool write_records() {
        const size_t count = chunk.size() - chunk_written;
        if (!write(chunk.data() + chunk_written, count * sizeof(Record))) return false;
        chunk_written = chunk.size();
        return true;
    }
    // Records first, then the head that vouches for them: a writer that dies between leaves an open chunk.
    bool close_chunk() {
        if (chunk.empty()) return true;
        if (!write_records() || std::fflush(file) != 0) return false;
        const uint64_t bytes = chunk.size() * sizeof(Record);
        const ChunkHead head{kChunkMagic, static_cast<uint32_t>(ChunkKind::records), bytes, trace_checksum(chunk.data(), bytes), chunk.front().time_ns};
        if (std::fseek(file, static_cast<long>(chunk_offset), SEEK_SET) != 0 || std::fwrite(&head, sizeof head, 1, file) != 1) return false;
        if (std::fseek(file, 0, SEEK_END) != 0) return false;
        index.push_back({chunk_offset, chunk.size(), chunk.front().time_ns, 0});
        chunk.clear();
        chunk_written = 0;
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
    state->file = std::fopen(path.c_str(), "wb");
    if (state->file == nullptr) return state->failed("can't write the trace");
    const std::string json = header_to_json(header);
    FileHead head{};
    std::memcpy(head.magic, kTraceMagic, sizeof head.magic);
    head.version = kTraceVersion;
    head.header_bytes = json.size();
    head.header_checksum = trace_checksum(json.data(), json.size());
    if (!state->write(&head, sizeof head) || !state->write(json.data(), json.size()) || !state->pad() || std::fflush(state->file) != 0)
        return state->failed("can't write the trace's header");
    return TraceWriter(std::move(state));
}

Status TraceWriter::add(const Record* records, size_t count) {
    State& s = *state_;
    for (size_t i = 0; i < count; ++i) {
        if (s.chunk.empty() && !s.open_chunk(records[i].time_ns)) return s.failed("can't write the trace");
        s.chunk.push_back(records[i]);
        if (s.chunk.size() == kChunkRecords && !s.close_chunk()) return s.failed("can't write the trace");
    }
    if (s.chunk.size() - s.chunk_written >= 256 && !s.write_records()) return s.failed("can't write the trace");
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

Status trace_write(const std::string& path, const Trace& trace) {
    Result<TraceWriter> writer = TraceWriter::create(path, trace.header);
    if (!writer) return writer.error();
    if (Status status = writer->add(trace.records.data(), trace.records.size()); !status) return status;
    return writer->close(trace.losses);
}

}  // namespace sim
