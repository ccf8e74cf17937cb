#include "sim/trace/checksum.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace sim {

uint64_t trace_checksum(const void* data, uint64_t bytes, uint64_t seed) {
    static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
    return has_avx2 ? trace_checksum_avx2(data, bytes, seed) : XXH3_64bits_withSeed(data, bytes, seed);
}

}  // namespace sim
