#include "sim/trace/file_bytes.h"

#include <algorithm>

#include "sim/base/check.h"

namespace sim {
namespace {

constexpr uint64_t kReadAhead = uint64_t{1} << 20;

}  // namespace

const uint8_t* TraceBytes::at(uint64_t offset, uint64_t count) {
    SIM_CHECK(offset <= size_ && count <= size_ - offset, "bytes beyond the end of a trace");
    if (data_ != nullptr) return data_ + offset;
    static constexpr uint8_t kNothing = 0;
    if (count == 0) return &kNothing;
    SIM_CHECK(offset >= window_at_, "bytes of a trace that were forgotten");
    if (offset + count > window_at_ + window_.size()) {
        const uint64_t from = std::min(kept_from_, offset), gone = from - window_at_;
        if (gone >= window_.size()) {                      // what lies between is read and forgotten
            for (uint64_t skip = gone - window_.size(); skip > 0;) {
                window_.resize(std::min(skip, kReadAhead));
                const size_t got = std::fread(window_.data(), 1, window_.size(), file_);
                if (got == 0) break;
                skip -= got;
            }
            window_.clear();
        } else {
            window_.erase(window_.begin(), window_.begin() + static_cast<std::ptrdiff_t>(gone));
        }
        window_at_ = from;
        const size_t have = window_.size();
        const uint64_t want = std::max(offset + count - from, std::min(kReadAhead, size_ - from));
        window_.resize(std::max<size_t>(want, have));
        for (size_t at = have; at < window_.size();) {
            const size_t got = std::fread(window_.data() + at, 1, window_.size() - at, file_);
            if (got == 0) break;                           // the rest stays zero
            at += got;
        }
    }
    return window_.data() + (offset - window_at_);
}

}  // namespace sim
