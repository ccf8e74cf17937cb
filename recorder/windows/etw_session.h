// The kernel's own events while programs are recorded (--etw): one session of the system for all of them, and its log beside the trace.
// A session outlives the program that started it: the next one that is started ends what a killed recorder has left.
#pragma once
#include <windows.h>

#include <memory>
#include <string>

#include "sim/base/result.h"
#include "sim/trace/etl_read.h"

namespace recorder {

class EtwSession {
public:
    /// Refused under Wine, without administrator rights, and while another recorder listens.
    static sim::Result<std::unique_ptr<EtwSession>> start(const std::string& log);
    EtwSession(const EtwSession&) = delete;
    EtwSession& operator=(const EtwSession&) = delete;
    /// Ends it. The log of a session that was not read goes too.
    ~EtwSession();

    /// Ends it and reads what it told.
    sim::Result<sim::Etl> finish();
    /// The traces are written: the log goes.
    void remove_log();

private:
    explicit EtwSession(std::string log) : log_(std::move(log)) {}
    sim::Status take_turn();
    sim::Status start_session();
    void ask_for_queues();
    ULONG stop(sim::Etl* counted);

    std::string log_;
    std::string missing_;                 ///< what it can't tell, and why
    HANDLE turn_ = nullptr;               ///< one recorder at a time
    uint64_t session_ = 0;
    bool runs_ = false, was_read_ = false;
};

}  // namespace recorder
