// A second completion port, deliberately slow and plain, written from the rule table (docs/port-rules.md, docs/design.md 7) alone:
// it shares no line with sim/port and includes nothing of sim/. Two ports that agree on every script and every recording are
// evidence that each says what the rules say. Everything is counted anew at each call by walking lists.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace second_port {

enum class State { running, waiting, blocked, suspended, suspended_in_wait, exited };

struct Thread {
    std::string name;
    State state = State::running;
    int serves = -1;                      ///< S5: the port it is associated with, -1 none
    int waits_on = -1;                    ///< the port whose get it is in, also after that port was closed
    bool abandoned = false;               ///< its port was closed while it was suspended in its wait
    uint64_t most = 1;                    ///< MAX of that get
};

struct Port {
    std::string name;
    std::string policy;                   ///< "nt" or "wine8"
    uint64_t limit = 1;
    bool open = true;
    std::vector<std::string> packets;     ///< oldest first
    std::vector<int> waiters;             ///< in parking order
};

/// What a call made happen: a word of docs/design.md 7, who, and packets for took and released.
struct Effect {
    std::string word, who;
    std::vector<std::string> packets;
    friend bool operator==(const Effect&, const Effect&) = default;
};
using Effects = std::vector<Effect>;

/// Verbs by index; the caller keeps to the states that docs/design.md 7 allows.
class Ports {
public:
    std::vector<Port> ports;
    std::vector<Thread> threads;

    uint64_t active(int port) const;      ///< I1, counted

    Effects open(const std::string& name, uint64_t limit, const std::string& policy);
    Effects get(int thread, int port, uint64_t most, bool poll);
    Effects post(int port, const std::string& packet);
    Effects block(int thread);
    Effects wake(int thread);
    Effects timeout(int thread);
    Effects suspend(int thread);
    Effects resume(int thread);
    Effects exit(int thread);
    Effects close(int port);

private:
    bool nt(int port) const { return ports[static_cast<size_t>(port)].policy == "nt"; }
    void look(int thread, int port, bool poll, Effects& out);
    void slot_freed(int port, Effects& out);
    void stop_waiting(int thread);
};

/// The language of `portside rules` over it: the answer line, or an empty text for a line that gives none. The text after
/// "error": may differ from the first port's.
class Script {
public:
    std::string line(std::string_view text);

private:
    Ports ports_;
    uint64_t processors_ = 4;
    std::string run(const std::vector<std::string>& words, Effects& effects);
    int open_port(const std::string& name) const;
    int thread(const std::string& name) const;
    std::string ports_json() const;
};

}  // namespace second_port
