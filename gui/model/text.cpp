#include "gui/model/text.h"

#include <array>
#include <cstdio>
#include <string_view>

#include "sim/trace/print.h"

namespace gui {
namespace {

constexpr std::string_view kMicro = " \xC2\xB5s";   // the terminal writes "us"

std::string formatted(const char* format, double value) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::string window_text(std::string text) {
    for (size_t at = text.find(" us"); at != std::string::npos; at = text.find(" us", at + 1)) {
        const bool unit = at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9' && (at + 3 == text.size() || !is_letter(text[at + 3]));
        if (unit) text.replace(at, 3, kMicro);
    }
    return text;
}

std::string time_label(int64_t ns) { return window_text(sim::time_text(ns)); }

std::string clock_label(int64_t ns) {
    const double us = static_cast<double>(ns / 1'000);
    if (ns >= 1'000'000'000) return formatted("%.6f s", us / 1e6);
    return ns >= 1'000'000 ? formatted("%.3f ms", us / 1e3) : time_label(ns);
}

std::string tick_label(int64_t ns) {
    struct Unit { int64_t ns; std::string_view sign; };
    constexpr std::array<Unit, 3> kUnits{{{1'000'000'000, " s"}, {1'000'000, " ms"}, {1'000, kMicro}}};
    for (const Unit& unit : kUnits) {
        if (ns < unit.ns) continue;
        std::string text = formatted("%.9f", static_cast<double>(ns) / static_cast<double>(unit.ns));
        text.erase(text.find_last_not_of('0') + 1);
        if (text.ends_with('.')) text.pop_back();
        return text + std::string(unit.sign);
    }
    return ns == 0 ? "0" : std::to_string(ns) + " ns";
}

std::string time_figure(double ns) {
    if (ns < 999.5) return formatted("%.0f ns", ns);
    if (ns < 999.5e3) return formatted("%.0f", ns / 1e3) + std::string(kMicro);
    if (ns < 999.995e6) return formatted("%.2f ms", ns / 1e6);
    return formatted("%.2f s", ns / 1e9);
}

std::string number_figure(double value) {
    const bool whole = value == static_cast<double>(static_cast<int64_t>(value));
    std::string text = formatted(whole || value >= 100 ? "%.0f" : "%.2f", value);
    size_t digits = text.find('.');
    if (digits == std::string::npos) digits = text.size();
    const size_t first = value < 0 ? 1 : 0;
    while (digits > first + 3) text.insert(digits -= 3, " ");
    return text;
}

}  // namespace gui
