// log and exp from IEEE + - * / alone, so that every platform and compiler gives the same bits (built with
// -ffp-contract=off). Relative error below 1e-14, which a duration rounded to nanoseconds does not see. The compiler can
// evaluate them too: tables made of them are the same everywhere.
#pragma once
#include <bit>
#include <cstdint>

namespace sim {

inline constexpr double kLn2High = 0x1.62e42fee00000p-1;   // ln 2 in two parts: the high one times an exponent is exact
inline constexpr double kLn2Low = 0x1.a39ef35793c76p-33;

/// Natural logarithm; x must be positive and finite.
constexpr double exact_log(double x) {
    const uint64_t bits = std::bit_cast<uint64_t>(x);
    int exponent = static_cast<int>(bits >> 52) - 1023;
    double mantissa = std::bit_cast<double>((bits & 0x000F'FFFF'FFFF'FFFFu) | 0x3FF0'0000'0000'0000u);
    if (exponent == -1023) return exact_log(x * 0x1p54) - 54 * (kLn2High + kLn2Low);   // subnormal
    if (mantissa > 0x1.6a09e667f3bcdp0) {          // keep the mantissa in [sqrt(1/2), sqrt(2)]
        mantissa *= 0.5;
        exponent += 1;
    }
    // log(m) = 2 atanh(z), z = (m - 1) / (m + 1), |z| <= 0.1716: twelve terms reach 1e-17.
    const double z = (mantissa - 1) / (mantissa + 1);
    const double z2 = z * z;
    double sum = 0;
    for (int k = 25; k >= 3; k -= 2) sum = (sum + 1.0 / k) * z2;
    const double e = exponent;
    return e * kLn2High + (2 * z + (2 * z * sum + e * kLn2Low));
}

/// e to the x; x in [-700, 700], clamped outside.
constexpr double exact_exp(double x) {
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

/// Square root (IEEE requires it exact everywhere).
double exact_sqrt(double x);

}  // namespace sim
