#include "sim/trace/raw_read.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "sim/trace/file_format.h"

namespace sim {
namespace {

Error bad_file(const std::string& path, std::string what) { return {.file = path, .line = 0, .column = 0, .what = std::move(what), .hint = "record it again"}; }

// What stands in the head, copied out of shared memory's types.
template <class T>
T load(const uint8_t* bytes, uint64_t at) {
    T value;
    std::memcpy(&value, bytes + at, sizeof value);
    return value;
}

// Of the head; its own type has atomics and can't be copied.
struct Sizes {
    uint32_t ring_count;
    uint64_t ring_records, header_bytes, notes_bytes;
};

void read_notes(const uint8_t* bytes, const Sizes& sizes, RawTrace& trace) {
    const uint64_t used = std::min(load<uint64_t>(bytes, offsetof(RawHead, notes_used)), sizes.notes_bytes);
    for (uint64_t at = 0; at + sizeof(RawNote) <= used;) {
        const uint8_t* note = bytes + raw_notes_at(sizes) + at;
        const auto length = load<uint32_t>(note, offsetof(RawNote, bytes));
        const uint64_t size = raw_note_size(length);
        if (size > used - at) break;
        const auto kind = load<uint32_t>(note, 0);
        // One that its writer did not finish has no length to go on by.
        if (kind == 0 && length == 0) break;
        if (kind != 0)
            trace.notes.push_back({static_cast<RawNoteKind>(kind), load<uint64_t>(note, offsetof(RawNote, ticks)), load<uint64_t>(note, offsetof(RawNote, a)), load<uint64_t>(note, offsetof(RawNote, b)),
                                   std::string(reinterpret_cast<const char*>(note + sizeof(RawNote)), length)});
        at += size;
    }
}

// after_gap: packets at the beginning are of a get that was given up.
void add_records(const uint8_t* from, uint64_t count, bool after_gap, std::vector<RawRecord>& ring, uint64_t& nonsense) {
    for (uint64_t i = 0; i < count; ++i) {
        const auto record = load<RawRecord>(from, i * sizeof(RawRecord));
        after_gap = after_gap && record.kind == RawKind::get_entry;
        if (after_gap) continue;
        if (record.kind == RawKind::none || record.kind >= RawKind::kind_count) ++nonsense;
        else ring.push_back(record);
    }
}

// Blocks first, which hold the older records; the rest is still in the rings.
void read_records(const uint8_t* bytes, uint64_t size, const Sizes& sizes, RawTrace& trace) {
    std::vector<uint64_t> next(sizes.ring_count, 0);
    trace.rings.resize(sizes.ring_count);
    uint64_t nonsense = 0;
    for (uint64_t at = raw_blocks_at(sizes); at + sizeof(RawBlock) <= size;) {
        const auto block = load<RawBlock>(bytes, at);
        const uint64_t begin = at + sizeof block;
        const bool good = block.magic == kRawBlockMagic && block.ring < sizes.ring_count && block.count <= (size - begin) / sizeof(RawRecord);
        if (!good || trace_checksum(bytes + begin, block.count * sizeof(RawRecord)) != block.checksum) {
            trace.damage.push_back("a block of records at byte " + std::to_string(at) + " is cut off or damaged; what follows it is lost");
            break;
        }
        add_records(bytes + begin, block.count, block.first > next[block.ring], trace.rings[block.ring], nonsense);
        next[block.ring] = block.first + block.count;
        at = begin + block.count * sizeof(RawRecord);
    }
    const bool ended = load<uint32_t>(bytes, offsetof(RawHead, state)) == static_cast<uint32_t>(RawState::stopped);
    uint64_t unwritten = 0;
    for (uint32_t ring = 0; ring < sizes.ring_count; ++ring) {
        const uint64_t at = raw_rings_at(sizes) + ring * raw_ring_stride(sizes);
        if (at + raw_ring_stride(sizes) > size) break;
        const uint64_t written = load<uint64_t>(bytes, at + offsetof(RawRing, written)), drained = load<uint64_t>(bytes, at + offsetof(RawRing, drained));
        if (const uint64_t lost = load<uint64_t>(bytes, at + offsetof(RawRing, lost)); lost > 0) trace.losses.push_back({"ring " + std::to_string(ring) + " of the program was full", lost});
        // A recorder that has ended gave up what is in no block, to keep the last part only. One that was killed had it in its memory.
        if (!ended && drained > next[ring]) unwritten += drained - next[ring];
        const uint64_t from = std::max(next[ring], drained);
        if (written < from || written - from > sizes.ring_records) continue;
        for (uint64_t n = from; n < written; ++n) add_records(bytes + at + kRawPage + (n & (sizes.ring_records - 1)) * sizeof(RawRecord), 1, false, trace.rings[ring], nonsense);
    }
    if (unwritten > 0) trace.losses.push_back({"in no block of the file: the recorder was ended before it wrote them", unwritten});
    if (nonsense > 0) trace.damage.push_back(std::to_string(nonsense) + " records of the rings make no sense and were left out");
}

void read_head(const uint8_t* bytes, RawTrace& trace) {
    trace.has_tsc = load<uint32_t>(bytes, offsetof(RawHead, has_tsc)) != 0;
    trace.is_wine = load<uint32_t>(bytes, offsetof(RawHead, is_wine)) != 0;
    trace.counter_frequency = std::max<uint64_t>(load<uint64_t>(bytes, offsetof(RawHead, counter_frequency)), 1);
    trace.start_ticks = load<uint64_t>(bytes, offsetof(RawHead, start));
    trace.start_counter = load<uint64_t>(bytes, offsetof(RawHead, start) + 8);
    trace.now_ticks = load<uint64_t>(bytes, offsetof(RawHead, now));
    trace.now_counter = load<uint64_t>(bytes, offsetof(RawHead, now) + 8);
    trace.record_cost_ns = load<double>(bytes, offsetof(RawHead, record_cost_ns));
    trace.clock_cost_ns = load<double>(bytes, offsetof(RawHead, clock_cost_ns));
    trace.round_trip_ns = load<double>(bytes, offsetof(RawHead, round_trip_ns));
    trace.round_trip_recorded_ns = load<double>(bytes, offsetof(RawHead, round_trip_recorded_ns));
    if (const auto lost = load<uint64_t>(bytes, offsetof(RawHead, without_ring)); lost > 0) trace.losses.push_back({"of threads for which no ring was free", lost});
    if (const auto lost = load<uint64_t>(bytes, offsetof(RawHead, notes_lost)); lost > 0) trace.losses.push_back({"names for which there was no room", lost});
}

// What a recorder knows before the program starts. The rest is made when the file is merged: taken from the file it could name ports that are not there.
TraceHeader header_before(TraceHeader&& given) {
    TraceHeader header;
    header.version = given.version;
    header.source = std::move(given.source);
    header.backend = std::move(given.backend);
    header.made_by = std::move(given.made_by);
    header.host = std::move(given.host);
    header.processors_asked = given.processors_asked;
    header.processors_used = given.processors_used;
    header.program.name = std::move(given.program.name);
    header.program.process = given.program.process;
    return header;
}

}  // namespace

int64_t RawTrace::ns_of(uint64_t ticks) const {
    if (ticks <= start_ticks) return 0;
    const double passed = static_cast<double>(ticks - start_ticks);
    double ns = 1e9 / static_cast<double>(counter_frequency);               // a tick
    if (has_tsc && now_ticks > start_ticks && now_counter > start_counter) ns *= static_cast<double>(now_counter - start_counter) / static_cast<double>(now_ticks - start_ticks);
    return static_cast<int64_t>(std::min(passed * ns, static_cast<double>(kDurationMax.ns)));
}

bool raw_begins(const uint8_t* bytes, uint64_t size) { return size >= kRawPage && std::memcmp(bytes, kRawMagic, sizeof kRawMagic) == 0; }

Result<RawTrace> raw_read(const std::string& path, const uint8_t* bytes, uint64_t size) {
    if (!raw_begins(bytes, size)) return bad_file(path, "no recording of a program");
    const auto version = load<uint32_t>(bytes, offsetof(RawHead, version));
    if (version != kRawVersion) return bad_file(path, "the recording of a program has version " + std::to_string(version) + ", this program reads version " + std::to_string(kRawVersion));
    const Sizes sizes{load<uint32_t>(bytes, offsetof(RawHead, ring_count)), load<uint64_t>(bytes, offsetof(RawHead, ring_records)), load<uint64_t>(bytes, offsetof(RawHead, header_bytes)),
                        load<uint64_t>(bytes, offsetof(RawHead, notes_bytes))};
    constexpr uint64_t kMost = uint64_t{1} << 40;
    const bool sane = sizes.ring_count <= 65'536 && sizes.ring_records <= (uint64_t{1} << 32) && (sizes.ring_records & (sizes.ring_records - 1)) == 0 && sizes.header_bytes < kMost && sizes.notes_bytes < kMost;
    if (!sane || raw_notes_at(sizes) + sizes.notes_bytes > size) return bad_file(path, "the recording is cut off inside its head, or its sizes make no sense");
    const uint8_t* text = bytes + kRawPage;
    if (trace_checksum(text, sizes.header_bytes) != load<uint64_t>(bytes, offsetof(RawHead, header_checksum))) return bad_file(path, "the recording's header is damaged (its checksum differs)");
    Result<TraceHeader> header = header_from_json({reinterpret_cast<const char*>(text), sizes.header_bytes});
    if (!header) return bad_file(path, header.error().what);
    RawTrace trace;
    trace.header = header_before(std::move(header.value()));
    read_head(bytes, trace);
    read_notes(bytes, sizes, trace);
    read_records(bytes, size, sizes, trace);
    return trace;
}

}  // namespace sim
