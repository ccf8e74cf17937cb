#include "sim/base/prng.h"

namespace sim {
namespace {

uint64_t hash_text(std::string_view text) {
    uint64_t h = mix64(text.size() + kGolden);
    for (char c : text) h = mix64(h ^ static_cast<unsigned char>(c));
    return h;
}

}  // namespace

uint64_t source_stream_key(uint64_t seed, std::string_view source_name) {
    return mix64(mix64(seed + kGolden) ^ hash_text(source_name));
}

}  // namespace sim
