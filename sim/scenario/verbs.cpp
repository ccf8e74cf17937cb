// Steps for what a port can do beside packets: exit, create_port, close, suspend, resume, apc, kernel_apc, watch, page_in, serve.
#include <algorithm>

#include "sim/scenario/check.h"

namespace sim {
namespace {

// What a scenario has to have beside the word, and may have.
struct Verb { std::string_view word; Step::Kind kind; std::vector<std::string> keys; };

const std::vector<Verb>& verbs() {
    static const std::vector<Verb> all{
        {"exit", Step::Kind::exit, {}},
        {"create_port", Step::Kind::create_port, {}},
        {"close", Step::Kind::close, {}},
        {"suspend", Step::Kind::suspend, {}},
        {"resume", Step::Kind::resume, {}},
        {"apc", Step::Kind::apc, {}},
        {"kernel_apc", Step::Kind::kernel_apc, {"post", "key"}},
        {"watch", Step::Kind::watch, {"timeout"}},
        {"page_in", Step::Kind::page_in, {}},
        {"serve", Step::Kind::serve, {}},
    };
    return all;
}

const Verb* find_verb(std::string_view word) {
    for (const Verb& verb : verbs())
        if (verb.word == word) return &verb;
    return nullptr;
}

// "worker.3"
ThreadId read_thread(Checker& check, const Value& value) {
    Words names;
    for (const NamedThreads& table : check.threads) {
        const std::string start = table.name + '.';
        names.push_back(start + "0");
        if (table.count > 1) names.back() += " to " + start + std::to_string(table.count - 1);
        if (value.kind != Value::Kind::text || value.text.compare(0, start.size(), start) != 0) continue;
        const std::string index = value.text.substr(start.size());
        const bool decimal = !index.empty() && index.size() < 8 && index.find_first_not_of("0123456789") == std::string::npos && (index.size() == 1 || index[0] != '0');
        if (decimal && std::stoul(index) < table.count) return {table.first + static_cast<uint32_t>(std::stoul(index))};
    }
    if (value.kind != Value::Kind::text) check.fail(value.at, "the thread is " + shown(value) + ", expected the name of one: " + joined(names));
    else check.fail(value.at, "no thread is named " + in_quotes(value.text) + ", expected " + joined(names), value.text.find('.') == std::string::npos ? "the first is " + in_quotes(value.text + ".0") : std::string());
    return {};
}

void read_watch(Checker& check, const Member& word, const Value& value, const Scenario& scenario, Step& step) {
    step.port = read_port(check, word.value, scenario.ports);
    step.duration.a = kInfinite;
    if (const Value* timeout = value.find("timeout")) step.duration.a = read_duration(check, *timeout, "timeout", true);
    if (!step.port.valid()) return;
    const PortParams& port = scenario.ports[step.port.value];
    if (!policy_has_handle(port.policy)) check.fail(word.value.at, "port " + in_quotes(port.name) + " has policy " + std::string(policy_name(port.policy)) + ", whose handle nobody waits on", "nt, wine8 and wine10 have such handles");
}

void read_kernel_apc(Checker& check, const Member& word, const Value& value, const Scenario& scenario, Step& step) {
    step.thread = read_thread(check, word.value);
    check.kernel_apcs.push_back({step.thread, word.value.at});
    if (const Value* post = value.find("post")) step.port = read_port(check, *post, scenario.ports);
    if (const Value* key = value.find("key"); key && !value.find("post")) check.fail(key->at, "a key without post, expected the port that the packet goes to", "add post = " + in_quotes(scenario.ports[0].name));
    get_u64(check, value, "key", step.key);
}

}  // namespace

bool is_verb_word(std::string_view word) { return find_verb(word) != nullptr; }

Words verb_words() {
    Words words;
    for (const Verb& verb : verbs()) words.emplace_back(verb.word);
    return words;
}

Words verb_keys(std::string_view word) {
    const Verb* verb = find_verb(word);
    return verb != nullptr ? verb->keys : Words{};
}

void read_verb(Checker& check, const Value& value, const Member& word, const Scenario& scenario, Step& step) {
    step.kind = find_verb(word.key)->kind;
    switch (step.kind) {
        case Step::Kind::exit:
            if (word.value.kind != Value::Kind::boolean || !word.value.boolean) check.fail(word.value.at, "exit is " + shown(word.value) + ", expected true");
            break;
        case Step::Kind::create_port:
        case Step::Kind::close: step.port = read_port(check, word.value, scenario.ports); break;
        case Step::Kind::serve:
            step.port = read_port(check, word.value, scenario.ports);
            if (check.in_program) check.fail(word.at, "serve in a [[thread]], which never asks a port, expected it in a [[worker]]", "serves = \"...\" of the [[thread]] says where it counts");
            break;
        case Step::Kind::suspend: case Step::Kind::resume:
        case Step::Kind::apc: step.thread = read_thread(check, word.value); break;
        case Step::Kind::kernel_apc: read_kernel_apc(check, word, value, scenario, step); break;
        case Step::Kind::watch: read_watch(check, word, value, scenario, step); break;
        case Step::Kind::page_in: step.duration = read_distribution(check, word.value, "page_in"); break;
        case Step::Kind::compute: case Step::Kind::block: case Step::Kind::lock: case Step::Kind::read: case Step::Kind::start_io:
        case Step::Kind::post: case Step::Kind::group:
        case Step::Kind::associate: case Step::Kind::bind: case Step::Kind::skip_on_success: case Step::Kind::skip_set_event: case Step::Kind::cancel_io:
        case Step::Kind::cancel_io_ex: case Step::Kind::cancel_synchronous_io: case Step::Kind::wait_io: case Step::Kind::close_file: case Step::Kind::duplicate_file: break;   // none of these
    }
}

void check_kernel_apcs(Checker& check, const Scenario& scenario) {
    for (const Interrupts& one : check.kernel_apcs) {
        if (one.thread.value >= worker_thread_count(scenario)) continue;
        const PortParams& port = scenario.ports[scenario.workers[worker_of(scenario, one.thread).worker].port.value];
        if (port.policy != Policy::nt)
            check.fail(one.at, "a kernel_apc to " + in_quotes(thread_name(scenario, one.thread)) + ", whose port " + in_quotes(port.name) + " has policy " + std::string(policy_name(port.policy)) + ": no kernel APC interrupts a wait there", "nt is the policy that knows it");
    }
}

void find_threads(Checker& check, const Value& root) {
    uint32_t first = 0;
    for (const char* list : {"worker", "thread"}) {
        const Value* tables = root.find(list);
        if (!tables) continue;
        for (const Value& table : tables->items) {
            const Value* name = table.find("name");
            const Value* count = table.find("count");
            NamedThreads threads{.name = name && name->kind == Value::Kind::text ? name->text : std::string(), .first = first, .count = 1};
            // A count that is wrong is found when its table is read.
            if (count && count->kind == Value::Kind::whole && count->whole >= 1 && count->whole <= 65'536) threads.count = static_cast<uint32_t>(count->whole);
            first += threads.count;
            if (!threads.name.empty()) check.threads.push_back(std::move(threads));
        }
    }
}

void check_calls(Checker& check, const Scenario& scenario, const WorkerParams& worker, const Value& table) {
    std::vector<PortId> ports{worker.port};
    const auto add = [&ports](const Handler& handler) {
        for (const Step& step : handler.steps)
            if (step.kind == Step::Kind::serve) ports.push_back(step.port);
    };
    for (const Handler* handler : {&worker.on_packet, &worker.on_timeout, &worker.on_abandoned, &worker.on_apc}) add(*handler);
    for (const auto& [key, handler] : worker.on_packet_of_key) add(handler);
    if (worker.on_error) add(*worker.on_error);
    const auto at_of = [&table](const char* key) { return table.find(key) ? table.find(key)->at : table.at; };
    if (worker.batch_min > worker.batch)
        check.fail(at_of("batch_min"), "batch_min is " + std::to_string(worker.batch_min) + ", expected at most batch, which is " + std::to_string(worker.batch), "set batch = " + std::to_string(worker.batch_min) + " or more");
    for (const PortId id : ports) {
        if (!id.valid()) return;
        const PortParams& port = scenario.ports[id.value];
        const std::string of = "port " + in_quotes(port.name) + " has policy " + std::string(policy_name(port.policy));
        if (worker.alertable && !policy_runs_apcs(port.policy)) check.fail(at_of("alertable"), of + ", which knows no alertable get", "nt and wine10 do");
        if (worker.batch_min > 1 && policy_row(port.policy).delivery != Delivery::min_to_max) check.fail(at_of("batch_min"), of + ", which knows no minimum", "io_uring, event_ports and aix do");
    }
}

}  // namespace sim
