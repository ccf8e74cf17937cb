#include "sim/base/exact_math.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace sim {
namespace {
constexpr double kLn2High = 0x1.62e42fee00000p-1;   // ln 2 in two parts: the high one times an exponent is exact
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
}  // namespace

namespace {

// log(m) = 2 atanh(z), z = (m - 1) / (m + 1): for m near 1, as many terms as reach 1e-17. Slow; it makes the table.
constexpr double log_by_series(double m) {
    const double z = (m - 1) / (m + 1), z2 = z * z;
    double sum = 0;
    for (int k = 25; k >= 3; k -= 2) sum = (sum + 1.0 / k) * z2;
    return 2 * z + 2 * z * sum;
}

// A mantissa in [1, 2) falls into one of 256 intervals; `inverse` is near 1/m there and has few bits, `log` is -log(inverse).
// Computed by the compiler in IEEE arithmetic: the same on every platform.
struct LogEntry { double inverse = 1, log = 0; };
constexpr std::array<LogEntry, 256> kLogTable = [] {
    std::array<LogEntry, 256> table{};
    for (int i = 0; i < 256; ++i) {
        const double middle = 1 + (i + 0.5) / 256;
        const int inverse = static_cast<int>(512 / middle + 0.5);     // 9 bits: inverse / 512
        table[static_cast<size_t>(i)].inverse = inverse / 512.0;
        // log(512 / inverse), by halves so that the series stays near 1
        const double m = 512.0 / inverse;
        const bool upper = m > 0x1.6a09e667f3bcdp0;
        table[static_cast<size_t>(i)].log = upper ? log_by_series(m / 2) + (kLn2High + kLn2Low) : log_by_series(m);
    }
    table[0] = {1, 0};                       // x just above 1: nothing is lost
    return table;
}();

}  // namespace

double exact_log(double x) {
    const uint64_t bits = std::bit_cast<uint64_t>(x);
    const int exponent = static_cast<int>(bits >> 52) - 1023;
    if (exponent == -1023) return exact_log(x * 0x1p54) - 54 * (kLn2High + kLn2Low);   // subnormal
    const double mantissa = std::bit_cast<double>((bits & 0x000F'FFFF'FFFF'FFFFu) | 0x3FF0'0000'0000'0000u);
    const LogEntry& entry = kLogTable[bits >> 44 & 255];
    const double r = mantissa * entry.inverse - 1;                    // |r| <= 2^-7.9
    const double r2 = r * r;
    const double tail = r2 * ((-0.5 + r * (1.0 / 3)) + r2 * ((-0.25 + r * 0.2) + r2 * ((-1.0 / 6 + r * (1.0 / 7)) - r2 * 0.125)));
    const double e = exponent;
    return (e * kLn2High + entry.log) + (r + (tail + e * kLn2Low));
}

double exact_exp(double x) {
    if (x > 700) x = 700;
    if (x < -700) x = -700;
    const double scaled = x * 0x1.71547652b82fep0;   // x / ln 2
    const int n = static_cast<int>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    const double r = (x - n * kLn2High) - n * kLn2Low;   // |r| <= 0.3466
    double sum = 1;
    for (int k = 16; k >= 1; --k) sum = 1 + sum * r / k;
    const uint64_t power = static_cast<uint64_t>(n + 1023) << 52;
    return sum * std::bit_cast<double>(power);
}

double exact_sqrt(double x) { return std::sqrt(x); }   // IEEE 754 requires the correctly rounded result

}  // namespace sim
