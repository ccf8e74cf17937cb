// How often a random test tries and from which seed it draws: what the test says, or what PORTSIDE_TEST_COUNT and
// PORTSIDE_TEST_SEED say, to run one drawn case again or many more.
#pragma once
#include <cstdint>
#include <cstdlib>

namespace test {

inline uint64_t number_from_environment(const char* name, uint64_t usual) {
    const char* text = std::getenv(name);
    return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

inline uint64_t count_or(uint64_t usual) { return number_from_environment("PORTSIDE_TEST_COUNT", usual); }
inline uint64_t seed_or(uint64_t usual) { return number_from_environment("PORTSIDE_TEST_SEED", usual); }

}  // namespace test
