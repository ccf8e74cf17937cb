// Rule ids as one byte, as trace records carry them. Texts and sources: sim/port/rules.h.
#pragma once
#include <cstdint>

namespace sim {

/// 0 = none known; K1..K41 = 1..41; S1..S7 = 51..57. The other families of docs/port-rules.md get numbers when they are served.
enum class Rule : uint8_t {
    none = 0,
    K1 = 1, K2, K3, K4, K5, K6, K7, K8, K9, K10, K11, K12, K13, K14, K15, K16, K17, K18, K19, K20, K21, K22, K23, K24,
    K25, K26, K27, K28, K29, K30, K31, K32, K33, K34, K35, K36, K37, K38, K39, K40, K41,
    S1 = 51, S2, S3, S4, S5, S6, S7,
};

}  // namespace sim
