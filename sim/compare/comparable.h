// What two traces have in common, before they are compared: said in sentences, since a difference may lie in what they are of.
#pragma once
#include <string>
#include <vector>

#include "sim/compare/pairing.h"
#include "sim/trace/file.h"

namespace sim {

/// Why nothing at all can be compared with this side, in a sentence that begins with its name; "" where something can.
std::string nothing_to_compare(const Trace& trace, const std::string& name);

/// Other scenarios, texts, seeds, ends; packets without a partner.
void note_what_differs(std::vector<std::string>& notes, const Trace& a, const Trace& b, const std::string& b_name, const Pairing& pairing);
/// Processors asked and used, losses, damage, calls only.
void note_what_it_lacks(std::vector<std::string>& notes, const std::string& name, const Trace& trace);

}  // namespace sim
