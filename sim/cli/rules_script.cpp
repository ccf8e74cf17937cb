#include "sim/cli/rules_script.h"

#include <algorithm>
#include <array>

#include "sim/base/check.h"
#include "sim/cli/rules_script_text.h"
#include "sim/port/policy.h"
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

std::span<const RulesScript::VerbEntry> RulesScript::verbs() {
    static constexpr std::array<VerbEntry, 19> kVerbs{{
        {"processors", Verb::processors, 2, 2, "processors N", "", "for a later port that asks for 0; 4 where it is not given"},
        {"port", Verb::port, 3, 10, "port P LIMIT [POLICY [OPTION=VALUE]...]", "", "opens a port; LIMIT 0 is the number of processors"},
        {"get", Verb::get, 3, 5, "get T P [MAX [alertable]]", "a new or running thread", "T asks for at most MAX packets (MIN..MAX where the policy knows a minimum) and waits"},
        {"poll", Verb::poll, 3, 4, "poll T P [alertable]", "a new or running thread", "T asks with timeout 0"},
        {"post", Verb::post, 3, 3, "post P K", "", "packet K arrives"},
        {"block", Verb::block, 2, 2, "block T", "a running thread", "T enters a wait that is not the port's"},
        {"wake", Verb::wake, 2, 2, "wake T", "a blocked thread", "that wait ends"},
        {"timeout", Verb::timeout, 2, 2, "timeout T", "a waiting thread", "T's wait on the port times out"},
        {"suspend", Verb::suspend, 2, 2, "suspend T", "a running or waiting thread", "T is stopped from outside"},
        {"resume", Verb::resume, 2, 2, "resume T", "a suspended thread", "and goes on"},
        {"exit", Verb::exit, 2, 2, "exit T", "a running thread", "T ends"},
        {"close", Verb::close, 2, 2, "close P", "", "the port's last handle is closed"},
        {"apc", Verb::apc, 2, 2, "apc T", "a thread that has not exited", "a user APC is queued to T"},
        {"kernel_apc", Verb::kernel_apc, 2, 4, "kernel_apc T [P K]", "a waiting thread", "a kernel APC interrupts T's wait, and may post K to P"},
        {"watch", Verb::watch, 3, 3, "watch T P", "a new or running thread", "T waits on the port's handle, which takes no packet"},
        {"page_in", Verb::page_in, 2, 2, "page_in T", "a running thread", "T waits for a page; wake T ends it"},
        {"file", Verb::file, 3, 3, "file F P", "", "file F is associated with the port"},
        {"finish", Verb::finish, 3, 3, "finish F K", "", "an operation on F ends: packet K arrives at its port"},
        {"close_file", Verb::close_file, 2, 2, "close_file F", "", "the file's last handle is closed"},
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
        out += "  " + std::string(entry.usage) + std::string(entry.usage.size() < 26 ? 26 - entry.usage.size() : 2, ' ') + std::string(entry.help) + '\n';
    out += "  policies: " + std::string(policy_names_text()) + '\n' + "  options of nt:";
    for (const PortOptionEntry& entry : kPortOptions) out += " " + std::string(entry.name) + "=" + std::string(entry.usual) + "|" + std::string(entry.other);
    return out + "\n  # starts a comment; an end of file (Ctrl-D) leaves\n";
}

std::optional<std::string> RulesScript::line(std::string_view text) {
    const Words words = words_of(text);
    if (words.empty()) return std::nullopt;
    effects_.clear();
    const std::string wrong = run(words);
    if (wrong.empty()) return answer(joined_words(words));
    had_error_ = true;
    return rules_error_json(joined_words(words), wrong);
}

std::string RulesScript::run(const Words& words) {
    const VerbEntry* entry = find_verb(words[0]);
    if (entry == nullptr) {
        std::string expected;
        for (const VerbEntry& verb : verbs()) expected += (expected.empty() ? "" : &verb == &verbs().back() ? " or " : ", ") + std::string(verb.name);
        return "unknown verb " + in_single_quotes(words[0]) + "; expected " + expected;
    }
    if (words.size() < entry->words_min) return "a word is missing; expected " + std::string(entry->usage);
    if (words.size() > entry->words_max) return "extra word " + in_single_quotes(words[entry->words_max]) + "; expected " + std::string(entry->usage);
    if (entry->verb != Verb::processors && !is_name(words[1])) return not_a_name(words[1]);
    switch (entry->verb) {
        case Verb::processors: return run_processors(words);
        case Verb::port: return run_port(words);
        case Verb::get: return run_get(words, false);
        case Verb::poll: return run_get(words, true);
        case Verb::post: return run_post(words);
        case Verb::close: return run_close(words);
        case Verb::apc: return run_apc(words);
        case Verb::kernel_apc: return run_kernel_apc(words);
        case Verb::watch: return run_watch(words);
        case Verb::file: return run_file(words);
        case Verb::finish: return run_file_end(words, false);
        case Verb::close_file: return run_file_end(words, true);
        case Verb::block:
        case Verb::page_in:
        case Verb::wake:
        case Verb::timeout:
        case Verb::suspend:
        case Verb::resume:
        case Verb::exit: return run_thread(entry->verb, words);
    }
    return {};
}

std::string RulesScript::known_port(std::string_view name, PortId& port) const {
    if (!is_name(name)) return not_a_name(name);
    const auto found = open_ports_.find(name);
    if (found == open_ports_.end()) return no_open_port(name);
    port = PortId{found->second};
    return {};
}

std::string RulesScript::known_thread(std::string_view name, ThreadId& thread) const {
    const auto found = threads_.find(name);
    if (found == threads_.end()) return "no thread " + in_single_quotes(name) + "; a thread exists from its first get, poll, watch or apc";
    thread = ThreadId{found->second};
    return {};
}

std::string RulesScript::calling_thread(const Words& words, ThreadId& thread) {
    auto found = threads_.find(words[1]);
    if (found == threads_.end()) {
        found = threads_.emplace(words[1], static_cast<uint32_t>(state_.threads.size())).first;
        state_.threads.push_back({});
        thread_names_.emplace_back(words[1]);
    }
    thread = ThreadId{found->second};
    const PortThreadState state = state_.threads[thread.value].state;
    if (state == PortThreadState::unknown || state == PortThreadState::running) return {};
    return wrong_state(words[1], state, words[0], find_verb(words[0])->needs);
}

PacketId RulesScript::new_packet(std::string_view label) {
    packet_labels_.emplace_back(label);
    return PacketId{static_cast<uint32_t>(packet_labels_.size() - 1)};
}

std::string RulesScript::run_processors(const Words& words) {
    const auto count = number_in(words[1], 1, 4096);
    if (!count) return not_a_number(words[1], "number of processors", 1, 4096);
    processors_ = *count;
    return {};
}

std::string RulesScript::run_port(const Words& words) {
    const auto limit = number_in(words[2], 0, UINT32_MAX);
    if (!limit) return not_a_number(words[2], "LIMIT", 0, UINT32_MAX);
    const std::optional<Policy> policy = words.size() > 3 ? policy_from_name(words[3]) : Policy::nt;
    if (!policy) return "unknown policy " + in_single_quotes(words[3]) + "; expected " + std::string(policy_names_text());
    PortOptions options;
    for (size_t i = 4; i < words.size(); ++i)
        if (std::string wrong = read_option(words[i], options); !wrong.empty()) return wrong;
    if (words.size() > 4 && *policy != Policy::nt) return "policy " + std::string(words[3]) + " has no options; those are of nt";
    if (open_ports_.find(words[1]) != open_ports_.end()) return "port " + in_single_quotes(words[1]) + " is open already";
    const PortId id = port_open(state_, *policy, *limit == 0 ? processors_ : *limit, effects_, options);   // S2: 0 asks for the processors
    open_ports_.emplace(words[1], id.value);
    open_order_.push_back(id.value);
    port_names_.emplace_back(words[1]);
    return {};
}

std::string RulesScript::run_get(const Words& words, bool poll) {
    const size_t alertable_at = poll ? 3 : 4;
    std::string wrong;
    const auto amount = poll || words.size() < 4 ? Amount{} : amount_in(words[3], wrong);
    if (!amount) return wrong;
    const bool alertable = words.size() > alertable_at;
    if (alertable && words[alertable_at] != "alertable") return "extra word " + in_single_quotes(words[alertable_at]) + "; expected " + std::string(find_verb(words[0])->usage);
    PortId port;
    if (wrong = known_port(words[2], port); !wrong.empty()) return wrong;
    const PolicyDefinition& policy = policy_of(state_.ports[port.value]);
    if (amount->min > 1 && policy.row.delivery != Delivery::min_to_max) return "policy " + std::string(policy.row.name) + " knows no minimum; expected MAX alone";
    if (alertable && !policy.runs_apcs) return "policy " + std::string(policy.row.name) + " has no alertable get";
    ThreadId thread;
    if (wrong = calling_thread(words, thread); !wrong.empty()) return wrong;
    port_get(state_, thread, port, {.batch_max = amount->max, .batch_min = amount->min, .poll = poll, .alertable = alertable}, effects_);
    return {};
}

std::string RulesScript::run_post(const Words& words) {
    PortId port;
    if (std::string wrong = known_port(words[1], port); !wrong.empty()) return wrong;
    if (!is_name(words[2])) return not_a_name(words[2]);
    port_post(state_, port, new_packet(words[2]), effects_);
    look_of_woken();
    return {};
}

// Without time nobody can be faster than the woken threads, so wake and second look are one step: they look in the order in
// which they were woken. The one that finds the packet is `released`; of the others, and of the queue between, nothing is told.
void RulesScript::look_of_woken() {
    Effects made;
    std::swap(made, effects_);
    Effects looks;
    bool found = false;
    for (const Effect& effect : made.items) {
        if (effect.kind != EffectKind::woken) continue;
        const size_t before = looks.items.size();
        port_look(state_, effect.thread, looks);
        if (looks.items[before].kind == EffectKind::waits) looks.items.pop_back();
        else looks.items[before].kind = EffectKind::released, found = true;
    }
    for (const Effect& effect : made.items) {
        if (effect.kind == EffectKind::woken || (effect.kind == EffectKind::queued && found)) continue;
        Effect& copy = looks.items.push_back(effect);
        copy.first = static_cast<uint32_t>(looks.packets.size());
        for (uint32_t i = 0; i < effect.count; ++i) looks.packets.push_back(made.packets[effect.first + i]);
    }
    effects_ = std::move(looks);
}

std::string RulesScript::run_thread(Verb verb, const Words& words) {
    ThreadId thread;
    if (std::string wrong = known_thread(words[1], thread); !wrong.empty()) return wrong;
    const PortThreadState state = state_.threads[thread.value].state;
    const bool runs = state == PortThreadState::running, waits = state == PortThreadState::waiting;
    const bool is_suspended = state == PortThreadState::suspended || state == PortThreadState::suspended_waiting;
    bool fits = false;
    switch (verb) {
        case Verb::block: if ((fits = runs)) port_block(state_, thread, effects_); break;
        case Verb::page_in: if ((fits = runs)) port_page_in(state_, thread, effects_); break;
        case Verb::exit: if ((fits = runs)) port_exit(state_, thread, effects_); break;
        case Verb::wake: if ((fits = state == PortThreadState::blocked)) port_wake(state_, thread, effects_); break;
        case Verb::timeout: if ((fits = waits || state == PortThreadState::watching)) port_timeout(state_, thread, effects_); break;
        case Verb::suspend: if ((fits = runs || waits)) port_suspend(state_, thread, effects_); break;
        case Verb::resume: if ((fits = is_suspended)) port_resume(state_, thread, effects_); break;
        case Verb::processors:
        case Verb::port:
        case Verb::get:
        case Verb::poll:
        case Verb::post:
        case Verb::apc:
        case Verb::kernel_apc:
        case Verb::watch:
        case Verb::file:
        case Verb::finish:
        case Verb::close_file:
        case Verb::close: SIM_CHECK(false, "no verb of a thread alone"); break;
    }
    return fits ? std::string{} : wrong_state(words[1], state, words[0], find_verb(words[0])->needs);
}

std::string RulesScript::run_apc(const Words& words) {
    ThreadId thread;
    if (threads_.find(words[1]) == threads_.end()) calling_thread(words, thread);   // it runs, and serves no port yet
    if (std::string wrong = known_thread(words[1], thread); !wrong.empty()) return wrong;
    const PortThreadState state = state_.threads[thread.value].state;
    if (state == PortThreadState::exited) return wrong_state(words[1], state, words[0], find_verb(words[0])->needs);
    port_apc(state_, thread, effects_);
    return {};
}

std::string RulesScript::run_kernel_apc(const Words& words) {
    if (words.size() == 3) return "a word is missing; expected " + std::string(find_verb(words[0])->usage);
    ThreadId thread;
    if (std::string wrong = known_thread(words[1], thread); !wrong.empty()) return wrong;
    const PortThread& t = state_.threads[thread.value];
    if (t.state != PortThreadState::waiting) return wrong_state(words[1], t.state, words[0], find_verb(words[0])->needs);
    const Port& waits_on = state_.ports[t.waits_on.value];
    if (waits_on.policy != Policy::nt) return "thread " + in_single_quotes(words[1]) + " waits on a port with policy " + std::string(policy_name(waits_on.policy)) + "; kernel APCs are of nt";
    if (!waits_on.alive()) return "thread " + in_single_quotes(words[1]) + " waits on a port that is gone";
    if (words.size() == 2) {
        port_kernel_apc(state_, thread, nullptr, effects_);
        return {};
    }
    ApcPost post{};
    if (std::string wrong = known_port(words[2], post.port); !wrong.empty()) return wrong;
    if (!is_name(words[3])) return not_a_name(words[3]);
    if (state_.ports[post.port.value].policy != Policy::nt) return "policy " + std::string(policy_name(state_.ports[post.port.value].policy)) + " has no kernel APCs that post; expected a port with policy nt";
    post.packet = new_packet(words[3]);
    port_kernel_apc(state_, thread, &post, effects_);
    return {};
}

std::string RulesScript::run_watch(const Words& words) {
    PortId port;
    if (std::string wrong = known_port(words[2], port); !wrong.empty()) return wrong;
    const PolicyDefinition& policy = policy_of(state_.ports[port.value]);
    if (!policy.has_handle) return "policy " + std::string(policy.row.name) + " has no handle that is waited on";
    ThreadId thread;
    if (std::string wrong = calling_thread(words, thread); !wrong.empty()) return wrong;
    port_watch(state_, thread, port, effects_);
    return {};
}

std::string RulesScript::run_file(const Words& words) {
    PortId port;
    if (std::string wrong = known_port(words[2], port); !wrong.empty()) return wrong;
    if (state_.ports[port.value].policy != Policy::nt) return "policy " + std::string(policy_name(state_.ports[port.value].policy)) + " has no files; those are of nt";
    if (files_.find(words[1]) != files_.end()) return "file " + in_single_quotes(words[1]) + " is associated already";
    files_.emplace(words[1], port.value);
    port_add_file(state_, port);
    return {};
}

std::string RulesScript::run_file_end(const Words& words, bool close) {
    const auto file = files_.find(words[1]);
    if (file == files_.end()) return "no file " + in_single_quotes(words[1]) + " is associated with a port";
    if (!close && !is_name(words[2])) return not_a_name(words[2]);
    if (!close) {
        port_post(state_, PortId{file->second}, new_packet(words[2]), effects_);
        return {};
    }
    port_close_file(state_, PortId{file->second});
    files_.erase(file);
    return {};
}

std::string RulesScript::run_close(const Words& words) {
    PortId port;
    if (std::string wrong = known_port(words[1], port); !wrong.empty()) return wrong;
    port_close(state_, port, effects_);
    open_order_.erase(std::find(open_order_.begin(), open_order_.end(), port.value));
    open_ports_.erase(open_ports_.find(words[1]));
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
        case EffectKind::apc:
        case EffectKind::watching:
        case EffectKind::signalled:
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
