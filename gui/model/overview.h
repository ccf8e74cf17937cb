// The strip of the whole run: where the visible part stands on it, and what a click on it means. No ImGui.
#pragma once
#include <cstdint>

namespace gui {

/// In pixels from the strip's left end.
struct OverviewPart { float x0 = 0, x1 = 0; };
/// Of the visible [from_ns, to_ns) in a run of end_ns, on a strip `width` pixels wide; never narrower than `least`, never outside.
OverviewPart overview_part(int64_t from_ns, int64_t to_ns, int64_t end_ns, float width, float least);

/// Where a view of `width_ns` begins so that at_ns stands in its middle; near an end of the run, as near to it as can be.
int64_t overview_from(int64_t at_ns, int64_t width_ns, int64_t end_ns);

}  // namespace gui
