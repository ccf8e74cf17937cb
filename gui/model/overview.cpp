#include "gui/model/overview.h"

#include <algorithm>

namespace gui {

OverviewPart overview_part(int64_t from_ns, int64_t to_ns, int64_t end_ns, float width, float least) {
    const double unit = static_cast<double>(width) / static_cast<double>(std::max<int64_t>(end_ns, 1));
    OverviewPart part{.x0 = static_cast<float>(static_cast<double>(from_ns) * unit), .x1 = static_cast<float>(static_cast<double>(to_ns) * unit)};
    least = std::min(least, width);
    if (part.x1 - part.x0 < least) {
        const float middle = (part.x0 + part.x1) / 2;
        part.x0 = middle - least / 2, part.x1 = middle + least / 2;
    }
    const float over = std::max(part.x1 - width, 0.0f);
    part.x0 = std::max(part.x0 - over, 0.0f);
    part.x1 = std::clamp(part.x1 - over, std::min(part.x0 + least, width), width);
    return part;
}

int64_t overview_from(int64_t at_ns, int64_t width_ns, int64_t end_ns) { return std::clamp<int64_t>(at_ns - width_ns / 2, 0, std::max<int64_t>(end_ns - width_ns, 0)); }

}  // namespace gui
