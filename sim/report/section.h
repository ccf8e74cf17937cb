// The parts of a report's page.
#pragma once
#include <string>
#include <vector>

#include "sim/compare/compare.h"

namespace sim {

/// What a section is of, and how much it may draw.
struct SectionOf {
    const Trace& a;
    const Trace& b;
    const Comparison& comparison;
    size_t columns = 480, lanes_max = 24;
};

/// "Windows kernel port, model" in a few words: who made the side.
std::string side_heading(const Summary& summary);

/// The answer in sentences: decisions, order, waits, where the sides part.
std::string verdict_section(const Comparison& comparison);
std::string divergence_section(const SectionOf& of);
std::string port_section(const SectionOf& of);
std::string waits_section(const Comparison& comparison);
std::string ranked_section(const SectionOf& of);
std::string decisions_section(const Comparison& comparison);
std::string figures_section(const std::vector<Comparison>& comparisons);

/// The page's style sheet: light and dark by the reader's choice, print on white.
std::string page_style();

}  // namespace sim
