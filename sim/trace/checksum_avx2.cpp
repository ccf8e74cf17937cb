// Compiled for AVX2. Includes nothing whose functions other files have too: the linker might take those of here.
#include "sim/trace/checksum.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace sim {

uint64_t trace_checksum_avx2(const void* data, uint64_t bytes, uint64_t seed) { return XXH3_64bits_withSeed(data, bytes, seed); }

}  // namespace sim
