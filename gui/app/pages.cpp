#include "gui/app/pages.h"

#include <algorithm>
#include <array>

namespace gui {
namespace {

constexpr std::array<Page, 5> kPages{Page::timelines, Page::now, Page::events, Page::figures, Page::scenario};

}  // namespace

float shown_scale(float scale, bool presenter, float width, float height) {
    constexpr float kLarger = 1.4F, kScaleMax = 3, kWidth = 512, kHeight = 384;   // units that a page needs
    if (!presenter) return std::min(scale, kScaleMax);
    return std::min(scale * std::clamp(std::min(width / scale / kWidth, height / scale / kHeight), 1.0F, kLarger), kScaleMax);
}

Arrangement arrangement_of(WindowSize size) {
    if (size.width >= 1000 && size.height >= 640) return Arrangement::whole;
    return size.width >= 760 && size.height >= 440 ? Arrangement::halves : Arrangement::single;
}

std::span<const Page> pages_of(Arrangement arrangement) {
    const std::span<const Page> all = kPages;
    if (arrangement == Arrangement::whole) return {};
    return arrangement == Arrangement::halves ? all.subspan(1) : all;   // beside the timelines is what else there is
}

Page page_shown(Arrangement arrangement, Page asked) {
    const std::span<const Page> pages = pages_of(arrangement);
    return pages.empty() || std::find(pages.begin(), pages.end(), asked) != pages.end() ? asked : pages.front();
}

Page page_after(Arrangement arrangement, Page shown) {
    const std::span<const Page> pages = pages_of(arrangement);
    const auto at = std::find(pages.begin(), pages.end(), page_shown(arrangement, shown));
    if (at == pages.end()) return shown;
    return at + 1 == pages.end() ? pages.front() : *(at + 1);
}

const char* page_title(Page page) {
    switch (page) {
        case Page::timelines: return "Timeline";
        case Page::now: return "Now";
        case Page::events: return "Events";
        case Page::figures: return "Figures";
        case Page::scenario: return "Scenario";
    }
    return "";
}

}  // namespace gui
