// What is typed into the search line.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "gui/model/search.h"

namespace gui {
namespace {

constexpr const char* kTerms = "thread:5, wait>2ms, key:1, rule:K17, packet:12, port:NAME";

sim::Error wrong(std::string_view term, std::string expected) { return {.file = {}, .line = 0, .column = 0, .what = std::string(term) + ": expected " + std::move(expected), .hint = {}}; }

bool whole_number(std::string_view text, uint64_t& number) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return !text.empty() && read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

sim::Result<SearchTerm> thread_term(std::string_view term, std::string_view value, const sim::TraceHeader& header) {
    SearchTerm out{.of = SearchTerm::Of::thread};
    for (size_t i = 0; i < header.threads.size(); ++i)
        if (header.threads[i] == value) return out.number = i, out;
    if (whole_number(value, out.number) && out.number < header.threads.size()) return out;
    if (header.threads.empty()) return wrong(term, "a thread, and this side has none");
    return wrong(term, "a thread from 0 to " + std::to_string(header.threads.size() - 1) + ", or its name, such as " + header.threads.front());
}

sim::Result<SearchTerm> port_term(std::string_view term, std::string_view value, const sim::TraceHeader& header) {
    std::string names;
    for (size_t i = 0; i < header.ports.size(); ++i) {
        if (header.ports[i].name == value) return SearchTerm{.of = SearchTerm::Of::port, .number = i};
        names += (i == 0 ? "" : ", ") + header.ports[i].name;
    }
    return wrong(term, "the name of a port: " + names);
}

sim::Result<SearchTerm> rule_term(std::string_view term, std::string_view value) {
    std::string label(value);
    if (!label.empty() && label[0] >= 'a' && label[0] <= 'z') label[0] = static_cast<char>(label[0] - 'a' + 'A');
    for (size_t n = 1; n < sim::kRuleLabels.size(); ++n) {
        const auto& known = sim::kRuleLabels[n];
        if (!label.empty() && std::string(known.begin(), std::find(known.begin(), known.end(), '\0')) == label) return SearchTerm{.of = SearchTerm::Of::rule, .number = n};
    }
    return wrong(term, "a rule, such as K17 (`portside rules` lists them)");
}

sim::Result<SearchTerm> packet_term(std::string_view term, std::string_view value) {
    SearchTerm out{.of = SearchTerm::Of::packet};
    const auto expected = [&] { return wrong(term, "a packet, such as 12, or 17.0 for the first that packet 17 posted"); };
    size_t dot = value.find('.');
    if (!whole_number(value.substr(0, dot), out.number)) return expected();
    while (dot != std::string_view::npos) {
        value = value.substr(dot + 1), dot = value.find('.');
        uint64_t ordinal = 0;
        if (out.generation >= out.ordinals.size() || !whole_number(value.substr(0, dot), ordinal) || ordinal > UINT16_MAX) return expected();
        out.ordinals[out.generation++] = static_cast<uint16_t>(ordinal);
    }
    return out;
}

// "1.5ms", of less than a day.
bool time_of(std::string_view text, uint64_t& ns) {
    struct Unit { std::string_view name; double ns; };
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (read.ec != std::errc{} || !(number >= 0)) return false;
    for (const Unit unit : {Unit{"ns", 1}, Unit{"us", 1e3}, Unit{"ms", 1e6}, Unit{"s", 1e9}}) {
        if (unit.name != std::string_view(read.ptr, static_cast<size_t>(text.data() + text.size() - read.ptr)) || number * unit.ns >= 86'400e9) continue;
        ns = static_cast<uint64_t>(std::llround(number * unit.ns));
        return true;
    }
    return false;
}

sim::Result<SearchTerm> wait_term(std::string_view term, char sign, std::string_view value) {
    SearchTerm out{.of = sign == '>' ? SearchTerm::Of::wait_longer : SearchTerm::Of::wait_shorter};
    if (!time_of(value, out.number)) return wrong(term, "a time in ns, us, ms or s, such as wait>2ms");
    return out;
}

sim::Result<SearchTerm> term_of(std::string_view term, const sim::TraceHeader& header) {
    const size_t at = term.find_first_of(":<>");
    if (at == std::string_view::npos) return wrong(term, std::string("one of ") + kTerms);
    const std::string_view name = term.substr(0, at), value = term.substr(at + 1);
    if (name == "wait") return term[at] == ':' ? sim::Result<SearchTerm>(wrong(term, "wait>TIME or wait<TIME, such as wait>2ms")) : wait_term(term, term[at], value);
    if (term[at] != ':') return wrong(term, "a colon; only a wait has more and less: wait>2ms");
    if (name == "thread") return thread_term(term, value, header);
    if (name == "port") return port_term(term, value, header);
    if (name == "rule") return rule_term(term, value);
    if (name == "packet") return packet_term(term, value);
    if (name != "key") return wrong(term, std::string("one of ") + kTerms);
    SearchTerm key{.of = SearchTerm::Of::key};
    if (!whole_number(value, key.number)) return wrong(term, "a key, a whole number such as key:1");
    return key;
}

}  // namespace

sim::Result<std::vector<SearchTerm>> search_parse(std::string_view text, const sim::TraceHeader& header) {
    std::vector<SearchTerm> terms;
    for (size_t at = text.find_first_not_of(' '); at < text.size();) {
        const size_t end = std::min(text.find(' ', at), text.size());
        const sim::Result<SearchTerm> term = term_of(text.substr(at, end - at), header);
        if (!term) return term.error();
        terms.push_back(*term);
        at = text.find_first_not_of(' ', end);
    }
    if (terms.empty()) return sim::Error{.file = {}, .line = 0, .column = 0, .what = std::string("expected one or more of ") + kTerms, .hint = {}};
    return terms;
}

}  // namespace gui
