// Rule tests are scripts of `portside rules`: what was said so far, and the answer to the last line.
#pragma once
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "sim/cli/rules_script.h"

/// Plays `lines` (separated by ;) and gives the last answer without its command: `[["took","t",["k"]]] {"p":{...}}`.
inline std::string play(std::string_view lines) {
    sim::RulesScript script;
    std::string answer;
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find(';'));
        lines.remove_prefix(std::min(lines.size(), line.size() + 1));
        answer = script.line(line).value_or("");
        const bool right = answer.find(",\"error\":") == std::string::npos;
        REQUIRE_MESSAGE(right, answer);
    }
    const size_t effects = answer.find("\"effects\":") + 10, ports = answer.find(",\"ports\":");
    return answer.substr(effects, ports - effects) + ' ' + answer.substr(ports + 9, answer.size() - ports - 10);
}

/// The effects of the last line alone, and the ports after it alone.
inline std::string effects_of(std::string_view lines) {
    const std::string all = play(lines);
    return all.substr(0, all.find("] {") + 1);
}
inline std::string ports_of(std::string_view lines) {
    const std::string all = play(lines);
    return all.substr(all.find("] {") + 2);
}
