// A recording while it grows (sim/trace/ring_file.h, raw_file.h): what is in its file so far. Only reads the file, and asks whether somebody holds it: its
// recorder notices nothing, and a file that is cut off meanwhile is an end, no crash. Called by cmd_info_follow.cpp.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/result.h"
#include "sim/trace/raw_file.h"
#include "sim/trace/record.h"

namespace sim {

struct FollowPort {
    std::string name;
    uint64_t posted = 0, dequeued = 0;
    int64_t depth = 0;                    ///< posted and not dequeued; of a program: as the system said last, where it did
};

struct FollowFigures {
    uint64_t records = 0, lost = 0;
    uint64_t unseen = 0;                  ///< of `records`: given up before they could be looked at (--last), in no figure of a port
    uint32_t threads = 0;                 ///< that have recorded something
    int64_t elapsed_ns = 0;
    std::vector<FollowPort> ports;
    friend bool operator==(const FollowFigures& a, const FollowFigures& b) { return a.records == b.records && a.lost == b.lost && a.elapsed_ns == b.elapsed_ns; }
};

/// "3.2 s: 4711 records, 0 lost, 4 threads; port: 120 posted, 100 dequeued, depth 20"
std::string follow_text(const FollowFigures& figures);

/// The file. What lies beyond its end reads as zeros.
class FollowBytes {
public:
    static Result<FollowBytes> open(const std::string& path);
    FollowBytes(FollowBytes&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    FollowBytes& operator=(FollowBytes&&) = delete;
    ~FollowBytes();
    void read(uint64_t at, void* to, uint64_t bytes) const;
    template <class T>
    T load(uint64_t at) const {
        T value;
        read(at, &value, sizeof value);
        return value;
    }
    uint64_t size() const;
    /// A recorder lives that writes it (kHeldByte).
    bool is_held() const;

private:
    explicit FollowBytes(int file) : file_(file) {}
    int file_;
};

/// Of a scenario: PTRING01.
class FollowRings {
public:
    /// None: its beginning is not written yet.
    static std::optional<FollowRings> begin(const FollowBytes& bytes);
    void look(const FollowBytes& bytes);
    const FollowFigures& figures() const { return figures_; }

private:
    void take(const Record& record);
    FollowFigures figures_;
    bool has_decisions_ = false;
    uint64_t first_ = 0, stride_ = 0, capacity_ = 0;
    std::vector<uint64_t> next_;          // by ring: the first record that was not looked at
};

/// Of an unmodified program: PTRAW001.
class FollowRaw {
public:
    static std::optional<FollowRaw> begin(const FollowBytes& bytes);
    void look(const FollowBytes& bytes);
    const FollowFigures& figures() const { return figures_; }

private:
    void look_at_blocks(const FollowBytes& bytes, std::vector<RawRecord>& found);
    void look_at_rings(const FollowBytes& bytes, std::vector<RawRecord>& found);
    void take(const RawRecord& record);
    size_t port_of(uint32_t handle);
    FollowFigures figures_;
    uint64_t rings_ = 0, stride_ = 0, capacity_ = 0, block_ = 0;   // block_: where the next one will begin
    std::vector<uint64_t> next_;
    std::map<uint32_t, size_t> ports_, factories_;                 // by handle
    std::map<uint32_t, bool> threads_;
};

}  // namespace sim
