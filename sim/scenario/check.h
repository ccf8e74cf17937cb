// What all checks of a scenario share: the first error found, and readers of single fields. Each reader leaves `out` alone
// where the key is absent, and reports what is wrong with it otherwise.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model/scenario.h"
#include "sim/scenario/fields.h"
#include "sim/scenario/toml.h"

namespace sim {

/// A thread that a step names, looked up when all tables are read.
struct ThreadNamed { uint32_t call = 0; std::string name; Position at; };
/// Threads that steps can name: "worker.0" to "worker.5".
struct NamedThreads { std::string name; uint32_t first = 0, count = 1; };

/// A file of samples that was read, and where its name stands.
struct SamplesNamed { std::string name; Position at; std::vector<Duration> values; };

/// A port that is not there before a step creates it.
struct Uncreated { PortId port; Position at; };
/// A kernel_apc step, and whom it interrupts.
struct Interrupts { ThreadId thread; Position at; };

/// A value that was read, or looked for in vain, and where: `value`, or `table` and `field.path` as its key.
struct FieldRead { const Value* value = nullptr; const Value* table = nullptr; Field field; };

struct Checker {
    std::string file;
    const std::vector<std::string>& sets;
    std::optional<Error> error{};             ///< the first one
    std::vector<ThreadNamed> threads_named{};
    std::vector<NamedThreads> threads{};      ///< of all tables, also of those that come after a step which names one
    bool in_program = false;                  ///< what is read are steps of a [[thread]]
    std::vector<SamplesNamed> samples_named{};
    std::vector<Uncreated> uncreated{};
    std::vector<Interrupts> kernel_apcs{};
    std::vector<FieldRead>* fields = nullptr; ///< who asks which values there are; null: nobody

    void fail(Position at, std::string what, std::string hint = {});
    bool failed() const { return error.has_value(); }
};

using Words = std::vector<std::string>;

/// "did you mean 'x'?" for the nearest of `words`, "" when none is near.
std::string did_you_mean(std::string_view word, const Words& words);
/// "a, b or c"
std::string joined(const Words& words);
/// "the text 'x'", "5", "a list" ...: the offending value in an error
std::string shown(const Value& value);
/// At most 40 characters, in single quotes.
std::string in_quotes(std::string_view text);

struct Keys {
    Words known;
    Words later;                              ///< refused by name: "not modelled yet: lock"
    std::string_view prefix{};                ///< keys that begin so are checked elsewhere
};
/// Every key of `table` is known. `where`: "[machine]".
void check_keys(Checker& check, const Value& table, std::string_view where, const Keys& keys);
void fail_later(Checker& check, Position at, std::string_view what, std::string hint = {});

/// For scenario_fields: a value stands here, or its default holds because `table` has no such key.                         fields.cpp
void note_value(Checker& check, const Value& value, Field field);
void note_default(Checker& check, const Value& table, std::string_view key, Field field);

int64_t read_whole(Checker& check, const Value& value, std::string_view name, int64_t min, int64_t max);
double read_chance(Checker& check, const Value& value, std::string_view name);
bool read_truth(Checker& check, const Value& value, std::string_view name);
Duration read_duration(Checker& check, const Value& value, std::string_view name, bool allow_infinite = false);
Distribution read_distribution(Checker& check, const Value& value, std::string_view name);

void get_u32(Checker& check, const Value& table, std::string_view key, uint32_t& out, int64_t min, int64_t max);
void get_flag(Checker& check, const Value& table, std::string_view key, bool& out);
void get_u64(Checker& check, const Value& table, std::string_view key, uint64_t& out);
void get_duration(Checker& check, const Value& table, std::string_view key, Duration& out, bool allow_infinite = false);
void get_text(Checker& check, const Value& table, std::string_view key, std::string& out);
/// Letters, digits, '_' and '-', at least one.
bool can_be_name(std::string_view text);
/// The required `name` of a [[table]]: characters, and that no earlier one of `taken` has it.
std::string read_name(Checker& check, const Value& table, std::string_view where, const Words& taken);
/// The required `port` of a [[table]], or the `post` of a step.
PortId read_port(Checker& check, const Value& value, const std::vector<PortParams>& ports);
/// The port is there before time 0, as `who` ("[[worker]]") needs it.
void check_there(Checker& check, Position at, PortId port, const std::vector<PortParams>& ports, const std::string& who);
/// After all steps: each port that has created = false has a step that creates it.
void check_created(Checker& check, const Scenario& scenario);
PortId get_port(Checker& check, const Value& table, std::string_view where, const std::vector<PortParams>& ports);

/// The `read` or `start_io` of a step.                                                   devices.cpp
DeviceId read_device(Checker& check, const Value& value, const std::vector<DeviceParams>& devices);

/// A file, or a device's own handle, of a step.                                           files.cpp
FileId read_file_name(Checker& check, const Value& value, const Scenario& scenario);
void read_outcomes(Checker& check, const Value& table, DeviceParams& device);

/// start_io, associate, cancel_io ...: the keys of such a step, and its reader.             file_steps.cpp
bool is_file_step(std::string_view word);
Words file_step_keys(std::string_view word);
void read_file_step(Checker& check, const Value& value, const Member& word, Scenario& scenario, Step& step);
void resolve_threads(Checker& check, Scenario& scenario);
/// Processors of the machine, each once, in file order; name: of the field.                placement.cpp
std::vector<uint32_t> read_processors(Checker& check, const Value& value, std::string_view name, const Scenario& scenario);
/// The number of an affinity in Scenario::affinities. No processors: every one.
uint32_t affinity_of(Scenario& scenario, const std::vector<uint32_t>& processors);
void read_priority(Checker& check, const Value& table, uint8_t& out);
/// `priority` and `affinity` of a [[table]] of threads.
void read_placement(Checker& check, const Value& table, Scenario& scenario, uint8_t& priority, uint32_t& affinity);
/// Whether a thread may preempt another one; once, after all threads.
bool priorities_differ(const Scenario& scenario);
/// exit, close, suspend ...: the words, the keys beside them, and the reader of such a step.     verbs.cpp
bool is_verb_word(std::string_view word);
Words verb_words();
Words verb_keys(std::string_view word);
void read_verb(Checker& check, const Value& value, const Member& word, const Scenario& scenario, Step& step);
/// Fills Checker::threads, before steps are read.
void find_threads(Checker& check, const Value& root);
/// After all threads: who is interrupted in its wait (K25) waits under a policy that knows that.
void check_kernel_apcs(Checker& check, const Scenario& scenario);
/// Every port that the worker may ask knows its kind of get.
void check_calls(Checker& check, const Scenario& scenario, const WorkerParams& worker, const Value& table);

/// All tables, in the order in which they need each other, into an empty scenario.          load.cpp
void read_scenario(Checker& check, const Value& root, Scenario& scenario);

// The tables, one file each.
void apply_sets(Checker& check, Value& root);                                             // sets.cpp
void read_machine(Checker& check, const Value& root, Scenario& scenario);                 // tables.cpp
void read_ports(Checker& check, const Value& root, Scenario& scenario);
void read_pool(Checker& check, const Value& root, Scenario& scenario);                    // files.cpp, after the ports
void read_devices(Checker& check, const Value& root, Scenario& scenario);                 // devices.cpp
void read_files(Checker& check, const Value& root, Scenario& scenario);                   // files.cpp, after the devices
void read_workers(Checker& check, const Value& root, Scenario& scenario);                 // workers.cpp
void read_programs(Checker& check, const Value& root, Scenario& scenario);                // programs.cpp
void read_background(Checker& check, const Value& root, Scenario& scenario);              // background.cpp, after all threads
void read_handler(Checker& check, const Value& value, std::string_view name, Scenario& scenario, Handler& out);   // steps.cpp
void read_sources(Checker& check, const Value& root, Scenario& scenario);                 // sources.cpp
/// The [[name]] tables of the file, each a table; none when the file has none or it is wrong.
std::vector<const Value*> tables_named(Checker& check, const Value& root, std::string_view name);

}  // namespace sim
