// The bytes of a .ptrace file, for its writers and its reader alone. FORMAT.md is the reference.
#pragma once
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sim/trace/checksum.h"
#include "sim/trace/record.h"

namespace sim {

struct Loss;

inline constexpr char kTraceMagic[8] = {'P', 'T', 'R', 'A', 'C', 'E', '0', '1'};
inline constexpr uint32_t kChunkMagic = 0x4B484350;   // "PCHK"
inline constexpr uint64_t kTraceAlign = 32;           // everything begins at a multiple: records can be read in place
inline constexpr uint64_t kChunkRecords = 4096;

struct FileHead {
    char magic[8];
    uint32_t version;
    uint32_t reserved;
    uint64_t header_bytes;        ///< of the JSON that follows, without padding
    uint64_t header_checksum;     ///< XXH3-64 of it
};

enum class ChunkKind : uint32_t { records = 1, names = 2, losses = 3, index = 4 };

struct ChunkHead {
    uint32_t magic;
    uint32_t kind;                ///< ChunkKind
    uint64_t bytes;               ///< of the payload, without padding; 0 while the chunk is open
    uint64_t checksum;            ///< chunk_checksum, never 0; 0: the chunk is open
    int64_t first_time_ns;        ///< of a records chunk
};
static_assert(sizeof(FileHead) == 32 && sizeof(ChunkHead) == 32);

struct IndexEntry { uint64_t offset; uint64_t records; int64_t first_time_ns; uint64_t reserved; };
static_assert(sizeof(IndexEntry) == 32);

constexpr uint64_t trace_align_up(uint64_t bytes) { return (bytes + kTraceAlign - 1) / kTraceAlign * kTraceAlign; }

/// XXH3-64 of the payload, seeded with that of the head (its checksum taken as 0); a result of 0, which means "open", becomes 1.
uint64_t chunk_checksum(ChunkHead head, const void* payload);

/// Whether a record can be one of ours in a file of so many bytes.
bool record_is_plausible(const Record& record, uint64_t file_bytes);
/// What a chunk of losses says, appended.
void trace_losses(std::string_view text, std::vector<Loss>& losses);

}  // namespace sim
