// A question about what happens next, its choices and whether an answer is right. No ImGui.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gui/model/side.h"
#include "sim/model/instead.h"

namespace gui {

enum class Asks : uint8_t {
    fate,      ///< of a packet that arrives: queued, or handed to a waiting thread
    wakes,     ///< who is let go
    active,    ///< how many threads are active at the port afterwards
};

/// What the engine says of a port on both sides of one step.
struct PortMoment {
    std::vector<uint32_t> waiters;        ///< parked, in parking order
    uint64_t queued = 0;
    uint32_t active = 0, limit = 0;
};

/// One step of the engine that decides something at a port.
struct Decision {
    sim::Record trigger;                  ///< posted, block_begin or block_end
    uint64_t record = 0;                  ///< its number in the trace
    std::vector<sim::Record> records;     ///< all of the step
    uint64_t first = 0;                   ///< number of the first of them
    PortMoment before, after;
};

/// A wrong one: the decision that would make it right, or why no run has it.
struct Choice {
    std::string text;
    bool right = false;
    std::optional<sim::Instead> instead{};
    std::string no_run{};
};

struct Question {
    Asks asks = Asks::fate;
    std::string text;                     ///< "Packet 4 arrives. What happens to it?"
    std::string before;                   ///< how the port stands: what the answer follows from
    std::vector<Choice> choices;          ///< 2 to 8, at least one is right
    uint64_t record = 0;                  ///< the trigger: the question stands before it
    uint64_t decided = 0;                 ///< the record that answers it: its sentence and rule are the evidence
    uint64_t end = 0;                     ///< records after the step
};

/// Whether this record can be the trigger of a question.
bool asks_about(const sim::Record& record);
/// The question, none: the step decides too much at once, or nothing that can be asked.
std::optional<Question> question_of(const Side& side, const Decision& decision);
/// The right answers in words: "T5", "T1 or T2".
std::string right_answers(const Question& question);

}  // namespace gui
