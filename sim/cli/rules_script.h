// The language of `portside rules` (docs/design.md 7): one line in, at most one JSON line out. Called by cmd_rules.cpp and
// by tests. Holds the names; the decisions are those of sim/port.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/cli/json.h"
#include "sim/model/port.h"

namespace sim {

class RulesScript {
public:
    /// Carries out one line (without its '\n'; a '\r' at its end is no part of it). None for an empty line or a comment.
    std::optional<std::string> line(std::string_view text);

    /// Whether any line so far was an error.
    bool had_error() const { return had_error_; }

    /// For drawings and tests: the open ports in opening order, all threads that were named, and what is behind the names.
    std::vector<RulesPort> ports() const;
    const PortState& state() const { return state_; }
    const std::vector<std::string>& thread_names() const { return thread_names_; }
    const std::vector<std::string>& port_names() const { return port_names_; }

    /// The verbs with one line each, for people.
    static std::string help();

private:
    using Words = std::vector<std::string_view>;
    using Names = std::map<std::string, uint32_t, std::less<>>;
    enum class Verb : uint8_t { processors, port, get, poll, post, block, wake, timeout, suspend, resume, exit, close, apc, kernel_apc, watch, page_in, file, finish, close_file };
    struct VerbEntry;
    static std::span<const VerbEntry> verbs();
    static const VerbEntry* find_verb(std::string_view word);

    /// Each returns what is wrong, "" if it was done.
    std::string run(const Words& words);
    std::string run_processors(const Words& words);
    std::string run_port(const Words& words);
    std::string run_get(const Words& words, bool poll);
    std::string run_post(const Words& words);
    std::string run_thread(Verb verb, const Words& words);
    std::string run_apc(const Words& words);
    std::string run_kernel_apc(const Words& words);
    std::string run_watch(const Words& words);
    std::string run_file(const Words& words);
    std::string run_file_end(const Words& words, bool close);
    std::string run_close(const Words& words);

    /// A thread that may make a call: new (then it exists now) or running.
    std::string calling_thread(const Words& words, ThreadId& thread);
    std::string known_thread(std::string_view name, ThreadId& thread) const;
    std::string known_port(std::string_view name, PortId& port) const;
    PacketId new_packet(std::string_view label);
    void look_of_woken();

    RulesEffect named(const Effect& effect) const;
    std::string answer(const std::string& command) const;

    uint32_t processors_ = 4;
    PortState state_;
    Effects effects_;
    Names open_ports_;                            ///< name -> PortId
    Names threads_;                               ///< name -> ThreadId; exited ones stay
    Names files_;                                 ///< name of an open file -> PortId
    std::vector<uint32_t> open_order_;            ///< open ports as they were opened
    std::vector<std::string> port_names_;         ///< by PortId
    std::vector<std::string> thread_names_;       ///< by ThreadId
    std::vector<std::string> packet_labels_;      ///< by PacketId
    bool had_error_ = false;
};

}  // namespace sim
