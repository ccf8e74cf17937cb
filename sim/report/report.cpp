#include "sim/report/report.h"

#include <algorithm>

#include "sim/report/draw.h"
#include "sim/report/markup.h"
#include "sim/report/section.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

std::string sides_table(const std::vector<Trace>& traces, const std::vector<Comparison>& comparisons) {
    std::string out = "<table class=\"words\"><thead><tr><th>side</th><th>made by</th><th>scenario</th><th>seed</th><th>processors</th><th>packets</th><th>records</th></tr></thead><tbody>\n";
    for (size_t i = 0; i <= comparisons.size(); ++i) {
        const Summary& s = i == 0 ? comparisons[0].a : comparisons[i - 1].b;
        const TraceHeader& header = traces[i].header;
        out += "<tr><td><b class=\"" + std::string(i == 0 ? "tag-a" : "tag-b") + "\">" + escaped(i == 0 ? "A" : comparisons[i - 1].b_name) + "</b></td><td>" + escaped(side_heading(s), 120) + "</td><td>" + escaped(s.scenario, 60) + "</td><td>" + std::to_string(s.seed) + "</td><td>" +
               std::to_string(header.processors_used) + "</td><td>" + std::to_string(s.posted) + "</td><td>" + std::to_string(s.events) + "</td></tr>\n";
    }
    return out + "</tbody></table>\n";
}

std::string notes_list(const std::vector<Comparison>& comparisons, size_t left_out) {
    std::vector<std::string> notes;
    for (const Comparison& c : comparisons)
        for (const std::string& note : c.notes)
            if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
    if (left_out > 0) notes.push_back(std::to_string(left_out) + " more sides are left out of this page; portside compare prints them all");
    if (notes.size() > 40) notes.resize(40);
    std::string out;
    for (const std::string& note : notes) out += element("li", "", note);
    return out.empty() ? out : "<ul class=\"note\">\n" + out + "</ul>\n";
}

// As much detail as fits: the number of columns and lanes is what a drawing's size depends on.
std::string page_of(const std::vector<Trace>& traces, const std::vector<Comparison>& shown, size_t left_out, const std::string& version, size_t columns, size_t lanes_max) {
    const Summary& a = shown.front().a;
    const std::string title = (a.scenario.empty() ? std::string("Two traces") : a.scenario) + ": " + side_heading(a) + " beside " + (shown.size() == 1 ? side_heading(shown.front().b) : std::to_string(shown.size()) + " others");
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + escaped(title, 160) + "</title>\n" + page_style() + "</head>\n<body>\n" + draw_patterns();
    out += "<h1>" + escaped(title, 160) + "</h1>\n" + element("p", "sub", "What a completion port did on each side: which packet went to which thread, how long it waited, and whether the recorded decisions follow the model's policy.");
    out += sides_table(traces, shown) + notes_list(shown, left_out);
    for (size_t i = 0; i < shown.size(); ++i) {
        const SectionOf of{.a = traces[0], .b = traces[i + 1], .comparison = shown[i], .columns = columns, .lanes_max = lanes_max};
        out += "<h2>A and " + escaped(shown[i].b_name) + ": " + escaped(side_heading(shown[i].b), 120) + "</h2>\n" + verdict_section(shown[i]) + divergence_section(of) + decisions_section(shown[i]) + port_section(of) + waits_section(shown[i]) + ranked_section(of);
    }
    out += figures_section(shown) + element("p", "note", "Made by portside " + version + ". Times are from the start of each run.");
    return out + "</body>\n</html>\n";
}

}  // namespace

std::string report_page(const std::vector<Trace>& traces, const std::vector<Comparison>& comparisons, const std::string& version) {
    std::vector<Comparison> shown(comparisons.begin(), comparisons.begin() + static_cast<std::ptrdiff_t>(std::min(comparisons.size(), kReportSidesMax)));
    const size_t left_out = comparisons.size() - shown.size();
    size_t columns = 480, lanes = 24;
    std::string page = page_of(traces, shown, left_out, version, columns, lanes);
    while (page.size() > kReportBytesMax && columns > 30) {
        columns /= 2;
        lanes = std::max<size_t>(lanes / 2, 4);
        page = page_of(traces, shown, left_out, version, columns, lanes);
    }
    return page;
}

}  // namespace sim
