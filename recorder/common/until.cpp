#include "recorder/common/until.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace recorder {

sim::Result<Until> Until::parse(const std::string& text) {
    constexpr std::array<std::string_view, 4> kNames{"depth", "batch", "posts", "gets"};
    const sim::Error bad{.file = "--until " + text, .line = 0, .column = 0, .what = "no condition", .hint = "write depth, batch, posts or gets, then > or >=, then a number: \"depth>100\""};
    const size_t sign = text.find('>');
    if (sign == std::string::npos) return bad;
    const auto trimmed = [](std::string_view part) {
        const size_t from = std::min(part.find_first_not_of(' '), part.size());
        return part.substr(from, part.find_last_not_of(' ') + 1 - from);
    };
    const auto name = std::find(kNames.begin(), kNames.end(), trimmed(std::string_view(text).substr(0, sign)));
    if (name == kNames.end()) return bad;
    Until until;
    until.figure_ = static_cast<Figure>(name - kNames.begin());
    until.or_equal_ = sign + 1 < text.size() && text[sign + 1] == '=';
    const std::string_view number = trimmed(std::string_view(text).substr(sign + (until.or_equal_ ? 2 : 1)));
    const auto end = std::from_chars(number.data(), number.data() + number.size(), until.bound_);
    if (number.empty() || end.ec != std::errc{} || end.ptr != number.data() + number.size()) return bad;
    return until;
}

bool Until::holds(int64_t depth, uint64_t batch) const {
    uint64_t value = 0;
    switch (figure_) {
        case Figure::depth: value = static_cast<uint64_t>(std::max<int64_t>(depth, 0)); break;
        case Figure::batch: value = batch; break;
        case Figure::posts: value = posts_; break;
        case Figure::gets: value = gets_; break;
    }
    return or_equal_ ? value >= bound_ : value > bound_;
}

bool Until::holds_after(const sim::RawRecord& record) {
    const bool posted = record.kind == sim::RawKind::posted && record.other < 0xC000'0000u;
    const bool got = record.kind == sim::RawKind::get_returned && record.count > 0;
    if (!posted && !got) return false;
    posts_ += posted ? 1 : 0;
    gets_ += got ? 1 : 0;
    int64_t& depth = depths_[record.handle];
    if (got && record.other != sim::kRawNoDepth) depth = record.other;              // the system says it
    else depth = std::max<int64_t>(depth + (posted ? 1 : -int64_t{record.count}), 0);   // what the kernel queues is not seen
    return holds(depth, got ? record.count : 0);
}

// A thread's gets may be looked at before the posts of another: what was posted and not taken may be below 0 for a moment.
bool Until::holds_after(const sim::Record& record, bool has_decisions) {
    const bool counts = record.packet != sim::kNoPacket && (record.flags & sim::kStop) == 0;
    const bool posted = counts && record.kind == sim::Kind::posted, got = counts && record.kind == sim::Kind::get_returned;
    if (!posted && !got) return false;
    posts_ += posted ? 1 : 0;
    gets_ += got && record.argument > 0 ? 1 : 0;            // 0: one more packet of the batch that the record before began
    int64_t& depth = depths_[record.port];
    depth += posted ? 1 : has_decisions ? -static_cast<int64_t>(record.argument) : -1;
    return holds(depth, got ? record.argument : 0);
}

}  // namespace recorder
