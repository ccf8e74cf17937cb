// The script language over the second port: words, checks, and answers as JSON of its own.
#include "sim/compare/second_port.h"

namespace second_port {
namespace {

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text) {
        if (c == '#') break;
        const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
        if (!space) word += c;
        else if (!word.empty()) words.push_back(word), word.clear();
    }
    if (!word.empty()) words.push_back(word);
    return words;
}

bool good_name(const std::string& word) {
    const std::string allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
    return !word.empty() && word.size() <= 64 && word.find_first_not_of(allowed) == std::string::npos;
}

// -1: not a decimal number from low to high.
int64_t number(const std::string& word, int64_t low, int64_t high) {
    if (word.empty() || word.find_first_not_of("0123456789") != std::string::npos) return -1;
    const size_t first = word.find_first_not_of('0');
    const std::string digits = first == std::string::npos ? "0" : word.substr(first);
    if (digits.size() > 12) return -1;
    const int64_t value = std::stoll(digits);
    return value < low || value > high ? -1 : value;
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

template <class T, class Text>
std::string joined(const std::vector<T>& values, Text text) {
    std::string out;
    for (const T& value : values) out += (out.empty() ? "" : ",") + text(value);
    return out;
}

std::string effect_json(const Effect& effect) {
    std::string out = "[" + quoted(effect.word) + "," + quoted(effect.who);
    if (effect.word == "took" || effect.word == "released") out += ",[" + joined(effect.packets, quoted) + "]";
    return out + "]";
}

}  // namespace

int Script::open_port(const std::string& name) const {
    for (size_t i = 0; i < ports_.ports.size(); ++i)
        if (ports_.ports[i].open && ports_.ports[i].name == name) return static_cast<int>(i);
    return -1;
}

int Script::thread(const std::string& name) const {
    for (size_t i = 0; i < ports_.threads.size(); ++i)
        if (ports_.threads[i].name == name) return static_cast<int>(i);
    return -1;
}

std::string Script::ports_json() const {
    std::string out;
    for (size_t i = 0; i < ports_.ports.size(); ++i) {
        const Port& p = ports_.ports[i];
        if (!p.open) continue;
        const std::string waiters = joined(p.waiters, [this](int t) { return quoted(ports_.threads[static_cast<size_t>(t)].name); });
        out += (out.empty() ? "" : ",") + quoted(p.name) + ":{\"active\":" + std::to_string(ports_.active(static_cast<int>(i))) + ",\"limit\":" + std::to_string(p.limit) + ",\"queue\":[" + joined(p.packets, quoted) + "],\"waiters\":[" + waiters + "]}";
    }
    return out;
}

int Script::file(const std::string& name) const {
    for (size_t i = 0; i < files_.size(); ++i)
        if (files_[i].name == name) return static_cast<int>(i);
    return -1;
}

std::string Script::run(const Words& w, Effects& effects) {
    const std::string& verb = w[0];
    if (verb == "processors") {
        const int64_t n = w.size() == 2 ? number(w[1], 1, 4096) : -1;
        if (n < 0) return "processors 1..4096";
        processors_ = static_cast<uint64_t>(n);
        return {};
    }
    if (w.size() < 2 || !good_name(w[1])) return "a name is wrong or missing";
    if (verb == "port") return run_port(w, effects);
    if (verb == "get" || verb == "poll" || verb == "watch") return run_call(w, effects);
    if (verb == "file" || verb == "finish" || verb == "close_file") return run_file(w, effects);
    if (verb == "apc" || verb == "kernel_apc") return run_apc(w, effects);
    if (verb != "post" && verb != "close") return run_thread(w, effects);
    if (w.size() != (verb == "post" ? 3u : 2u) || (verb == "post" && !good_name(w[2]))) return "words are wrong";
    const int port = open_port(w[1]);
    if (port < 0) return "no such port";
    effects = verb == "post" ? ports_.post(port, w[2]) : ports_.close(port);
    return {};
}

std::string Script::run_port(const Words& w, Effects& effects) {
    const int64_t limit = w.size() >= 3 && w.size() <= 10 ? number(w[2], 0, 4294967295) : -1;
    if (limit < 0) return "LIMIT is wrong";
    const std::string policy = w.size() >= 4 ? w[3] : "nt";
    Kind kind;
    if (!kind_of(policy, kind)) return "unknown policy";
    Options options;
    for (size_t i = 4; i < w.size(); ++i) {
        const auto is = [&](const char* name, const char* usual, const char* other, bool& value) {
            if (w[i] != name + std::string("=") + usual && w[i] != name + std::string("=") + other) return false;
            value = w[i] == name + std::string("=") + other;
            return true;
        };
        if (!is("drain_on_wake", "false", "true", options.drain) && !is("poll_at_limit", "timeout", "take", options.poll_takes) && !is("apc", "modern", "classic", options.classic) &&
            !is("abandon", "last_handle", "never", options.never_abandon) && !is("suspended_before_run", "active", "inactive", options.unrun_inactive) && !is("page_in", "blocks", "runs", options.page_runs))
            return "unknown option";
    }
    if (w.size() > 4 && policy != "nt") return "options are of nt";
    if (open_port(w[1]) >= 0) return "open already";
    effects = ports_.open(ports_.ports.size(), w[1], limit == 0 ? processors_ : static_cast<uint64_t>(limit), policy, options);
    return {};
}

// get, poll, watch: the thread may be new.
std::string Script::run_call(const Words& w, Effects& effects) {
    if (w.size() < 3 || w.size() > (w[0] == "get" ? 5u : w[0] == "poll" ? 4u : 3u)) return "words are wrong";
    const int port = open_port(w[2]);
    if (port < 0) return "no such port";
    int t = thread(w[1]);
    if (t >= 0 && ports_.threads[static_cast<size_t>(t)].state != State::running) return "it does not run";
    const bool is_new = t < 0;
    if (is_new) {
        t = static_cast<int>(ports_.threads.size());
        ports_.threads.push_back({.name = w[1]});
    }
    std::string wrong;
    Kind kind;
    kind_of(ports_.ports[static_cast<size_t>(port)].policy, kind);
    if (w[0] != "watch") wrong = run_get(w, t, port, effects);
    else if (!kind.handle) wrong = "no handle to wait on";
    else effects = ports_.watch(t, port);
    if (is_new && !wrong.empty()) ports_.threads.pop_back();
    return wrong;
}

std::string Script::run_get(const Words& w, int t, int port, Effects& effects) {
    Kind kind;
    kind_of(ports_.ports[static_cast<size_t>(port)].policy, kind);
    Ports::Get call{.least = 1, .most = 1, .poll = w[0] == "poll", .alertable = false};
    const size_t alertable_at = call.poll ? 3 : 4;
    if (w.size() > alertable_at && w[alertable_at] != "alertable") return "an extra word";
    call.alertable = w.size() > alertable_at;
    if (!call.poll && w.size() > 3) {
        const size_t dots = w[3].find("..");
        const int64_t least = dots == std::string::npos ? 1 : number(w[3].substr(0, dots), 1, 4294967295);
        const int64_t most = number(dots == std::string::npos ? w[3] : w[3].substr(dots + 2), 1, 4294967295);
        if (least < 0 || most < least) return "MIN..MAX is wrong";
        if (least > 1 && !kind.knows_minimum) return "no minimum here";
        call.least = static_cast<uint64_t>(least);
        call.most = static_cast<uint64_t>(most);
    }
    if (call.alertable && !kind.alertable) return "no alertable get here";
    effects = ports_.get(t, port, call);
    return {};
}

std::string Script::run_file(const Words& w, Effects& effects) {
    if (w.size() != (w[0] == "close_file" ? 2u : 3u)) return "words are wrong";
    const int known = file(w[1]);
    if (w[0] == "file") {
        const int port = open_port(w[2]);
        if (known >= 0 || port < 0 || ports_.ports[static_cast<size_t>(port)].policy != "nt") return "the file or the port is wrong";
        files_.push_back({w[1], port});
        ports_.add_file(port);
        return {};
    }
    if (known < 0 || (w[0] == "finish" && !good_name(w[2]))) return "no such file, or no name";
    const int port = files_[static_cast<size_t>(known)].port;
    if (w[0] == "finish") {
        effects = ports_.post(port, w[2]);
        return {};
    }
    ports_.close_file(port);
    files_.erase(files_.begin() + known);
    return {};
}

std::string Script::run_apc(const Words& w, Effects& effects) {
    int t = thread(w[1]);
    if (w[0] == "apc") {
        if (w.size() != 2 || (t >= 0 && ports_.threads[static_cast<size_t>(t)].state == State::exited)) return "it has exited, or too many words";
        if (t < 0) {
            t = static_cast<int>(ports_.threads.size());
            ports_.threads.push_back({.name = w[1]});
        }
        effects = ports_.apc(t);
        return {};
    }
    if ((w.size() != 2 && w.size() != 4) || t < 0 || ports_.threads[static_cast<size_t>(t)].state != State::waiting) return "it does not wait, or words are wrong";
    const Port& own = ports_.ports[static_cast<size_t>(ports_.threads[static_cast<size_t>(t)].waits_on)];
    if (own.policy != "nt" || (!own.open && own.files == 0)) return "no kernel APC there";
    int port = -1;
    if (w.size() == 4) {
        port = open_port(w[2]);
        if (port < 0 || ports_.ports[static_cast<size_t>(port)].policy != "nt" || !good_name(w[3])) return "the port or the packet is wrong";
    }
    effects = ports_.kernel_apc(t, port, w.size() == 4 ? w[3] : std::string());
    return {};
}

std::string Script::run_thread(const Words& w, Effects& effects) {
    const std::string& verb = w[0];
    const int t = thread(w[1]);
    if (w.size() != 2 || t < 0) return "no such thread, too many words, or no such verb";
    const State state = ports_.threads[static_cast<size_t>(t)].state;
    if (verb == "block" && state == State::running) effects = ports_.block(t);
    else if (verb == "page_in" && state == State::running) effects = ports_.block(t, true);
    else if (verb == "exit" && state == State::running) effects = ports_.exit(t);
    else if (verb == "wake" && state == State::blocked) effects = ports_.wake(t);
    else if (verb == "timeout" && (state == State::waiting || state == State::watching)) effects = ports_.timeout(t);
    else if (verb == "suspend" && (state == State::running || state == State::waiting)) effects = ports_.suspend(t);
    else if (verb == "resume" && (state == State::suspended || state == State::suspended_in_wait)) effects = ports_.resume(t);
    else return "unknown verb, or wrong state";
    return {};
}

std::string Script::line(std::string_view text) {
    const std::vector<std::string> words = split(text);
    if (words.empty()) return {};
    std::string command;
    for (const std::string& word : words) command += (command.empty() ? "" : " ") + word;
    Effects effects;
    const std::string wrong = run(words, effects);
    if (!wrong.empty()) return "{\"command\":" + quoted(command) + ",\"error\":" + quoted(wrong) + "}";
    return "{\"command\":" + quoted(command) + ",\"effects\":[" + joined(effects, effect_json) + "],\"ports\":{" + ports_json() + "}}";
}

}  // namespace second_port
