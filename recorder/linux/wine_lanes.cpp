#include "recorder/linux/wine_lanes.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <unordered_map>

#include "sim/model/limits.h"

namespace recorder {
namespace {

using sim::Kind;
using sim::kThreadsMax;
using sim::Record;

constexpr size_t kSwitchesMax = 16'000'000;   // half a gigabyte

/// What the Windows recorder says, times in ns: its clock, and CLOCK_MONOTONIC.
struct Said {
    struct Moment { int64_t there_ns = 0, here_ns = 0; };
    std::vector<Moment> moments;
    int64_t start_ns = 0, stopped_ns = 0;
    std::unordered_map<uint32_t, uint32_t> threads;   // by number here

    // Their clock need not run as fast as ours: a line through two moments.
    int64_t there(int64_t here_ns) const {
        const Moment &a = moments.front(), &b = moments.back();
        const double rate = b.here_ns > a.here_ns ? static_cast<double>(b.there_ns - a.there_ns) / static_cast<double>(b.here_ns - a.here_ns) : 1.0;
        return a.there_ns + std::llround(static_cast<double>(here_ns - a.here_ns) * rate);
    }
};

bool read_said(const std::filesystem::path& path, Said& said) {
    std::ifstream in(path);
    for (std::string what; in >> what;) {
        int64_t a = 0, b = 0;
        if (!(in >> a >> b)) return false;
        if (what == "clock") said.moments.push_back({a, b});
        else if (what == "run") said.start_ns = a, said.stopped_ns = b;
        else if (what == "thread" && a >= 0 && a < kThreadsMax && b > 0) said.threads[static_cast<uint32_t>(b)] = static_cast<uint32_t>(a);
    }
    return said.moments.size() == 2 && said.start_ns > 0 && !said.threads.empty();
}

// Inside its get a thread's Wine asks its server and waits for the answer: that it sleeps does not say that its get has been decided.
void mark_undecided(std::vector<Record>& records) {
    std::vector<bool> asks;
    for (Record& record : records) {
        if (record.thread == sim::kNoThread || record.thread >= kThreadsMax) continue;
        if (record.thread >= asks.size()) asks.resize(size_t{record.thread} + 1, false);
        if (record.kind == Kind::get_called) asks[record.thread] = true;
        else if (record.kind == Kind::get_returned) asks[record.thread] = false;
        else if (record.kind == Kind::off_processor && asks[record.thread] && (record.flags & sim::kPreempted) == 0) record.flags |= sim::kUndecided;
    }
}

// With --last the trace begins where its first record of the run stands.
int64_t first_kept_ns(const std::vector<Record>& records, bool last_only) {
    if (!last_only) return 1;
    const auto first = std::find_if(records.begin(), records.end(), [](const Record& record) { return record.time_ns > 0; });
    return first != records.end() ? first->time_ns : 1;
}

}  // namespace

WineLanes::WineLanes() {
    collector_ = std::thread([this] {
        while (!over_.load()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            collect();
        }
    });
    // After the collector has been started, which is not to be told of.
    sim::Result<std::unique_ptr<SwitchRings>> rings = SwitchRings::open();
    const std::lock_guard lock(mutex_);
    if (rings) rings_ = std::move(rings.value());
}

WineLanes::~WineLanes() {
    over_.store(true);
    if (collector_.joinable()) collector_.join();
}

void WineLanes::collect() {
    const std::lock_guard lock(mutex_);
    if (rings_ == nullptr) return;
    const size_t before = switches_.size();
    rings_->read(INT64_MAX, switches_);
    for (size_t i = before; i < switches_.size(); ++i)
        if (switches_[i].what == Switch::What::lost) lost_ += switches_[i].count;
    if (switches_.size() <= kSwitchesMax) return;
    lost_ += switches_.size() - kSwitchesMax;
    switches_.resize(kSwitchesMax);
}

bool WineLanes::add_to(sim::Trace& trace, const std::filesystem::path& said_in, bool last_only) {
    over_.store(true);
    if (collector_.joinable()) collector_.join();
    collect();
    Said said;
    if (rings_ == nullptr || !read_said(said_in, said)) return false;
    std::stable_sort(switches_.begin(), switches_.end(), [](const Switch& a, const Switch& b) { return a.time_ns < b.time_ns; });
    const int64_t from_ns = first_kept_ns(trace.records, last_only), to_ns = trace.header.until_ns >= 0 ? trace.header.until_ns : INT64_MAX;
    std::vector<Record> lanes;
    for (Switch one : switches_) {
        const auto thread = said.threads.find(one.tid);
        if (one.what == Switch::What::lost || thread == said.threads.end()) continue;
        one.time_ns = said.there(one.time_ns);
        const Record record = record_of(one, thread->second, said.start_ns);
        if (record.time_ns >= from_ns && record.time_ns <= to_ns && one.time_ns <= said.stopped_ns) lanes.push_back(record);
    }
    if (lanes.empty()) return false;
    const auto middle = static_cast<std::ptrdiff_t>(trace.records.size());
    trace.records.insert(trace.records.end(), lanes.begin(), lanes.end());
    std::inplace_merge(trace.records.begin(), trace.records.begin() + middle, trace.records.end(), [](const Record& a, const Record& b) { return a.time_ns < b.time_ns; });
    mark_undecided(trace.records);
    trace.header.has_processors = true;
    if (lost_ > 0) trace.losses.push_back({"context switches of Wine's threads", lost_});
    return true;
}

}  // namespace recorder
