#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <cstdio>

#include "sim/trace/summary.h"

namespace sim {

uint64_t fingerprint_add(uint64_t fingerprint, const Record& record) { return XXH3_64bits_withSeed(&record, sizeof record, fingerprint); }

std::string fingerprint_text(uint64_t fingerprint) {
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%08lx%08lx", static_cast<unsigned long>(fingerprint >> 32), static_cast<unsigned long>(fingerprint & 0xFFFF'FFFFu));
    return text.data();
}

}  // namespace sim
