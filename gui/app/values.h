// A value of the scenario as a control: its name, where a slider stands, what comes next. No ImGui.
#pragma once
#include <string>
#include <vector>

#include "sim/scenario/fields.h"

namespace gui {

/// "Machine", "Port", "Worker readers" where there are several workers: what the value belongs to.
std::string value_group(const sim::Field& field, const std::vector<sim::Field>& all);
/// Within its group: "get cost", "on packet, step 1: compute, exponential". A worker's count is "threads".
std::string value_name(const sim::Field& field);
/// Both: "worker readers: threads".
std::string value_label(const sim::Field& field, const std::vector<sim::Field>& all);
/// What the number counts where the value itself does not say: "" for durations, which have their unit.
std::string value_unit(const sim::Field& field);

/// Place of the value on its slider, 0..1. Sliders reach as far as `reference`, the file's value, makes sensible: they stay the
/// same while the value is dragged. Durations and large numbers go by powers of ten; the right end of what may be infinite is.
double value_share(const sim::Field& field, const std::string& reference);
/// The value at a place of the slider, rounded to what a person would write.
std::string value_at_share(const sim::Field& field, const std::string& reference, double share);
/// The next value up (1) or down (-1): whole numbers by one, durations along 1, 2, 5, 10, chances by 0.05, words in turn.
std::string value_next(const sim::Field& field, int direction);

/// The field with this path, null: there is none.
const sim::Field* find_field(const std::vector<sim::Field>& fields, const std::string& path);

}  // namespace gui
