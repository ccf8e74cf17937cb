// A second completion port, deliberately slow and plain, written from the rule table (docs/port-rules.md, docs/design.md 7) alone:
// it shares no line with sim/port and includes nothing of sim/. Two ports that agree on every script and every recording are
// evidence that each says what the rules say. Everything is counted anew at each call by walking lists.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace second_port {

enum class State { running, waiting, watching, blocked, suspended, suspended_in_wait, exited };

struct Thread {
    std::string name;
    State state = State::running;
    int serves = -1;                      ///< S5: the port it is associated with, -1 none
    int waits_on = -1;                    ///< the port whose get or handle it waits in, also after that port was closed
    bool abandoned = false;               ///< its port was closed while it was suspended in its wait
    bool slot_kept = false;               ///< blocked (O6) or suspended before it ran (O5), but counted
    uint64_t least = 1, most = 1;         ///< MIN and MAX of that get
    bool alertable = false;               ///< of that get
    uint64_t apcs = 0;                    ///< user APCs that have not run
};

/// O1..O6, each the other value.
struct Options {
    bool drain = false, poll_takes = false, classic = false, never_abandon = false, unrun_inactive = false, page_runs = false;
};

struct Port {
    std::string name;
    std::string policy;
    Options options;
    uint64_t limit = 1;
    bool open = true;
    int files = 0;                        ///< K32
    std::vector<std::string> packets;     ///< oldest first
    std::vector<int> waiters;             ///< in parking order
    std::vector<int> watchers;            ///< threads that wait on the handle
};

/// What docs/design.md 6 says of a policy, as far as a port without time shows it.
struct Kind {
    enum class Goes { newest, oldest, everybody, smallest } goes = Goes::newest;
    bool limited = false, hands_over = false, knows_minimum = false, one_packet = false, alertable = false, handle = false, abandons = false;
};
/// False: no such policy.
bool kind_of(const std::string& policy, Kind& kind);

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

    struct Get { uint64_t least = 1, most = 1; bool poll = false, alertable = false; };
    /// number: one that nobody uses, or of a port that is gone. Those left out below it are not there.
    Effects open(size_t number, const std::string& name, uint64_t limit, const std::string& policy, const Options& options = {});
    Effects set_limit(int port, uint64_t limit);
    Effects get(int thread, int port, Get call);
    Effects post(int port, const std::string& packet);
    Effects block(int thread, bool for_a_page = false);
    Effects wake(int thread);
    Effects timeout(int thread);
    Effects suspend(int thread, bool before_it_ran = false);
    Effects suspend_wait(int thread);     ///< who was suspended before it ran runs, and waits to be resumed
    Effects resume(int thread);
    Effects exit(int thread);
    Effects close(int port);
    Effects apc(int thread);
    Effects kernel_apc(int thread, int port, const std::string& packet);   ///< port -1: it posts nothing
    Effects watch(int thread, int port);
    void add_file(int port);
    void close_file(int port);

private:
    Kind kind(int port) const;
    bool enough(int thread, int port) const;
    int next(int port) const;
    void take(int thread, int port, const std::string& word, Effects& out);
    void look(int thread, int port, bool poll, Effects& out);
    void everybody_looks(int port, Effects& out);
    void let_go(int thread);
    void slot_freed(int port, Effects& out);
    void signal(int port, Effects& out);
    void gone(int port);
};

/// The language of `portside rules` over it: the answer line, or an empty text for a line that gives none. The text after
/// "error": may differ from the first port's.
class Script {
public:
    std::string line(std::string_view text);

private:
    struct File { std::string name; int port; };
    using Words = std::vector<std::string>;
    Ports ports_;
    std::vector<File> files_;
    uint64_t processors_ = 4;
    /// What is wrong; empty: it was done.
    std::string run(const Words& words, Effects& effects);
    std::string run_port(const Words& words, Effects& effects);
    std::string run_call(const Words& words, Effects& effects);
    std::string run_get(const Words& words, int thread, int port, Effects& effects);
    std::string run_file(const Words& words, Effects& effects);
    std::string run_apc(const Words& words, Effects& effects);
    std::string run_thread(const Words& words, Effects& effects);
    int open_port(const std::string& name) const;
    int thread(const std::string& name) const;
    int file(const std::string& name) const;
    std::string ports_json() const;
};

}  // namespace second_port
