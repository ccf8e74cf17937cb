// Rule ids as one byte, as trace records carry them, and their names. Texts and sources: sim/port/rules.h.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace sim {

/// 0 = none known; K1..K41 = 1..41; S1..S7 = 51..57; F1..F14 = 61..74.
enum class Rule : uint8_t {
    none = 0,
    K1 = 1, K2, K3, K4, K5, K6, K7, K8, K9, K10, K11, K12, K13, K14, K15, K16, K17, K18, K19, K20, K21, K22, K23, K24,
    K25, K26, K27, K28, K29, K30, K31, K32, K33, K34, K35, K36, K37, K38, K39, K40, K41,
    S1 = 51, S2, S3, S4, S5, S6, S7,
    F1 = 61, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12, F13, F14,
};

/// Every label by its number, ended by a zero; empty where no rule has it.
inline constexpr auto kRuleLabels = [] {
    std::array<std::array<char, 4>, 75> labels{};
    const auto name = [&labels](size_t first, size_t last, char family) {
        for (size_t n = first; n <= last; ++n) {
            const size_t id = n - first + 1;
            size_t at = 0;
            labels[n][at++] = family;
            if (id >= 10) labels[n][at++] = static_cast<char>('0' + id / 10);
            labels[n][at] = static_cast<char>('0' + id % 10);
        }
    };
    name(static_cast<size_t>(Rule::K1), static_cast<size_t>(Rule::K41), 'K');
    name(static_cast<size_t>(Rule::S1), static_cast<size_t>(Rule::S7), 'S');
    name(static_cast<size_t>(Rule::F1), static_cast<size_t>(Rule::F14), 'F');
    return labels;
}();

/// "K17"; "" for Rule::none or a number that is no rule. What it views lives for ever and ends with a zero.
constexpr std::string_view rule_label(Rule rule) {
    const auto number = static_cast<size_t>(rule);
    return number < kRuleLabels.size() ? std::string_view(kRuleLabels[number].data()) : std::string_view("");
}
static_assert(rule_label(Rule::K9) == "K9" && rule_label(Rule::K41) == "K41" && rule_label(Rule::S7) == "S7" && rule_label(Rule::F14) == "F14" && rule_label(Rule::none).empty());

}  // namespace sim
