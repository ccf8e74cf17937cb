// [[source]]: where packets come from.
#include <algorithm>

#include "sim/scenario/check.h"

namespace sim {
namespace {

constexpr int64_t kClientsMax = 1'000'000;
constexpr size_t kTimesShown = 32;            // more are changed in the text
const Words kArrivals{"at", "every", "poisson", "closed"};

void read_at(Checker& check, const Value& value, SourceParams& source) {
    source.kind = SourceParams::Kind::at;
    if (value.kind != Value::Kind::array) return check.fail(value.at, "at is " + shown(value) + ", expected a list of times: [\"0ms\", \"1ms\"]");
    std::vector<FieldRead>* const fields = check.fields;
    if (value.items.size() > kTimesShown) check.fields = nullptr;
    for (const Value& item : value.items) source.at.push_back(Instant{} + read_duration(check, item, "at"));
    check.fields = fields;
    std::stable_sort(source.at.begin(), source.at.end());
}

void read_spaced(Checker& check, const Value& arrivals, const Member& word, SourceParams& source) {
    source.kind = word.key == "every" ? SourceParams::Kind::every : SourceParams::Kind::poisson;
    source.gap = read_duration(check, word.value, word.key);
    if (source.gap.ns == 0 && !check.failed())     // they would all come at time 0, and without end where there is no count
        check.fail(word.value.at, word.key + " is 0ns, expected more than 0ns", "packets that come at once: arrivals = { at = [\"0ms\", \"0ms\"] }");
    if (const Value* count = arrivals.find("count")) source.count = static_cast<uint64_t>(read_whole(check, *count, "count", 1, INT64_MAX));
}

void read_closed(Checker& check, const Value& arrivals, const Value& value, SourceParams& source) {
    source.kind = SourceParams::Kind::closed;
    source.clients = static_cast<uint32_t>(read_whole(check, value, "closed", 1, kClientsMax));
    if (const Value* think = arrivals.find("think")) source.think = read_distribution(check, *think, "think");
}

// The key that says how packets arrive; none when there is not exactly one, which is an error.
const Member* arrivals_word(Checker& check, const Value& arrivals) {
    const Member* word = nullptr;
    for (const Member& member : arrivals.members) {
        if (std::find(kArrivals.begin(), kArrivals.end(), member.key) == kArrivals.end()) continue;
        if (word) {
            check.fail(member.at, "arrivals with both " + word->key + " and " + member.key + ", expected one of " + joined(kArrivals));
            return nullptr;
        }
        word = &member;
    }
    if (word) return word;
    for (const Member& member : arrivals.members) {
        if (member.key == "count" || member.key == "think") continue;
        check.fail(member.at, "unknown arrivals " + in_quotes(member.key) + ", expected " + joined(kArrivals), did_you_mean(member.key, kArrivals));
        return nullptr;
    }
    check.fail(arrivals.at, "arrivals that say nothing, expected " + joined(kArrivals));
    return nullptr;
}

void read_arrivals(Checker& check, const Value& arrivals, SourceParams& source) {
    if (arrivals.kind != Value::Kind::table)
        return check.fail(arrivals.at, "arrivals is " + shown(arrivals) + ", expected a table such as { every = \"1ms\", count = 100 }");
    const Member* word = arrivals_word(check, arrivals);
    if (!word) return;
    Keys keys{{word->key}, {}};
    if (word->key == "closed") keys.known.push_back("think");
    else if (word->key != "at") keys.known.push_back("count");
    check_keys(check, arrivals, "in " + word->key + " arrivals", keys);
    if (word->key == "at") read_at(check, word->value, source);
    else if (word->key == "closed") read_closed(check, arrivals, word->value, source);
    else read_spaced(check, arrivals, *word, source);
}

}  // namespace

void read_sources(Checker& check, const Value& root, Scenario& scenario) {
    Words names;
    for (const Value* table : tables_named(check, root, "source")) {
        if (check.failed()) return;
        check_keys(check, *table, "in [[source]]", {{"name", "port", "key", "arrivals"}, {}});
        SourceParams source;
        source.name = read_name(check, *table, "[[source]]", names);
        names.push_back(source.name);
        source.port = get_port(check, *table, "[[source]]", scenario.ports);
        get_u64(check, *table, "key", source.key);
        const Value* arrivals = table->find("arrivals");
        if (!arrivals) return check.fail(table->at, "[[source]] has no arrivals, expected for example arrivals = { every = \"1ms\", count = 100 }");
        read_arrivals(check, *arrivals, source);
        const bool endless = source.kind == SourceParams::Kind::closed || (source.kind != SourceParams::Kind::at && !source.count);
        if (endless && !scenario.until)
            check.fail(arrivals->at, "source " + in_quotes(source.name) + " never ends, expected an end of the run",
                       source.kind == SourceParams::Kind::closed ? "add until = \"100ms\" at the top" : "add count = 100 here, or until = \"100ms\" at the top");
        scenario.sources.push_back(std::move(source));
    }
    if (scenario.sources.size() > 65'534) check.fail(root.find("source")->at, "too many [[source]] tables, expected at most 65534");
}

}  // namespace sim
