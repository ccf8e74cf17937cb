// Every rule by id: one sentence for people, where it comes from, and whether it is served. Linked from trace lines, the
// window and lessons; tests/lint asks for a test of each rule that is not `later`. The full text: docs/port-rules.md.
#pragma once
#include <span>
#include <string_view>

#include "sim/model/rule.h"

namespace sim {

struct RuleEntry {
    Rule rule;
    std::string_view id;       ///< "K17": rule_label, written out for whoever searches
    std::string_view text;     ///< one sentence
    std::string_view source;   ///< evidence classes of docs/port-rules.md: "[R][D]"
    bool later = false;        ///< known, not served yet
};

/// K1..K41, S1..S7, then those of F1..F14 that the model shows (scenarios/README.md says why not the others).
std::span<const RuleEntry> rule_table();

/// The sentence; "" for Rule::none or a number that is no rule. The id: rule_label (sim/model/rule.h).
std::string_view rule_text(Rule rule);

}  // namespace sim
