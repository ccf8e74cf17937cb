// The condition of --until: "depth>100", "batch>=8", "posts>1000", "gets>1000". Fed with what a program's, or a scenario's, threads did.
#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>

#include "sim/base/result.h"
#include "sim/trace/raw_file.h"
#include "sim/trace/record.h"

namespace recorder {

class Until {
public:
    static sim::Result<Until> parse(const std::string& text);
    /// Whether it holds now. Records of several threads may come a few milliseconds out of order.
    bool holds_after(const sim::RawRecord& record);
    /// Of a scenario's recording. has_decisions: one get_returned tells of a whole batch.
    bool holds_after(const sim::Record& record, bool has_decisions);

private:
    enum class Figure : uint8_t { depth, batch, posts, gets };
    Figure figure_ = Figure::depth;
    bool or_equal_ = false;
    uint64_t bound_ = 0, posts_ = 0, gets_ = 0;
    std::unordered_map<uint32_t, int64_t> depths_;     // by the port's handle or number: posted and not yet taken

    bool holds(int64_t depth, uint64_t batch) const;
};

}  // namespace recorder
