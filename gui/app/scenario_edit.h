// Changes of the scenario: by value, by text, undone, reset, saved. Each simulates again; what can't be simulated is told in
// `error` and changes nothing.
#pragma once
#include "gui/app/state.h"

namespace gui {

/// Of a run with more records than this a value that is dragged is simulated when it is let go.
inline constexpr uint64_t kLiveRecordsMax = 300'000;

/// After opening: given sets go into the text, values are listed, the first version is kept.
void app_begin_edit(AppState& state);
/// Sets one value. `held`: it is being dragged, and what follows belongs to the same change until one that is not held.
bool app_set_value(AppState& state, const std::string& path, const std::string& value, bool held);
struct NewValue { std::string path, value; };
/// Several at once, as one change.
bool app_set_values(AppState& state, const std::vector<NewValue>& values);
/// The text panel's text: a wrong one is kept as the draft with its error, and the last good run stays.
void app_set_text(AppState& state, const std::string& text, bool held);
void app_undo(AppState& state);
void app_redo(AppState& state);
/// The value that keys change: the next or the one before; up or down; as the file has it.
void app_select_value(AppState& state, int direction);
void app_step_value(AppState& state, int direction);
void app_reset_value(AppState& state);
void app_reset_all(AppState& state);
/// Into edit.file_name. A file that is there is replaced only when asked twice.
void app_save_as(AppState& state);
/// The text with all that was changed, to a file that is not there yet.
sim::Status save_scenario(const AppState& state, const std::string& file);
/// Every value of a text of the scenario; none where it is wrong.
std::vector<sim::Field> app_fields_of(const AppState& state, const std::string& text);
/// The value as the scenario's file has it, null: the file has no such value.
const sim::Field* app_file_field(const AppState& state, const sim::Field& field);

}  // namespace gui
