// The oracle's own log (tests/windows/oracle.cpp) and a recording of it, brought to the same shape: by thread, what it did in order.
#pragma once
#include <dirent.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <map>
#include <sstream>
#include <thread>

#include "sim/trace/file.h"
#include "sim/trace/observed.h"
#include "sim/trace/raw_file.h"
#include "tests/cli/shell.h"
#include "tests/skip.h"

namespace test {

/// "post 1 16", "got 1 16 4": what, key, OVERLAPPED, packets of the batch (0: not its first).
using Deeds = std::map<uint64_t, std::vector<std::string>>;

inline Deeds deeds_of_log(const std::filesystem::path& path) {
    const std::string bytes = read_file(path);
    uint64_t head[3]{};
    if (bytes.size() < 64) return {};
    std::memcpy(head, bytes.data(), sizeof head);
    Deeds deeds;
    const uint64_t stride = 64 + head[1] * head[2];
    for (uint64_t part = 0; part < head[0] && 64 + (part + 1) * stride <= bytes.size(); ++part) {
        const char* at = bytes.data() + 64 + part * stride;
        uint64_t counts[2];
        std::memcpy(counts, at, sizeof counts);
        for (uint64_t line = 0; line < counts[0]; ++line) {
            std::istringstream in(std::string(at + 64 + line * head[2], strnlen(at + 64 + line * head[2], head[2])));
            std::string what, key, overlapped, batch;
            in >> what >> key >> overlapped >> batch;
            deeds[counts[1]].push_back(what == "post" ? "post " + key + ' ' + overlapped : what == "got" ? "got " + key + ' ' + overlapped + ' ' + batch : what);
        }
    }
    return deeds;
}

struct Totals { uint64_t posts = 0, got = 0; };

/// Without its lines, of which it may hold the first ones only.
inline Totals totals_of_log(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    uint64_t head[3]{};
    in.read(reinterpret_cast<char*>(head), sizeof head);
    Totals totals;
    for (uint64_t part = 0; part < head[0]; ++part) {
        uint64_t counts[8]{};
        in.seekg(static_cast<std::streamoff>(64 + part * (64 + head[1] * head[2])));
        in.read(reinterpret_cast<char*>(counts), sizeof counts);
        totals.posts += counts[2];
        totals.got += counts[3];
    }
    return totals;
}

inline Deeds deeds_of_trace(const sim::Trace& trace) {
    struct Packet { uint64_t key = 0, overlapped = 0; };
    std::map<uint32_t, Packet> packets;
    for (const sim::Record& record : trace.records) {
        if (record.kind != sim::Kind::detail) continue;
        if (record.flags == 0) packets[record.packet].key = record.argument;
        if (record.flags == sim::kOverlapped) packets[record.packet].overlapped = record.argument;
    }
    Deeds deeds;
    for (const sim::Record& record : trace.records) {
        if (record.thread == sim::kNoThread || record.thread >= trace.header.threads.size()) continue;
        const uint64_t thread = std::strtoull(trace.header.threads[record.thread].c_str() + std::strlen("thread."), nullptr, 10);
        const Packet packet = packets[record.packet];
        const std::string text = std::to_string(packet.key) + ' ' + std::to_string(packet.overlapped);
        if (record.kind == sim::Kind::posted) deeds[thread].push_back("post " + text);
        if (record.kind != sim::Kind::get_returned) continue;
        if (record.packet != sim::kNoPacket) deeds[thread].push_back("got " + text + ' ' + std::to_string(record.argument));
        else deeds[thread].push_back((record.flags & sim::kTimedOut) != 0 ? "timeout" : (record.flags & sim::kAlerted) != 0 ? "alerted" : "closed");
    }
    return deeds;
}

inline std::filesystem::path windows_program(const std::string& name) { return std::filesystem::path(PORTSIDE_PROGRAM).parent_path() / "windows" / name; }

inline bool have_program_recorder(const Folder& folder) {
    if (shell(folder, "command -v wine").code != 0) {
        skip("wine", "wine is not installed");
        return false;
    }
    for (const char* name : {"portside-record.exe", "portside-agent64.dll", "portside-oracle.exe"})
        if (!std::filesystem::exists(windows_program(name))) {
            skip("wine", std::string(name) + " is not built: g++-mingw-w64-x86-64-posix is not installed");
            return false;
        }
    return true;
}

/// Waits until so many records stand in the blocks of a recording that goes on. False: it does not come to that within a minute.
inline bool wait_for_drained(const std::filesystem::path& part, uint64_t records) {
    for (int wait = 0; wait < 600; ++wait, std::this_thread::sleep_for(std::chrono::milliseconds(100))) {
        std::vector<char> page(sim::kRawPage, 0);
        std::ifstream(part, std::ios::binary).read(page.data(), static_cast<std::streamsize>(page.size()));
        const auto load = [&page](size_t at, auto& value) { std::memcpy(&value, page.data() + at, sizeof value); };
        struct { uint32_t state = 0, ring_count = 0; uint64_t ring_records = 0, header_bytes = 0, notes_bytes = 0; } head;
        load(offsetof(sim::RawHead, state), head.state);
        load(offsetof(sim::RawHead, ring_count), head.ring_count);
        load(offsetof(sim::RawHead, ring_records), head.ring_records);
        load(offsetof(sim::RawHead, header_bytes), head.header_bytes);
        load(offsetof(sim::RawHead, notes_bytes), head.notes_bytes);
        std::error_code failed;
        const uint64_t bytes = std::filesystem::file_size(part, failed);
        const bool goes_on = head.state == static_cast<uint32_t>(sim::RawState::recording);
        // At most one block for each record.
        if (!failed && goes_on && bytes >= sim::raw_blocks_at(head) + records * (sizeof(sim::RawBlock) + sizeof(sim::RawRecord))) return true;
    }
    return false;
}

inline std::string oracle() { return quoted(windows_program("portside-oracle.exe").string()); }

/// Processes whose program and arguments name both; [0] of a Wine program is its Windows path.
inline std::vector<pid_t> processes_of(const std::string& program, const std::string& argument) {
    std::vector<pid_t> found;
    DIR* all = opendir("/proc");
    while (const dirent* entry = all != nullptr ? readdir(all) : nullptr) {
        const auto pid = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
        if (pid <= 0) continue;
        std::string line(4096, '\0');
        std::FILE* file = std::fopen(("/proc/" + std::string(entry->d_name) + "/cmdline").c_str(), "r");
        line.resize(file != nullptr ? std::fread(line.data(), 1, line.size(), file) : 0);   // it may end meanwhile
        if (file != nullptr) std::fclose(file);
        if (line.substr(0, line.find('\0')).find(program) != std::string::npos && line.find(argument) != std::string::npos) found.push_back(pid);
    }
    if (all != nullptr) closedir(all);
    return found;
}

}  // namespace test
