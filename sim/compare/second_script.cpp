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

// What is wrong; empty: it was done.
std::string Script::run(const std::vector<std::string>& w, Effects& effects) {
    const std::string& verb = w[0];
    const bool takes_port_first = verb == "port" || verb == "post" || verb == "close";
    const bool of_thread = verb == "block" || verb == "wake" || verb == "timeout" || verb == "suspend" || verb == "resume" || verb == "exit";
    const bool is_get = verb == "get", is_poll = verb == "poll";
    if (verb == "processors") {
        const int64_t n = w.size() == 2 ? number(w[1], 1, 4096) : -1;
        if (n < 0) return "processors 1..4096";
        processors_ = static_cast<uint64_t>(n);
        return {};
    }
    if (!takes_port_first && !of_thread && !is_get && !is_poll) return "unknown verb";
    if (w.size() < 2 || !good_name(w[1])) return "a name is wrong or missing";
    if (verb == "port") {
        const int64_t limit = w.size() == 3 || w.size() == 4 ? number(w[2], 0, 4294967295) : -1;
        if (limit < 0) return "LIMIT is wrong";
        const std::string policy = w.size() == 4 ? w[3] : "nt";
        if (policy != "nt" && policy != "wine8") return "unknown policy";
        if (open_port(w[1]) >= 0) return "open already";
        effects = ports_.open(w[1], limit == 0 ? processors_ : static_cast<uint64_t>(limit), policy);
        return {};
    }
    if (verb == "post" || verb == "close") {
        if (w.size() != (verb == "post" ? 3u : 2u) || (verb == "post" && !good_name(w[2]))) return "words are wrong";
        const int port = open_port(w[1]);
        if (port < 0) return "no such port";
        effects = verb == "post" ? ports_.post(port, w[2]) : ports_.close(port);
        return {};
    }
    int t = thread(w[1]);
    if (is_get || is_poll) {
        if (w.size() < 3 || w.size() > (is_get ? 4u : 3u) || !good_name(w[2])) return "words are wrong";
        const int64_t most = w.size() == 4 ? number(w[3], 1, 4294967295) : 1;
        const int port = open_port(w[2]);
        if (most < 0 || port < 0) return "MAX or the port is wrong";
        if (t >= 0 && ports_.threads[static_cast<size_t>(t)].state != State::running) return "it does not run";
        if (t < 0) {
            t = static_cast<int>(ports_.threads.size());
            ports_.threads.push_back({.name = w[1]});
        }
        effects = ports_.get(t, port, static_cast<uint64_t>(most), is_poll);
        return {};
    }
    if (w.size() != 2 || t < 0) return "no such thread, or too many words";
    const State state = ports_.threads[static_cast<size_t>(t)].state;
    if (verb == "block" && state == State::running) effects = ports_.block(t);
    else if (verb == "exit" && state == State::running) effects = ports_.exit(t);
    else if (verb == "wake" && state == State::blocked) effects = ports_.wake(t);
    else if (verb == "timeout" && state == State::waiting) effects = ports_.timeout(t);
    else if (verb == "suspend" && (state == State::running || state == State::waiting)) effects = ports_.suspend(t);
    else if (verb == "resume" && (state == State::suspended || state == State::suspended_in_wait)) effects = ports_.resume(t);
    else return "wrong state";
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
