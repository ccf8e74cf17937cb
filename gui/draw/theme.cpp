#include "gui/draw/theme.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>

namespace gui {
namespace {

constexpr ImU32 rgb(unsigned hex, unsigned alpha = 255) { return IM_COL32(hex >> 16 & 255, hex >> 8 & 255, hex & 255, alpha); }

// Light enough for dark letters, and neighbours far apart in hue.
constexpr std::array<ImU32, 8> kThreads{rgb(0x7fb2e5), rgb(0xe3a765), rgb(0x8bcf8f), rgb(0xd99ce0), rgb(0xd9cf72), rgb(0xe58f8f), rgb(0x74d0cc), rgb(0xb3a7f2)};
constexpr std::array<ImU32, 8> kThreadsGrey{rgb(0xdedede), rgb(0x9c9c9c), rgb(0xc4c4c4), rgb(0x868686), rgb(0xd0d0d0), rgb(0x929292), rgb(0xb8b8b8), rgb(0xa8a8a8)};

constexpr Theme kDark{.back = rgb(0x14181d), .panel = rgb(0x1b2027), .line = rgb(0x2b323b), .text = rgb(0xe9ecef), .dim = rgb(0xa3acb7), .faint = rgb(0x87919d), .unavailable = rgb(0x79838f),
                      .accent = rgb(0x5fa8e0), .on_accent = rgb(0x0b1712), .accent_back = rgb(0x22374a), .running = rgb(0x49b37d), .ready = rgb(0xffc531), .blocked = rgb(0xbd7ad4), .suspended = rgb(0x7e8086),
                      .parked = rgb(0x466f93), .queued = rgb(0x8390a3), .on_box = rgb(0x0b1712), .warning = rgb(0xf0614a), .on_warning = rgb(0x0b1712), .lane = rgb(0x1b2027), .threads = kThreads};
constexpr Theme kLight{.back = rgb(0xffffff), .panel = rgb(0xf3f5f7), .line = rgb(0xd5dae0), .text = rgb(0x161b21), .dim = rgb(0x47515d), .faint = rgb(0x5b6672), .unavailable = rgb(0x747f8b),
                       .accent = rgb(0x1768ac), .on_accent = rgb(0xffffff), .accent_back = rgb(0xd7e8f7), .running = rgb(0x66d29b), .ready = rgb(0xdf9800), .blocked = rgb(0xc79be3), .suspended = rgb(0x8b9294),
                       .parked = rgb(0x7ba4c7), .queued = rgb(0x9aa5b5), .on_box = rgb(0x08130e), .warning = rgb(0xc8371f), .on_warning = rgb(0xffffff), .lane = rgb(0xf3f5f7), .threads = kThreads};
constexpr Theme kContrast{.back = rgb(0x000000), .panel = rgb(0x000000), .line = rgb(0x4a4a4a), .text = rgb(0xffffff), .dim = rgb(0xe6e6e6), .faint = rgb(0xc8c8c8), .unavailable = rgb(0x949494),
                          .accent = rgb(0x6fc3ff), .on_accent = rgb(0x000000), .accent_back = rgb(0x123a5c), .running = rgb(0x56e7bf), .ready = rgb(0xffd611), .blocked = rgb(0xe56ad4), .suspended = rgb(0x81807d),
                          .parked = rgb(0x7aa7d0), .queued = rgb(0xb9c4d4), .on_box = rgb(0x000000), .warning = rgb(0xff7a5c), .on_warning = rgb(0x000000), .lane = rgb(0x000000), .threads = kThreads};
constexpr Theme kGrey{.back = rgb(0xffffff), .panel = rgb(0xffffff), .line = rgb(0xcccccc), .text = rgb(0x000000), .dim = rgb(0x333333), .faint = rgb(0x555555), .unavailable = rgb(0x7a7a7a),
                      .accent = rgb(0x222222), .on_accent = rgb(0xffffff), .accent_back = rgb(0xe2e2e2), .running = rgb(0x757575), .ready = rgb(0xd7d7d7), .blocked = rgb(0xb4b4b4), .suspended = rgb(0x949494),
                      .parked = rgb(0x8a8a8a), .queued = rgb(0xa8a8a8), .on_box = rgb(0x000000), .warning = rgb(0x1a1a1a), .on_warning = rgb(0xffffff), .lane = rgb(0xffffff), .threads = kThreadsGrey};

double linear(unsigned channel) {
    const double c = channel / 255.0;
    return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(ImU32 color) {
    return 0.2126 * linear(color >> IM_COL32_R_SHIFT & 255) + 0.7152 * linear(color >> IM_COL32_G_SHIFT & 255) + 0.0722 * linear(color >> IM_COL32_B_SHIFT & 255);
}

Font load(const char* file, float size) {
    const float whole = std::floor(size);
    const std::string path = std::string("/usr/share/fonts/truetype/dejavu/") + file;
    if (std::filesystem::exists(path)) return {.face = ImGui::GetIO().Fonts->AddFontFromFileTTF(path.c_str(), whole), .size = whole};
    ImFontConfig config;
    config.SizePixels = whole;
    return {.face = ImGui::GetIO().Fonts->AddFontDefault(&config), .size = whole};
}

}  // namespace

const Theme& theme_dark() { return kDark; }
const Theme& theme_light() { return kLight; }
const Theme& theme_contrast() { return kContrast; }
const Theme& theme_grey() { return kGrey; }

Fonts fonts_load(float scale) {
    ImGui::GetIO().Fonts->Clear();
    Fonts fonts;
    fonts.text = load("DejaVuSans.ttf", 14 * scale);
    fonts.bold = load("DejaVuSans-Bold.ttf", 14 * scale);
    fonts.small = load("DejaVuSans.ttf", 12 * scale);
    fonts.mono = load("DejaVuSansMono.ttf", 12.5f * scale);
    fonts.clock = load("DejaVuSansMono.ttf", 15 * scale);
    return fonts;
}

double contrast(ImU32 a, ImU32 b) {
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

}  // namespace gui
