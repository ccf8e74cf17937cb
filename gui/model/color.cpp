#include "gui/model/color.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace gui {
namespace {

using Vector = std::array<double, 3>;
using Matrix = std::array<Vector, 3>;

const Matrix& matrix_of(Vision vision) {
    static const Matrix kUsual{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
    static const Matrix kProtanopia{{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}};
    static const Matrix kDeuteranopia{{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}};
    static const Matrix kTritanopia{{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}};
    switch (vision) {
        case Vision::usual: break;
        case Vision::protanopia: return kProtanopia;
        case Vision::deuteranopia: return kDeuteranopia;
        case Vision::tritanopia: return kTritanopia;
    }
    return kUsual;
}

Vector times(const Matrix& m, const Vector& v) {
    Vector out{};
    for (size_t i = 0; i < 3; ++i) out[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
    return out;
}

double linear(uint8_t channel) {
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double lab_root(double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; }

constexpr double kDegrees = 180 / std::numbers::pi;

double cosine(double degrees) { return std::cos(degrees / kDegrees); }
double sine(double degrees) { return std::sin(degrees / kDegrees); }
double seventh(double chroma) { return std::sqrt(std::pow(chroma, 7) / (std::pow(chroma, 7) + std::pow(25.0, 7))); }

/// Chroma and hue in degrees, 0..360.
struct Polar { double chroma, hue; };

Polar polar(double a, double b) {
    const double hue = a == 0 && b == 0 ? 0 : std::atan2(b, a) * kDegrees;
    return {std::hypot(a, b), hue < 0 ? hue + 360 : hue};
}

double hue_mean(const Polar& x, const Polar& y) {
    const double sum = x.hue + y.hue;
    if (x.chroma * y.chroma == 0) return sum;
    if (std::abs(x.hue - y.hue) <= 180) return sum / 2;
    return sum < 360 ? (sum + 360) / 2 : (sum - 360) / 2;
}

double hue_step(const Polar& x, const Polar& y) {
    if (x.chroma * y.chroma == 0) return 0;
    const double step = y.hue - x.hue;
    return step > 180 ? step - 360 : step < -180 ? step + 360 : step;
}

}  // namespace

Lab seen_as(Rgb color, Vision vision) {
    static const Matrix kToXyz{{{0.4124564, 0.3575761, 0.1804375}, {0.2126729, 0.7151522, 0.0721750}, {0.0193339, 0.1191920, 0.9503041}}};
    Vector rgb = times(matrix_of(vision), {linear(color.red), linear(color.green), linear(color.blue)});
    for (double& channel : rgb) channel = std::clamp(channel, 0.0, 1.0);
    const Vector xyz = times(kToXyz, rgb);
    const double x = lab_root(xyz[0] / 0.95047), y = lab_root(xyz[1]), z = lab_root(xyz[2] / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double lab_difference(Lab x, Lab y) {
    const double stretch = 1 + 0.5 * (1 - seventh((std::hypot(x.a, x.b) + std::hypot(y.a, y.b)) / 2));
    const Polar p = polar(x.a * stretch, x.b), q = polar(y.a * stretch, y.b);
    const double lightness = (x.l + y.l) / 2 - 50, chroma = (p.chroma + q.chroma) / 2, hue = hue_mean(p, q);
    const double t = 1 - 0.17 * cosine(hue - 30) + 0.24 * cosine(2 * hue) + 0.32 * cosine(3 * hue + 6) - 0.20 * cosine(4 * hue - 63);
    const double turn = -sine(60 * std::exp(-std::pow((hue - 275) / 25, 2))) * 2 * seventh(chroma);
    const double l = (y.l - x.l) / (1 + 0.015 * lightness * lightness / std::sqrt(20 + lightness * lightness));
    const double c = (q.chroma - p.chroma) / (1 + 0.045 * chroma);
    const double h = 2 * std::sqrt(p.chroma * q.chroma) * sine(hue_step(p, q) / 2) / (1 + 0.015 * chroma * t);
    return std::sqrt(l * l + c * c + h * h + turn * c * h);
}

double color_difference(Rgb x, Rgb y, Vision vision) { return lab_difference(seen_as(x, vision), seen_as(y, vision)); }

}  // namespace gui
