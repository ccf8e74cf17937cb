// What a thread does with one packet: a list of steps, nested lists flattened in place (Step::size).
#include <algorithm>

#include "sim/scenario/check.h"

namespace sim {
namespace {

constexpr int kNestingMax = 32;
constexpr size_t kLocksMax = 65'536;
const Words kExtraKeys{"chance", "key", "hold", "event", "as", "operation", "timeout", "port"};   // of some step: not what is wrong with one that has no word

const Words& step_words() {
    static const Words words = [] {
        Words all{"compute", "block", "lock", "read", "start_io", "post", "associate", "bind", "skip_on_success", "skip_set_event", "cancel_io", "cancel_io_ex", "cancel_synchronous_io", "wait_io", "close_file", "duplicate_file"};
        const Words verbs = verb_words();
        all.insert(all.end(), verbs.begin(), verbs.end());
        all.emplace_back("steps");
        return all;
    }();
    return words;
}

struct StepReader {
    Checker& check;
    Scenario& scenario;           ///< its ports and devices are known; locks are added as they are named
    Handler& out;
};

void read_list(StepReader& reader, const Value& value, std::string_view name, int depth);

// The key that says what the step is; none when there is not exactly one, which is an error.
const Member* step_word(Checker& check, const Value& value) {
    const Member* word = nullptr;
    for (const Member& member : value.members) {
        const Words& words = step_words();
        if (std::find(words.begin(), words.end(), member.key) == words.end()) continue;
        if (member.key == "post" && value.find("kernel_apc")) continue;   // what the APC posts
        if (word) {
            check.fail(member.at, "a step with both " + word->key + " and " + member.key + ", expected one of them", "write two steps");
            return nullptr;
        }
        word = &member;
    }
    if (word) return word;
    for (const Member& member : value.members) {
        if (std::find(kExtraKeys.begin(), kExtraKeys.end(), member.key) != kExtraKeys.end()) continue;
        check.fail(member.at, "unknown step " + in_quotes(member.key) + ", expected " + joined(step_words()), did_you_mean(member.key, step_words()));
        return nullptr;
    }
    check.fail(value.at, "a step that does nothing, expected " + joined(step_words()));
    return nullptr;
}

// A lock exists by being named (3a.10).
LockId read_lock(Checker& check, const Value& value, Scenario& scenario) {
    if (value.kind != Value::Kind::text || !can_be_name(value.text)) {
        check.fail(value.at, "lock is " + shown(value) + ", expected a name of letters, digits, '_' and '-'");
        return {};
    }
    std::vector<std::string>& locks = scenario.locks;
    const auto at = std::find(locks.begin(), locks.end(), value.text);
    const LockId id{static_cast<uint32_t>(at - locks.begin())};
    if (at == locks.end()) locks.push_back(value.text);
    if (locks.size() > kLocksMax) check.fail(value.at, "more than " + std::to_string(kLocksMax) + " locks are named");
    return id;
}

// The latency is drawn as a duration of the step, from the packet's stream.
void read_read(StepReader& reader, const Member& word, Step& step) {
    const std::vector<DeviceParams>& devices = reader.scenario.devices;
    step.kind = Step::Kind::read;
    step.device = read_device(reader.check, word.value, devices);
    if (step.device.valid()) step.duration = devices[step.device.value].latency;
}

void read_step(StepReader& reader, const Value& value, int depth) {
    Checker& check = reader.check;
    if (value.kind != Value::Kind::table) return check.fail(value.at, "a step is " + shown(value) + ", expected a table such as { compute = \"1ms\" }");
    const Member* word = step_word(check, value);
    if (!word) return;
    Keys keys{{word->key, "chance"}, {}};
    if (word->key == "post") keys.known.push_back("key");
    if (word->key == "lock") keys.known.push_back("hold");
    for (const std::string& key : file_step_keys(word->key)) keys.known.push_back(key);
    for (std::string& key : verb_keys(word->key)) keys.known.push_back(std::move(key));
    check_keys(check, value, "in a " + word->key + " step", keys);

    Step step;
    step.line = word->at.line;
    step.column = word->at.column;
    if (const Value* chance = value.find("chance")) step.chance = read_chance(check, *chance, "chance");
    if (word->key == "steps") {
        step.kind = Step::Kind::group;
        const size_t place = reader.out.steps.size();
        reader.out.steps.push_back(std::move(step));
        read_list(reader, word->value, "steps", depth + 1);
        reader.out.steps[place].size = static_cast<uint32_t>(reader.out.steps.size() - place - 1);
        return;
    }
    if (word->key == "post") {
        step.kind = Step::Kind::post;
        step.port = read_port(check, word->value, reader.scenario.ports);
        get_u64(check, value, "key", step.key);
    } else if (word->key == "lock") {
        step.kind = Step::Kind::lock;
        step.lock = read_lock(check, word->value, reader.scenario);
        const Value* hold = value.find("hold");
        if (!hold) return check.fail(word->at, "a lock step has no hold, expected for example hold = \"1ms\"");
        step.duration = read_distribution(check, *hold, "hold");
    } else if (word->key == "read") {
        read_read(reader, *word, step);
    } else if (is_file_step(word->key)) {
        read_file_step(check, value, *word, reader.scenario, step);
    } else if (is_verb_word(word->key)) {
        read_verb(check, value, *word, reader.scenario, step);
    } else {
        step.kind = word->key == "compute" ? Step::Kind::compute : Step::Kind::block;
        step.duration = read_distribution(check, word->value, word->key);
    }
    reader.out.steps.push_back(std::move(step));
}

void read_list(StepReader& reader, const Value& value, std::string_view name, int depth) {
    Checker& check = reader.check;
    if (value.kind != Value::Kind::array) return check.fail(value.at, std::string(name) + " is " + shown(value) + ", expected a list of steps: [ { compute = \"1ms\" } ]");
    if (depth > kNestingMax) return check.fail(value.at, "steps in steps, " + std::to_string(depth) + " deep, expected at most " + std::to_string(kNestingMax));
    for (const Value& item : value.items) {
        if (check.failed()) return;
        read_step(reader, item, depth);
    }
}

}  // namespace

void read_handler(Checker& check, const Value& value, std::string_view name, Scenario& scenario, Handler& out) {
    StepReader reader{check, scenario, out};
    read_list(reader, value, name, 1);
}

}  // namespace sim
