// Everything that the window shows and that a command can change: plain values. Panels read it, commands change it.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "gui/app/align.h"
#include "gui/app/branch.h"
#include "gui/app/breaks.h"
#include "gui/app/calibrating.h"
#include "gui/app/comparing.h"
#include "gui/app/edits.h"
#include "gui/app/entry.h"
#include "gui/app/explore.h"
#include "gui/app/export.h"
#include "gui/app/files.h"
#include "gui/app/find.h"
#include "gui/app/indexing.h"
#include "gui/app/menu.h"
#include "gui/app/notes.h"
#include "gui/app/pages.h"
#include "gui/app/palette.h"
#include "gui/app/playback.h"
#include "gui/app/quiz.h"
#include "gui/app/recording.h"
#include "gui/app/selection.h"
#include "gui/app/times.h"
#include "gui/model/picture.h"
#include "gui/model/side.h"
#include "sim/compare/compare.h"
#include "sim/engine/history.h"
#include "sim/scenario/fields.h"

namespace gui {

/// The values of the scenario that the left column changes; each change simulates again.
struct Controls {
    uint32_t processors = 0, concurrency = 0, threads = 0;
    uint64_t seed = 0;
    std::string policy;

    bool operator==(const Controls&) const = default;
};

/// The scenario as it is being changed. What is simulated is scenario.text.
struct ScenarioEdit {
    std::vector<sim::Field> fields, file_fields;  ///< every value now; as the scenario's file has them
    std::vector<std::string> groups;              ///< what each of `fields` belongs to
    std::vector<std::string> changes;             ///< app_changes
    std::string file_text;                        ///< of the scenario's file
    std::string saved_text;                       ///< as it was opened, or saved last
    Edits versions;
    std::string draft;                            ///< what the text panel holds; differs from scenario.text while it is wrong, or long to simulate
    std::string draft_error;                      ///< with line and column; "": none
    bool waiting = false;                         ///< the draft is simulated when the value, or the text, is let go
    bool shown = false;                           ///< the panels of values and text
    size_t row = 0;                               ///< of `fields`: what keys change
    float scroll = 0;                             ///< units that the values are moved up
    bool follow = false;                          ///< the row was chosen by a key: the values move until it is seen
    std::string file_name;                        ///< where to save
    bool replace = false;                         ///< that file is there, and saving once more replaces it
};

/// Records, of a run that is simulated while a value is changed, and of a recording that is laid beside it, compared or predicted from.
inline constexpr uint64_t kLaidBesideMax = 4'000'000;

enum class ThemeId : uint8_t { dark, light, contrast, grey, count };
/// "dark", "light", "contrast", "grey".
const char* theme_name(ThemeId theme);

struct AppState {
    sim::Scenario scenario;                       ///< as simulated now
    std::string scenario_word;                    ///< what names it on a command line
    std::vector<std::string> trace_files;         ///< as they were named
    std::vector<std::string> given_sets;          ///< from the command line or the recording; those that stand in the scenario's text are gone
    Controls controls;
    ScenarioEdit edit;
    Explore explore;
    Quiz quiz;
    void (*wake)() = nullptr;                     ///< called by threads beside the window when there is more to see
    std::vector<Side> sides;                      ///< simulated first
    Branched branched;                            ///< where the model's run leaves its scenario
    Kept kept = Kept::nothing;                    ///< what the last side is
    std::string kept_text;                        ///< of the scenario that made it
    bool alone = false;                           ///< the sides are recordings, too long for the model to run beside them
    std::vector<sim::Comparison> comparisons;     ///< of the first side with each of the others, in their order
    std::unique_ptr<sim::History> history;        ///< the model at the cursor, exact
    Alignment alignment;                          ///< of the sides with each other
    std::string align_wanted;                     ///< for app_align_by, as soon as the sides have it; "": nothing
    Playback playback;
    size_t focus = 0;                             ///< the side whose event is explained and stepped through
    size_t port = 0;                              ///< the one whose strips and picture are shown
    uint64_t position = 0;                        ///< records of the focused side that have happened
    int64_t view_from_ns = 0, view_to_ns = 1;     ///< on the axis, as the cursor and the range (align.h)
    struct HashedStep { uint64_t step = UINT64_MAX, hash = 0; };
    mutable HashedStep hashed;                    ///< of app_world_hash; a new history forgets it
    std::string error;                            ///< shown in the status line until the next command or change
    std::string said;                             ///< what the last command did, shown there until the next command
    WindowSize window;                            ///< set with every frame
    Page page = Page::timelines;                  ///< asked for, where not everything has room
    MenuBar menu;
    Palette palette;
    Finding find;
    Chosen range;
    Exports exports;
    Files files;
    Recorder recorder;
    Comparing comparing;
    Calibrating calibrating;
    TimesView times;
    Selection selection;
    Notebook notes;
    Breaks breaks;
    Entry entry;
    bool processor_lanes = false, packet_bars = false;   ///< shown
    bool still = false;                           ///< reduced motion: nothing slides
    std::unique_ptr<Indexing> indexing;           ///< reads sides that are not whole yet; null: there were none
    ThemeId theme = ThemeId::dark;
    bool help = false, about = false, quit = false;
    size_t help_page = 0;                         ///< of the sheet of keys, where it has more than one
    bool presenter = false;                       ///< large, strong colours, and why something happened only when it is asked for
    bool revealed = false;                        ///< in it: the event at the cursor is explained
    ThemeId theme_before = ThemeId::dark;         ///< of presenter mode
};

/// Opens what the command line names. Error: nothing to show.
sim::Status app_open(AppState& state, const std::vector<std::string>& files, const std::vector<std::string>& sets);
/// Begins to read the sides that are not whole, in the background; `changed` is called from there when there is more to see.
void app_index(AppState& state, void (*changed)());
/// Some side is still being read. Who looks at sides, or changes anything, holds `indexing` meanwhile.
bool app_indexing(const AppState& state);
/// Share of its records that the slowest side has read, 0..1.
double app_indexed(const AppState& state);
/// What is read beside the window has been read: compares the sides, and corrects how long they are. Once; before each frame.
void app_settle(AppState& state);
/// Simulates this text of the scenario; the measured sides stay. False: `error` says why not, and everything is as before.
bool app_show_text(AppState& state, std::string text);
/// The scenario calibrated from the recording that is shown; beside: simulated in front of it.
sim::Status app_take_model(AppState& state, std::string text, bool beside);
/// So many records of the focused side have happened; the model's world goes along.
void app_set_position(AppState& state, uint64_t records);
/// The cursor to a time of the axis; the position follows.
void app_seek(AppState& state, int64_t time_ns);
/// This record of the focused side has just happened.
void app_go_to_record(AppState& state, uint64_t record);
/// Moves the view where this time is not in sight: there it stands at this share of the width.
void app_see(AppState& state, int64_t time_ns, double share = 0.5);
/// To the next or former event with a sentence on the focused side.
void app_step(AppState& state, int direction);
/// What is different from the scenario's file: "policy wine8 instead of nt"; empty: nothing.
const std::vector<std::string>& app_changes(const AppState& state);
/// Compares the first side with each of the others.
void app_compare(AppState& state);
/// A comparison of the first side with another. Null: there is no other.
struct Compared { const sim::Comparison* comparison = nullptr; size_t side = 0; };
/// The one that is told: with the side that is explained; where that is the first, with the first that differs from it.
Compared app_compared(const AppState& state);
/// Where the two of `app_compared` first part, null where they don't.
const sim::Divergence* app_divergence(const AppState& state);
/// The same when the cursor stands there on the side that is explained, else null.
const sim::Divergence* app_divergence_here(const AppState& state);
/// Hash of the model's world at the cursor, 0 where a measured side is stepped through.
uint64_t app_world_hash(const AppState& state);

}  // namespace gui
