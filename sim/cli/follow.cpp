#include "sim/cli/follow.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sim/trace/file_format.h"
#include "sim/trace/header.h"
#include "sim/trace/print.h"
#include "sim/trace/ring_file.h"

namespace sim {
namespace {

constexpr uint64_t kHeaderMax = uint64_t{1} << 24;
constexpr uint64_t kAtOnce = 4096;        // records

}  // namespace

std::string follow_text(const FollowFigures& figures) {
    std::string out = time_text(figures.elapsed_ns) + ": " + std::to_string(figures.records) + " records, " + std::to_string(figures.lost) + " lost, " + std::to_string(figures.threads) + " threads";
    for (const FollowPort& port : figures.ports)
        out += "; " + port.name + ": " + std::to_string(port.posted) + " posted, " + std::to_string(port.dequeued) + " dequeued, depth " + std::to_string(port.depth);
    if (figures.unseen > 0) out += "; " + std::to_string(figures.unseen) + " records had gone before they were counted";
    return out;
}

Result<FollowBytes> FollowBytes::open(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return Error{.file = path, .line = 0, .column = 0, .what = std::string("can't open the recording: ") + std::strerror(errno), .hint = {}};
    return FollowBytes(file);
}

FollowBytes::~FollowBytes() {
    if (file_ >= 0) close(file_);
}

void FollowBytes::read(uint64_t at, void* to, uint64_t bytes) const {
    auto* out = static_cast<uint8_t*>(to);
    while (bytes > 0) {
        const ssize_t got = pread(file_, out, bytes, static_cast<off_t>(at));
        if (got <= 0) {
            std::memset(out, 0, bytes);
            return;
        }
        out += got;
        at += static_cast<uint64_t>(got);
        bytes -= static_cast<uint64_t>(got);
    }
}

uint64_t FollowBytes::size() const {
    struct stat about{};
    return fstat(file_, &about) == 0 ? static_cast<uint64_t>(about.st_size) : 0;
}

bool FollowBytes::is_held() const {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = static_cast<off_t>(kHeldByte);
    lock.l_len = 1;
    return fcntl(file_, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

std::optional<FollowRings> FollowRings::begin(const FollowBytes& bytes) {
    const auto head = bytes.load<RingFileHead>(0);
    if (std::memcmp(head.magic, kRingMagic, sizeof kRingMagic) != 0 || head.version != kTraceVersion || head.header_bytes > kHeaderMax) return std::nullopt;
    std::string text(head.header_bytes, '\0');
    bytes.read(sizeof head, text.data(), text.size());
    if (trace_checksum(text.data(), text.size()) != head.header_checksum) return std::nullopt;
    const Result<TraceHeader> header = header_from_json(text);
    if (!header) return std::nullopt;
    FollowRings rings;
    rings.has_decisions_ = header->has_decisions;
    for (const TracePort& port : header->ports) rings.figures_.ports.push_back({.name = port.name});
    rings.first_ = ring_first(head.header_bytes);
    rings.stride_ = ring_stride(head.ring_records);
    rings.capacity_ = head.ring_records;
    if (rings.capacity_ == 0 || head.ring_count > bytes.size() / rings.stride_) return std::nullopt;
    rings.next_.resize(head.ring_count);
    return rings;
}

// A record counts once `written` says so, which is stored after it.
void FollowRings::look(const FollowBytes& bytes) {
    figures_.records = figures_.lost = figures_.threads = 0;
    std::vector<Record> records(kAtOnce);
    for (size_t r = 0; r < next_.size(); ++r) {
        const uint64_t at = first_ + r * stride_;
        const auto written = bytes.load<uint64_t>(at);
        figures_.records += written;
        figures_.lost += bytes.load<uint64_t>(at + 8);
        const auto goes_on = bytes.load<uint32_t>(at + 24);
        const bool is_first = goes_on == 0 || goes_on == r + 1;
        if (written > 0 && bytes.load<uint32_t>(at + 16) != kNoThread && is_first) ++figures_.threads;
        const bool wraps = bytes.load<uint32_t>(at + 20) != 0;
        if (const uint64_t kept = capacity_ - 1; wraps && written - next_[r] > kept) {
            figures_.unseen += written - kept - next_[r];
            next_[r] = written - kept;
        }
        while (next_[r] < written) {
            const uint64_t from = next_[r] % capacity_, count = std::min({written - next_[r], capacity_ - from, kAtOnce});
            bytes.read(at + kRingPage + from * sizeof(Record), static_cast<void*>(records.data()), count * sizeof(Record));
            // Of a ring that wraps, what its writer may have passed meanwhile is not what it was.
            const auto now = bytes.load<uint64_t>(at);
            const uint64_t oldest = wraps && now >= capacity_ ? now - capacity_ + 1 : 0;
            for (uint64_t i = 0; i < count; ++i) {
                if (next_[r] + i < oldest) ++figures_.unseen;
                else take(records[i]);
            }
            next_[r] += count;
        }
    }
    for (FollowPort& port : figures_.ports) port.depth = std::max<int64_t>(static_cast<int64_t>(port.posted - port.dequeued), 0);
}

void FollowRings::take(const Record& record) {
    figures_.elapsed_ns = std::max(figures_.elapsed_ns, record.time_ns);
    if (record.port >= figures_.ports.size() || (record.flags & kStop) != 0 || record.packet == kNoPacket) return;
    FollowPort& port = figures_.ports[record.port];
    if (record.kind == Kind::posted) ++port.posted;
    // Without decisions the other packets of a batch have records of their own.
    if (record.kind == Kind::get_returned) port.dequeued += has_decisions_ ? record.argument : 1;
}

}  // namespace sim
