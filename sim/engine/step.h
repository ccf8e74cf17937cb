// The one place where the model acts: takes the next event of a world and carries out what the leaves decide.
#pragma once
#include <memory>

#include "sim/base/result.h"
#include "sim/base/scratch.h"
#include "sim/model/scenario.h"
#include "sim/model/world.h"
#include "sim/trace/record.h"

namespace sim {

/// The world before time 0: every worker has made its first get. Appends the opening records.
/// tie_shuffle: not 0 gives what happens at one instant an order drawn from it, instead of the one that 3a.5 defines.
World world_begin(const Scenario& scenario, Scratch<Record>& out, uint64_t tie_shuffle = 0);

/// True when nothing is left to happen before `until`.
bool world_ended(const Scenario& scenario, const World& world);

/// Handles one event and appends its records (none, for some). The world's record count follows them.
/// Error: an endless instant (3a.12).
Status world_step(const Scenario& scenario, World& world, Scratch<Record>& out);

enum class Stepped : uint8_t { enough, ended, endless };

/// The same again and again on one world, which must outlive it.
class Stepper {
public:
    /// out: where records are appended; null: they are only counted.
    Stepper(const Scenario& scenario, World& world, Scratch<Record>* out);
    ~Stepper();
    Stepper(const Stepper&) = delete;
    Stepper& operator=(const Stepper&) = delete;
    /// One event. `ended`: none is left before `until`, nothing happened; `endless`: an endless instant, see error().
    Stepped step();
    /// Event after event until the world's record count is at least `enough`.
    Stepped run(uint64_t enough);
    Error error() const;

private:
    std::unique_ptr<class Act> act_;
};

}  // namespace sim
