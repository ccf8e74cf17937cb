#include <array>
#include <cstdio>

#include "sim/identify/identify.h"

namespace sim {
namespace {

std::string joined(const std::vector<std::string>& texts, const char* last) {
    std::string out;
    for (size_t i = 0; i < texts.size(); ++i) out += (i == 0 ? "" : i + 1 == texts.size() ? last : ", ") + texts[i];
    return out;
}

std::string row(const PolicyAnswer& one) {
    std::array<char, 128> text{};
    std::snprintf(text.data(), text.size(), "%-22s %10llu %10llu %12llu %12llu  %s\n", one.policy.c_str(), static_cast<unsigned long long>(one.explained.decisions()), static_cast<unsigned long long>(one.explained.agree),
                  static_cast<unsigned long long>(one.explained.contradict), static_cast<unsigned long long>(one.explained.undecided), one.candidate ? "candidate" : "");
    std::string out = text.data();
    while (out.size() > 1 && out[out.size() - 2] == ' ') out.erase(out.size() - 2, 1);
    return out;
}

std::string what_it_takes(const PolicyAnswer& one) {
    std::vector<std::string> parts = one.options;
    if (one.limit == UINT32_MAX) parts.insert(parts.begin(), "a limit that is never reached");
    else if (one.limit != 0) parts.insert(parts.begin(), "a limit of " + std::to_string(one.limit));
    return joined(parts, ", ");
}

}  // namespace

std::string identification_text(const Identification& answer) {
    std::string out = answer.verdict == "undecided" ? "undecided: " + joined(answer.candidates, " or ") + '\n' : answer.verdict == "none" ? "none: every policy is contradicted\n" : answer.verdict + '\n';
    out += "\npolicy                  decisions      agree  contradict   can't tell\n";
    for (const PolicyAnswer& one : answer.policies) out += row(one);
    out += '\n';
    for (const PolicyAnswer& one : answer.policies) {
        if (one.candidate && !what_it_takes(one).empty()) out += one.policy + ": with " + what_it_takes(one) + '\n';
        if (!one.explained.first_contradiction.empty() && one.explained.contradict > 0) out += one.policy + ": " + one.explained.first_contradiction + '\n';
        else if (!one.why_not.empty()) out += one.policy + ": " + one.why_not + '\n';
    }
    for (const std::string& note : answer.notes) out += note + '\n';
    return out;
}

}  // namespace sim
