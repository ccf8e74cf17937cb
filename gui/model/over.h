// Times with more threads active than the limit allows, and the event that brought each about. No ImGui.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "gui/model/side.h"

namespace gui {

/// One more thread than the limit allows, or more than there were over it already; or a limit that has become lower.
struct OverRise {
    int64_t at_ns = 0;
    uint32_t active = 0;                  ///< then
    uint64_t record = UINT64_MAX;         ///< that brought it about
    uint32_t thread = sim::kNoThread;     ///< that record's
};
struct OverSpan {
    int64_t from_ns = 0, to_ns = 0;
    uint32_t limit = 0, most = 0;         ///< when it begins; threads active at most
    std::vector<OverRise> rises{};        ///< the first is what it begins with, then some of those that follow
};
struct Overs {
    bool known = false;                   ///< false: too many in sight, or too long
    std::vector<OverSpan> spans;          ///< in order of time; the first may have begun before
};

inline constexpr size_t kOversMax = 24, kRisesMax = 24, kOverSteps = 8'000;   ///< in sight, at most; changes looked at

/// Of a port, those that touch [from_ns, to_ns). Kept until another part is asked for.
const Overs& overs_in(const Side& side, size_t port, int64_t from_ns, int64_t to_ns);
/// The one at a time, however long it is.
std::optional<OverSpan> over_at(const Side& side, size_t port, int64_t time_ns);
/// The first that begins after a time.
std::optional<OverSpan> over_after(const Side& side, size_t port, int64_t after_ns);
/// The sentence of what it begins with; "": it has none.
std::string over_cause(const Side& side, const OverSpan& span);
/// "3 active, limit 2, for 1.2 ms. worker.1 is back from its block ...": how much, how long, and the sentence of what brought it about.
std::string over_text(const Side& side, const OverSpan& span);

}  // namespace gui
