#include "sim/scenario/load.h"

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "sim/scenario/check.h"
#include "sim/scenario/handler.h"
#include "sim/scenario/samples.h"

namespace sim {
namespace {

void read_top(Checker& check, const Value& root, Scenario& scenario) {
    const Keys keys{{"title", "about", "number", "seed", "until", "machine", "port", "device", "file", "worker", "thread", "source"}, {}};
    check_keys(check, root, "at the top", keys);
    get_text(check, root, "title", scenario.title);
    get_text(check, root, "about", scenario.about);
    get_u32(check, root, "number", scenario.number, 0, 9999);
    get_u64(check, root, "seed", scenario.seed);
    if (const Value* until = root.find("until")) {
        scenario.until = Instant{} + read_duration(check, *until, "until");
        if (scenario.until->ns == 0) check.fail(until->at, "until is 0ns, expected more than 0ns");
    }
}

// Whoever has the text has the samples too, the file may be gone: from the last place to the first, so that places stay true.
void put_samples_into(const Checker& check, std::string& text, std::vector<std::string>& sets) {
    std::vector<SamplesNamed> named = check.samples_named;
    std::sort(named.begin(), named.end(), [](const SamplesNamed& a, const SamplesNamed& b) { return std::tie(a.at.line, a.at.column) > std::tie(b.at.line, b.at.column); });
    for (const SamplesNamed& samples : named) {
        if (samples.at.set >= 0) put_samples(sets[static_cast<size_t>(samples.at.set)], samples.name, samples_list(samples.values));
        else put_samples(text, samples.at.line, samples.at.column, samples.name, samples_list(samples.values));
    }
}

bool looks_like_path(const std::string& text) {
    return text.find('/') != std::string::npos || text.find('\\') != std::string::npos || std::filesystem::path(text).extension() == ".toml";
}

}  // namespace

void read_scenario(Checker& check, const Value& root, Scenario& scenario) {
    if (!check.failed()) read_top(check, root, scenario);
    if (!check.failed()) read_machine(check, root, scenario);
    if (!check.failed()) read_ports(check, root, scenario);
    if (!check.failed()) read_pool(check, root, scenario);
    if (!check.failed()) read_devices(check, root, scenario);   // before the steps that name them
    if (!check.failed()) read_files(check, root, scenario);
    if (!check.failed()) find_threads(check, root);             // before the steps that name them
    if (!check.failed()) read_workers(check, root, scenario);
    if (!check.failed()) read_programs(check, root, scenario);
    if (!check.failed()) resolve_threads(check, scenario);
    if (!check.failed()) read_background(check, root, scenario);
    if (!check.failed()) read_sources(check, root, scenario);
    if (!check.failed()) check_created(check, scenario);
    if (!check.failed()) check_kernel_apcs(check, scenario);
}

Result<Scenario> scenario_parse(std::string text, std::string path, std::vector<std::string> sets) {
    Result<Value> root = toml_parse(text, path);
    if (!root) return root.error();
    Scenario scenario;
    Checker check{path, sets};
    apply_sets(check, *root);
    read_scenario(check, *root, scenario);
    if (check.failed()) return *check.error;
    scenario.priorities_differ = priorities_differ(scenario);
    put_samples_into(check, text, sets);
    set_stream_keys(scenario);
    const std::filesystem::path file(path);
    scenario.name = file.extension() == ".toml" ? file.stem().string() : file.filename().string();
    scenario.path = std::move(path);
    scenario.text = std::move(text);
    scenario.sets = std::move(sets);
    return scenario;
}

Result<Scenario> scenario_load(const std::string& path_or_name, std::vector<std::string> sets) {
    std::string path = path_or_name;
    std::error_code code;
    if (!looks_like_path(path) && !std::filesystem::is_regular_file(path, code)) {
        const Result<std::vector<ScenarioEntry>> entries = scenario_list();
        if (!entries) return entries.error();
        Words names;
        for (const ScenarioEntry& entry : *entries) {
            if (entry.name == path_or_name) path = entry.path;
            names.push_back(entry.name);
        }
        if (path == path_or_name) {
            Error error;
            error.what = "no scenario is named " + in_quotes(path_or_name) + ", expected a path or one of " + joined(names);
            error.hint = did_you_mean(path_or_name, names);
            return error;
        }
    }
    Result<std::string> text = read_text_file(path);
    if (!text) return text.error();
    return scenario_parse(std::move(*text), path, std::move(sets));
}

}  // namespace sim
