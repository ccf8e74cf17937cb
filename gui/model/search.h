// Searching a side's records: "thread:5 wait>2ms". What is asked, and a walk through the records a slice at a time. No ImGui.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gui/model/marks.h"
#include "gui/model/side.h"
#include "sim/base/result.h"

namespace gui {

/// One thing that a record has to be. All of a search have to hold.
struct SearchTerm {
    enum class Of : uint8_t { thread, key, rule, packet, port, wait_longer, wait_shorter };
    Of of = Of::thread;
    uint64_t number = 0;                      ///< of the thread, key, rule, port; the packet's at its source; ns of the wait
    std::array<uint16_t, 3> ordinals{};       ///< packet: of those that handlers posted, by generation
    uint8_t generation = 0;
};

/// "thread:5 thread:worker.3 key:1 rule:K17 packet:12 packet:17.0 port:NAME wait>2ms wait<1ms", parted by spaces, at least one.
/// A wait is that of a packet, from its post to the record of the get that brings it. Error: the term, and what was expected.
sim::Result<std::vector<SearchTerm>> search_parse(std::string_view text, const sim::TraceHeader& header);

/// A packet that a term of packets means.
bool search_names(const SearchTerm& term, const Side& side, uint32_t packet);

/// Which records of a side match, as far as was looked.
class Search {
public:
    Search() = default;
    Search(const Side& side, std::vector<SearchTerm> terms);

    /// Looks at the next records, `records_max` at most. The same side each time.
    void advance(const Side& side, uint64_t records_max);
    /// All that the side has now has been looked at.
    bool done(const Side& side) const { return looked_ >= side.indexed; }
    /// Each record is looked at by itself, which takes a tenth of the time.
    bool light() const { return !needs_state_; }
    uint64_t looked() const { return looked_; }
    const Marks& matches() const { return matches_; }
    /// The match after, or before, that many records have happened, around the ends; -1: there is none yet.
    int64_t next(uint64_t position, int direction) const;

private:
    std::vector<SearchTerm> terms_;
    sim::TraceState state_;
    bool needs_state_ = false;
    uint64_t looked_ = 0;
    Marks matches_;

    bool holds(const SearchTerm& term, const Side& side, const sim::Record& record) const;
    bool matches(const Side& side, const sim::Record& record) const;
};

}  // namespace gui
