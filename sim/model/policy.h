// The names of the policies that a port can have. What each does: sim/port/policy.h.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sim {

enum class Policy : uint8_t { nt, wine8 };

inline constexpr std::array<std::string_view, 2> kPolicyNames{"nt", "wine8"};

constexpr std::string_view policy_name(Policy policy) { return kPolicyNames[static_cast<size_t>(policy)]; }

constexpr std::optional<Policy> policy_from_name(std::string_view name) {
    for (size_t i = 0; i < kPolicyNames.size(); ++i)
        if (kPolicyNames[i] == name) return static_cast<Policy>(i);
    return std::nullopt;
}

}  // namespace sim
