#include "gui/model/match.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace gui {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

bool letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

// 0: not there; 1: inside a word; 2: where one begins.
int rank_of_word(const std::string& word, const std::string& text) {
    int rank = 0;
    for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        if (at == 0 || !letter(text[at - 1])) return 2;
        rank = 1;
    }
    return rank;
}

}  // namespace

int match_rank(std::string_view typed, std::string_view title, std::string_view name) {
    const std::string words = lower(typed), in_title = lower(title), in_name = lower(name);
    const size_t first = words.find_first_not_of(' ');
    if (first == std::string::npos) return 1;
    const std::string all = words.substr(first, words.find_last_not_of(' ') - first + 1);
    if (in_title.starts_with(all) || in_name.starts_with(all)) return 3;
    int rank = 2;
    for (size_t at = 0; at < all.size();) {
        const size_t end = std::min(all.find(' ', at), all.size());
        const std::string word = all.substr(at, end - at);
        if (!word.empty()) rank = std::min(rank, std::max(rank_of_word(word, in_title), rank_of_word(word, in_name)));
        at = end + 1;
    }
    return rank;
}

}  // namespace gui
