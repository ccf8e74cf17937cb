#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <cstdio>

#include "sim/trace/summary.h"

namespace sim {

struct Fingerprint::State { XXH3_state_t hash; };

Fingerprint::Fingerprint() : state_(std::make_unique<State>()) { XXH3_64bits_reset(&state_->hash); }
Fingerprint::Fingerprint(Fingerprint&&) noexcept = default;
Fingerprint& Fingerprint::operator=(Fingerprint&&) noexcept = default;
Fingerprint::~Fingerprint() = default;

void Fingerprint::add(const Record* records, size_t count) { XXH3_64bits_update(&state_->hash, records, count * sizeof(Record)); }

std::string Fingerprint::text() const {
    const uint64_t value = XXH3_64bits_digest(&state_->hash);
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%08lx%08lx", static_cast<unsigned long>(value >> 32), static_cast<unsigned long>(value & 0xFFFF'FFFFu));
    return text.data();
}

}  // namespace sim
