#include "sim/cli/rules_script_text.h"

#include <algorithm>

namespace sim {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

std::string_view state_word(PortThreadState state) {
    switch (state) {
        case PortThreadState::unknown: return "new";
        case PortThreadState::running:
        case PortThreadState::looking: return "running";
        case PortThreadState::waiting: return "waiting";
        case PortThreadState::watching: return "watching a port";
        case PortThreadState::blocked: return "blocked";
        case PortThreadState::suspended:
        case PortThreadState::suspended_waiting: return "suspended";
        case PortThreadState::exited: return "exited";
    }
    return {};
}

}  // namespace

std::vector<std::string_view> words_of(std::string_view text) {
    text = text.substr(0, text.find('#'));
    std::vector<std::string_view> words;
    size_t i = 0;
    while (i < text.size()) {
        if (is_space(text[i])) { ++i; continue; }
        const size_t begin = i;
        while (i < text.size() && !is_space(text[i])) ++i;
        words.push_back(text.substr(begin, i - begin));
    }
    return words;
}

std::string joined_words(const std::vector<std::string_view>& words) {
    std::string out;
    for (const std::string_view word : words) out += (out.empty() ? "" : " ") + std::string(word);
    return out;
}

bool is_name(std::string_view word) {
    if (word.empty() || word.size() > 64) return false;
    return std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    });
}

std::optional<uint32_t> number_in(std::string_view word, uint64_t min, uint64_t max) {
    uint64_t value = 0;
    for (const char c : word) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<uint64_t>(c - '0');
        if (value > max) return std::nullopt;
    }
    if (word.empty() || value < min) return std::nullopt;
    return static_cast<uint32_t>(value);
}

std::optional<Amount> amount_in(std::string_view word, std::string& wrong) {
    const size_t dots = word.find("..");
    const auto max = number_in(dots == std::string_view::npos ? word : word.substr(dots + 2), 1, UINT32_MAX);
    const auto min = dots == std::string_view::npos ? std::optional<uint32_t>(1) : number_in(word.substr(0, dots), 1, UINT32_MAX);
    if (max && min && *min <= *max) return Amount{*min, *max};
    wrong = not_a_number(word, "MAX", 1, UINT32_MAX) + ", or MIN..MAX";
    return std::nullopt;
}

std::string read_option(std::string_view word, PortOptions& options) {
    const size_t equals = word.find('=');
    std::string names;
    for (const PortOptionEntry& entry : kPortOptions) {
        names += (names.empty() ? "" : ", ") + std::string(entry.name);
        if (word.substr(0, equals) != entry.name) continue;
        const std::string_view value = equals == std::string_view::npos ? std::string_view() : word.substr(equals + 1);
        if (value != entry.usual && value != entry.other)
            return in_single_quotes(word) + " is not an option; expected " + std::string(entry.name) + "=" + std::string(entry.usual) + " or " + std::string(entry.name) + "=" + std::string(entry.other);
        options.*entry.set = value == entry.other;
        return {};
    }
    return "unknown option " + in_single_quotes(word) + "; expected NAME=VALUE with one of the names " + names;
}

std::string in_single_quotes(std::string_view word) { return "'" + std::string(word) + "'"; }

std::string not_a_name(std::string_view word) { return in_single_quotes(word) + " is not a name; expected 1 to 64 of A-Z a-z 0-9 _ . -"; }

std::string not_a_number(std::string_view word, const char* what, uint64_t min, uint64_t max) {
    return in_single_quotes(word) + " is not a " + what + "; expected " + std::to_string(min) + " to " + std::to_string(max);
}

std::string no_open_port(std::string_view name) { return "no open port " + in_single_quotes(name); }

std::string wrong_state(std::string_view name, PortThreadState state, std::string_view verb, std::string_view needs) {
    if (state == PortThreadState::exited) return "thread " + in_single_quotes(name) + " has exited";
    return "thread " + in_single_quotes(name) + " is " + std::string(state_word(state)) + "; " + std::string(verb) + " needs " + std::string(needs);
}

std::string_view effect_name(EffectKind kind) {
    switch (kind) {
        case EffectKind::opened: return "opened";
        case EffectKind::took: return "took";
        case EffectKind::waits: return "waits";
        case EffectKind::released: return "released";
        case EffectKind::queued: return "queued";
        case EffectKind::blocked: return "blocked";
        case EffectKind::woke: return "woke";
        case EffectKind::timed_out: return "timed_out";
        case EffectKind::suspended: return "suspended";
        case EffectKind::resumed: return "resumed";
        case EffectKind::exited: return "exited";
        case EffectKind::closed: return "closed";
        case EffectKind::abandoned: return "abandoned";
        case EffectKind::apc: return "apc";
        case EffectKind::watching: return "watching";
        case EffectKind::signalled: return "signalled";
        case EffectKind::woken: return "woken";     // never printed: the script looks for the woken
    }
    return {};
}

}  // namespace sim
