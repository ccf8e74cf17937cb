// What the sentences of narrate.cpp and narrate_verbs.cpp are made from. For these and teller.cpp alone.
#pragma once
#include <string>
#include <vector>

#include "sim/trace/arguments.h"
#include "sim/trace/header.h"
#include "sim/trace/state.h"

namespace sim {

struct Teller {
    const TraceHeader& header;
    const TraceState& state;      ///< before the record
    const Record& record;

    // Words.
    static std::string counted(uint64_t n, const char* one, const char* many);   ///< "1 thread", "2 threads"
    static std::string slots(uint64_t active, uint64_t limit);   ///< "1 of 2 slots is in use", "3 threads are active over a limit of 2"
    static std::string said(int64_t ns);                         ///< "1.235 ms": no finer than one can follow
    static std::string since(int64_t ns);                        ///< "since the start", "since 1.5 ms"
    static std::string at(int64_t ns);                           ///< "at the start", "at 1.5 ms"
    std::string thread(uint32_t number) const;
    std::string subject() const { return thread(record.thread); }
    std::string packet() const;
    std::string rule() const;                                    ///< " (K1)"; nothing for a port that is not under the nt rules
    std::string others_waiting(const PortTraceState& port) const;   ///< "worker.0 and worker.1 wait"
    std::string queue_text(const PortTraceState& port) const;    ///< "1 and 2", "5 packets"
    std::string on_its_processor() const;                        ///< " runs on processor 1,"

    // What is there.
    const ThreadTraceState* of_thread() const { return record.thread < state.threads.size() ? &state.threads[record.thread] : nullptr; }
    const PortTraceState* of_port() const { return record.port < state.ports.size() ? &state.ports[record.port] : nullptr; }
    bool is_nt() const { return record.port < header.ports.size() && header.ports[record.port].policy == "nt"; }
    bool wakes_all() const;                                      ///< the port's policy wakes every waiter
    static size_t place_of(const PortTraceState& port, uint32_t thread);

    // Sentences, by kind of record.
    std::string tell() const;
    bool speaks() const;                                         ///< tell() says something
    std::string opened() const;
    std::string limit_set() const;
    std::string parked() const;
    std::string arriving() const;
    std::string queued() const;
    std::string released() const;
    std::string released_who(const PortTraceState& port, size_t place) const;
    std::string taken() const;
    std::string returned() const;
    std::string timed_out() const;
    std::string observed_return() const;
    std::string posted() const;
    std::string completed() const;
    std::string on_processor() const;
    std::string ahead_of(uint16_t device, uint32_t self) const;
    std::string io_started() const;

    // narrate_files.cpp
    std::string file(FileId id) const;
    std::string operation(uint32_t name) const;                  ///< "operation op"
    std::string header_operation(uint32_t name) const;
    std::string says_error() const;
    std::string io_detail() const;
    std::string io_begins(const IoDetail& detail, const std::string& starts, uint16_t device) const;
    std::string call() const;

    std::string blocks() const;
    std::string block_begin() const;
    std::string comes_back_from() const;
    std::string block_end() const;
    // narrate_machine.cpp
    std::string ready() const;
    std::string other_work() const;
    std::string off_processor() const;
    std::vector<uint32_t> allowed_processors() const;
    bool finds_processor() const;
    // narrate_verbs.cpp
    std::string then_active(int64_t change) const;
    std::string thread_exit() const;
    std::string port_closed() const;
    std::string suspended() const;
    std::string resumed() const;
    std::string apc() const;
    std::string call_failed() const;
    std::string alerted() const;
    std::string asked_in_vain() const;
    std::string took_again() const;
    std::string watches() const;
    std::string watch_ends() const;
};

}  // namespace sim
