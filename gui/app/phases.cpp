#include "gui/app/phases.h"

#include "gui/app/state.h"
#include "gui/model/over.h"
#include "gui/model/text.h"

namespace gui {
namespace {

std::string most_text(PhaseKind kind, uint32_t most) {
    switch (kind) {
        case PhaseKind::burst: return ", " + number_figure(most) + " packets posted";
        case PhaseKind::saturation: return ", " + number_figure(most) + " queued at most";
        case PhaseKind::over: return ", " + number_figure(most) + " active at most";
        case PhaseKind::drain: return ", from " + number_figure(most) + " queued";
        case PhaseKind::block: case PhaseKind::count: break;
    }
    return "";
}

}  // namespace

void app_phase(AppState& state, PhaseKind kind) {
    const Side& side = state.sides[state.focus];
    const std::string name = phase_name(kind);
    if (!phase_known(side, kind)) {
        state.said = "This recording does not hold its queue: no " + name + " can be told.";
        return;
    }
    std::optional<Phase> phase = phase_after(side, state.port, kind, app_cursor_of(state, state.focus));
    const bool around = !phase;
    if (!phase) phase = phase_after(side, state.port, kind, -1);
    if (!phase) {
        state.said = "This run has no " + name + ".";
        return;
    }
    state.playback.playing = false;
    const int64_t begin = phase->from_ns + app_shift_ns(state, state.focus);
    app_seek(state, begin);
    app_see(state, begin, 0.25);
    std::string said = name + " from " + time_label(phase->from_ns) + " to " + time_label(phase->to_ns) + most_text(kind, phase->most) + (around ? " (the first: there is none after the cursor)." : ".");
    if (kind == PhaseKind::over)
        if (const std::optional<OverSpan> over = over_at(side, state.port, phase->from_ns); over && !over_cause(side, *over).empty()) said += " Since: " + over_cause(side, *over);
    said[0] = static_cast<char>(said[0] - 'a' + 'A');
    state.said = std::move(said);
}

}  // namespace gui
