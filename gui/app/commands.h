// Every command of the window, in one list: keys, buttons, the menu, the palette and the sheet of shortcuts come from it.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "gui/app/state.h"

namespace gui {

enum class CommandId : uint8_t { play, step, step_back, to_begin, to_end, faster, slower, divergence, divergence_next, divergence_before, compare, predict, next_side, zoom_in, zoom_out, zoom_all, pan_left, pan_right, processors_less, processors_more, concurrency_less, concurrency_more, threads_less, threads_more, seed_less, seed_more, policy, next_port, next_page, undo, redo, edit, value_next, value_before, value_less, value_more, value_reset, reset_all, open, save_as, save_png, save_svg, save_gif, save_handout, record, record_backend, record_program, keep_run, branch, let_go, explore, explore_figure, explore_best, search, match_next, match_before, range_in, range_out, range_clear, loop, palette, menu, close, quiz, ask_next, run_anyway, presenter, next_slide, slide_before, about, theme, help, quit,
    processor_lanes, packet_bars, thread_next, thread_before, packet_next, packet_before, note, notes, note_next, note_before, note_drop, phase_burst, phase_saturation, phase_block, phase_over, phase_drain, break_at, still, times, times_by, times_next, align };

/// Keys that have no character, and what is held down with them, to be added. Others are their capital letter or sign.
enum Key : int { kKeySpace = ' ', kKeyLeft = 256, kKeyRight, kKeyHome, kKeyEnd, kKeyTab, kKeyEscape, kKeyUp, kKeyDown, kKeyPageUp, kKeyPageDown, kKeyEnter, kKeyF10, kKeyShift = 1 << 12, kKeyCtrl = 1 << 13 };

struct CommandEntry {
    CommandId id;
    Menu menu;
    std::string_view name;                ///< "step-back": stable, for scripts and tests
    std::string_view title;               ///< "Step back"
    std::string_view key_text;            ///< "Left"
    int key;
    bool begins_group = false;            ///< in its menu: a line parts it from the one above
};

/// Those of one menu stand beside each other, in the order in which it shows them.
std::span<const CommandEntry> command_list();
const CommandEntry& command_entry(CommandId id);
/// Null: the window has no command of this name.
const CommandEntry* command_named(std::string_view name);
void command_run(AppState& state, CommandId id);
/// False: run now it would do nothing, or only say why not. Told by what is at hand: nothing is searched through.
bool command_available(const AppState& state, CommandId id);
/// What it switches is on.
bool command_on(const AppState& state, CommandId id);
/// Of a command that takes the next of a few: which one holds now, "dark"; else "".
std::string command_value(const AppState& state, CommandId id);
/// The command of a key; false: none.
bool command_of_key(int key, CommandId& id);
/// The same of a key with others held down. Shift by itself may be part of a sign: without a command of its own it does not count.
bool command_of_key(int key, bool ctrl, bool shift, CommandId& id);

/// What a panel asks for besides commands.
struct Request {
    enum class What : uint8_t { command, seek, pan, zoom, view, select_event, focus, page, processors, concurrency, threads, seed, policy, value, value_row, scroll, text, file_name, axis, cell, palette_text, palette_row, open_text, open_row, search, range, answer,
        select_thread, select_packet, entry, note_row, divergence, times_by, menu_row, menu_run };
    What what = What::command;
    CommandId command = CommandId::play;
    double number = 0;                    ///< seek, range: ns; pan: ns; zoom: factor; view: ns to stand in its middle; select_event: index; page: Page; the controls: new value; value_row: index; scroll: units; times_by: TimesView::By; axis: 0 or 1; cell, palette_row, open_row: index; answer: choice; divergence: index; menu_row, menu_run: Menu
    double at = 0;                        ///< zoom: ns that stays where it is; range: ns of its other end; select_thread, select_packet: side (number: which); menu_row, menu_run: row, below 0: none
    std::string path{}, text{};           ///< value: which, and what it is to be; text: of the scenario; file_name; axis: as for --axis; palette_text, open_text, search: typed
    bool held = false;                    ///< value, text, search: still being changed
};
using Requests = std::vector<Request>;
void request_run(AppState& state, const Request& request);

}  // namespace gui
