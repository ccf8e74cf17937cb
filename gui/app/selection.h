// The one thread or packet that is selected: lit in every view and on every side, the others dimmed.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gui/model/lives.h"
#include "gui/model/search.h"
#include "sim/base/result.h"

namespace gui {

struct AppState;

struct Selection {
    enum class Of : uint8_t { nothing, thread, packet };
    /// The same on a side; none where it is not there.
    struct On {
        uint32_t thread = sim::kNoThread; ///< that is selected, or that took the packet
        uint32_t packet = sim::kNoPacket;
        std::optional<PacketLife> life;   ///< of the packet
        size_t looked = 0;                ///< packets of the side that were looked through for it
        uint64_t indexed = 0;             ///< records of it that `life` knows of
    };
    Of of = Of::nothing;
    std::string name;                     ///< "worker.5", "12"
    PacketName packet;
    std::optional<SearchTerm> wanted;     ///< a packet asked for by this, before it was read
    std::vector<On> on;                   ///< by side
    bool stale = false;                   ///< the sides are others than before

    bool any() const { return of != Of::nothing; }
    bool is_thread() const { return of == Of::thread; }
    bool is_packet() const { return of == Of::packet; }
};

/// What a person clicked on a side: both may be none, then nothing is selected.
void app_select_thread(AppState& state, size_t side, uint32_t thread);
void app_select_packet(AppState& state, size_t side, uint32_t packet);
void app_select_none(AppState& state);
/// "thread:5", "thread:worker.5", "packet:12", "packet:17.0", on the side that is explained. Error: what was expected.
sim::Status app_select(AppState& state, const std::string& term);
/// The next or former thread or packet of the side that is explained, around the ends; without one selected the one at the cursor.
void app_select_next(AppState& state, Selection::Of of, int direction);
/// Finds it on sides that are new, or that more is known of; before each frame.
void app_selection_settle(AppState& state);

/// Whether something is dimmed because another thread or packet is selected.
bool app_thread_dimmed(const AppState& state, size_t side, uint32_t thread);
bool app_packet_dimmed(const AppState& state, size_t side, uint32_t packet);
bool app_record_dimmed(const AppState& state, size_t side, const sim::Record& record);

/// How it is at the cursor on the side that is explained: "Selected worker.5: blocked for 1.2 ms, holds packet 12."; "": nothing is.
std::string app_selection_sentence(const AppState& state);
/// What it did in the whole run, as names and values; of a thread that is not read whole yet, "...".
struct SelectionFigure { std::string name, value; };
std::vector<SelectionFigure> app_selection_figures(const AppState& state);

}  // namespace gui
