// Every command of the window, in one list: keys, buttons and the sheet of shortcuts come from it.
#pragma once
#include <span>
#include <string_view>

#include "gui/app/state.h"

namespace gui {

enum class CommandId : uint8_t { play, step, step_back, to_begin, to_end, faster, slower, divergence, next_side, zoom_in, zoom_out, zoom_all, pan_left, pan_right, processors_less, processors_more, concurrency_less, concurrency_more, threads_less, threads_more, seed_less, seed_more, policy, next_port, next_page, about, theme, help, quit };

/// Keys that have no character. Others are their capital letter or sign.
enum Key : int { kKeySpace = ' ', kKeyLeft = 256, kKeyRight, kKeyHome, kKeyEnd, kKeyTab, kKeyEscape };

struct CommandEntry {
    CommandId id;
    std::string_view name;                ///< "step-back": stable, for scripts and tests
    std::string_view title;               ///< "Step back"
    std::string_view key_text;            ///< "Left"
    int key;
};

std::span<const CommandEntry> command_list();
void command_run(AppState& state, CommandId id);
/// The command of a key; false: none.
bool command_of_key(int key, CommandId& id);

/// What a panel asks for besides commands.
struct Request {
    enum class What : uint8_t { command, seek, pan, zoom, select_event, focus, page, processors, concurrency, threads, seed, policy };
    What what = What::command;
    CommandId command = CommandId::play;
    double number = 0;                    ///< seek: ns; pan: ns; zoom: factor; select_event: index; page: Page; the controls: new value
    double at = 0;                        ///< zoom: ns that stays where it is
};
using Requests = std::vector<Request>;
void request_run(AppState& state, const Request& request);

}  // namespace gui
