#include "gui/model/quiz.h"

#include <algorithm>
#include <set>

namespace gui {
namespace {

constexpr size_t kNamesMax = 7;               // of waiters among the choices

std::string name_of(uint32_t thread) { return "T" + std::to_string(thread); }

std::string counted(uint64_t count, const std::string& one, const std::string& many) { return std::to_string(count) + ' ' + (count == 1 ? one : many); }

std::string before_text(const PortMoment& port) {
    const std::string waiting = port.waiters.empty() ? "no thread waits" : counted(port.waiters.size(), "thread waits", "threads wait");
    const std::string queue = port.queued == 0 ? "the queue is empty" : counted(port.queued, "packet is queued", "packets are queued");
    return "Before: " + std::to_string(port.active) + " of " + counted(port.limit, "slot", "slots") + " in use, " + waiting + ", " + queue + '.';
}

const sim::Record* first_of(const Decision& decision, std::initializer_list<sim::Kind> kinds, bool same_packet) {
    for (const sim::Record& record : decision.records)
        if (record.port == decision.trigger.port && std::find(kinds.begin(), kinds.end(), record.kind) != kinds.end() && (!same_packet || record.packet == decision.trigger.packet)) return &record;
    return nullptr;
}

uint64_t number_of(const Decision& decision, const sim::Record* record) {
    return record == nullptr ? decision.record : decision.first + static_cast<uint64_t>(record - decision.records.data());
}

void ask_fate(const Decision& decision, Question& question) {
    const sim::Record* end = first_of(decision, {sim::Kind::queued, sim::Kind::handed_over}, true);
    if (end == nullptr) return;
    question.asks = Asks::fate;
    question.choices = {{"It joins the queue", end->kind == sim::Kind::queued}, {"A waiting thread gets it at once", end->kind == sim::Kind::handed_over}};
    const sim::Record* released = first_of(decision, {sim::Kind::released}, false);   // has the sentence
    question.decided = number_of(decision, end->kind == sim::Kind::handed_over && released != nullptr ? released : end);
}

// The right ones, then those that parked first and last; shown by number, so that their order tells nothing.
std::vector<uint32_t> offered(const std::vector<uint32_t>& waiters, const std::set<uint32_t>& right) {
    std::set<uint32_t> out(right);
    for (size_t i = 0; i < waiters.size() && out.size() < kNamesMax; ++i) {
        out.insert(waiters[i]);
        if (out.size() < kNamesMax) out.insert(waiters[waiters.size() - 1 - i]);
    }
    return {out.begin(), out.end()};
}

void ask_who(const Decision& decision, Question& question) {
    std::set<uint32_t> right;
    for (const sim::Record& record : decision.records)
        if (record.kind == sim::Kind::released && record.port == decision.trigger.port) right.insert(record.thread);
    if (right.size() >= kNamesMax) return;
    question.asks = Asks::wakes;
    for (const uint32_t thread : offered(decision.before.waiters, right)) question.choices.push_back({name_of(thread), right.contains(thread)});
    question.choices.push_back({"Nobody", right.empty()});
    const sim::Record* end = first_of(decision, {sim::Kind::released}, false);
    question.decided = number_of(decision, end != nullptr ? end : first_of(decision, {sim::Kind::queued}, true));
}

void ask_active(const Decision& decision, Question& question) {
    question.asks = Asks::active;
    const uint32_t right = decision.after.active, low = right - std::min<uint32_t>(right, static_cast<uint32_t>(decision.record % 3));   // not always in the middle
    for (uint32_t count = low; count < low + 3; ++count) question.choices.push_back({std::to_string(count), count == right});
    question.decided = decision.record;
}

sim::Instead instead_of(const Decision& decision, sim::Instead::What what, uint32_t thread = sim::kNoThread) { return {.record = decision.record, .what = what, .thread = {thread}, .went = {}}; }

// A decision lets a thread go or nobody: only that can be told otherwise.
void other_ways(const Side& side, const Decision& decision, Question& question) {
    using What = sim::Instead::What;
    const bool arrives = decision.trigger.kind == sim::Kind::posted, blocks = decision.trigger.kind == sim::Kind::block_begin;
    const sim::PortTraceState port = state_beside(side, decision.record).ports[decision.trigger.port];   // the step may have changed it before
    const bool released = first_of(decision, {sim::Kind::released}, false) != nullptr, packet = arrives || !port.queue.empty();
    const auto waits = [&port](uint32_t thread) { return std::find(port.waiters.begin(), port.waiters.end(), thread) != port.waiters.end(); };
    const char* const nobody_waits = "No thread waits there, so none could be let go: this answer has no run.";
    const char* const not_there = "It does not wait there at that moment, so it could not be let go: this answer has no run.";
    const char* const no_packet = "No packet is queued, and a thread is let go only with one: this answer has no run.";
    for (Choice& choice : question.choices) {
        if (choice.right) continue;
        const bool none = choice.text == "Nobody" || (question.asks == Asks::fate && &choice == &question.choices.front());
        if (question.asks == Asks::active) {
            const uint32_t active = static_cast<uint32_t>(std::stoul(choice.text));
            if (!blocks) choice.no_run = "A thread that comes back from a wait counts at once, and the port decides nothing: no other answer has a run.";
            else if (released && active + 1 == decision.after.active) choice.instead = instead_of(decision, What::nobody);
            else if (!released && active == decision.after.active + 1 && !port.waiters.empty() && packet) choice.instead = instead_of(decision, What::next);
            else choice.no_run = "At a block the port lets one thread go or none, which can't make it " + choice.text + ": this answer has no run.";
        } else if (none) {
            choice.instead = instead_of(decision, What::nobody);
        } else if (port.waiters.empty() || !packet || (question.asks == Asks::wakes && !waits(static_cast<uint32_t>(std::stoul(choice.text.substr(1)))))) {
            choice.no_run = !packet ? no_packet : port.waiters.empty() ? nobody_waits : not_there;
        } else if (question.asks == Asks::fate) {
            choice.instead = instead_of(decision, What::next);
        } else {
            choice.instead = instead_of(decision, What::thread, static_cast<uint32_t>(std::stoul(choice.text.substr(1))));
        }
    }
}

std::string what_happens(const Side& side, const sim::Record& trigger) {
    switch (trigger.kind) {
        case sim::Kind::posted: return "Packet " + packet_name(side, trigger.packet) + " arrives.";
        case sim::Kind::block_begin: return name_of(trigger.thread) + " blocks in its handler.";
        default: return name_of(trigger.thread) + " comes back from its wait.";
    }
}

std::string asked(Asks asks) {
    switch (asks) {
        case Asks::fate: return " What happens to it?";
        case Asks::wakes: return " Who wakes?";
        case Asks::active: return " How many threads are active at the port afterwards?";
    }
    return {};
}

}  // namespace

bool asks_about(const sim::Record& record) {
    const bool kind = record.kind == sim::Kind::posted || record.kind == sim::Kind::block_begin || record.kind == sim::Kind::block_end;
    return kind && record.port != sim::kNoPort && (record.flags & sim::kStop) == 0;
}

std::optional<Question> question_of(const Side& side, const Decision& decision) {
    const auto triggers = std::count_if(decision.records.begin(), decision.records.end(), asks_about);
    if (triggers != 1 || !asks_about(decision.trigger)) return std::nullopt;   // what came of which could not be told
    Question question{.asks = Asks::fate, .text = {}, .before = before_text(decision.before), .choices = {}, .record = decision.record, .decided = decision.record, .end = decision.first + decision.records.size()};
    const bool waiters = !decision.before.waiters.empty();
    if (decision.trigger.kind == sim::Kind::posted) {
        if (waiters && decision.record % 2 == 0) ask_who(decision, question);
        else ask_fate(decision, question);
    } else if (decision.trigger.kind == sim::Kind::block_begin && waiters && decision.record % 3 != 0) {
        ask_who(decision, question);
    } else {
        ask_active(decision, question);
    }
    if (question.choices.size() < 2) return std::nullopt;
    other_ways(side, decision, question);
    question.text = what_happens(side, decision.trigger) + asked(question.asks);
    return question;
}

std::string right_answers(const Question& question) {
    std::string out;
    for (const Choice& choice : question.choices)
        if (choice.right) out += (out.empty() ? "" : " or ") + choice.text;
    return out;
}

}  // namespace gui
