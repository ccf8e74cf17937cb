// What is searched for and which part of the run is chosen: both walk through the records of the side that is explained, a slice a
// frame, so that a frame never waits for them.
#pragma once
#include <cstdint>
#include <string>

#include "gui/model/range.h"
#include "gui/model/search.h"

namespace gui {

struct AppState;

struct Finding {
    bool shown = false;                   ///< the line
    bool typing = false;                  ///< it has the keyboard
    std::string text, error;              ///< as typed; what was expected instead
    bool stale = false;                   ///< the records are others than those that were searched
    bool asked = false;                   ///< `search` is of the text
    size_t side = 0;
    Search search;
};

/// -1: not set, the run's own end.
struct Chosen {
    int64_t in_ns = -1, out_ns = -1;
    bool loop = false;                    ///< playback goes round in it, or in the whole run
    bool stale = false;                   ///< `figures` are of other records, or of another part
    size_t side = 0, port = 0;
    Range figures;
    bool any() const { return in_ns >= 0 || out_ns >= 0; }
};

/// The next slices of what is not done yet; before each frame.
void app_find_settle(AppState& state);
/// There is more to do.
bool app_find_busy(const AppState& state);
/// The records are others than before: both begin again.
void app_find_again(AppState& state);

void app_find_text(AppState& state, std::string text);
/// The cursor to the next or former match, around the ends.
void app_find_next(AppState& state, int direction);
/// "3 of 17", "17 matches", "searching: 45 %, 17 so far", "no match".
std::string app_find_text_of_count(const AppState& state);

/// The part that is chosen, 0 and the run's end where none is.
int64_t app_range_from(const AppState& state);
int64_t app_range_to(const AppState& state);
/// Both ends, at once, in either order; a part of no length lets the chosen one go.
void app_range_set(AppState& state, int64_t a_ns, int64_t b_ns);
/// One end at the cursor. Where it would be on the wrong side of the other, that one goes.
void app_range_in(AppState& state);
void app_range_out(AppState& state);
void app_range_clear(AppState& state);
void app_range_loop(AppState& state);

}  // namespace gui
