// Words of the language of `portside rules`: names and numbers read, states and effects named, and what is said of wrong ones.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model/port.h"

namespace sim {

/// The words of a line without its comment.
std::vector<std::string_view> words_of(std::string_view text);
std::string joined_words(const std::vector<std::string_view>& words);

bool is_name(std::string_view word);
/// A decimal number in the range.
std::optional<uint32_t> number_in(std::string_view word, uint64_t min, uint64_t max);
/// "5", or "2..5" where a minimum is allowed. Error text in `wrong`.
struct Amount { uint32_t min = 1, max = 1; };
std::optional<Amount> amount_in(std::string_view word, std::string& wrong);

/// Reads "poll_at_limit=take" into `options`; what is wrong, "" if nothing is.
std::string read_option(std::string_view word, PortOptions& options);

std::string in_single_quotes(std::string_view word);
std::string not_a_name(std::string_view word);
std::string not_a_number(std::string_view word, const char* what, uint64_t min, uint64_t max);
std::string no_open_port(std::string_view name);
std::string wrong_state(std::string_view name, PortThreadState state, std::string_view verb, std::string_view needs);
std::string_view effect_name(EffectKind kind);

}  // namespace sim
