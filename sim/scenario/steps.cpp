// What a thread does with one packet: a list of steps, nested lists flattened in place (Step::size).
#include "sim/scenario/check.h"

namespace sim {
namespace {

constexpr int kNestingMax = 32;
const Words kSteps{"compute", "block", "post", "steps"};
const Words kStepsLater{"lock", "read", "start_io"};

struct StepReader {
    Checker& check;
    const std::vector<PortParams>& ports;
    Handler& out;
};

void read_list(StepReader& reader, const Value& value, std::string_view name, int depth);

// The key that says what the step is; none when there is not exactly one, which is an error.
const Member* step_word(Checker& check, const Value& value) {
    const Member* word = nullptr;
    for (const Member& member : value.members) {
        for (const std::string& later : kStepsLater) {
            if (member.key != later) continue;
            fail_later(check, member.at, later + ", expected " + joined(kSteps));
            return nullptr;
        }
        bool known = false;
        for (const std::string& step : kSteps) known = known || member.key == step;
        if (!known) continue;
        if (word) {
            check.fail(member.at, "a step with both " + word->key + " and " + member.key + ", expected one of them", "write two steps");
            return nullptr;
        }
        word = &member;
    }
    if (word) return word;
    for (const Member& member : value.members) {
        if (member.key == "chance" || member.key == "key") continue;
        check.fail(member.at, "unknown step " + in_quotes(member.key) + ", expected " + joined(kSteps), did_you_mean(member.key, kSteps));
        return nullptr;
    }
    check.fail(value.at, "a step that does nothing, expected " + joined(kSteps));
    return nullptr;
}

void read_step(StepReader& reader, const Value& value, int depth) {
    Checker& check = reader.check;
    if (value.kind != Value::Kind::table) return check.fail(value.at, "a step is " + shown(value) + ", expected a table such as { compute = \"1ms\" }");
    const Member* word = step_word(check, value);
    if (!word) return;
    const bool is_post = word->key == "post";
    Keys keys{{word->key, "chance"}, {}};
    if (is_post) keys.known.push_back("key");
    check_keys(check, value, "in a " + word->key + " step", keys);

    Step step;
    step.line = value.at.line;
    if (const Value* chance = value.find("chance")) step.chance = read_chance(check, *chance, "chance");
    if (word->key == "steps") {
        step.kind = Step::Kind::group;
        const size_t place = reader.out.steps.size();
        reader.out.steps.push_back(std::move(step));
        read_list(reader, word->value, "steps", depth + 1);
        reader.out.steps[place].size = static_cast<uint32_t>(reader.out.steps.size() - place - 1);
        return;
    }
    if (is_post) {
        step.kind = Step::Kind::post;
        step.port = read_port(check, word->value, reader.ports);
        get_u64(check, value, "key", step.key);
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

void read_handler(Checker& check, const Value& value, std::string_view name, const std::vector<PortParams>& ports, Handler& out) {
    StepReader reader{check, ports, out};
    read_list(reader, value, name, 1);
}

}  // namespace sim
