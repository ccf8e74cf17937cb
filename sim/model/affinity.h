// Which processors a thread may use.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/ids.h"

namespace sim {

class Affinity {
public:
    bool is_all() const { return words_.empty(); }
    bool allows(ProcessorId processor) const {
        const size_t word = processor.value / 64;
        return words_.empty() || (word < words_.size() && (words_[word] >> (processor.value % 64) & 1) != 0);
    }
    /// From now on only those that are added.
    void add(ProcessorId processor) {
        const size_t word = processor.value / 64;
        if (word >= words_.size()) words_.resize(word + 1);
        words_[word] |= uint64_t{1} << (processor.value % 64);
    }
    friend bool operator==(const Affinity&, const Affinity&) = default;

private:
    std::vector<uint64_t> words_;         // a bit a processor; none at all: every processor
};

}  // namespace sim
