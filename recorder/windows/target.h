// A program that is recorded, seen from outside: started or opened, made to load the agent, its threads stopped for a moment while its
// stubs change. What it can't do it says, and the program runs on as it was.
#pragma once
#include <windows.h>

#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/trace/raw_file.h"

namespace recorder {

/// Owns its handles, not the process.
class Target {
public:
    /// Starts a program with its first thread held. Refused: what is no 64-bit Windows program.
    static sim::Result<Target> start(const std::vector<std::string>& command);
    /// By its number, or the name of its file.
    static sim::Result<Target> open(const std::string& process);
    Target(Target&& other) noexcept;
    Target& operator=(Target&&) = delete;
    ~Target();

    DWORD id() const { return id_; }
    const std::string& name() const { return name_; }   ///< of its file, without the folder
    bool has_exited() const { return WaitForSingleObject(process_, 0) == WAIT_OBJECT_0; }
    DWORD exit_code() const;
    /// The first thread of a program that was started may go.
    void let_go();

    /// Has it load the agent, once.
    sim::Status load_agent();
    /// Runs an export of the agent in it. What it returns.
    sim::Result<DWORD> call_agent(const char* name, unsigned number);
    /// Puts the agent's patches into the stubs, or takes them out, with every thread stopped outside of the bytes that change.
    sim::Status patch(const sim::RawHead& head, bool in);

private:
    Target() = default;
    sim::Status refuse_other_machines() const;
    sim::Result<DWORD> run_in(void* start, void* argument);
    sim::Error failed(const std::string& what) const;

    HANDLE process_ = nullptr, first_thread_ = nullptr;
    DWORD id_ = 0;
    std::string name_;
    uint64_t agent_ = 0;                  // where the agent is in it
};

/// The agent's file, beside this program.
std::string agent_path();

}  // namespace recorder
