#include "sim/report/markup.h"

#include <cmath>


namespace sim {
namespace {

// Bytes of the character that begins here; 0: none that UTF-8 knows.
size_t utf8_bytes(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    const size_t bytes = first < 0x80 ? 1 : first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xF0 && first < 0xF5 ? 4 : 0;
    if (bytes == 0 || bytes > text.size()) return 0;
    for (size_t i = 1; i < bytes; ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
    const auto second = bytes > 1 ? static_cast<unsigned char>(text[1]) : 0x80;
    const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90), beyond = (first == 0xED && second >= 0xA0) || (first == 0xF4 && second >= 0x90);
    return overlong || beyond ? 0 : bytes;
}

}  // namespace

std::string escaped(std::string_view text, size_t characters_max) {
    constexpr std::string_view unknown = "\xEF\xBF\xBD";
    std::string out;
    for (size_t characters = 0; !text.empty(); ++characters) {
        if (characters == characters_max) return out + "\xE2\x80\xA6";
        const size_t bytes = utf8_bytes(text);
        const char first = text[0];
        if (bytes == 0 || static_cast<unsigned char>(first) < 0x20 || first == 0x7F) out += unknown;
        else if (first == '&') out += "&amp;";
        else if (first == '<') out += "&lt;";
        else if (first == '>') out += "&gt;";
        else if (first == '"') out += "&quot;";
        else if (first == '\'') out += "&#39;";
        else out += text.substr(0, bytes);
        text.remove_prefix(bytes == 0 ? 1 : bytes);
    }
    return out;
}

std::string coordinate(double value) {
    const double tenths = std::round(value * 10);
    const auto whole = static_cast<long long>(tenths);
    std::string out = whole < 0 ? "-" : "";
    const long long size = whole < 0 ? -whole : whole;
    out += std::to_string(size / 10);
    if (size % 10 != 0) out += '.' + std::to_string(size % 10);
    return out;
}

std::string element(std::string_view tag, std::string_view name, std::string_view text) {
    std::string out = "<" + std::string(tag);
    if (!name.empty()) out += " class=\"" + std::string(name) + '"';
    return out + '>' + escaped(text) + "</" + std::string(tag) + ">\n";
}

}  // namespace sim
