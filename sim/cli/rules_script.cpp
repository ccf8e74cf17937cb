#include "sim/cli/rules_script.h"

#include <algorithm>
#include <array>

#include "sim/port/port.h"

namespace sim {

struct RulesScript::VerbEntry {
    std::string_view name;
    Verb verb;
    size_t words_min, words_max;
    std::string_view usage;
    std::string_view needs;      ///< of a thread
    std::string_view help;
};

namespace {

constexpr std::string_view kNameShape = "1 to 64 of A-Z a-z 0-9 _ . -";

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

std::vector<std::string_view> words_of(std::string_view text) {
    text = text.substr(0, text.find('#'));
    std::vector<std::string_view> words;
    size_t i = 0;
    while (i < text.size()) {
        if (is_space(text[i])) { ++i; continue; }
        const size_t begin = i;
        while (i < text.size() && !is_space(text[i])) ++i;
        words.push_back(text.substr(begin, i - begin));
    }
    return words;
}

bool is_name(std::string_view word) {
    if (word.empty() || word.size() > 64) return false;
    return std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    });
}

std::optional<uint32_t> number_in(std::string_view word, uint64_t min, uint64_t max) {
    uint64_t value = 0;
    for (const char c : word) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<uint64_t>(c - '0');
        if (value > max) return std::nullopt;
    }
    if (word.empty() || value < min) return std::nullopt;
    return static_cast<uint32_t>(value);
}

std::string quoted(std::string_view word) { return "'" + std::string(word) + "'"; }

std::string not_a_name(std::string_view word) { return quoted(word) + " is not a name; expected " + std::string(kNameShape); }

std::string not_a_number(std::string_view word, const char* what, uint64_t min, uint64_t max) {
    return quoted(word) + " is not a " + what + "; expected " + std::to_string(min) + " to " + std::to_string(max);
}

std::string no_open_port(std::string_view name) { return "no open port " + quoted(name); }

std::string_view state_word(PortThreadState state) {
    switch (state) {
        case PortThreadState::unknown: return "new";
        case PortThreadState::running:
        case PortThreadState::looking: return "running";
        case PortThreadState::waiting: return "waiting";
        case PortThreadState::blocked: return "blocked";
        case PortThreadState::suspended:
        case PortThreadState::suspended_waiting: return "suspended";
        case PortThreadState::exited: return "exited";
    }
    return {};
}

std::string wrong_state(std::string_view name, PortThreadState state, std::string_view verb, std::string_view needs) {
    if (state == PortThreadState::exited) return "thread " + quoted(name) + " has exited";
    return "thread " + quoted(name) + " is " + std::string(state_word(state)) + "; " + std::string(verb) + " needs " + std::string(needs);
}

std::string_view effect_name(EffectKind kind) {
    switch (kind) {
        case EffectKind::opened: return "opened";
        case EffectKind::took: return "took";
        case EffectKind::waits: return "waits";
        case EffectKind::released: return "released";
        case EffectKind::queued: return "queued";
        case EffectKind::blocked: return "blocked";
        case EffectKind::woke: return "woke";
        case EffectKind::timed_out: return "timed_out";
        case EffectKind::suspended: return "suspended";
        case EffectKind::resumed: return "resumed";
        case EffectKind::exited: return "exited";
        case EffectKind::closed: return "closed";
        case EffectKind::abandoned: return "abandoned";
        case EffectKind::woken: return "woken";     // never printed: look_of_woken takes it away
    }
    return {};
}

}  // namespace

std::span<const RulesScript::VerbEntry> RulesScript::verbs() {
    static constexpr std::array<VerbEntry, 12> kVerbs{{
        {"processors", Verb::processors, 2, 2, "processors N", "", "for a later port that asks for 0; 4 where it is not given"},
        {"port", Verb::port, 3, 4, "port P LIMIT [POLICY]", "", "opens a port; LIMIT 0 is the number of processors; nt or wine8"},
        {"get", Verb::get, 3, 4, "get T P [MAX]", "a new or running thread", "T asks for at most MAX packets and waits for one"},
        {"poll", Verb::poll, 3, 3, "poll T P", "a new or running thread", "T asks with timeout 0"},
        {"post", Verb::post, 3, 3, "post P K", "", "packet K arrives"},
        {"block", Verb::block, 2, 2, "block T", "a running thread", "T enters a wait that is not the port's"},
        {"wake", Verb::wake, 2, 2, "wake T", "a blocked thread", "that wait ends"},
        {"timeout", Verb::timeout, 2, 2, "timeout T", "a waiting thread", "T's wait on the port times out"},
        {"suspend", Verb::suspend, 2, 2, "suspend T", "a running or waiting thread", "T is stopped from outside"},
        {"resume", Verb::resume, 2, 2, "resume T", "a suspended thread", "and goes on"},
        {"exit", Verb::exit, 2, 2, "exit T", "a running thread", "T ends"},
        {"close", Verb::close, 2, 2, "close P", "", "the port's last handle is closed"},
    }};
    return kVerbs;
}

const RulesScript::VerbEntry* RulesScript::find_verb(std::string_view word) {
    for (const VerbEntry& entry : verbs())
        if (entry.name == word) return &entry;
    return nullptr;
}

std::string RulesScript::help() {
    std::string out;
    for (const VerbEntry& entry : verbs())
        out += "  " + std::string(entry.usage) + std::string(24 - entry.usage.size(), ' ') + std::string(entry.help) + '\n';
    return out + "  # starts a comment; an end of file (Ctrl-D) leaves\n";
}

std::optional<std::string> RulesScript::line(std::string_view text) {
    const Words words = words_of(text);
    if (words.empty()) return std::nullopt;
    std::string command;
    for (const std::string_view word : words) {
        if (!command.empty()) command += ' ';
        command += word;
    }
    effects_.clear();
    const std::string wrong = run(words);
    if (wrong.empty()) return answer(command);
    had_error_ = true;
    return rules_error_json(command, wrong);
}

std::string RulesScript::run(const Words& words) {
    const VerbEntry* entry = find_verb(words[0]);
    if (entry == nullptr)
        return "unknown verb " + quoted(words[0]) +
               "; expected processors, port, get, poll, post, block, wake, timeout, suspend, resume, exit or close";
    if (words.size() < entry->words_min) return "a word is missing; expected " + std::string(entry->usage);
    if (words.size() > entry->words_max) return "extra word " + quoted(words[entry->words_max]) + "; expected " + std::string(entry->usage);
    switch (entry->verb) {
        case Verb::processors: return run_processors(words);
        case Verb::port: return run_port(words);
        case Verb::get: return run_get(words, false);
        case Verb::poll: return run_get(words, true);
        case Verb::post: return run_post(words);
        case Verb::close: return run_close(words);
        case Verb::block:
        case Verb::wake:
        case Verb::timeout:
        case Verb::suspend:
        case Verb::resume:
        case Verb::exit: return run_thread(entry->verb, words);
    }
    return {};
}

std::string RulesScript::run_processors(const Words& words) {
    const auto count = number_in(words[1], 1, 4096);
    if (!count) return not_a_number(words[1], "number of processors", 1, 4096);
    processors_ = *count;
    return {};
}

std::string RulesScript::run_port(const Words& words) {
    if (!is_name(words[1])) return not_a_name(words[1]);
    const auto limit = number_in(words[2], 0, UINT32_MAX);
    if (!limit) return not_a_number(words[2], "LIMIT", 0, UINT32_MAX);
    Policy policy = Policy::nt;
    if (words.size() > 3) {
        const auto found = policy_from_name(words[3]);
        if (!found) return "unknown policy " + quoted(words[3]) + "; expected nt or wine8";
        policy = *found;
    }
    if (open_ports_.find(words[1]) != open_ports_.end()) return "port " + quoted(words[1]) + " is open already";
    const PortId id = port_open(state_, policy, *limit == 0 ? processors_ : *limit, effects_);   // S2: 0 asks for the processors
    open_ports_.emplace(words[1], id.value);
    open_order_.push_back(id.value);
    port_names_.emplace_back(words[1]);
    return {};
}

std::string RulesScript::run_get(const Words& words, bool poll) {
    if (!is_name(words[1])) return not_a_name(words[1]);
    if (!is_name(words[2])) return not_a_name(words[2]);
    GetCall call{.batch_max = 1, .poll = poll};
    if (words.size() > 3) {
        const auto max = number_in(words[3], 1, UINT32_MAX);
        if (!max) return not_a_number(words[3], "MAX", 1, UINT32_MAX);
        call.batch_max = *max;
    }
    const auto port = open_ports_.find(words[2]);
    if (port == open_ports_.end()) return no_open_port(words[2]);
    auto thread = threads_.find(words[1]);
    if (thread == threads_.end()) {
        thread = threads_.emplace(words[1], static_cast<uint32_t>(state_.threads.size())).first;
        state_.threads.push_back({});
        thread_names_.emplace_back(words[1]);
    }
    const PortThreadState state = state_.threads[thread->second].state;
    if (state != PortThreadState::unknown && state != PortThreadState::running)
        return wrong_state(words[1], state, words[0], find_verb(words[0])->needs);
    port_get(state_, ThreadId{thread->second}, PortId{port->second}, call, effects_);
    return {};
}

std::string RulesScript::run_post(const Words& words) {
    if (!is_name(words[1])) return not_a_name(words[1]);
    if (!is_name(words[2])) return not_a_name(words[2]);
    const auto port = open_ports_.find(words[1]);
    if (port == open_ports_.end()) return no_open_port(words[1]);
    const PacketId packet{static_cast<uint32_t>(packet_labels_.size())};
    packet_labels_.emplace_back(words[2]);
    port_post(state_, PortId{port->second}, packet, effects_);
    look_of_woken();
    return {};
}

// Without time nobody can be faster than the woken thread, so wake and second look are one step: `queued`, `woken`, `took`
// become one `released`. Its waiter found the queue empty, so the packet that it takes is the one that was posted.
void RulesScript::look_of_woken() {
    if (effects_.items.back().kind != EffectKind::woken) return;
    const ThreadId thread = effects_.items.back().thread;
    effects_.clear();
    port_look(state_, thread, effects_);
    effects_.items.back().kind = EffectKind::released;
}

std::string RulesScript::run_thread(Verb verb, const Words& words) {
    if (!is_name(words[1])) return not_a_name(words[1]);
    const auto found = threads_.find(words[1]);
    if (found == threads_.end()) return "no thread " + quoted(words[1]) + "; a thread exists from its first get or poll";
    const ThreadId thread{found->second};
    const PortThreadState state = state_.threads[thread.value].state;
    const bool runs = state == PortThreadState::running, waits = state == PortThreadState::waiting;
    const bool is_suspended = state == PortThreadState::suspended || state == PortThreadState::suspended_waiting;
    bool fits = false;
    switch (verb) {
        case Verb::block: if ((fits = runs)) port_block(state_, thread, effects_); break;
        case Verb::exit: if ((fits = runs)) port_exit(state_, thread, effects_); break;
        case Verb::wake: if ((fits = state == PortThreadState::blocked)) port_wake(state_, thread, effects_); break;
        case Verb::timeout: if ((fits = waits)) port_timeout(state_, thread, effects_); break;
        case Verb::suspend: if ((fits = runs || waits)) port_suspend(state_, thread, effects_); break;
        case Verb::resume: if ((fits = is_suspended)) port_resume(state_, thread, effects_); break;
        case Verb::processors:
        case Verb::port:
        case Verb::get:
        case Verb::poll:
        case Verb::post:
        case Verb::close: SIM_CHECK(false, "no verb of a thread alone"); break;
    }
    return fits ? std::string{} : wrong_state(words[1], state, words[0], find_verb(words[0])->needs);
}

std::string RulesScript::run_close(const Words& words) {
    if (!is_name(words[1])) return not_a_name(words[1]);
    const auto port = open_ports_.find(words[1]);
    if (port == open_ports_.end()) return no_open_port(words[1]);
    port_close(state_, PortId{port->second}, effects_);
    open_order_.erase(std::find(open_order_.begin(), open_order_.end(), port->second));
    open_ports_.erase(port);
    return {};
}

RulesEffect RulesScript::named(const Effect& effect) const {
    RulesEffect out;
    out.name = effect_name(effect.kind);
    switch (effect.kind) {
        case EffectKind::opened:
        case EffectKind::closed: out.subject = port_names_[effect.port.value]; break;
        case EffectKind::queued: out.subject = packet_labels_[effects_.packets[effect.first].value]; break;
        case EffectKind::took:
        case EffectKind::released:
            out.has_packets = true;
            for (uint32_t i = 0; i < effect.count; ++i)
                out.packets.push_back(packet_labels_[effects_.packets[effect.first + i].value]);
            out.subject = thread_names_[effect.thread.value];
            break;
        case EffectKind::waits:
        case EffectKind::blocked:
        case EffectKind::woke:
        case EffectKind::timed_out:
        case EffectKind::suspended:
        case EffectKind::resumed:
        case EffectKind::exited:
        case EffectKind::abandoned:
        case EffectKind::woken: out.subject = thread_names_[effect.thread.value]; break;
    }
    return out;
}

std::vector<RulesPort> RulesScript::ports() const {
    std::vector<RulesPort> out;
    for (const uint32_t id : open_order_) {
        const Port& port = state_.ports[id];
        RulesPort entry{port_names_[id], port.active, port.limit, {}, {}};
        for (size_t i = 0; i < port.queue.size(); ++i) entry.queue.push_back(packet_labels_[port.queue[i].value]);
        for (const ThreadId waiter : port.waiters) entry.waiters.push_back(thread_names_[waiter.value]);
        out.push_back(std::move(entry));
    }
    return out;
}

std::string RulesScript::answer(const std::string& command) const {
    std::vector<RulesEffect> effects;
    for (const Effect& effect : effects_.items) effects.push_back(named(effect));
    return rules_answer_json(command, effects, ports());
}

}  // namespace sim
