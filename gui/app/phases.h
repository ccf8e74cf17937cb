// Jumps between phases of the run.
#pragma once
#include "gui/model/phases.h"

namespace gui {

struct AppState;

/// The cursor to where the next phase of this kind begins on the side that is explained, around the end; says what it is, or that
/// there is none.
void app_phase(AppState& state, PhaseKind kind);

}  // namespace gui
